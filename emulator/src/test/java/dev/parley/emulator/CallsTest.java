package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.Close;
import dev.parley.rtc.PeerState;
import dev.parley.rtc.RtcEngine;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls over WebRTC (protocol sections 1.7 to 1.9 and 11), with our own peer as the caller.
@Timeout(60)
class CallsTest {
    private static final String CALLS = "/v1/realtime/calls";
    private static final String SECRETS = "/v1/realtime/client_secrets";
    private static final String MODEL = "?model=gpt-realtime";
    private static final String[] KEY = {"Authorization", "Bearer sk-test"};
    private static final String SAY = "{\"type\":\"response.create\",\"response\":{}}";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static RtcEngine engine;

    private Emulator emulator;
    private RawClient client;

    @BeforeAll
    static void openEngine() {
        engine = RtcEngine.open();
    }

    @AfterAll
    static void closeEngine() {
        engine.close();
    }

    @AfterEach
    void hangUp() {
        if (client != null) {
            client.close();
            emulator.close();
        }
    }

    private void start(UnaryOperator<Emulator.Settings> change) {
        var faculties = Faculties.scripted(List.of()).withVoices((_, _) -> Speech.silence(200));
        emulator = Emulator.start(change.apply(Emulator.Settings.of(Scenario.none()).withFaculties(faculties)));
        client = new RawClient(emulator);
    }

    private void start() {
        start(settings -> settings);
    }

    private RawClient.Answer offer(String path, String sdp, String... headers) throws Exception {
        var all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/sdp";
        return client.post(path, sdp, all);
    }

    /// A call that is up, with the standard key.
    private Caller call() throws Exception {
        return call(CALLS + MODEL);
    }

    private Caller call(String path) throws Exception {
        var caller = new Caller(engine);
        return caller.answered(offer(path, caller.offer(), KEY).text());
    }

    private String callId() {
        return emulator.sessions().getLast().callId().orElseThrow();
    }

    private RawClient.Socket sideband() throws Exception {
        return client.openWithKey("/v1/realtime?call_id=" + callId());
    }

    // How a call begins

    @Test
    void answersAnOfferWithTheSessionOfAClientSecret() throws Exception {
        start();
        var secret = client.post(SECRETS, "{\"session\":{\"type\":\"realtime\",\"model\":\"gpt-realtime-2\","
                + "\"instructions\":\"Be brief.\"}}", KEY).json().path("value").asString();
        try (var caller = new Caller(engine)) {

            var answer = offer(CALLS, caller.offer(), "Authorization", "Bearer " + secret);

            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.header("Location")).matches("/v1/realtime/calls/rtc_[0-9a-f]{32}");
            assertThat(answer.header("Content-Type")).startsWith("application/sdp");
            assertThat(answer.text()).contains("a=rtpmap:111 opus/48000/2", "m=application", "127.0.0.1");
            var created = caller.answered(answer.text()).next();
            assertThat(created.path("type").asString()).isEqualTo("session.created");
            assertThat(created.path("session").path("model").asString()).isEqualTo("gpt-realtime-2");
            assertThat(created.path("session").path("instructions").asString()).isEqualTo("Be brief.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "; filename=\"blob\""})
    void answersTheOfferThatAServerPassesOnWithASession(String file) throws Exception {
        start();
        try (var caller = new Caller(engine)) {
            var answer = form(CALLS, file, caller.offer(), "{\"type\":\"realtime\",\"model\":\"gpt-realtime-mini\","
                    + "\"audio\":{\"output\":{\"voice\":\"cedar\"}}}");

            assertThat(answer.status()).isEqualTo(201);
            var created = caller.answered(answer.text()).next();
            assertThat(created.path("session").path("model").asString()).isEqualTo("gpt-realtime-mini");
            assertThat(created.path("session").path("audio").path("output").path("voice").asString())
                    .isEqualTo("cedar");
        }
    }

    private RawClient.Answer form(String path, String file, String sdp, String session) throws Exception {
        var body = "--b\r\nContent-Disposition: form-data; name=\"sdp\"" + file
                + "\r\nContent-Type: application/sdp\r\n\r\n" + sdp
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"session\"" + file
                + "\r\nContent-Type: application/json\r\n\r\n" + session + "\r\n--b--\r\n";
        return client.post(path, body, "Authorization", "Bearer sk-test", "Content-Type",
                "multipart/form-data; boundary=b");
    }

    @Test
    void speaksTheBetaDialectToWhoCallsAsOneDidThen() throws Exception {
        start(settings -> settings.withAccess(Access.OPEN.withBeta(Access.Beta.SPOKEN)));
        try (var caller = call("/v1/realtime?model=gpt-4o-realtime-preview")) {
            assertThat(caller.next().path("session").has("modalities")).isTrue();

            caller.send("{\"type\":\"response.create\",\"response\":{\"modalities\":[\"audio\",\"text\"]}}");

            caller.next("response.audio_transcript.done");
        }
    }

    @Test
    void speaksTheBetaDialectOnAzuresPreviewPath() throws Exception {
        start();
        try (var caller = call("/v1/realtimertc?model=my-deployment")) {
            var session = caller.next().path("session");

            assertThat(session.has("modalities")).isTrue();
            assertThat(session.path("model").asString()).isEqualTo("my-deployment");
        }
    }

    @Test
    void tellsAzuresFilteredDataChannelNoMoreThanItIsFor() throws Exception {
        start();
        try (var caller = call("/openai/v1/realtime/calls?model=my-deployment&webrtcfilter=on")) {
            var all = sideband();
            all.next("session.created");
            caller.send(SAY);

            all.next("response.done");

            assertThat(caller.next().path("type").asString()).isEqualTo("conversation.item.added");
            assertThat(caller.next().path("type").asString()).isEqualTo("output_audio_buffer.started");
        }
    }

    @Test
    void leavesFindingTheWayToTheCaller() throws Exception {
        start(settings -> settings.withWebRtc(WebRtc.USUAL.withIce(WebRtc.Ice.LITE)));
        try (var caller = new Caller(engine)) {
            var answer = offer(CALLS + MODEL, caller.offer(), KEY).text();

            assertThat(answer).contains("a=ice-lite");
            caller.answered(answer).next("session.created");
        }
    }

    @Test
    void tellsTheAddressThatOthersSeeItAt() throws Exception {
        start(settings -> settings.withWebRtc(WebRtc.USUAL
                .withAddress(InetAddress.getLoopbackAddress())
                .withAdvertised(InetAddress.ofLiteral("192.0.2.7"))));
        try (var caller = new Caller(engine)) {

            var answer = offer(CALLS + MODEL, caller.offer(), KEY).text();

            assertThat(answer.lines().filter(line -> line.startsWith("a=candidate:"))).isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains(" 192.0.2.7 "));
        }
    }

    // Who is not let in

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hello\\n                        | invalid_offer
            v=0\\r\\n                       | invalid_offer
            OFFER WITHOUT SOUND            | invalid_offer
            OFFER WITHOUT ITS LAST LINE END| invalid_offer
            ''                             | invalid_offer
            """)
    void refusesWhatIsNoOfferOfSound(String what, String code) throws Exception {
        start();
        try (var caller = new Caller(engine);
                var silent = engine.peer().withoutAudio().dataChannel("oai-events").open()) {
            var body = switch (what) {
                case "OFFER WITHOUT SOUND" -> silent.createOffer();
                case "OFFER WITHOUT ITS LAST LINE END" -> caller.offer().stripTrailing();
                default -> what.replace("\\r", "\r").replace("\\n", "\n");
            };

            var answer = offer(CALLS + MODEL, body, KEY);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().path("code").asString()).isEqualTo(code);
            assertThat(answer.error().path("type").asString()).isEqualTo("invalid_request_error");
            assertThat(emulator.turnedAway()).singleElement()
                    .satisfies(client -> assertThat(client.code()).hasValue(code));
            assertThat(emulator.sessions()).isEmpty();
        }
    }

    @Test
    void takesAnOfferWithoutItsLastLineEndWhenItIsLenient() throws Exception {
        start(settings -> settings.withStrictness(Strictness.LENIENT));
        try (var caller = new Caller(engine)) {

            assertThat(offer(CALLS + MODEL, caller.offer().stripTrailing(), KEY).status()).isEqualTo(201);
        }
    }

    @ParameterizedTest
    @CsvSource({"/v1/realtime/calls, sk-test, 400, missing_model",
            "/v1/realtime/calls?model=gpt-none, sk-test, 400, model_not_found",
            "/v1/realtime/calls?model=whisper-1, sk-test, 400, invalid_model",
            "/v1/realtime/calls?model=gpt-realtime, sk-wrong, 401, invalid_api_key",
            "/v1/realtime/calls?model=gpt-realtime, ek_unknown, 401, invalid_api_key",
            "/v1/realtime/calls?model=gpt-realtime, , 401, ",
            "/v1/realtime?model=gpt-realtime, sk-test, 400, beta_api_shape_disabled",
            "/openai/v1/realtime/calls?model=x&api-version=2025-04-01-preview, sk-test, 401, "})
    void refusesWhoMayNotCome(String path, String key, int status, String code) throws Exception {
        start(settings -> settings.withAccess(Access.OPEN.withRefusedKeys(Set.of("sk-wrong"))));
        try (var caller = new Caller(engine)) {
            var headers = key == null ? new String[0] : new String[]{"Authorization", "Bearer " + key};

            var answer = offer(path, caller.offer(), headers);

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.error().path("code").stringValue(null)).isEqualTo(code);
        }
    }

    @Test
    void refusesASecretThatHasExpired() throws Exception {
        var time = new ManualTime(Instant.parse("2026-11-20T12:00:00Z"));
        start(settings -> settings.withTime(time));
        var secret = client.post(SECRETS, "{\"expires_after\":{\"seconds\":10}}", KEY)
                .json()
                .path("value")
                .asString();
        try (var caller = new Caller(engine)) {
            time.advance(Duration.ofSeconds(10));

            var answer = offer(CALLS + MODEL, caller.offer(), "Authorization", "Bearer " + secret);

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.error().path("message").asString()).contains("expired");
        }
    }

    @Test
    void refusesRequestsThatItCannotRead() throws Exception {
        start();
        var broken = "--b\r\nContent-Disposition: form-data; name=\"sdp\"\r\n\r\nv=0";
        String[] asForm = {"Authorization", "Bearer sk-test", "Content-Type", "multipart/form-data; boundary=b"};
        String[] withoutBoundary = {"Authorization", "Bearer sk-test", "Content-Type", "multipart/form-data"};

        assertThat(client.post(CALLS, "{}", KEY).error().path("code").asString()).isEqualTo(
                "unsupported_content_type");
        assertThat(client.post(CALLS, broken, asForm).status()).isEqualTo(400);
        assertThat(client.post(CALLS, broken, withoutBoundary).status()).isEqualTo(400);
        assertThat(client.post(CALLS, "--b--\r\n", asForm).error().path("param").asString()).isEqualTo("sdp");
        assertThat(client.post(CALLS, broken + "v".repeat(2 << 20), asForm).status()).isEqualTo(413);
        assertThat(offer(CALLS, "v".repeat(2 << 20), KEY).status()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"realtime","model":"gpt-realtime","temperature":1} | unknown_parameter          | session.temperature
            {"model":"gpt-realtime"}                                   | missing_required_parameter | session.type
            {"type":"realtime","model":"gpt-none"}                     | model_not_found            | session.model
            {"type":"realtime","model":"gpt-realtime",                 | invalid_json               | session
            """)
    void refusesASessionThatAnUpdateWouldNotTake(String session, String code, String param) throws Exception {
        start();
        try (var caller = new Caller(engine)) {

            var answer = form(CALLS, "", caller.offer(), session);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().path("code").asString()).isEqualTo(code);
            assertThat(answer.error().path("param").asString()).isEqualTo(param);
        }
    }

    @Test
    void refusesOneCallTooManyUntilThereIsRoom() throws Exception {
        start(settings -> settings.withWebRtc(WebRtc.USUAL.withMostCalls(1)));
        try (var first = call(); var second = new Caller(engine)) {
            first.next("session.created");

            var refused = offer(CALLS + MODEL, second.offer(), KEY);

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.error().path("code").asString()).isEqualTo("rate_limit_exceeded");
            client.post(CALLS + "/" + callId() + "/hangup", "", KEY);
            emulator.sessions().getFirst().awaitClosed(PATIENCE);
            assertThat(offer(CALLS + MODEL, second.description(), KEY).status()).isEqualTo(201);
        }
    }

    @Test
    void refusesACallThatAFaultKeepsOut() throws Exception {
        start();
        emulator.inject(new Fault.Refuse(503).when(new When.Connecting()));
        try (var caller = new Caller(engine)) {

            assertThat(offer(CALLS + MODEL, caller.offer(), KEY).status()).isEqualTo(503);
        }
    }

    // What is said on the data channel

    @Test
    void answersMistakesOnTheDataChannelAsOnASocket() throws Exception {
        start();
        try (var caller = call()) {
            caller.next("session.created");

            caller.send("{\"type\":");
            caller.send("{\"type\":\"no.such.event\",\"event_id\":\"mine\"}");

            assertThat(caller.next().path("error").path("code").asString()).isEqualTo("invalid_json");
            assertThat(caller.next().path("error").path("event_id").asString()).isEqualTo("mine");
        }
    }

    @ParameterizedTest
    @CsvSource({"1009, false", "1003, true"})
    void endsTheCallOfWhoSendsWhatItDoesNotTakeAndNoOther(int code, boolean binary) throws Exception {
        start(settings -> settings.withLimits(Emulator.Limits.USUAL.withMessageBytes(10_000)));
        try (var bad = call(); var good = call()) {
            bad.next("session.created");
            good.next("session.created");

            if (binary) {
                bad.channel().send(new byte[10]);
            } else {
                bad.send("x".repeat(10_001));
            }

            assertThat(emulator.sessions().getFirst().awaitClosed(PATIENCE).code()).isEqualTo(code);
            assertThat(bad.ended()).isEqualTo(PeerState.CLOSED);
            good.send(SAY);
            good.next("response.done");
        }
    }

    @Test
    void tellsOfAnEventThatTheDataChannelDoesNotCarry() throws Exception {
        start();
        try (var caller = call()) {
            var sideband = sideband();
            sideband.next("session.created");
            var silence = Base64.getEncoder().encodeToString(new byte[300_000]);

            sideband.send("{\"type\":\"conversation.item.create\",\"item\":{\"id\":\"long\",\"type\":\"message\","
                    + "\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"audio\":\"" + silence + "\"}]}}");
            sideband.send("{\"type\":\"conversation.item.retrieve\",\"item_id\":\"long\"}");

            assertThat(sideband.next("conversation.item.retrieved").toString().length()).isGreaterThan(400_000);
            assertThat(caller.next("error").path("error").path("code").asString()).isEqualTo("event_too_large");
        }
    }

    // Sidebands

    @Test
    void letsASocketJoinThatSeesAndSteersTheSession() throws Exception {
        start();
        try (var caller = call()) {
            caller.next("session.created");
            caller.send(
                    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"instructions\":\"Be kind.\"}}");
            caller.next("session.updated");

            var sideband = sideband();
            var created = sideband.next();
            sideband.send(SAY);

            assertThat(created.path("type").asString()).isEqualTo("session.created");
            assertThat(created.path("session").path("instructions").asString()).isEqualTo("Be kind.");
            assertThat(sideband.next("response.done").path("event_id")).isEqualTo(caller.next("response.done")
                    .path(
                            "event_id"));
        }
    }

    @Test
    void goesOnWithoutASidebandThatLeaves() throws Exception {
        start();
        try (var caller = call()) {
            var sideband = sideband();
            sideband.next("session.created");

            sideband.abort();
            caller.send(SAY);

            caller.next("response.done");
            assertThat(emulator.sessions().getFirst().closed()).isEmpty();
        }
    }

    @Test
    void findsNoCallForASecretOrAnIdItDoesNotKnow() throws Exception {
        start();
        var secret = client.post(SECRETS, "", KEY).json().path("value").asString();
        try (var caller = call()) {
            caller.next("session.created");

            assertThat(client.refused("/v1/realtime?call_id=" + callId(), "Authorization", "Bearer " + secret)
                    .status()).isEqualTo(404);
            assertThat(client.refused("/v1/realtime?call_id=rtc_0", KEY).status()).isEqualTo(404);
        }
    }

    // How a call ends

    @Test
    void hangsUp() throws Exception {
        start();
        try (var caller = call()) {
            var sideband = sideband();
            sideband.next("session.created");
            var path = CALLS + "/" + callId() + "/hangup";

            var answer = client.post(path, "", KEY);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(caller.ended()).isEqualTo(PeerState.CLOSED);
            assertThat(sideband.ended()).isEqualTo(new Close(Close.NORMAL, "the call was hung up"));
            assertThat(emulator.sessions().getFirst().awaitClosed(PATIENCE).code()).isEqualTo(Close.NORMAL);
            var again = client.post(path, "", KEY);
            assertThat(again.status()).isEqualTo(404);
            assertThat(again.error().path("code").asString()).isEqualTo("call_id_not_found");
        }
    }

    @Test
    void endsTheSessionWhenTheCallerHangsUp() throws Exception {
        start();
        var caller = call();
        var sideband = sideband();
        sideband.next("session.created");

        caller.close();

        assertThat(emulator.sessions().getFirst().awaitClosed(PATIENCE).code()).isEqualTo(Close.NORMAL);
        assertThat(sideband.ended().code()).isEqualTo(Close.NORMAL);
    }

    @Test
    void endsTheCallOfWhoDoesNotConnect() throws Exception {
        start(settings -> settings.withLimits(Emulator.Limits.USUAL.withPatience(Duration.ofMillis(300))));
        try (var caller = new Caller(engine)) {
            offer(CALLS + MODEL, caller.offer(), KEY);

            var end = emulator.sessions().getFirst().awaitClosed(PATIENCE);

            assertThat(end.code()).isEqualTo(Close.ABNORMAL);
            assertThat(end.reason()).contains("did not connect");
        }
    }

    @Test
    void saysThatTheSessionHasExpiredAndEndsTheCall() throws Exception {
        var time = new ManualTime(Instant.parse("2026-11-20T12:00:00Z"));
        start(settings -> settings.withTime(time));
        try (var caller = call()) {
            var sideband = sideband();
            sideband.next("session.created");

            time.advance(Duration.ofMinutes(60));

            assertThat(caller.next("error").path("error").path("code").asString()).isEqualTo("session_expired");
            assertThat(caller.ended()).isEqualTo(PeerState.CLOSED);
            assertThat(sideband.ended().code()).isEqualTo(Close.GOING_AWAY);
        }
    }

    @Test
    void losesACallWithoutAWord() throws Exception {
        start();
        try (var caller = call()) {
            caller.next("session.created");
            emulator.inject(new Fault.Drop().when(When.sent("response.created")));

            caller.send(SAY);
            caller.next("response.created");

            assertThat(emulator.sessions().getFirst().awaitClosed(PATIENCE).code()).isEqualTo(Close.ABNORMAL);
            assertThat(caller.state()).isEqualTo(PeerState.CONNECTED);
        }
    }

    @Test
    void hangsUpOnEverybodyWhenItCloses() throws Exception {
        start();
        try (var caller = call()) {
            caller.next("session.created");

            emulator.close();

            assertThat(caller.ended()).isEqualTo(PeerState.CLOSED);
            assertThat(emulator.sessions().getFirst().closed().orElseThrow().code()).isEqualTo(Close.GOING_AWAY);
        }
    }

    // Looking at it

    @Test
    void showsTheCallsThereAre() throws Exception {
        start();
        try (var caller = call()) {
            var sideband = sideband();
            sideband.next("session.created");

            var shown = client.get("/control/calls").json().path("calls").path(0);

            assertThat(shown.path("id").asString()).isEqualTo(callId());
            assertThat(shown.path("session_id").asString()).isEqualTo(emulator.sessions().getFirst().sessionId());
            assertThat(shown.path("state").asString()).isEqualTo("connected");
            assertThat(shown.path("codec").asString()).isEqualTo("opus");
            assertThat(shown.path("sidebands").intValue()).isEqualTo(1);
            assertThat(client.get("/control/sessions").json().path("sessions").path(0).path("call_id").asString())
                    .isEqualTo(callId());
            assertThat(caller.state()).isEqualTo(PeerState.CONNECTED);
        }
    }
}
