package dev.parley.emulator;

import static dev.parley.emulator.VirtualSession.ladder;
import static dev.parley.emulator.VirtualSession.types;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.media.Pcm;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.InputTranscription;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TranscriptionUsage;
import dev.parley.realtime.TurnDetection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the client is told of the caller's words, and sessions that do nothing else: sections 2.4 and 12.1 of the
/// protocol's reference.
class EmulatedTranscriptionTest {
    private static final String WORDS = "good morning to you";
    private static final Pcm SAID = Speech.of(WORDS).then(Speech.silence(500));
    private static final Mind MIND = Minds.saying("yes");

    private static VirtualSession realtime(String model) {
        var session = VirtualSession.open(Opening.of("gpt-realtime"), MIND, Speech.earsFor(WORDS));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().transcription(model).build()));
        return session;
    }

    private static VirtualSession transcribing(String model) {
        var session = VirtualSession.open(Opening.transcription(), MIND, Speech.earsFor(WORDS));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.transcriptionOnly().transcription(model).build()));
        return session;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe", "my-deployment"})
    void tellsTheWordsOneByOneAndBillsTokens(String model) {
        var session = realtime(model);

        session.play(SAID);

        assertThat(session.all(ServerEvent.InputTranscriptDelta.class))
                .extracting(ServerEvent.InputTranscriptDelta::delta)
                .containsExactly("good", " morning", " to", " you");
        var completed = session.last(ServerEvent.InputTranscriptCompleted.class);
        assertThat(completed.transcript()).isEqualTo(WORDS);
        assertThat(completed.usage()).isInstanceOfSatisfying(TranscriptionUsage.Tokens.class, usage -> {
            assertThat(usage.totalTokens()).isEqualTo(usage.inputTokens() + usage.outputTokens());
            assertThat(usage.inputTokens()).isEqualTo(usage.textTokens() + usage.audioTokens());
            assertThat(usage.audioTokens()).isBetween(8L, 25L);
            assertThat(usage.outputTokens()).isEqualTo(5);
        });
    }

    @Test
    void tellsAllWordsInOneGoAndBillsTimeWithWhisper() {
        var session = realtime("whisper-1");

        session.play(SAID);

        assertThat(session.all(ServerEvent.InputTranscriptDelta.class))
                .extracting(ServerEvent.InputTranscriptDelta::delta)
                .containsExactly(WORDS);
        assertThat(session.last(ServerEvent.InputTranscriptCompleted.class).usage())
                .isInstanceOfSatisfying(TranscriptionUsage.Seconds.class,
                        usage -> assertThat(usage.seconds()).isBetween(0.8, 2.5));
    }

    @Test
    void weighsTheWordsWhenAskedTo() {
        var session = realtime("gpt-4o-transcribe");
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .include(List.of(SessionConfig.TRANSCRIPTION_LOGPROBS))
                .build()));

        session.play(SAID);

        var delta = session.last(ServerEvent.InputTranscriptDelta.class).logprobs().orElseThrow();
        assertThat(delta.path(0).path("token").stringValue()).isEqualTo(" you");
        assertThat(delta.path(0).path("bytes").size()).isEqualTo(4);
        assertThat(session.last(ServerEvent.InputTranscriptCompleted.class).logprobs().orElseThrow().size())
                .isEqualTo(4);
    }

    @Test
    void weighsNothingUnasked() {
        var session = realtime("gpt-4o-transcribe");

        session.play(SAID);

        assertThat(session.last(ServerEvent.InputTranscriptDelta.class).logprobs()).isEmpty();
        assertThat(session.last(ServerEvent.InputTranscriptCompleted.class).logprobs()).isEmpty();
    }

    @Test
    void tellsSpeakersApartWithTheModelThatDoes() {
        var session = transcribing("gpt-4o-transcribe-diarize");

        session.play(SAID);

        var segment = session.last(ServerEvent.InputTranscriptSegment.class);
        assertThat(segment.text()).isEqualTo(WORDS);
        assertThat(segment.end()).isBetween(0.8, 2.5);
    }

    @Test
    void tellsThatTheEarsFailedAndAnswers() {
        var session = realtime("gpt-4o-transcribe").withSlowEars();
        session.play(SAID);

        var events = session.input(new EmulatedSession.Input.HearingFailed(session.unheard().getFirst(),
                new RealtimeError("server_error", null, "Sorry.", null, null)));

        assertThat(types(events)).startsWith("conversation.item.input_audio_transcription.failed")
                .contains("response.done");
        var error = session.last(ServerEvent.InputTranscriptFailed.class).error();
        assertThat(error.type()).isEqualTo("server_error");
        assertThat(error.code()).isNull();
    }

    @Test
    void tellsWordsThatComeLongAfterTheAnswerWasCancelled() {
        var session = realtime("gpt-4o-transcribe").withSlowEars();
        session.play(SAID);
        session.send(new ClientEvent.ResponseCancel());
        session.pass(java.time.Duration.ofMinutes(5));

        var events = session.hear(session.unheard().getFirst(), "good morning");

        assertThat(ladder(events)).containsExactly("conversation.item.input_audio_transcription.delta",
                "conversation.item.input_audio_transcription.completed");
    }

    @Test
    void saysNothingOfAnItemThatIsGone() {
        var session = realtime("gpt-4o-transcribe").withSlowEars();
        session.play(SAID);
        var itemId = session.unheard().getFirst();

        var deleted = session.send(new ClientEvent.ItemDelete(itemId));
        var heard = session.hear(itemId, WORDS);

        assertThat(types(deleted)).startsWith("conversation.item.deleted", "response.output_item.added");
        assertThat(types(heard)).noneMatch(type -> type.contains("transcription"));
    }

    // Sessions that only transcribe

    @Test
    void opensAsTheServiceOpensIt() {
        var session = VirtualSession.open(Opening.transcription(), MIND);

        var raw = session.last(ServerEvent.SessionCreated.class).session().raw();
        assertThat(raw.propertyNames()).containsExactly("type", "object", "id", "expires_at", "audio", "include");
        assertThat(raw.path("object").stringValue()).isEqualTo("realtime.transcription_session");
        assertThat(raw.path("audio").toString()).isEqualTo(
                "{\"input\":{\"format\":{\"type\":\"audio/pcm\",\"rate\":24000},"
                        + "\"transcription\":null,\"noise_reduction\":null,\"turn_detection\":{\"type\":\"server_vad\","
                        + "\"threshold\":0.5,\"prefix_padding_ms\":300,\"silence_duration_ms\":200,\"idle_timeout_ms\":null}}}");
    }

    @Test
    void writesDownWhatItHearsAndAnswersNothing() {
        var session = transcribing("gpt-4o-transcribe");

        var events = session.play(SAID);

        assertThat(ladder(events)).containsExactly("input_audio_buffer.speech_started",
                "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "conversation.item.added",
                "conversation.item.done", "conversation.item.input_audio_transcription.delta",
                "conversation.item.input_audio_transcription.completed");
    }

    @Test
    void refusesToAnswer() {
        var session = transcribing("gpt-4o-transcribe");

        for (var asked : List.of(new ClientEvent.ResponseCreate(), new ClientEvent.ResponseCancel())) {
            assertThat(types(session.send(asked))).containsExactly("error");
        }
    }

    @Test
    void keepsTheTwoKindsOfSessionApart() {
        var transcription = VirtualSession.open(Opening.transcription(), MIND);
        var realtime = VirtualSession.open(Opening.of("gpt-realtime"), MIND);

        var first = transcription.send(new ClientEvent.SessionUpdate(SessionConfig.builder().build()));
        var second = realtime.send(new ClientEvent.SessionUpdate(SessionConfig.transcriptionOnly().build()));

        assertThat(error(first)).isEqualTo(
                "Passing a realtime session update event to a transcription session is not allowed.");
        assertThat(error(second)).isEqualTo(
                "Passing a transcription session update event to a realtime session is not allowed.");
    }

    @Test
    void refusesWhatATranscriptionSessionHasNot() {
        var session = VirtualSession.open(Opening.transcription(), MIND);

        for (var member : List.of("\"model\":\"x\"", "\"instructions\":\"x\"", "\"tools\":[]",
                "\"audio\":{\"output\":{}}")) {
            var refused = session.frame(
                    "{\"type\":\"session.update\",\"session\":{\"type\":\"transcription\"," + member + "}}");
            assertThat(error(refused)).startsWith("Unknown parameter: 'session.");
        }
    }

    @Test
    void leavesTurnsToTheClientWithTheStreamingModel() {
        var session = transcribing("gpt-realtime-whisper");

        var said = session.play(SAID);
        var committed = session.send(new ClientEvent.InputCommit());
        var refused = session.send(new ClientEvent.SessionUpdate(SessionConfig.transcriptionOnly()
                .turnDetection(TurnDetection.ServerVad.DEFAULT)
                .build()));

        assertThat(said).isEmpty();
        assertThat(ladder(committed)).endsWith("conversation.item.input_audio_transcription.delta",
                "conversation.item.input_audio_transcription.completed");
        assertThat(session.last(ServerEvent.InputTranscriptCompleted.class).usage())
                .isInstanceOf(TranscriptionUsage.Seconds.class);
        assertThat(error(refused)).isEqualTo("Turn detection is not supported for this transcription model.");
    }

    @Test
    void givesEachModelOnlyWhatItTakes() {
        var session = VirtualSession.open(Opening.transcription(), MIND);
        var wrong = List.of(
                new InputTranscription("whisper-1", null, List.of("en"), List.of(), null, null),
                new InputTranscription("gpt-4o-transcribe", null, List.of(), List.of("Parley"), null, null),
                new InputTranscription("gpt-4o-transcribe", null, List.of(), List.of(), null, "low"),
                new InputTranscription("gpt-4o-transcribe-diarize", null, List.of(), List.of(), "names", null));
        var right = List.of(new InputTranscription("gpt-transcribe", null, List.of("en"), List.of("Parley"), null,
                null),
                new InputTranscription("whisper-1", "en", List.of(), List.of(), "Parley", null));

        for (var transcription : wrong) {
            assertThat(error(update(session, transcription))).startsWith("Unknown parameter");
        }
        for (var transcription : right) {
            assertThat(types(update(session, transcription))).containsExactly("session.updated");
        }
        assertThat(session.last(ServerEvent.SessionUpdated.class)
                .session()
                .raw()
                .at("/audio/input/transcription")
                .propertyNames()).containsExactly("model", "language", "prompt");
    }

    private static List<ServerEvent> update(VirtualSession session, InputTranscription transcription) {
        // The fields of another model, which this session still has, would be merged with these.
        session.send(new ClientEvent.SessionUpdate(SessionConfig.transcriptionOnly().transcription(null).build()));
        return session.send(new ClientEvent.SessionUpdate(SessionConfig.transcriptionOnly()
                .inputTranscription(transcription)
                .build()));
    }

    private static String error(List<ServerEvent> events) {
        assertThat(events).singleElement().isInstanceOf(ServerEvent.ErrorEvent.class);
        return ((ServerEvent.ErrorEvent) events.getFirst()).error().message();
    }
}
