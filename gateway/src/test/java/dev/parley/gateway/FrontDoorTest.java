package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.ToolRunner;
import dev.parley.gateway.GatewaySettings.Access;
import dev.parley.gateway.GatewaySettings.ErrorStyle;
import dev.parley.venue.Role;
import dev.parley.venue.Venue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may come in, and what everybody is told.
@Timeout(60)
class FrontDoorTest {
    private static final String KEY = "a key of sixteen characters";
    private static final TestGateway GATEWAY = new TestGateway();

    @AfterAll
    static void close() {
        GATEWAY.close();
    }

    @Test
    void ven6SaysThatItIsWell() {
        assertThat(GATEWAY.get("/health").json().path("status").asString()).isEqualTo("ok");
        assertThat(GATEWAY.get("/health").json().path("timestamp").asString()).endsWith("Z");
        assertThat(GATEWAY.get("/api/realtime/health").text()).isEqualTo(
                "{\"status\":\"ok\",\"service\":\"openai-realtime\"}");
    }

    @Test
    void ven6SaysThatItIsIllWhenTheDatabaseIs() {
        try (var gateway = new TestGateway(); var _ = Quiet.about(HealthApi.class, ToolRunner.class)) {
            gateway.venue.close();

            assertThat(gateway.get("/health").status()).isEqualTo(503);
            assertThat(gateway.get("/api/realtime/health").status()).isEqualTo(200);
            assertThat(gateway.tool("s", "navigate_to_screen", "{'screen':'menu'}").json().path("error").asString())
                    .isEqualTo("Internal server error");
        }
    }

    @Test
    void ven8HasTheDocumentedErrorWithoutAKey() {
        var reply = GATEWAY.post("/api/realtime/session", "{}");

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json().path("error").asString()).isEqualTo("OpenAI API key not configured");
    }

    @Test
    void ven1HasTheDocumentedStatusNumbersInReferenceStyle() {
        try (var gateway = new TestGateway(settings -> settings.withErrorStyle(ErrorStyle.REFERENCE))) {
            assertThat(gateway.tool("s", "fly", "{}").status()).isEqualTo(500);
            assertThat(gateway.tool("s", "navigate_to_screen", "{'screen':'moon'}").status()).isEqualTo(500);
            assertThat(gateway.tool("s", "navigate_to_screen", "{'screen':'moon'}").json().path("code").asString())
                    .isEqualTo("invalid_screen");
            assertThat(gateway.post("/api/realtime/execute-tool", "{}").status()).isEqualTo(400);
            assertThat(gateway.post("/api/realtime/session", "{}").status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:5173", "http://127.0.0.1:3000", "http://localhost",
            "https://bar.example.com"})
    void letsPagesOfThisMachineAndOfTheFrontendReadAnswers(String origin) {
        try (var gateway = new TestGateway(settings -> settings.withAccess(Access.OPEN.withOrigins(Set.of(
                "https://bar.example.com"))))) {
            var asked = gateway.send("OPTIONS", "/api/realtime/execute-tool", null, "Origin", origin,
                    "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type");
            var answered = gateway.get("/api/realtime/tools", "Origin", origin);

            assertThat(asked.status()).isEqualTo(204);
            assertThat(asked.headers()).containsEntry("access-control-allow-origin", origin)
                    .containsEntry("access-control-allow-credentials", "true");
            assertThat(asked.headers().get("access-control-allow-headers")).contains("Content-Type");
            assertThat(answered.headers()).containsEntry("access-control-allow-origin", origin);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example.com", "http://localhost.evil.example.com", "null",
            "http://localhost:5173.evil.example.com"})
    void turnsPagesOfElsewhereAway(String origin) {
        var reply = GATEWAY.post("/api/realtime/execute-tool", "{}", "Origin", origin);

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.headers()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void isNotFooledByANameThatIsBoundToThisMachine() throws IOException {
        assertThat(raw("GET /api/realtime/tools HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("\"code\":\"forbidden\"");
        assertThat(raw("GET /api/realtime/tools HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n\r\n"))
                .startsWith(
                        "HTTP/1.1 200");
    }

    @Test
    void readsNoMoreOfABodyThanItTakesWhateverLengthWasAnnounced() throws IOException {
        var chunk = "x".repeat(0x10000);
        var chunks = ("10000\r\n" + chunk + "\r\n").repeat(6) + "0\r\n\r\n";

        assertThat(raw(
                "POST /api/realtime/execute-tool HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n" + chunks)).startsWith("HTTP/1.1 413")
                .contains("body_too_large");
    }

    private static String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), GATEWAY.gateway.uri().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void asksForTheKeyIfThereIsOne() {
        try (var gateway = new TestGateway(settings -> settings.withAccess(Access.OPEN.withKey(KEY)))) {
            for (var path : new String[]{"/api/realtime/tools", "/metrics", "/api/events/stream?session=s",
                    "/api/realtime/tool-calls?sessionId=s"}) {
                assertThat(gateway.get(path).status()).as(path).isEqualTo(401);
                assertThat(gateway.get(path, "Authorization", "Bearer wrong").status()).as(path).isEqualTo(401);
            }
            assertThat(gateway.get("/api/realtime/tools", "Authorization", "Bearer " + KEY).status()).isEqualTo(200);
            assertThat(gateway.get("/api/realtime/tools", "X-Access-Key", KEY).status()).isEqualTo(200);
            assertThat(gateway.get("/health").status()).isEqualTo(200);
            assertThat(gateway.get("/openapi.json").status()).isEqualTo(200);
        }
    }

    @Test
    void v2ListensToThisMachineOnlyUnlessItHasAKey() {
        try (var venue = Venue.inMemory(Venue.Options.DEFAULT)) {
            assertThatThrownBy(() -> Gateway.start(venue, GatewaySettings.DEFAULT.withAddress("0.0.0.0", 0)).close())
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("access key");
            try (var gateway = Gateway.start(venue, GatewaySettings.DEFAULT.withAddress("0.0.0.0", 0)
                    .withAccess(Access.OPEN.withKey(KEY)))) {
                assertThat(gateway.uri().getPort()).isPositive();
            }
        }
    }

    @Test
    void keepsItsKeyToItself() {
        assertThat(GatewaySettings.DEFAULT.withAccess(Access.OPEN.withKey(KEY).withManagerKey("m" + KEY)).toString())
                .contains("a manager's key")
                .doesNotContain(KEY);
        assertThatThrownBy(() -> Access.OPEN.withKey("secret")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Access.OPEN.withKey(KEY).withManagerKey("secret")).hasMessageContaining("manager")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Access.OPEN.withManagerKey(KEY)).hasMessageContaining("for staff")
                .hasMessageNotContaining(KEY);
        assertThatThrownBy(() -> Access.OPEN.withKey(KEY).withManagerKey(KEY + " ")).hasMessageContaining("the same")
                .hasMessageNotContaining(KEY);
    }

    @Test
    void limitsHowOftenAnAddressMayAsk() {
        try (var gateway = new TestGateway(settings -> settings.withAccess(Access.OPEN.withRequestsPerSecond(1)))) {
            assertThat(gateway.get("/health").status()).isEqualTo(200);
            assertThat(gateway.get("/health").status()).isEqualTo(200);
            var third = gateway.get("/health");

            assertThat(third.status()).isEqualTo(429);
            assertThat(third.headers().get("retry-after")).matches("[1-9]");
            assertThat(third.json().path("retryable").asBoolean()).isTrue();
        }
    }

    @Test
    void signsStaffInAndCountsWrongPins() {
        GATEWAY.venue.staff().add("Mia", Role.MANAGER, "2468");

        var good = GATEWAY.post("/api/staff/sign-in", "{'sessionId':'shift','pin':'2468'}");
        assertThat(good.json().path("name").asString()).isEqualTo("Mia");
        assertThat(good.json().path("role").asString()).isEqualTo("manager");
        for (int i = 0; i < 5; i++) {
            assertThat(GATEWAY.post("/api/staff/sign-in", "{'sessionId':'shift','pin':'111" + i + "'}").status())
                    .isEqualTo(
                            401);
        }
        var sixth = GATEWAY.post("/api/staff/sign-in", "{'sessionId':'shift','pin':'2468'}");
        assertThat(sixth.status()).isEqualTo(429);
        assertThat(sixth.headers()).containsKey("retry-after");
        assertThat(GATEWAY.post("/api/staff/sign-out", "{'sessionId':'shift'}").status()).isEqualTo(200);
    }

    @Test
    void answersWithHeadersThatKeepBrowsersCareful() {
        var one = GATEWAY.get("/");
        var other = GATEWAY.get("/");

        assertThat(one.headers()).containsEntry("x-frame-options", "DENY").containsKey("content-security-policy");
        assertThat(one.headers().get("x-request-id")).startsWith("req_")
                .isNotEqualTo(other.headers().get("x-request-id"));
        assertThat(one.headers()).doesNotContainKey("server");
        assertThat(one.text()).contains("openapi.json");
    }

    @Test
    void saysSoWhereThereIsNothing() {
        assertThat(GATEWAY.get("/api/nothing").json().path("code").asString()).isEqualTo("not_found");
        assertThat(GATEWAY.get("/api/realtime/execute-tool").status()).isEqualTo(405);
    }

    @Test
    void countsCallsUnderNamesThatCallersCannotMakeUp() {
        GATEWAY.tool("m", "navigate_to_screen", "{'screen':'menu'}");
        GATEWAY.tool("m", "made_up_by_a_caller", "{}");
        var metrics = GATEWAY.get("/metrics").text();

        assertThat(metrics).contains("parley_tool_calls_seconds_bucket{outcome=\"done\",tool=\"navigate_to_screen\"",
                "tool=\"unknown\"", "parley_streams_open", "parley_database_connections_active",
                "jvm_memory_used_bytes")
                .doesNotContain("made_up_by_a_caller");
    }

    @Test
    void describesItInSchemasThatAreSchemas() {
        var schemas = GATEWAY.contract.document()
                .findValues("schema");
        GATEWAY.contract.document().path("components").path("schemas").forEach(schemas::add);

        assertThat(schemas).hasSizeGreaterThan(60);
        for (var schema : schemas) {
            assertThat(GATEWAY.contract.problems(schema)).as(schema.toString()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET  | /api/products/categories/list | | 200 | {"categories":[1]}
            GET  | /api/products/categories/list | | 200 | {}
            GET  | /api/products/categories/list | | 404 | {"error":"x","code":"x","details":{},"retryable":false}
            GET  | /api/orders?limit=0           | | 200 | {"orders":[]}
            GET  | /api/orders?most=1            | | 200 | {"orders":[]}
            GET  | /api/products/x               | | 404 | {"error":"gone"}
            GET  | /made/up                      | | 200 | {}
            POST | /api/events | {"name":1,"date":"2027-06-05"} | 200 | {}
            POST | /api/realtime/execute-tool | {"name":"show_cart","args":{"x":1},"sessionId":"s"} | 200 | {"success":true,"result":{}}
            """)
    void wouldNoticeAnAnswerThatIsNotDescribedOrARequestThatShouldNotHaveBeenTaken(String method, String target,
            @Nullable String body, int status, String answer) {
        var reply = new TestGateway.Reply(status, Map.of("content-type", "application/json"), answer);

        assertThatThrownBy(() -> GATEWAY.contract.check(method, target, body, reply)).isInstanceOf(
                AssertionError.class);
    }

    @Test
    void describesExactlyWhatItServes() {
        var document = GATEWAY.get("/openapi.json").json();

        assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
        assertThat(document.path("components").path("schemas").has("arguments.navigate_to_screen")).isTrue();
        var served = new HashSet<String>();
        GATEWAY.gateway.routes().forEach(route -> served.add(route.method() + " " + route.path()));
        var described = new HashSet<String>();
        var ids = new HashSet<String>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(operation -> {
            described.add(operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
            var one = operation.getValue();
            assertThat(ids.add(one.path("operationId").asString())).isTrue();
            assertThat(one.path("responses").has("200")).isTrue();
            var named = new HashSet<String>();
            one.path("parameters").forEach(parameter -> {
                if (parameter.path("in").asString().equals("path")) {
                    named.add("{" + parameter.path("name").asString() + "}");
                }
            });
            var inPath = new HashSet<>(java.util.regex.Pattern.compile("\\{[^}]+}")
                    .matcher(path.getKey())
                    .results()
                    .map(
                            java.util.regex.MatchResult::group)
                    .toList());
            assertThat(named).isEqualTo(inPath);
        }));
        assertThat(described).isEqualTo(served);
    }
}
