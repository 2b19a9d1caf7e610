package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Close;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Faults as a client meets them: real sockets, a time that is moved by hand.
@Timeout(30)
class FaultsTest {
    private static final String MODEL = "/v1/realtime?model=gpt-realtime";
    private static final String[] KEY = {"Authorization", "Bearer sk-test"};
    private static final RealtimeError BUSY = new RealtimeError("server_error", "busy", "Too busy.", null, null);

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-20T12:00:00Z"));
    private final Emulator emulator = Emulator.start(Emulator.Settings.of(Scenario.paymentDesk().withPace(0))
            .withEars(_ -> new Hearing.Understood("hello there", 1))
            .withTime(time));
    private final RawClient client = new RawClient(emulator);

    @AfterEach
    void hangUp() {
        client.close();
        emulator.close();
    }

    @Test
    void dropsAConnectionAfterTheEventItWasToldOf() throws Exception {
        emulator.inject(new Fault.Drop().when(When.sent("response.created")));
        var socket = textTurn();

        var session = emulator.sessions().getFirst();
        assertThat(session.awaitClosed(Duration.ofSeconds(5)).code()).isEqualTo(Close.ABNORMAL);
        // What was sent last may be lost with the connection: the client reads it, or finds out first.
        assertThat(session.sentTypes()).endsWith("response.created");
        assertThat(socket.isLost()).isTrue();
    }

    @Test
    void closesWithACodeAndAReason() throws Exception {
        emulator.inject(new Fault.End(new Close(1011, "out of order")).when(When.received("response.create")));

        assertThat(textTurn().ended()).isEqualTo(new Close(1011, "out of order"));
        assertThat(emulator.sessions().getFirst().closed()).hasValue(new Close(1011, "out of order"));
    }

    @Test
    void refusesConnectionsWithAStatus() throws Exception {
        for (int status : new int[]{401, 429, 500}) {
            emulator.inject(new Fault.Refuse(status).when(new When.Connecting()));

            assertThat(client.refused(MODEL, KEY).status()).isEqualTo(status);
        }
        emulator.inject(new Fault.ExpiredKey().when(new When.Connecting()));
        assertThat(client.refused(MODEL, KEY).status()).isEqualTo(401);
        assertThat(client.open(MODEL, KEY).next().path("type").asString()).isEqualTo("session.created");
    }

    @Test
    void refusesRequestsWithAStatus() throws Exception {
        emulator.inject(new Fault.Refuse(429).when(new When.Requesting()));
        emulator.inject(new Fault.ExpiredKey().when(new When.Requesting()));

        var limited = client.get("/v1/models", KEY);
        var expired = client.get("/v1/models", KEY);

        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.error().path("code").asString()).isEqualTo("rate_limit_exceeded");
        assertThat(expired.status()).isEqualTo(401);
        assertThat(expired.error().path("message").asString()).contains("expired");
        assertThat(client.get("/v1/models", KEY).status()).isEqualTo(200);
    }

    @Test
    void sendsNothingWhileItStalls() throws Exception {
        emulator.inject(new Fault.Stall(Duration.ofMinutes(5)).when(When.sent("response.created")));
        var socket = textTurn();
        socket.next("response.created");
        emulator.sessions().getFirst().awaitReceived("response.create", Duration.ofSeconds(5));

        assertThat(socket.waiting()).isZero();
        time.advance(Duration.ofMinutes(5));

        socket.next("response.done");
    }

    @Test
    void sendsOneEventAfterTheOtherWhenItIsSlow() throws Exception {
        emulator.inject(new Fault.Slow(Duration.ofMinutes(1)).when(When.sent("response.created")));
        var socket = textTurn();
        socket.next("response.created");

        var types = new ArrayList<String>();
        while (types.size() < 100 && !types.contains("response.done")) {
            assertThat(socket.waiting()).as("events before their minute has passed").isZero();
            time.advance(Duration.ofMinutes(1));
            types.add(socket.next().path("type").asString());
        }

        assertThat(types).startsWith("response.output_item.added").endsWith("response.done").hasSizeGreaterThan(5);
    }

    @Test
    void sendsMalformedUnknownAndErrorEventsNow() throws Exception {
        var socket = client.open(MODEL, KEY);
        socket.next("session.created");

        emulator.inject(Fault.Malformed.HALF_AN_EVENT.when(new When.Now()));
        emulator.inject(new Fault.UnknownEvent("surprise.event").when(new When.Now()));
        emulator.inject(new Fault.ErrorEvent(BUSY).when(new When.Now()));

        assertThat(socket.text()).isEqualTo(Fault.Malformed.HALF_AN_EVENT.frame());
        assertThat(socket.next().path("type").asString()).isEqualTo("surprise.event");
        var error = socket.next();
        assertThat(error.path("error").path("code").asString()).isEqualTo("busy");
        assertThat(error.path("event_id").asString()).startsWith("event_");
    }

    @Test
    void sendsAnEventTwiceOrNotAtAll() throws Exception {
        emulator.inject(new Fault.Duplicate().when(When.sent("response.created")));
        emulator.inject(new Fault.Swallow().when(When.sent("response.output_text.done")));
        var socket = textTurn();

        var first = socket.next("response.created");
        assertThat(socket.next("response.created")).isEqualTo(first);
        socket.next("response.done");

        assertThat(emulator.sessions().getFirst().sentTypes()).doesNotContain("response.output_text.done");
    }

    @Test
    void failsAResponse() throws Exception {
        emulator.inject(new Fault.FailedResponse(BUSY).when(When.received("response.create")));

        var done = textTurn().next("response.done");

        assertThat(done.path("response").path("status").asString()).isEqualTo("failed");
        assertThat(done.path("response").path("status_details").path("error").path("code").asString())
                .isEqualTo("busy");
    }

    @Test
    void sendsTranscriptionsLate() throws Exception {
        emulator.inject(new Fault.LateTranscription(Duration.ofSeconds(3)).when(new When.Connecting()));
        var socket = client.open(MODEL, KEY);
        socket.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .transcription("whisper-1")
                .turnDetection(new TurnDetection.Manual())
                .build()).toJson());
        socket.send(new ClientEvent.InputAppend(new byte[48_000]).toJson());
        socket.send(new ClientEvent.InputCommit().toJson());
        socket.send(new ClientEvent.ResponseCreate().toJson());

        socket.next("response.done");
        assertThat(emulator.sessions().getFirst().sentTypes()).noneMatch(type -> type.contains("transcription"));
        time.advance(Duration.ofSeconds(3));

        assertThat(socket.next("conversation.item.input_audio_transcription.completed").path("transcript").asString())
                .isEqualTo("hello there");
    }

    @Test
    void followsItsScenario() throws Exception {
        var scenario = Scenario.paymentDesk().withPace(0);
        var unkind = new Scenario(scenario.name(), 0, scenario.delta(), scenario.greeting(), scenario.otherwise(),
                scenario.answers(),
                scenario.caller(), scenario.callerHears(), java.util.List.of(new Fault.Refuse(500).when(
                        new When.Connecting()).everyTime()));
        try (var other = Emulator.start(unkind); var itsClient = new RawClient(other)) {
            assertThat(itsClient.refused(MODEL, KEY).status()).isEqualTo(500);
            assertThat(itsClient.refused(MODEL, KEY).status()).isEqualTo(500);
        }
    }

    @Test
    void endsASessionOfAnHourWhenTimeIsMoved() throws Exception {
        var socket = client.open(MODEL, KEY);
        socket.next("session.created");

        time.advance(Duration.ofMinutes(61));

        assertThat(socket.next("error").path("error").path("code").asString()).isEqualTo("session_expired");
        assertThat(socket.ended().code()).isEqualTo(1001);
    }

    private RawClient.Socket textTurn() throws Exception {
        var socket = client.open(MODEL, KEY);
        socket.send(new ClientEvent.SessionUpdate(SessionConfig.builder().outputModality("text").build()).toJson());
        socket.send(new ClientEvent.ItemCreate(Item.userText("hello there")).toJson());
        socket.send(new ClientEvent.ResponseCreate().toJson());
        return socket;
    }
}
