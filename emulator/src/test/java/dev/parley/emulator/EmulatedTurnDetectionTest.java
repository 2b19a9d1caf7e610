package dev.parley.emulator;

import static dev.parley.emulator.VirtualSession.types;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.media.Pcm;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import dev.parley.realtime.TurnDetection.Eagerness;
import dev.parley.realtime.TurnDetection.ServerVad;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who ends a turn, and when: section 2.5 of the protocol's reference.
class EmulatedTurnDetectionTest {
    private static final Opening OPENING = Opening.of("gpt-realtime");
    private static final Pcm HELLO = Speech.of("hello there");
    private static final Duration IDLE = Duration.ofSeconds(6);

    private static VirtualSession with(TurnDetection detection) {
        var session = VirtualSession.open(OPENING, Minds.saying("one two three"), Speech.earsFor("hello there"));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().turnDetection(detection).build()));
        return session;
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 500, 1_200})
    void endsATurnAfterTheSilenceAskedFor(int silence) {
        var session = with(ServerVad.DEFAULT.withSilence(Duration.ofMillis(silence)));

        session.play(HELLO.then(Speech.silence(2_000)));

        long began = session.last(ServerEvent.SpeechStarted.class).audioStartMs();
        long ended = session.last(ServerEvent.SpeechStopped.class).audioEndMs();
        assertThat(ended - began).isBetween(HELLO.duration().toMillis() - 300 + silence, HELLO.duration().toMillis()
                + silence);
    }

    @ParameterizedTest
    @CsvSource({"HIGH, 400", "MEDIUM, 800", "AUTO, 800", "LOW, 1600"})
    void waitsLongerTheLessEagerItIs(Eagerness eagerness, int silence) {
        var session = with(new TurnDetection.SemanticVad(eagerness, true, true));
        session.play(HELLO);
        // The voice ends with a little silence of its own.
        var early = session.play(Speech.silence(silence - 300));

        var later = session.play(Speech.silence(400));

        assertThat(types(early)).doesNotContain("input_audio_buffer.speech_stopped");
        assertThat(types(later)).contains("input_audio_buffer.speech_stopped", "response.done");
    }

    @Test
    void beginsATurnBeforeItWasHeard() {
        var close = with(new ServerVad(0.5, Duration.ZERO, Duration.ofMillis(200), true, true));
        var wide = with(new ServerVad(0.5, Duration.ofMillis(600), Duration.ofMillis(200), true, true));

        for (var session : List.of(close, wide)) {
            session.play(Speech.silence(1_000).then(HELLO).then(Speech.silence(500)));
        }

        assertThat(close.last(ServerEvent.SpeechStarted.class).audioStartMs()
                - wide.last(ServerEvent.SpeechStarted.class).audioStartMs()).isEqualTo(600);
    }

    @Test
    void hearsNothingAboveItsThreshold() {
        var session = with(new ServerVad(1, Duration.ZERO, Duration.ofMillis(200), true, true));

        assertThat(session.play(HELLO.then(Speech.silence(500)))).isEmpty();
    }

    @Test
    void commitsAndSaysNothingWhenBothFlagsAreOff() {
        var session = with(new ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(200), false, false));

        var events = session.play(HELLO.then(Speech.silence(500)));

        assertThat(types(events)).containsExactly("input_audio_buffer.speech_started",
                "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "conversation.item.added",
                "conversation.item.done");
    }

    @Test
    void cannotAnswerWhileItMayNotBeInterrupted() {
        var session = VirtualSession.open(Scenario.paymentDesk(), Speech.earsFor("no stop"));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .turnDetection(new ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(200), true, false))
                .build()));
        session.textTurnBegins("what can you do for me");

        var events = session.play(Speech.of("no stop").then(Speech.silence(500)));

        var error = events.stream().filter(ServerEvent.ErrorEvent.class::isInstance).findFirst().orElseThrow();
        assertThat(((ServerEvent.ErrorEvent) error).error().code())
                .isEqualTo("conversation_already_has_active_response");
        assertThat(types(events)).containsSubsequence("input_audio_buffer.committed", "error");
    }

    @Test
    void fillsInWhatTheClientLeavesOut() {
        var session = with(new TurnDetection.Manual());

        session.frame(update("{\"type\":\"server_vad\",\"threshold\":0.7}"));
        var server = session.last(ServerEvent.SessionUpdated.class).session().raw();
        session.frame(update("{\"type\":\"semantic_vad\"}"));
        var semantic = session.last(ServerEvent.SessionUpdated.class).session().raw();

        assertThat(server.at("/audio/input/turn_detection").toString()).isEqualTo(
                "{\"type\":\"server_vad\",\"threshold\":0.7,\"prefix_padding_ms\":300,\"silence_duration_ms\":200,"
                        + "\"idle_timeout_ms\":null,\"create_response\":true,\"interrupt_response\":true}");
        assertThat(semantic.at("/audio/input/turn_detection").toString()).isEqualTo("{\"type\":\"semantic_vad\","
                + "\"eagerness\":\"auto\",\"create_response\":true,\"interrupt_response\":true}");
    }

    // 7.10

    @Test
    void asksTheCallerToSpeakAfterTheIdleTimeout() {
        var session = with(ServerVad.DEFAULT.withIdleTimeout(IDLE));
        session.play(HELLO.then(Speech.silence(400)));
        session.forget();
        // The answer is 600 ms long and was sent at once; what the caller sends meanwhile is silence.
        var waiting = session.play(Speech.silence(6_000));

        var events = session.play(Speech.silence(1_000));

        assertThat(types(waiting)).isEmpty();
        assertThat(types(events)).startsWith("input_audio_buffer.timeout_triggered", "input_audio_buffer.committed",
                "conversation.item.added", "conversation.item.done", "response.created");
        var timeout = session.last(ServerEvent.TimeoutTriggered.class);
        assertThat(timeout.itemId()).isEqualTo(session.last(ServerEvent.InputCommitted.class).itemId());
        assertThat(timeout.audioEndMs() - timeout.audioStartMs()).isBetween(5_960L, 6_040L);
    }

    @Test
    void keepsTheSilenceItCommits() {
        var session = with(ServerVad.DEFAULT.withIdleTimeout(IDLE));
        session.textTurn("hello");
        session.play(Speech.silence(7_000));

        session.send(new ClientEvent.ItemRetrieve(session.last(ServerEvent.InputCommitted.class).itemId()));

        var audio = session.last(ServerEvent.ItemRetrieved.class).raw().at("/item/content/0/audio").stringValue();
        assertThat(java.util.Base64.getDecoder().decode(audio).length / 48).isBetween(5_960, 6_040);
    }

    @Test
    void asksAgainAndAgain() {
        var session = with(ServerVad.DEFAULT.withIdleTimeout(IDLE));
        session.textTurn("hello");

        session.play(Speech.silence(20_500));

        assertThat(session.all(ServerEvent.TimeoutTriggered.class)).hasSize(3);
    }

    @Test
    void asksNobodyWhoSpeaksInTime() {
        var session = with(ServerVad.DEFAULT.withIdleTimeout(IDLE));
        session.textTurn("hello");
        session.play(Speech.silence(5_000));

        session.play(HELLO.then(Speech.silence(5_000)));

        assertThat(session.all(ServerEvent.TimeoutTriggered.class)).isEmpty();
    }

    @Test
    void asksEvenWhenNoAudioComesAtAll() {
        var session = with(ServerVad.DEFAULT.withIdleTimeout(IDLE));
        session.textTurn("hello");

        session.pass(Duration.ofSeconds(7));

        var timeout = session.last(ServerEvent.TimeoutTriggered.class);
        assertThat(timeout.audioStartMs()).isEqualTo(timeout.audioEndMs());
        assertThat(session.all(ServerEvent.ResponseDone.class)).hasSize(2);
    }

    @Test
    void hasNoIdleTimeoutUnlessAsked() {
        var session = with(ServerVad.DEFAULT);
        session.textTurn("hello");

        assertThat(session.pass(Duration.ofMinutes(10))).isEmpty();
    }

    @Test
    void startsTheIdleTimeoutWhenTheAnswerWasHeard() {
        var session = VirtualSession.open(OPENING, Minds.saying("word ".repeat(50).strip()));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .turnDetection(ServerVad.DEFAULT.withIdleTimeout(IDLE))
                .build()));
        session.send(new ClientEvent.ItemCreate(Item.userText("hello")));
        session.send(new ClientEvent.ResponseCreate());
        // Ten seconds of sound, and then six of silence.
        var early = session.pass(Duration.ofMillis(15_900));

        var later = session.pass(Duration.ofMillis(200));

        assertThat(early).isEmpty();
        assertThat(types(later)).contains("input_audio_buffer.timeout_triggered");
    }

    private static String update(String detection) {
        return "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":{\"input\":{\"turn_detection\":"
                + detection + "}}}}";
    }
}
