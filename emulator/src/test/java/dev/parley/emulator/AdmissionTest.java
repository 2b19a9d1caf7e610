package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.realtime.Close;
import dev.parley.speech.Hearing;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who comes in, over real sockets (protocol sections 1.1 to 1.4 and 11).
@Timeout(30)
class AdmissionTest {
    private static final String MODEL = "/v1/realtime?model=gpt-realtime";
    private static final String KEY = "Authorization";
    private static final String BEARER = "Bearer sk-test";

    private final Emulator emulator = start(Access.OPEN.withRefusedKeys(Set.of("sk-wrong")));
    private final RawClient client = new RawClient(emulator);

    @AfterEach
    void hangUp() {
        client.close();
        emulator.close();
    }

    private static Emulator start(Access access) {
        return Emulator.start(Emulator.Settings.of(Scenario.paymentDesk())
                .withEars(_ -> new Hearing.NotUnderstood())
                .withAccess(access));
    }

    @Test
    void opensASessionOfTheModelThatIsAskedFor() throws Exception {
        var created = client.openWithKey("/v1/realtime?model=gpt-realtime-2").next();

        assertThat(created.path("type").asString()).isEqualTo("session.created");
        assertThat(created.path("session").path("model").asString()).isEqualTo("gpt-realtime-2");
    }

    @Test
    void opensATranscriptionSession() throws Exception {
        var created = client.openWithKey("/v1/realtime?intent=transcription").next();

        assertThat(created.path("session").path("type").asString()).isEqualTo("transcription");
    }

    @Test
    void refusesWhoShowsNoKeyBeforeTheSocketOpens() throws Exception {
        assertThat(client.refused(MODEL).status()).isEqualTo(401);
        assertThat(client.refused(MODEL, KEY, "Bearer ").status()).isEqualTo(401);
        assertThat(client.refused(MODEL, KEY, "Basic c2stdGVzdA==").status()).isEqualTo(401);
        // Azure's header opens no door at OpenAI.
        assertThat(client.refused(MODEL, "api-key", "sk-test").status()).isEqualTo(401);
    }

    @Test
    void refusesAnUnknownCallBeforeTheSocketOpens() throws Exception {
        var answer = client.refused("/v1/realtime?call_id=rtc_none", KEY, BEARER);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("content-type")).startsWith("application/json");
        assertThat(answer.header("x-request-id")).startsWith("req_");
    }

    @ParameterizedTest
    @CsvSource({"'/v1/realtime',missing_model", "'/v1/realtime?model=',missing_model",
            "'/v1/realtime?model=gpt-5',model_not_found", "'/v1/realtime?model=whisper-1',invalid_model",
            "'/v1/realtime?intent=',invalid_intent", "'/v1/realtime?model=gpt-realtime&intent=chat',invalid_intent",
            "'/v1/realtime?intent=transcription&model=gpt-realtime',invalid_parameter"})
    void saysWhatIsWrongWithARequestAndThenCloses(String path, String code) throws Exception {
        var socket = client.openWithKey(path);

        var error = socket.next();

        assertThat(error.path("type").asString()).isEqualTo("error");
        assertThat(error.path("event_id").asString()).startsWith("event_");
        assertThat(error.path("error").path("code").asString()).isEqualTo(code);
        assertThat(socket.ended()).isEqualTo(new Close(4000, "invalid_request_error." + code));
        assertThat(socket.waiting()).isZero();
        assertThat(emulator.sessions()).isEmpty();
    }

    @Test
    void saysThatAKeyIsWrongAndThenCloses() throws Exception {
        var socket = client.open(MODEL, KEY, "Bearer sk-wrong");

        var error = socket.next();

        assertThat(error.path("error").path("code").asString()).isEqualTo("invalid_api_key");
        assertThat(error.toString()).doesNotContain("sk-wrong");
        assertThat(socket.ended()).isEqualTo(new Close(3000, "invalid_request_error.invalid_api_key"));
    }

    @Test
    void refusesBetaUnlessItIsToldToSpeakIt() throws Exception {
        var socket = client.open(MODEL, KEY, BEARER, "OpenAI-Beta", "realtime=v1");

        assertThat(socket.next().path("error").path("code").asString()).isEqualTo("beta_api_shape_disabled");
        assertThat(socket.ended()).isEqualTo(new Close(4000, "invalid_request_error.beta_api_shape_disabled"));

        try (var old = start(Access.OPEN.withBeta(Access.Beta.SPOKEN)); var itsClient = new RawClient(old)) {
            var byHeader = itsClient.open("/v1/realtime?model=gpt-4o-realtime-preview", KEY, BEARER, "OpenAI-Beta",
                    "realtime=v1").next();
            var byProtocol = itsClient.open(MODEL, List.of("realtime", "openai-insecure-api-key.sk-test",
                    "openai-beta.realtime-v1")).next();

            assertThat(byHeader.path("session").path("modalities").isArray()).isTrue();
            assertThat(byProtocol.path("session").path("modalities").isArray()).isTrue();
        }
    }

    @Test
    void letsBrowsersInAndEchoesNoKey() throws Exception {
        var socket = client.open(MODEL, List.of("openai-insecure-api-key.sk-browser", "realtime",
                "openai-organization.org_a", "openai-agents-sdk.0.1"));

        assertThat(socket.next().path("type").asString()).isEqualTo("session.created");
        assertThat(socket.socket().getSubprotocol()).isEqualTo("realtime");
        assertThat(emulator.sessions().getFirst().request().headers().get("sec-websocket-protocol"))
                .isEqualTo("openai-insecure-api-key...., realtime, openai-organization.org_a, openai-agents-sdk.0.1");
    }

    @Test
    void servesAzuresGaPath() throws Exception {
        for (var headers : List.of(new String[]{"api-key", "secret"}, new String[]{KEY, "Bearer token"})) {
            assertThat(client.open("/openai/v1/realtime?model=my-deployment", headers)
                    .next()
                    .path("session")
                    .path("model")
                    .asString()).isEqualTo("my-deployment");
        }
        assertThat(client.open("/openai/v1/realtime?model=my-deployment&api-key=secret").next().path("type").asString())
                .isEqualTo("session.created");
        assertThat(client.refused("/openai/v1/realtime?model=m&api-version=2025-04-01-preview", "api-key", "secret")
                .status()).isEqualTo(401);
        assertThat(client.refused("/openai/v1/realtime?model=m", "api-key", "sk-wrong").status()).isEqualTo(401);
    }

    @Test
    void speaksBetaOnAzuresPreviewPath() throws Exception {
        var created = client.open("/openai/realtime?api-version=2025-04-01-preview&deployment=mine", "api-key",
                "secret", "OpenAI-Beta", "realtime=v1").next();

        assertThat(created.path("session").path("modalities").isArray()).isTrue();
        assertThat(created.path("session").path("model").asString()).isEqualTo("mine");
        assertThat(client.refused("/openai/realtime?deployment=mine", "api-key", "secret").status()).isEqualTo(404);
    }

    @Test
    void acceptsOnlyItsKeysWhenItHasSome() throws Exception {
        try (var guarded = start(Access.OPEN.withKeys(Set.of("sk-mine"))); var itsClient = new RawClient(guarded)) {
            assertThat(itsClient.open(MODEL, KEY, "Bearer sk-mine").next().path("type").asString())
                    .isEqualTo("session.created");
            assertThat(itsClient.open(MODEL, KEY, BEARER).ended().code()).isEqualTo(3000);
        }
    }

    @Test
    void listensToOtherMachinesOnlyWithKeys() {
        var open = Emulator.Settings.of(Scenario.paymentDesk()).withAddress("0.0.0.0", 0);

        assertThatThrownBy(() -> Emulator.start(open)).isInstanceOf(EmulatorException.class)
                .hasMessageStartingWith("expected a loopback address, or else keys that are accepted, found 0.0.0.0");
    }

    @Test
    void takesModelsOfOnesOwnAndAnyWhenItIsLenient() throws Exception {
        try (var own = start(Access.OPEN.withModels(Set.of("house-model"))); var itsClient = new RawClient(own)) {
            assertThat(itsClient.openWithKey("/v1/realtime?model=house-model").next().path("type").asString())
                    .isEqualTo("session.created");
        }
        try (var lenient = Emulator.start(Emulator.Settings.of(Scenario.paymentDesk())
                .withStrictness(Strictness.LENIENT)); var itsClient = new RawClient(lenient)) {
            assertThat(itsClient.openWithKey("/v1/realtime?model=whatever").next().path("type").asString())
                    .isEqualTo("session.created");
        }
    }

    @Test
    void x9KeepsNoKeyInTheLog() throws Exception {
        client.open(MODEL + "&api-key=sk-in-query", KEY, "Bearer sk-secret", "Cookie", "token=sk-cookie", "User-Agent",
                "test").next();

        var request = emulator.sessions().getFirst().request();

        assertThat(request.toString()).doesNotContain("sk-");
        assertThat(request.headers()).containsEntry("user-agent", "test");
        assertThat(request.query()).containsExactly(java.util.Map.entry("model", "gpt-realtime"));
        assertThat(request.path()).isEqualTo("/v1/realtime");
    }

    @Test
    void remembersWhomItDidNotLetIn() throws Exception {
        emulator.inject(new PlannedFault(new Fault.Refuse(429), new When.Connecting(), PlannedFault.Repeat.ONCE));
        client.refused(MODEL, KEY, BEARER);
        client.refused(MODEL + "&api-key=sk-in-query");
        client.open(MODEL, KEY, "Bearer sk-wrong").ended();

        assertThat(emulator.turnedAway()).extracting(TurnedAway::status).containsExactly(429, 401, 3000);
        assertThat(emulator.turnedAway()).extracting(away -> away.code().orElse("none"))
                .containsExactly("rate_limit_exceeded", "none", "invalid_api_key");
        assertThat(emulator.turnedAway().toString()).contains("gpt-realtime").doesNotContain("sk-");
        var listed = client.get("/control/sessions").json();
        assertThat(listed.path("sessions").isEmpty()).isTrue();
        assertThat(listed.at("/turned_away/2/status").intValue()).isEqualTo(3000);
        assertThat(listed.at("/turned_away/2/request/query/model").asString()).isEqualTo("gpt-realtime");

        client.request("DELETE", "/control/sessions", "");

        assertThat(emulator.turnedAway()).isEmpty();
    }

    @Test
    void opensNoSocketElsewhere() throws Exception {
        assertThat(client.refused("/v2/realtime?model=gpt-realtime", KEY, BEARER).status()).isEqualTo(404);
    }
}
