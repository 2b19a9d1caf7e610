package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.parley.gateway.GatewaySettings.ErrorStyle;
import dev.parley.gateway.GatewaySettings.MissingKey;
import dev.parley.gateway.GatewaySettings.Tokens;
import dev.parley.realtime.RealtimeClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// Short-lived keys, from a service of the test's own.
@Timeout(60)
class TokenApiTest {
    private static final String SECRET = """
            {"value":"ek_0123456789abcdef0123456789abcdef","expires_at":1767225600,
             "session":{"type":"realtime","id":"sess_1","object":"realtime.session","model":"gpt-realtime-2.1"}}""";

    private static final String BETA_SECRET = """
            {"id":"sess_1","object":"realtime.session","model":"gpt-realtime-2.1","modalities":["audio","text"],
             "client_secret":{"value":"ek_of_the_beta_dialect","expires_at":1767225600}}""";

    private final HttpServer service;
    private volatile int status = 200;
    private volatile JsonNode asked = TestGateway.JSON.nullNode();
    private final CountDownLatch answer = new CountDownLatch(1);

    TokenApiTest() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        service.createContext("/v1/realtime/client_secrets", exchange -> {
            asked = TestGateway.JSON.readTree(exchange.getRequestBody());
            if (status == 0) {
                try {
                    var _ = answer.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            var body = (status == 200
                    ? SECRET
                    : "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"code\":\"c\"}}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("retry-after", "7");
            exchange.sendResponseHeaders(status == 0 ? 200 : status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.createContext("/v1/realtime/sessions", exchange -> {
            asked = TestGateway.JSON.readTree(exchange.getRequestBody());
            var body = BETA_SECRET.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
        service.start();
    }

    @AfterEach
    void stop() {
        answer.countDown();
        service.stop(0);
    }

    private TestGateway gateway(Tokens.Instructions whose) {
        var calls = RealtimeClient.builder()
                .baseUrl(URI.create("http://127.0.0.1:" + service.getAddress().getPort() + "/v1"))
                .apiKey("sk-of-the-server")
                .connectTimeout(Duration.ofMillis(500))
                .calls();
        return new TestGateway(settings -> settings.withTokens(Tokens.from(calls, "gpt-realtime-2.1",
                "gpt-realtime-mini")
                .withInstructions(whose)));
    }

    @Test
    void v1GivesTheSecretAsATextAndItsEndAsAMoment() {
        try (var gateway = gateway(Tokens.Instructions.OURS)) {
            var reply = gateway.post("/api/realtime/session", "{}");

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().path("client_secret").asString()).isEqualTo("ek_0123456789abcdef0123456789abcdef");
            assertThat(reply.json().path("expires_at").asString()).isEqualTo("2026-01-01T00:00:00Z");
            assertThat(reply.json().path("model").asString()).isEqualTo("gpt-realtime-2.1");
            assertThat(reply.json().path("voice").asString()).isEqualTo("alloy");
            assertThat(reply.json().path("session_id").asString()).startsWith("ses_");
            assertThat(reply.text()).doesNotContain("sk-of-the-server");
            assertThat(asked.path("expires_after").path("seconds").asInt()).isEqualTo(60);
        }
    }

    @Test
    void makesKeysOfTheBetaDialectForPagesThatSpeakIt() {
        try (var gateway = gateway(Tokens.Instructions.OURS)) {
            var reply = gateway.post("/api/realtime/session", "{'format':'beta','voice':'verse'}");

            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(reply.json().path("client_secret").asString()).isEqualTo("ek_of_the_beta_dialect");
            assertThat(reply.json().path("expires_at").asString()).isEqualTo("2026-01-01T00:00:00Z");
            assertThat(reply.json().path("model").asString()).isEqualTo("gpt-realtime-2.1");
            assertThat(asked.path("voice").asString()).as("flat: " + asked).isEqualTo("verse");
            assertThat(asked.path("instructions").asString()).contains("Bev");
            assertThat(asked.has("session")).isFalse();
            assertThat(gateway.post("/api/realtime/session", "{'format':'gamma'}").json().path("error").asString())
                    .isEqualTo("format: expected one of ga, beta.");
        }
    }

    @Test
    void ven8AnswersWithoutAKeyAsDocumentedOrAsUnavailable() {
        try (var gateway = new TestGateway();
                var unavailable = new TestGateway(settings -> settings.withMissingKey(MissingKey.UNAVAILABLE));
                var reference = new TestGateway(settings -> settings.withMissingKey(MissingKey.UNAVAILABLE)
                        .withErrorStyle(ErrorStyle.REFERENCE))) {
            assertThat(gateway.post("/api/realtime/session", "{}").status()).isEqualTo(401);
            var reply = unavailable.post("/api/realtime/session", "{}");
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.json().path("error").asString()).isEqualTo("OpenAI API key not configured");
            assertThat(unavailable.get("/openapi.json")
                    .json()
                    .at("/paths/~1api~1realtime~1session/post/responses/503/description")
                    .asString()).contains("not_configured");
            assertThat(reference.post("/api/realtime/session", "{}").status()).as("as the original").isEqualTo(401);
        }
    }

    @Test
    void v2MakesKeysForItsOwnModelsVoicesAndInstructionsOnly() {
        try (var gateway = gateway(Tokens.Instructions.OURS)) {
            assertThat(gateway.post("/api/realtime/session", "{'model':'gpt-9'}").status()).isEqualTo(400);
            assertThat(gateway.post("/api/realtime/session", "{'voice':'siren'}").json().path("error").asString())
                    .contains(
                            "alloy", "verse");
            assertThat(asked.isNull()).as("nothing was asked of the service").isTrue();

            var reply = gateway.post("/api/realtime/session",
                    "{'model':'gpt-realtime-mini','voice':'verse','instructions':'Be rude.','sessionId':'mine'}");

            assertThat(reply.json().path("session_id").asString()).isEqualTo("mine");
            assertThat(asked.path("session").path("model").asString()).isEqualTo("gpt-realtime-mini");
            assertThat(asked.path("session").path("audio").path("output").path("voice").asString()).isEqualTo("verse");
            assertThat(asked.path("session").path("instructions").asString()).contains("Bev").doesNotContain("rude");
        }
    }

    @Test
    void takesInstructionsIfASettingSaysSo() {
        try (var gateway = gateway(Tokens.Instructions.CALLERS)) {
            gateway.post("/api/realtime/session", "{'instructions':'Be kind.'}");

            assertThat(asked.path("session").path("instructions").asString()).isEqualTo("Be kind.");
        }
    }

    @Test
    void ven1TakesABadBodyForAnEmptyOne() {
        try (var gateway = gateway(Tokens.Instructions.OURS)) {
            assertThat(gateway.post("/api/realtime/session", "not json").status()).isEqualTo(200);
            assertThat(gateway.send("POST", "/api/realtime/session", "").status()).isEqualTo(200);
        }
    }

    @Test
    void saysThatTheServiceRefused() {
        try (var gateway = gateway(Tokens.Instructions.OURS); var _ = Quiet.about(TokenApi.class)) {
            status = 429;
            var reply = gateway.post("/api/realtime/session", "{}");

            assertThat(reply.status()).isEqualTo(502);
            assertThat(reply.json().path("error").asString()).isEqualTo("Failed to create session");
            assertThat(reply.json().path("code").asString()).isEqualTo("upstream_error");
            assertThat(reply.json().path("retryable").asBoolean()).isTrue();
            assertThat(reply.headers()).containsEntry("retry-after", "7");
        }
    }

    @Test
    void saysThatTheServiceDoesNotAnswer() {
        try (var gateway = gateway(Tokens.Instructions.OURS); var _ = Quiet.about(TokenApi.class)) {
            status = 0;

            assertThat(gateway.post("/api/realtime/session", "{}").status()).isEqualTo(504);
        }
    }
}
