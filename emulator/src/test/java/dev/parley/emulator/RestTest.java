package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.Close;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.SessionConfig;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clients ask for over HTTP (protocol sections 1.5 to 1.9).
@Timeout(30)
class RestTest {
    private static final String SECRETS = "/v1/realtime/client_secrets";
    private static final String MODEL = "/v1/realtime?model=gpt-realtime";
    private static final String[] KEY = {"Authorization", "Bearer sk-test"};

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-20T12:00:00Z"));
    private final Emulator emulator = start(Access.OPEN.withRefusedKeys(Set.of("sk-wrong")));
    private final RawClient client = new RawClient(emulator);

    @AfterEach
    void hangUp() {
        client.close();
        emulator.close();
    }

    private Emulator start(Access access) {
        return Emulator.start(Emulator.Settings.of(Scenario.paymentDesk())
                .withEars(_ -> new Hearing.NotUnderstood())
                .withTime(time)
                .withAccess(access));
    }

    @Test
    void makesAClientSecretWithTheDefaults() throws Exception {
        var answer = client.post(SECRETS, "", KEY);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("value").asString()).matches("ek_[0-9a-f]{32}");
        assertThat(answer.json().path("expires_at").longValue()).isEqualTo(time.instant().getEpochSecond() + 600);
        var session = answer.json().path("session");
        assertThat(session.path("object").asString()).isEqualTo("realtime.session");
        assertThat(session.path("id").asString()).startsWith("sess_");
        assertThat(session.path("expires_at").intValue()).isZero();
        assertThat(session.path("expires_at").isNumber()).isTrue();
    }

    @Test
    void bindsASecretToItsSession() throws Exception {
        var secret = secret("{\"session\":{\"type\":\"realtime\",\"model\":\"gpt-realtime-2\",\"instructions\":\"Be"
                + " brief.\",\"audio\":{\"output\":{\"voice\":\"cedar\"}}}}", "OpenAI-Safety-Identifier", "user_7");

        for (int i = 0; i < 2; i++) {
            var created = client.open("/v1/realtime", "Authorization", "Bearer " + secret).next();

            assertThat(created.path("type").asString()).isEqualTo("session.created");
            assertThat(created.path("session").path("model").asString()).isEqualTo("gpt-realtime-2");
            assertThat(created.path("session").path("instructions").asString()).isEqualTo("Be brief.");
            assertThat(created.path("session").path("audio").path("output").path("voice").asString())
                    .isEqualTo("cedar");
        }
        assertThat(emulator.sessions()).allSatisfy(log -> assertThat(log.request().safetyIdentifier())
                .hasValue("user_7"));
    }

    @Test
    void makesASecretForTranscription() throws Exception {
        var answer = client.post(SECRETS, "{\"session\":{\"type\":\"transcription\"}}", KEY);

        var detection = answer.json().path("session").path("audio").path("input").path("turn_detection");
        assertThat(answer.json().path("session").path("object").asString()).isEqualTo(
                "realtime.transcription_session");
        assertThat(detection.has("create_response")).isFalse();
        assertThat(client.open("/v1/realtime", "Authorization", "Bearer " + answer.json().path("value").asString())
                .next()
                .path("session")
                .path("type")
                .asString()).isEqualTo("transcription");
    }

    @Test
    void refusesASecretThatHasExpiredAndLetsItsSessionsLive() throws Exception {
        var secret = secret("{\"expires_after\":{\"anchor\":\"created_at\",\"seconds\":10},\"session\":{\"type\":"
                + "\"realtime\",\"model\":\"gpt-realtime\"}}");
        var running = client.open(MODEL, "Authorization", "Bearer " + secret);
        running.next("session.created");

        time.advance(Duration.ofSeconds(10));

        var late = client.open(MODEL, "Authorization", "Bearer " + secret);
        assertThat(late.next().path("error").path("message").asString()).contains("expired");
        assertThat(late.ended()).isEqualTo(new Close(3000, "invalid_request_error.invalid_api_key"));
        running.send("{\"type\":\"input_audio_buffer.clear\"}");
        running.next("input_audio_buffer.cleared");
    }

    @Test
    void refusesASecretItDidNotMake() throws Exception {
        assertThat(client.open(MODEL, "Authorization", "Bearer ek_00000000000000000000000000000000").ended().code())
                .isEqualTo(3000);
    }

    @Test
    void makesSecretsForOurOwnClient() {
        var builder = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test");
        try (var calls = builder.calls()) {
            var secret = calls.createClientSecret(SessionConfig.builder().instructions("Hi.").build(), Duration
                    .ofMinutes(1));

            assertThat(secret.expiresAt()).isEqualTo(time.instant().plusSeconds(60));
            assertThat(secret.session().instructions()).isEqualTo(Optional.of("Hi."));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{\"expires_after\":{\"seconds\":9}}|integer_below_min_value|expires_after.seconds",
            "{\"expires_after\":{\"seconds\":7201}}|integer_above_max_value|expires_after.seconds",
            "{\"expires_after\":{\"seconds\":\"60\"}}|invalid_type|expires_after.seconds",
            "{\"expires_after\":{\"anchor\":\"now\"}}|invalid_value|expires_after.anchor",
            "{\"expires_after\":{\"hours\":1}}|unknown_parameter|expires_after.hours",
            "{\"expires_after\":7}|invalid_type|expires_after", "{\"ttl\":60}|unknown_parameter|ttl",
            "{\"session\":{}}|missing_required_parameter|session.type",
            "{\"session\":{\"type\":\"chat\"}}|invalid_value|session.type", "{\"session\":7}|invalid_type|session",
            "{\"session\":{\"type\":\"realtime\",\"temperature\":1}}|unknown_parameter|session.temperature",
            "{\"session\":{\"type\":\"realtime\",\"model\":\"gpt-5\"}}|model_not_found|session.model",
            "{\"session\":{\"type\":\"realtime\",\"audio\":{\"output\":{\"loud\":1}}}}|unknown_parameter|session.audio.output.loud",
            "{|invalid_json|", "[]|invalid_json|", "7|invalid_json|"})
    void saysWhatIsWrongWithARequestForASecret(String body, String code, String param) throws Exception {
        var answer = client.post(SECRETS, body, KEY);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("type").asString()).isEqualTo("invalid_request_error");
        assertThat(answer.error().path("code").asString()).isEqualTo(code);
        assertThat(answer.error().path("param").stringValue(null)).isEqualTo(param);
        assertThat(answer.error().path("message").asString()).isNotBlank();
    }

    @Test
    void asksForAStandardKey() throws Exception {
        assertThat(client.post(SECRETS, "{}").status()).isEqualTo(401);
        assertThat(client.post(SECRETS, "{}").error().path("message").asString()).startsWith("You didn't provide");
        var wrong = client.post(SECRETS, "{}", "Authorization", "Bearer sk-wrong");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.error().path("code").asString()).isEqualTo("invalid_api_key");
        assertThat(wrong.json().toString()).doesNotContain("sk-wrong");
        assertThat(client.post(SECRETS, "{}", "Authorization", "Bearer " + secret("")).status()).isEqualTo(401);
    }

    @Test
    void makesSecretsOnAzuresPath() throws Exception {
        var answer = client.post("/openai/v1/realtime/client_secrets",
                "{\"session\":{\"type\":\"realtime\",\"model\":\"my-deployment\"}}", "api-key", "secret");

        assertThat(answer.json().path("session").path("model").asString()).isEqualTo("my-deployment");
    }

    @Test
    void makesBetaSecretsWhenItSpeaksBeta() throws Exception {
        assertThat(client.post("/v1/realtime/sessions", "{}", KEY).error().path("code").asString())
                .isEqualTo("beta_api_shape_disabled");

        try (var old = start(Access.OPEN.withBeta(Access.Beta.SPOKEN)); var itsClient = new RawClient(old)) {
            var answer = itsClient.post("/v1/realtime/sessions", "{\"model\":\"gpt-4o-realtime-preview\",\"voice\":"
                    + "\"sage\",\"modalities\":[\"text\"]}", KEY);
            var transcription = itsClient.post("/v1/realtime/transcription_sessions", "{}", KEY);

            assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
            assertThat(answer.json().path("voice").asString()).isEqualTo("sage");
            assertThat(answer.json().path("client_secret").path("value").asString()).startsWith("ek_");
            assertThat(answer.json().path("client_secret").path("expires_at").longValue())
                    .isEqualTo(time.instant().getEpochSecond() + 60);
            assertThat(transcription.json().path("client_secret").path("value").asString()).startsWith("ek_");
            var created = itsClient.open("/v1/realtime?model=gpt-4o-realtime-preview", "Authorization", "Bearer "
                    + answer.json().path("client_secret").path("value").asString(), "OpenAI-Beta", "realtime=v1")
                    .next();
            assertThat(created.path("session").path("voice").asString()).isEqualTo("sage");
        }
    }

    @Test
    void listsItsModels() throws Exception {
        var models = client.get("/v1/models", KEY);

        assertThat(models.json().path("data").valueStream().map(model -> model.path("id").asString()))
                .contains("gpt-realtime", "whisper-1")
                .doesNotContain("gpt-4o-realtime-preview");
        assertThat(client.get("/v1/models/gpt-realtime", KEY).json().path("object").asString()).isEqualTo("model");
        assertThat(client.get("/v1/models/gpt-5", KEY).status()).isEqualTo(404);
        assertThat(client.get("/v1/models/gpt-5", KEY).error().path("code").asString()).isEqualTo("model_not_found");
    }

    @Test
    void knowsNoCallThatNobodyMade() throws Exception {
        assertThat(client.post("/v1/realtime/calls", "v=0", "Authorization", "Bearer sk-test", "Content-Type",
                "application/sdp").status()).isEqualTo(400);
        for (var verb : new String[]{"accept", "reject", "refer", "hangup"}) {
            var answer = client.post("/v1/realtime/calls/rtc_a/" + verb, "{}", KEY);

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.error().path("code").asString()).isEqualTo("call_id_not_found");
        }
    }

    @Test
    void answersEveryFailureWithJson() throws Exception {
        var elsewhere = client.get("/v1/chat", KEY);
        var wrongMethod = client.get(SECRETS, KEY);
        var wrongType = client.post(SECRETS, "a=b", "Authorization", "Bearer sk-test", "Content-Type",
                "application/x-www-form-urlencoded");
        var tooLarge = client.post(SECRETS, "{\"session\":\"" + "x".repeat(2 << 20) + "\"}", KEY);
        var noUpgrade = client.get(MODEL, KEY);

        assertThat(elsewhere.status()).isEqualTo(404);
        assertThat(wrongMethod.status()).isEqualTo(405);
        assertThat(wrongMethod.error().path("code").asString()).isEqualTo("method_not_supported");
        assertThat(wrongType.status()).isEqualTo(400);
        assertThat(wrongType.error().path("code").asString()).isEqualTo("unsupported_content_type");
        assertThat(tooLarge.status()).isEqualTo(413);
        assertThat(noUpgrade.status()).isEqualTo(426);
        for (var answer : new RawClient.Answer[]{elsewhere, wrongMethod, wrongType, tooLarge, noUpgrade}) {
            assertThat(answer.error().path("type").asString()).isEqualTo("invalid_request_error");
            assertThat(answer.error().path("message").asString()).isNotBlank();
        }
    }

    @Test
    void sendsTheServicesHeaders() throws Exception {
        var answer = client.get("/v1/models", KEY);

        assertThat(answer.header("openai-version")).isEqualTo("2020-10-01");
        assertThat(answer.header("x-request-id")).matches("req_[0-9a-f]{32}");
        assertThat(answer.header("openai-processing-ms")).matches("[0-9]+");
    }

    @Test
    void letsPagesOfThisMachineInAndNoOthersUnlessTold() throws Exception {
        var here = client.request("OPTIONS", SECRETS, "", "Origin", "http://localhost:5173",
                "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,x-stainless");
        var elsewhere = client.post(SECRETS, "{}", "Authorization", "Bearer sk-test", "Origin", "https://evil.example");

        assertThat(here.status()).isEqualTo(204);
        assertThat(here.header("access-control-allow-origin")).isEqualTo("http://localhost:5173");
        assertThat(here.header("access-control-allow-headers")).isEqualTo("authorization,x-stainless");
        assertThat(elsewhere.header("access-control-allow-origin")).isNull();
        try (var told = start(Access.OPEN.withOrigins(Set.of("https://shop.example")));
                var itsClient = new RawClient(
                        told)) {
            assertThat(itsClient.get("/v1/models", "Authorization", "Bearer sk-test", "Origin",
                    "https://shop.example").header("access-control-allow-origin")).isEqualTo("https://shop.example");
        }
    }

    private String secret(String body, String... more) throws Exception {
        var headers = new String[KEY.length + more.length];
        System.arraycopy(KEY, 0, headers, 0, KEY.length);
        System.arraycopy(more, 0, headers, KEY.length, more.length);
        return client.post(SECRETS, body, headers).json().path("value").asString();
    }
}
