package dev.parley.emulator;

import static dev.parley.emulator.VirtualSession.ladder;
import static dev.parley.emulator.VirtualSession.types;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.Pcm;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A session over a call, in virtual time: what is sent of the sound, and what is told of it (protocol sections 7.6 to 7.8).
class EmulatedCallTest {
    /// 2 s of sound.
    private static final String TEN_WORDS = "one two three four five six seven eight nine ten";
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final Pcm HELLO = Speech.of("hello there");
    /// Sound is made twice as fast as it is heard.
    private static final Pacing TWICE = new Pacing(2, Duration.ofMillis(100));

    private static final TurnDetection SILENT = detection(false, true);
    private static final TurnDetection DEAF = detection(false, false);

    private static TurnDetection detection(boolean answers, boolean isInterrupted) {
        var usual = TurnDetection.ServerVad.DEFAULT;
        return new TurnDetection.ServerVad(usual.threshold(), usual.prefixPadding(), usual.silence(), answers,
                isInterrupted);
    }

    private static VirtualSession call() {
        return VirtualSession.call(Pacing.AT_ONCE, Minds.saying(TEN_WORDS));
    }

    private static VirtualSession callThatAnswers() {
        var call = call();
        call.send(new ClientEvent.ResponseCreate());
        return call;
    }

    @Test
    void tellsWhenTheAnswerBeginsToBeHeardAndWhenItWasHeard() {
        var call = callThatAnswers();

        call.onTheLine(Duration.ofSeconds(3));

        assertThat(ladder(call.sent().stream().map(VirtualSession.Sent::event).toList())).containsExactly(
                "session.created", "response.created", "response.output_item.added", "conversation.item.added",
                "response.content_part.added", "output_audio_buffer.started",
                "response.output_audio_transcript.delta", "response.output_audio.done",
                "response.output_audio_transcript.done", "response.content_part.done", "response.output_item.done",
                "conversation.item.done", "response.done", "rate_limits.updated", "output_audio_buffer.stopped");
        var id = call.last(ServerEvent.ResponseDone.class).response().id();
        assertThat(call.last(ServerEvent.OutputBufferStarted.class).responseId()).isEqualTo(id);
        assertThat(call.last(ServerEvent.OutputBufferStopped.class).responseId()).isEqualTo(id);
    }

    @Test
    void sendsTheSoundInRealTimeHoweverFastItIsMade() {
        var call = callThatAnswers();
        var begin = call.now();

        call.onTheLine(Duration.ofSeconds(1));
        var soFar = call.playedLength();
        call.onTheLine(Duration.ofSeconds(2));

        assertThat(soFar).isEqualTo(Duration.ofSeconds(1));
        assertThat(call.playedLength()).isEqualTo(TWO_SECONDS);
        var stopped = call.sent()
                .stream()
                .filter(sent -> sent.event() instanceof ServerEvent.OutputBufferStopped)
                .findFirst()
                .orElseThrow()
                .at();
        assertThat(Duration.between(begin, stopped)).isEqualTo(TWO_SECONDS);
    }

    @Test
    void keepsTheSoundOffTheEvents() {
        var call = callThatAnswers();

        call.onTheLine(Duration.ofSeconds(3));

        assertThat(call.all(ServerEvent.OutputAudioDelta.class)).isEmpty();
    }

    @Test
    void givesTheSoundThatWasSaidWhateverTheFormatOfTheSession() {
        for (var encoding : List.of(AudioEncoding.PCMU, AudioEncoding.PCMA)) {
            var call = call();
            call.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                    .inputEncoding(encoding)
                    .outputEncoding(encoding)
                    .build()));
            call.send(new ClientEvent.ResponseCreate());

            var events = call.onTheLine(HELLO.then(Speech.silence(2_500)));

            assertThat(call.played().getFirst().audio().rate()).as(encoding.toString()).isEqualTo(8_000);
            assertThat(types(events)).as(encoding.toString())
                    .contains("input_audio_buffer.speech_started", "input_audio_buffer.committed");
        }
    }

    // The caller speaks

    @Test
    void hearsTheCallerOnTheLine() {
        var call = call();

        var events = call.onTheLine(HELLO.then(Speech.silence(1_000)));

        assertThat(types(events)).containsSubsequence("input_audio_buffer.speech_started",
                "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "response.created",
                "output_audio_buffer.started", "response.done");
    }

    @Test
    void cutsTheAnswerToWhatWasSentOfItWhenTheCallerSpeaks() {
        var call = callThatAnswers();
        call.onTheLine(Duration.ofMillis(600));
        call.forget();

        var events = call.onTheLine(HELLO);

        var sent = call.playedLength();
        assertThat(sent).isGreaterThan(Duration.ofMillis(600)).isLessThan(TWO_SECONDS);
        assertThat(types(events)).startsWith("input_audio_buffer.speech_started", "output_audio_buffer.cleared",
                "conversation.item.truncated");
        var truncated = call.last(ServerEvent.ItemTruncated.class);
        assertThat(truncated.audioEndMs()).isEqualTo(sent.toMillis());
        call.send(new ClientEvent.ItemRetrieve(truncated.itemId()));
        var item = (Item.Message) call.last(ServerEvent.ItemRetrieved.class).item();
        assertThat(item.content()).singleElement()
                .satisfies(part -> assertThat(((Content.OutputAudio) part).transcript()).isNull());
        assertThat(item.raw().path("content").path(0).path("audio").asString().length() * 3 / 4L / 48)
                .isBetween(sent.toMillis() - 1, sent.toMillis() + 1);
    }

    @Test
    void closesTheAnswerThatIsStillBeingMadeBeforeItTellsWhatWasCut() {
        var call = VirtualSession.call(TWICE, Minds.saying(TEN_WORDS));
        call.send(new ClientEvent.ResponseCreate());
        call.onTheLine(Duration.ofMillis(300));
        call.forget();

        var events = call.onTheLine(HELLO);

        assertThat(ladder(events).stream().dropWhile(type -> !type.equals("input_audio_buffer.speech_started")))
                .startsWith("input_audio_buffer.speech_started", "response.output_audio.done",
                        "response.output_audio_transcript.done", "response.content_part.done",
                        "response.output_item.done", "conversation.item.done", "response.done", "rate_limits.updated",
                        "output_audio_buffer.cleared", "conversation.item.truncated");
        assertThat(call.last(ServerEvent.ItemTruncated.class).audioEndMs()).isEqualTo(call.playedLength().toMillis());
        assertThat(types(events)).doesNotContain("output_audio_buffer.stopped");
    }

    @Test
    void saysNoMoreOfAnAnswerThatWasCut() {
        var call = callThatAnswers();
        call.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .turnDetection(SILENT)
                .build()));
        call.onTheLine(HELLO);
        var sent = call.playedLength();

        call.onTheLine(Duration.ofSeconds(3));

        assertThat(call.all(ServerEvent.OutputBufferCleared.class)).hasSize(1);
        assertThat(call.playedLength()).isEqualTo(sent);
    }

    @Test
    void leavesAnAnswerThatWasHeardToItsEnd() {
        var call = callThatAnswers();
        call.onTheLine(TWO_SECONDS.plusMillis(40));
        call.forget();

        call.onTheLine(HELLO);

        assertThat(call.all(ServerEvent.SpeechStarted.class)).hasSize(1);
        assertThat(call.all(ServerEvent.OutputBufferCleared.class)).isEmpty();
        assertThat(call.all(ServerEvent.ItemTruncated.class)).isEmpty();
    }

    @Test
    void goesOnSpeakingWhenTheCallerMayNotInterrupt() {
        var call = call();
        call.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .turnDetection(DEAF)
                .build()));
        call.send(new ClientEvent.ResponseCreate());

        call.onTheLine(HELLO.then(Speech.silence(2_000)));

        assertThat(call.playedLength()).isEqualTo(TWO_SECONDS);
        assertThat(call.all(ServerEvent.OutputBufferCleared.class)).isEmpty();
    }

    // The client clears

    @Test
    void stopsSpeakingWhenTheClientClears() {
        var call = callThatAnswers();
        call.onTheLine(Duration.ofMillis(500));

        var events = call.send(new ClientEvent.OutputBufferClear());
        call.onTheLine(Duration.ofSeconds(3));

        assertThat(types(events)).containsExactly("output_audio_buffer.cleared", "conversation.item.truncated");
        assertThat(call.last(ServerEvent.ItemTruncated.class).audioEndMs()).isEqualTo(500);
        assertThat(call.playedLength()).isEqualTo(Duration.ofMillis(500));
        assertThat(call.all(ServerEvent.OutputBufferStopped.class)).isEmpty();
    }

    @Test
    void saysNothingMoreOfAnAnswerThatIsStillBeingMadeWhenTheClientClears() {
        var call = VirtualSession.call(TWICE, Minds.saying(TEN_WORDS));
        call.send(new ClientEvent.ResponseCreate());
        call.onTheLine(Duration.ofMillis(500));
        call.send(new ClientEvent.OutputBufferClear());
        var sent = call.playedLength();

        call.onTheLine(Duration.ofSeconds(3));

        assertThat(call.last(ServerEvent.ResponseDone.class).response().raw().path("status").asString())
                .isEqualTo("completed");
        assertThat(call.playedLength()).isEqualTo(sent);
        assertThat(call.all(ServerEvent.OutputBufferStopped.class)).isEmpty();
    }

    @Test
    void answersTheNextTurnAfterItWasCleared() {
        var call = callThatAnswers();
        call.onTheLine(Duration.ofMillis(500));
        call.send(new ClientEvent.OutputBufferClear());
        call.forget();

        call.send(new ClientEvent.ResponseCreate());
        call.onTheLine(Duration.ofSeconds(3));

        assertThat(call.all(ServerEvent.OutputBufferStarted.class)).hasSize(1);
        assertThat(call.all(ServerEvent.OutputBufferStopped.class)).hasSize(1);
        assertThat(call.playedLength()).isEqualTo(Duration.ofMillis(2_500));
    }

    @Test
    void clearsWhatIsEmptyByTheNameOfTheLastAnswer() {
        var call = call();
        var before = call.send(new ClientEvent.OutputBufferClear());
        call.send(new ClientEvent.ResponseCreate());
        call.onTheLine(Duration.ofSeconds(3));

        var after = call.send(new ClientEvent.OutputBufferClear());

        assertThat(before).isEmpty();
        assertThat(types(after)).containsExactly("output_audio_buffer.cleared");
        assertThat(call.last(ServerEvent.OutputBufferCleared.class).responseId())
                .isEqualTo(call.last(ServerEvent.ResponseDone.class).response().id());
    }

    @Test
    void playsOnWhatWasMadeWhenTheResponseIsCancelled() {
        var call = VirtualSession.call(TWICE, Minds.saying(TEN_WORDS));
        call.send(new ClientEvent.ResponseCreate());
        call.onTheLine(Duration.ofMillis(500));

        call.send(new ClientEvent.ResponseCancel());
        call.onTheLine(Duration.ofSeconds(2));

        assertThat(call.playedLength()).isGreaterThan(Duration.ofMillis(900)).isLessThan(Duration.ofMillis(1_300));
        assertThat(call.all(ServerEvent.OutputBufferStopped.class)).hasSize(1);
    }

    // More than one answer

    @Test
    void saysOneAnswerAfterTheOther() {
        var call = callThatAnswers();
        call.send(new ClientEvent.ResponseCreate(ResponseConfig.builder().outOfBand().build()));

        call.onTheLine(Duration.ofSeconds(5));

        var buffer = call.sent()
                .stream()
                .map(VirtualSession.Sent::event)
                .filter(event -> event.type().startsWith("output_audio_buffer."))
                .toList();
        assertThat(types(buffer)).containsExactly("output_audio_buffer.started", "output_audio_buffer.stopped",
                "output_audio_buffer.started", "output_audio_buffer.stopped");
        assertThat(call.playedLength()).isEqualTo(TWO_SECONDS.multipliedBy(2));
    }

    @Test
    void saysNothingOfAnAnswerInWriting() {
        var call = call();
        call.send(new ClientEvent.ResponseCreate(ResponseConfig.builder().outputModality("text").build()));

        call.onTheLine(Duration.ofSeconds(1));

        assertThat(call.all(ServerEvent.OutputBufferStarted.class)).isEmpty();
        assertThat(call.played()).isEmpty();
    }

    @Test
    void cutsAnAnswerThatWaitsForItsTurnToNothing() {
        var call = callThatAnswers();
        call.send(new ClientEvent.ResponseCreate());
        call.onTheLine(Duration.ofMillis(100));

        call.send(new ClientEvent.OutputBufferClear());

        assertThat(call.all(ServerEvent.ItemTruncated.class)).extracting(ServerEvent.ItemTruncated::audioEndMs)
                .containsExactly(100L, 0L);
        assertThat(call.all(ServerEvent.OutputBufferCleared.class)).hasSize(1);
    }

    // What is not a call's

    @Test
    void namesTheEventOfCallsAmongThoseItKnowsOnlyOnACall() {
        var nonsense = "{\"type\":\"no.such.event\"}";
        var call = call();
        var socket = VirtualSession.open(EmulatedSession.Opening.of("gpt-realtime"), Minds.saying(TEN_WORDS));

        call.frame(nonsense);
        socket.frame(nonsense);

        assertThat(call.last(ServerEvent.ErrorEvent.class).error().message()).contains("'output_audio_buffer.clear'");
        assertThat(socket.last(ServerEvent.ErrorEvent.class).error().message())
                .doesNotContain("'output_audio_buffer.clear'");
    }

    @ParameterizedTest
    @EnumSource(EmulatedSession.Kind.class)
    void expiresOnACallToo(EmulatedSession.Kind kind) {
        var opening = kind == EmulatedSession.Kind.REALTIME
                ? EmulatedSession.Opening.of("gpt-realtime")
                : EmulatedSession.Opening.transcription();
        var call = VirtualSession.open(opening.overCall(), Minds.saying(TEN_WORDS));

        call.pass(Duration.ofMinutes(60));

        assertThat(call.last(ServerEvent.ErrorEvent.class).error().code()).isEqualTo("session_expired");
        assertThat(call.closes()).hasSize(1);
    }
}
