package dev.parley.realtime;

import static dev.parley.realtime.Frames.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RealtimeCallsTest {
    private static final String KEY = "hunter2hunter2";
    private static final SessionConfig SESSION = SessionConfig.builder().model("m").build();
    private static final String OFFER = "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\n";

    private final BlockingQueue<Asked> asked = new ArrayBlockingQueue<>(10);
    private HttpServer server;
    private RealtimeCalls calls;

    private record Asked(String request, Headers headers, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        calls = client().calls();
    }

    @AfterEach
    void stop() {
        calls.close();
        server.stop(0);
    }

    private RealtimeClient.Builder client() {
        return RealtimeClient.builder()
                .baseUrl(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"))
                .apiKey(KEY)
                .project("proj_7");
    }

    private void answering(int status, Map<String, String> headers, String body) {
        server.createContext("/", exchange -> {
            asked.add(new Asked(exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    exchange.getRequestHeaders(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            headers.forEach(exchange.getResponseHeaders()::set);
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private Asked request() throws InterruptedException {
        return Objects.requireNonNull(asked.poll(10, TimeUnit.SECONDS), "nothing was asked");
    }

    @Test
    void makesAClientSecret() throws Exception {
        answering(200, Map.of(),
                """
                        {"value":"ek_hunter2","expires_at":1795003600,"session":{"type":"realtime","id":"sess_7","expires_at":0}}""");

        var secret = calls.createClientSecret(SESSION, Duration.ofMinutes(1));

        var request = request();
        assertThat(request.request()).isEqualTo("POST /v1/realtime/client_secrets");
        assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(request.headers().getFirst("OpenAI-Project")).isEqualTo("proj_7");
        assertThat(json(request.body())).isEqualTo(json("""
                {"expires_after":{"anchor":"created_at","seconds":60},"session":{"type":"realtime","model":"m"}}"""));
        assertThat(secret.value()).isEqualTo("ek_hunter2");
        assertThat(secret.expiresAt()).isEqualTo(Instant.ofEpochSecond(1_795_003_600));
        assertThat(secret.session().id()).contains("sess_7");
        assertThat(secret.toString()).doesNotContain("hunter2");
    }

    @Test
    void makesAClientSecretOfTheBetaDialect() throws Exception {
        answering(200, Map.of(),
                """
                        {"id":"sess_7","object":"realtime.session","model":"m","expires_at":0,"modalities":["audio","text"],
                         "voice":"sage","turn_detection":null,"client_secret":{"value":"ek_hunter2","expires_at":1795003600}}""");

        var secret = calls.createBetaClientSecret(SessionConfig.builder()
                .model("m")
                .voice("sage")
                .instructions("Be kind.")
                .build());

        var request = request();
        assertThat(request.request()).isEqualTo("POST /v1/realtime/sessions");
        assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(json(request.body())).isEqualTo(json("""
                {"model":"m","voice":"sage","instructions":"Be kind."}"""));
        assertThat(secret.value()).isEqualTo("ek_hunter2");
        assertThat(secret.expiresAt()).isEqualTo(Instant.ofEpochSecond(1_795_003_600));
        assertThat(secret.session().raw().toString()).contains("\"voice\":\"sage\"").doesNotContain("hunter2");
    }

    @Test
    void makesBetaSecretsAtAzuresPreviewEndpoint() throws Exception {
        answering(200, Map.of(), "{\"id\":\"s\",\"client_secret\":{\"value\":\"ek_hunter2\",\"expires_at\":1}}");

        try (var azure = RealtimeClient.builder()
                .azure(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "my-deployment")
                .apiKey(KEY)
                .calls()) {
            azure.createBetaClientSecret(SESSION);
        }

        var request = request();
        assertThat(request.request()).isEqualTo("POST /openai/realtimeapi/sessions?api-version=2025-04-01-preview");
        assertThat(request.headers().getFirst("api-key")).isEqualTo(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ek_hunter2", "{\"client_secret\":\"ek_hunter2\"}", "[]",
            "{\"client_secret\":{\"value\":\"ek_hunter2\"}}"})
    void anAnswerThatIsNoBetaSecretIsNotRepeated(String body) {
        answering(200, Map.of(), body);

        assertThatExceptionOfType(ApiException.class).isThrownBy(() -> calls.createBetaClientSecret(SESSION))
                .withNoCause()
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
    }

    @Test
    void aSecretLivesTenSecondsToTwoHours() {
        assertThatIllegalArgumentException().isThrownBy(() -> calls.createClientSecret(SESSION, Duration.ofSeconds(9)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> calls.createClientSecret(SESSION, Duration.ofSeconds(7_201)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ek_hunter2", "{\"value\":\"ek_hunter2\"}", "[]"})
    void anAnswerThatIsNoSecretIsNotRepeated(String body) {
        answering(200, Map.of("x-request-id", "req_7"), body);

        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> calls.createClientSecret(SESSION, Duration.ofMinutes(1)))
                .withNoCause()
                .satisfies(e -> {
                    assertThat(e.getMessage()).contains("a client secret").doesNotContain("hunter2");
                    assertThat(e.requestId()).contains("req_7");
                });
    }

    @Test
    void answersAnOffer() throws Exception {
        answering(201, Map.of("Location", "/v1/realtime/calls/rtc_7"), "v=0\r\n");

        CallAnswer answer;
        try (var holder = client().apiKey("ek_" + KEY).calls()) {
            answer = holder.answer(OFFER);
        }

        var request = request();
        assertThat(request.request()).isEqualTo("POST /v1/realtime/calls");
        assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/sdp");
        assertThat(request.body()).isEqualTo(OFFER);
        assertThat(answer).isEqualTo(new CallAnswer("rtc_7", "v=0\r\n"));
        assertThat(answer).hasToString("CallAnswer[rtc_7]");
    }

    @Test
    void answersAnOfferWithASession() throws Exception {
        answering(201, Map.of("Location", "https://example.com/v1/realtime/calls/rtc_7"), "v=0\r\n");

        assertThat(calls.answer(OFFER, SESSION).callId()).isEqualTo("rtc_7");

        var request = request();
        var type = Objects.requireNonNull(request.headers().getFirst("Content-Type"));
        var boundary = "--" + type.substring(type.indexOf('=') + 1);
        assertThat(type).startsWith("multipart/form-data; boundary=");
        assertThat(request.body()).isEqualTo(boundary + "\r\nContent-Disposition: form-data; name=\"sdp\"\r\n"
                + "Content-Type: application/sdp\r\n\r\n" + OFFER + "\r\n" + boundary
                + "\r\nContent-Disposition: form-data; name=\"session\"\r\nContent-Type: application/json\r\n\r\n"
                + "{\"type\":\"realtime\",\"model\":\"m\"}\r\n" + boundary + "--\r\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStandardKeyAsksForTheModelOfItsClient(boolean saysHow) throws Exception {
        answering(201, Map.of("Location", "/v1/realtime/calls/rtc_7"), "v=0\r\n");

        try (var standard = client().model("m-7").calls()) {
            var answer = saysHow
                    ? standard.answer(OFFER, SessionConfig.builder().voice("marin").build())
                    : standard.answer(OFFER);

            assertThat(answer.callId()).isEqualTo("rtc_7");
        }
        assertThat(request().body()).contains("\"type\":\"realtime\"", "\"model\":\"m-7\"");
    }

    @Test
    void atAzureAnOfferIsMadeWithASecretOfItsOwn() throws Exception {
        server.createContext("/openai/v1/realtime/client_secrets", exchange -> {
            asked.add(new Asked(exchange.getRequestURI().toString(), exchange.getRequestHeaders(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            var body = """
                    {"value":"ek_hunter3","expires_at":1795003600,"session":{"type":"realtime"}}"""
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        answering(201, Map.of("Location", "/v1/realtime/calls/rtc_7"), "v=0\r\n");
        var resource = URI.create("http://127.0.0.1:" + server.getAddress().getPort());

        try (var azure = client().azure(resource, "my-deployment").calls()) {
            assertThat(azure.answer(OFFER)).isEqualTo(new CallAnswer("rtc_7", "v=0\r\n"));
        }

        var secret = request();
        assertThat(secret.request()).isEqualTo("/openai/v1/realtime/client_secrets");
        assertThat(secret.headers().getFirst("api-key")).isEqualTo(KEY);
        assertThat(secret.body()).contains("\"model\":\"my-deployment\"");
        var offer = request();
        assertThat(offer.request()).isEqualTo("POST /openai/v1/realtime/calls");
        assertThat(offer.headers().getFirst("Authorization")).isEqualTo("Bearer ek_hunter3");
        assertThat(offer.headers()).doesNotContainKey("api-key");
        assertThat(offer.body()).isEqualTo(OFFER);
    }

    @Test
    void inTheBetaDialectAnOfferIsAllThereIs() throws Exception {
        answering(201, Map.of(), "v=0\r\n");

        try (var beta = client().dialect(Dialect.BETA).model("m 7").calls()) {
            assertThat(beta.answer(OFFER)).isEqualTo(new CallAnswer("", "v=0\r\n"));
            assertThatIllegalStateException().isThrownBy(() -> beta.answer(OFFER, SESSION));
            assertThatIllegalStateException().isThrownBy(() -> beta.hangUp("rtc_7"));
            assertThatIllegalStateException()
                    .isThrownBy(() -> beta.createClientSecret(SESSION, Duration.ofMinutes(1)));
        }

        var request = request();
        assertThat(request.request()).isEqualTo("POST /v1/realtime?model=m+7");
        assertThat(request.headers().getFirst("OpenAI-Beta")).isEqualTo("realtime=v1");
        assertThat(request.body()).isEqualTo(OFFER);
        assertThat(asked).isEmpty();
    }

    @Test
    void azuresPreviewHasNoCalls() {
        var preview = client().azure(URI.create("https://example.openai.azure.com"), "d").dialect(Dialect.BETA);

        assertThatIllegalArgumentException().isThrownBy(preview::calls).withMessageContaining("GA");
    }

    @Test
    void anAnswerWithoutACallIsAnError() {
        answering(201, Map.of("Location", "/somewhere/else"), "v=0\r\n");

        assertThatExceptionOfType(ApiException.class).isThrownBy(() -> calls.answer(OFFER))
                .withMessageContaining("Location");
    }

    @Test
    void controlsCalls() throws Exception {
        answering(200, Map.of(), "");

        calls.accept("rtc_7", SESSION);
        calls.reject("rtc_7");
        calls.reject("rtc_7", 486);
        calls.refer("rtc_7", "tel:+15550100");
        calls.hangUp("rtc_7");

        assertThat(request()).satisfies(r -> assertThat(r.request() + r.body())
                .isEqualTo("POST /v1/realtime/calls/rtc_7/accept{\"type\":\"realtime\",\"model\":\"m\"}"));
        assertThat(request()).satisfies(r -> assertThat(r.request() + r.body())
                .isEqualTo("POST /v1/realtime/calls/rtc_7/reject"));
        assertThat(request()).satisfies(r -> assertThat(r.request() + r.body())
                .isEqualTo("POST /v1/realtime/calls/rtc_7/reject{\"status_code\":486}"));
        assertThat(request()).satisfies(r -> assertThat(r.request() + r.body())
                .isEqualTo("POST /v1/realtime/calls/rtc_7/refer{\"target_uri\":\"tel:+15550100\"}"));
        assertThat(request()).satisfies(r -> assertThat(r.request() + r.body())
                .isEqualTo("POST /v1/realtime/calls/rtc_7/hangup"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../models", "rtc_7/accept", "rtc_7?x", "rtc 7"})
    void aCallIdLeadsNowhereElse(String callId) {
        assertThatIllegalArgumentException().isThrownBy(() -> calls.hangUp(callId));
    }

    @Test
    void aRefusalSaysWhatTheServiceSays() {
        answering(429, Map.of("x-request-id", "req_7", "Retry-After", "20"),
                """
                        {"error":{"message":"Slow down.","type":"requests","param":"session.model","code":"rate_limit_exceeded"}}""");

        assertThatExceptionOfType(ApiException.class).isThrownBy(() -> calls.hangUp("rtc_7")).satisfies(e -> {
            assertThat(e.status()).isEqualTo(429);
            assertThat(e.error()).contains(
                    new RealtimeError("requests", "rate_limit_exceeded", "Slow down.", "session.model", null));
            assertThat(e.requestId()).contains("req_7");
            assertThat(e.retryAfter()).contains(Duration.ofSeconds(20));
            assertThat(e.getMessage()).contains("HTTP 429: rate_limit_exceeded").doesNotContain(KEY);
            assertThat(RetryPolicy.DEFAULT.isWorthRetrying(e)).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"error\":null}", "{\"error\":\"no\"}",
            "{\"error\":{\"code\":7}}"})
    void aRefusalOfAnyShapeIsOne(String body) {
        answering(500, Map.of("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT"), body);

        assertThatExceptionOfType(ApiException.class).isThrownBy(() -> calls.hangUp("rtc_7")).satisfies(e -> {
            assertThat(e.status()).isEqualTo(500);
            assertThat(e.error()).isEmpty();
            assertThat(e.retryAfter()).isEmpty();
        });
    }

    @Test
    void waitsNoLongerThanTheTimeout() {
        var release = new CountDownLatch(1);
        server.createContext("/", exchange -> {
            try (exchange) {
                release.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });

        try (var impatient = client().connectTimeout(Duration.ofMillis(200)).calls()) {
            assertThatExceptionOfType(ApiException.class).isThrownBy(() -> impatient.hangUp("rtc_7"))
                    .withMessageContaining("within 200 ms")
                    .satisfies(e -> assertThat(e.status()).isZero());
        } finally {
            release.countDown();
        }
    }

    @Test
    void saysThatNobodyAnswers() {
        server.stop(0);

        assertThatExceptionOfType(ApiException.class).isThrownBy(() -> calls.hangUp("rtc_7"))
                .withMessageContaining("cannot POST /realtime/calls/rtc_7/hangup")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(KEY));
    }
}
