package dev.parley.emulator;

import static dev.parley.emulator.VirtualSession.types;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Bytes of audio in and out of a session, in each format.
class EmulatedSessionAudioTest {
    private static final Scenario DESK = Scenario.paymentDesk().withPace(0);
    private static final Map<AudioEncoding, AudioFormat> G711 = Map.of(AudioEncoding.PCMU, AudioFormat.PCMU,
            AudioEncoding.PCMA, AudioFormat.PCMA);

    @Test
    void givesBackTheBytesItWasGiven() {
        var session = VirtualSession.open(DESK).withoutTurnDetection();
        var bytes = Speech.of("hello there").toLittleEndian();
        session.send(new ClientEvent.InputAppend(bytes));
        session.send(new ClientEvent.InputCommit());

        var itemId = session.last(ServerEvent.InputCommitted.class).itemId();
        session.send(new ClientEvent.ItemRetrieve(itemId));

        assertThat(retrieved(session)).isEqualTo(bytes);
    }

    @Test
    void takesPiecesThatCutASampleInTwo() {
        var session = VirtualSession.open(DESK).withoutTurnDetection();
        var bytes = Speech.of("hello there").toLittleEndian();
        int at = 0;
        for (int length = 1; at < bytes.length; length = length * 3 + 2) {
            int end = Math.min(at + length, bytes.length);
            session.send(new ClientEvent.InputAppend(Arrays.copyOfRange(bytes, at, end)));
            at = end;
        }

        session.send(new ClientEvent.InputCommit());
        session.send(new ClientEvent.ItemRetrieve(session.last(ServerEvent.InputCommitted.class).itemId()));

        assertThat(retrieved(session)).isEqualTo(bytes);
    }

    @Test
    void takesAnEmptyPiece() {
        var session = VirtualSession.open(DESK);

        assertThat(session.send(new ClientEvent.InputAppend(new byte[0]))).isEmpty();
    }

    @Test
    void hearsWhateverTheSizeOfThePieces() {
        var speech = Speech.silence(300).then(Speech.of("hello there")).then(Speech.silence(800));
        var inReal = VirtualSession.open(DESK, Speech.earsFor("hello there"));
        var atOnce = VirtualSession.open(DESK, Speech.earsFor("hello there"));

        inReal.play(speech);
        atOnce.send(new ClientEvent.InputAppend(speech.toLittleEndian()));

        for (var session : List.of(inReal, atOnce)) {
            session.send(new ClientEvent.ItemRetrieve(session.last(ServerEvent.InputCommitted.class).itemId()));
        }
        assertThat(retrieved(atOnce)).isEqualTo(retrieved(inReal));
        assertThat(atOnce.last(ServerEvent.SpeechStopped.class).audioEndMs())
                .isEqualTo(inReal.last(ServerEvent.SpeechStopped.class).audioEndMs());
    }

    @Test
    void commitsTheSpeechWithItsPaddingAndItsClosingSilence() {
        var heard = new ArrayList<Pcm>();
        var session = VirtualSession.open(DESK, audio -> {
            heard.add(audio);
            return Speech.earsFor("hello there").hear(audio);
        });

        session.play(Speech.silence(2_000).then(Speech.of("hello there")).then(Speech.silence(2_000)));

        long started = session.last(ServerEvent.SpeechStarted.class).audioStartMs();
        long stopped = session.last(ServerEvent.SpeechStopped.class).audioEndMs();
        assertThat(heard).hasSize(1);
        assertThat(heard.getFirst().duration().toMillis()).isBetween(stopped - started - 1, stopped - started + 1);
    }

    @Test
    void hearsG711() {
        G711.forEach((encoding, format) -> {
            var session = VirtualSession.open(DESK, Speech.earsFor("hello there"));
            session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().inputEncoding(encoding).build()));
            session.withFormat(format);
            var speech = Speech.at(8_000, "hello there").then(Pcm.silence(8_000, 6_400));

            var events = session.play(speech);

            assertThat(types(events)).as(encoding.toString())
                    .startsWith("input_audio_buffer.speech_started",
                            "input_audio_buffer.speech_stopped", "input_audio_buffer.committed");
            session.send(new ClientEvent.ItemRetrieve(session.last(ServerEvent.InputCommitted.class).itemId()));
            long length = session.last(ServerEvent.SpeechStopped.class).audioEndMs()
                    - session.last(ServerEvent.SpeechStarted.class).audioStartMs();
            assertThat(retrieved(session).length / 8L).as(encoding.toString()).isBetween(length - 1, length + 1);
        });
    }

    @Test
    void speaksG711() {
        var asPcm = VirtualSession.open(DESK);
        asPcm.textTurn("hello there");
        long millis = sound(asPcm).length / 48;

        G711.forEach((encoding, format) -> {
            var session = VirtualSession.open(DESK);
            session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().outputEncoding(encoding).build()));

            session.textTurn("hello there");

            assertThat(sound(session).length / 8L).as(encoding.toString()).isBetween(millis - 2, millis + 2);
            assertThat(format.decode(sound(session)).rms()).as(encoding.toString()).isGreaterThan(0.02);
            assertThat(session.last(ServerEvent.ResponseDone.class)
                    .raw()
                    .path("response")
                    .path("audio")
                    .path("output")
                    .path("format")
                    .path("type")
                    .stringValue()).isEqualTo(encoding.wireName());
        });
    }

    @Test
    void saysInAudioWhatItWritesInTheTranscript() {
        var session = VirtualSession.open(DESK);

        session.textTurn("hello there");

        var message = session.last(ServerEvent.OutputItemDone.class).item();
        session.send(new ClientEvent.ItemRetrieve(message.id().orElseThrow()));
        assertThat(retrieved(session)).isEqualTo(sound(session));
        assertThat(session.last(ServerEvent.OutputTranscriptDone.class).transcript())
                .isEqualTo(((dev.parley.realtime.Item.Message) message).text());
    }

    @Test
    void countsMillisecondsOnWhenTheFormatChanges() {
        var session = VirtualSession.open(DESK, Speech.earsFor("hello there"));
        session.play(Speech.silence(1_000));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().inputEncoding(AudioEncoding.PCMU).build()));
        session.withFormat(AudioFormat.PCMU);

        session.play(Pcm.silence(8_000, 8_000).then(Speech.at(8_000, "hello there")).then(Pcm.silence(8_000, 4_000)));

        assertThat(session.last(ServerEvent.SpeechStarted.class).audioStartMs()).isBetween(1_650L, 2_000L);
    }

    @Test
    void speaksAndHearsEachInItsOwnFormat() {
        for (var in : AudioEncoding.values()) {
            for (var out : AudioEncoding.values()) {
                var session = VirtualSession.open(EmulatedSession.Opening.of("gpt-realtime"), Minds.saying("one two"),
                        Speech.earsFor("hello there"));
                session.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                        .inputEncoding(in)
                        .outputEncoding(out)
                        .build()));
                session.withFormat(CallerAudio.format(in));

                session.play(Speech.at(in.rate(), "hello there").then(Pcm.silence(in.rate(), in.rate())));

                assertThat(session.all(ServerEvent.InputCommitted.class)).as(in + " in, " + out + " out").hasSize(1);
                assertThat(sound(session)).as(in + " in, " + out + " out").hasSize(out.bytesPerSecond() * 4 / 10);
            }
        }
    }

    @Test
    void changesFormatsBetweenTurns() {
        var session = VirtualSession.open(EmulatedSession.Opening.of("gpt-realtime"), Minds.saying("one two"),
                Speech.earsFor("hello there", "hello there"));
        session.play(Speech.of("hello there").then(Speech.silence(500)));
        session.send(new ClientEvent.InputAppend(new byte[1]));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .inputEncoding(AudioEncoding.PCMA)
                .outputEncoding(AudioEncoding.PCMU)
                .build()));
        session.withFormat(AudioFormat.PCMA);
        int before = sound(session).length;

        session.play(Speech.at(8_000, "hello there").then(Pcm.silence(8_000, 8_000)));

        assertThat(session.all(ServerEvent.InputCommitted.class)).hasSize(2);
        assertThat(before).isEqualTo(400 * 48);
        assertThat(sound(session)).hasSize(400 * 48 + 400 * 8);
    }

    private static byte[] retrieved(VirtualSession session) {
        var part = session.last(ServerEvent.ItemRetrieved.class).raw().path("item").path("content").path(0);
        return Base64.getDecoder().decode(part.path("audio").stringValue());
    }

    private static byte[] sound(VirtualSession session) {
        var all = new java.io.ByteArrayOutputStream();
        session.all(ServerEvent.OutputAudioDelta.class).forEach(delta -> all.writeBytes(delta.audio()));
        return all.toByteArray();
    }
}
