package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TranslationSessionTest {
    @Test
    void aTranslationFromItsFirstEventToItsLast() throws Exception {
        var heard = new CopyOnWriteArrayList<String>();
        try (var server = new RawServer(peer -> {
            peer.says("""
                    {"type":"session.created","event_id":"event_1","session":{"id":"sess_1","type":"translation",\
                    "expires_at":1795003600,"model":"gpt-realtime-translate","audio":{"input":{"transcription":null,\
                    "noise_reduction":null},"output":{"language":"en"}}}}""");
            heard.add(peer.next().text());
            peer.says(
                    """
                            {"type":"session.updated","session":{"type":"translation","audio":{"output":{"language":"es"}}}}""");
            heard.add(peer.next().text());
            peer.says("{\"type\":\"session.input_transcript.delta\",\"delta\":\"Good \",\"elapsed_ms\":200}");
            peer.says("{\"type\":\"session.output_transcript.delta\",\"delta\":\"Buenos \",\"elapsed_ms\":400}");
            peer.says("""
                    {"type":"session.output_audio.delta","delta":"AAECAw==","sample_rate":24000,"channels":1,\
                    "format":"pcm16","elapsed_ms":400}""");
            heard.add(peer.next().text());
            peer.says("{\"type\":\"session.closed\"}");
            peer.closes(1000, "");
            peer.next();
        });
                var client = RealtimeClient.builder().baseUrl(server.uri()).model("gpt-realtime-translate").build();
                var session = client.translate()) {
            session.configure(TranslationConfig.into("es")
                    .withTranscription("gpt-realtime-whisper")
                    .withNoiseReduction(null));
            session.sendAudio(new ByteArrayInputStream(new byte[4]), Pace.UNPACED);
            session.finish();

            var events = new ArrayList<TranslationEvent>();
            session.events().forEach(events::add);

            assertThat(events).hasExactlyElementsOfTypes(TranslationEvent.Created.class, TranslationEvent.Updated.class,
                    TranslationEvent.InputTranscriptDelta.class, TranslationEvent.OutputTranscriptDelta.class,
                    TranslationEvent.OutputAudioDelta.class, TranslationEvent.Closed.class);
            assertThat(((TranslationEvent.Created) events.get(0)).session()).satisfies(created -> {
                assertThat(created.id()).contains("sess_1");
                assertThat(created.model()).contains("gpt-realtime-translate");
                assertThat(created.language()).contains("en");
                assertThat(created.inputTranscription()).isEmpty();
            });
            assertThat(((TranslationEvent.OutputAudioDelta) events.get(4)).audio()).containsExactly(0, 1, 2, 3);
            assertThat(events.get(4).elapsed()).contains(Duration.ofMillis(400));
            assertThat(events.get(5).elapsed()).isEmpty();
            assertThat(session.closed()).contains(new Close(1000, ""));
        }
        assertThat(heard).containsExactly(
                "{\"type\":\"session.update\",\"session\":{\"audio\":{\"output\":{\"language\":\"es\"},"
                        + "\"input\":{\"transcription\":{\"model\":\"gpt-realtime-whisper\"},\"noise_reduction\":null}}}}",
                "{\"type\":\"session.input_audio_buffer.append\",\"audio\":\"AAAAAA==\"}",
                "{\"type\":\"session.close\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "{}", "{\"type\":\"session.output_audio.delta\",\"delta\":\"=\"}",
            "{\"type\":\"session.created\"}", "{\"type\":\"session.output_transcript.delta\",\"delta\":7}",
            "{\"type\":\"session.created\",\"session\":{\"audio\":{\"output\":{\"language\":7}}}}"})
    void whatCannotBeReadIsAnEvent(String frame) {
        assertThat(TranslationEvent.parse(frame)).isInstanceOf(TranslationEvent.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"type\":\"new.event\",\"x\":1}",
            "{\"type\":\"session.closed\",\"new_field\":{}}"})
    void unknownEventsAndFieldsAreKept(String frame) {
        var event = TranslationEvent.parse(frame);

        assertThat(event).isNotInstanceOf(TranslationEvent.Malformed.class);
        assertThat(event.raw()).isEqualTo(Frames.json(frame));
    }
}
