package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpusTest {
    private static final OpusSettings SETTINGS = OpusSettings.SPEECH;

    @ParameterizedTest
    @ValueSource(ints = {8_000, 16_000, 24_000, 48_000})
    void keepsSpeechRecognisable(int rate) throws Exception {
        var speech = FakeSpeech.of(rate, 1, 4, 0.5, 0.2).audio();
        var decoder = new OpusDecoder(rate);

        var heard = decodeAll(decoder, encodeAll(speech, SETTINGS));

        assertThat(Likeness.of(speech, heard, 50).correlation()).isGreaterThan(0.8);
        assertThat(heard.rms() / speech.rms()).isBetween(0.8, 1.2);
    }

    @Test
    void takesTheFrameBeforeFromTheErrorCorrectionOfAPacket() throws Exception {
        var speech = FakeSpeech.of(24_000, 2, 6, 0.5, 0).audio();
        var packets = encodeAll(speech, new OpusSettings(32_000, 5, 20));
        var whole = new OpusDecoder(24_000);
        var lossy = new OpusDecoder(24_000);
        int recoverable = 0;
        double original = 0;
        double recovered = 0;

        for (int i = 1; i < packets.size(); i++) {
            var real = whole.decode(packets.get(i));
            boolean lost = i % 4 == 0 && i + 1 < packets.size() && OpusDecoder.canRecover(packets.get(i + 1));
            var got = lost ? lossy.recover(packets.get(i + 1)) : lossy.decode(packets.get(i));
            if (lost && real.rms() > 0.02) {
                recoverable++;
                original += real.rms();
                recovered += got.rms();
            }
        }

        assertThat(recoverable).isGreaterThan(10);
        assertThat(recovered / original).isBetween(0.8, 1.25);
    }

    @Test
    void hasNoErrorCorrectionWhenNoLossIsExpected() throws Exception {
        for (var packet : encodeAll(FakeSpeech.of(24_000, 2, 2, 0.5, 0).audio(), new OpusSettings(32_000, 5, 0))) {
            assertThat(OpusDecoder.canRecover(packet)).isFalse();
        }
    }

    @Test
    void carriesOnAcrossALostFrameAndFallsSilentInTheEnd() throws Exception {
        var decoder = new OpusDecoder(24_000);
        var tone = Tone.of(24_000, 200, 0.5, 24_000);
        var heard = decodeAll(decoder, encodeAll(tone, SETTINGS));

        var first = decoder.conceal(480);
        var later = first;
        for (int i = 0; i < 100; i++) {
            later = decoder.conceal(480);
        }

        assertThat(first.rms()).isGreaterThan(heard.slice(12_000, 24_000).rms() / 3);
        assertThat(later.rms()).isLessThan(0.01);
    }

    @Test
    void refusesAudioOfAnotherRateOrLength() {
        var encoder = new OpusEncoder(24_000, SETTINGS);

        assertThatIllegalArgumentException().isThrownBy(() -> encoder.encode(Pcm.silence(24_000, 240)));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.encode(Pcm.silence(48_000, 960)));
        assertThatIllegalArgumentException().isThrownBy(() -> new OpusEncoder(44_100, SETTINGS));
        assertThatIllegalArgumentException().isThrownBy(() -> new OpusSettings(1_000, 5, 0));
    }

    @Test
    void encodesTheLoudestAndTheStrangest() {
        var random = new Random(3);
        var encoder = new OpusEncoder(48_000, SETTINGS);
        for (int i = 0; i < 200; i++) {
            var samples = new short[960];
            int kind = i % 4;
            for (int at = 0; at < samples.length; at++) {
                samples[at] = (short) switch (kind) {
                    case 0 -> random.nextInt();
                    case 1 -> at % 2 == 0 ? Short.MIN_VALUE : Short.MAX_VALUE;
                    case 2 -> at == 17 ? Short.MAX_VALUE : 0;
                    default -> Short.MIN_VALUE;
                };
            }

            assertThat(encoder.encode(Pcm.adopt(48_000, 1, samples))).hasSizeBetween(1, OpusEncoder.LONGEST_PACKET);
        }
    }

    @Test
    void readsTheLengthOfAPacketFromItsHeader() throws Exception {
        assertThat(ticks(0b0_0001_000, 0)).isEqualTo(960); // SILK, 20 ms, one frame
        assertThat(ticks(0b0_0011_000, 0)).isEqualTo(2_880); // SILK, 60 ms
        assertThat(ticks(0b0_1101_000, 0)).isEqualTo(960); // hybrid, 20 ms
        assertThat(ticks(0b1_0000_000, 0)).isEqualTo(120); // CELT, 2.5 ms
        assertThat(ticks(0b1_1111_001, 1, 2)).isEqualTo(1_920); // CELT, 2 x 20 ms of one size
        assertThat(ticks(0b1_1111_010, 1, 1, 2)).isEqualTo(1_920); // of two sizes
        assertThat(ticks(0b1_1111_011, 3, 1, 2, 3)).isEqualTo(2_880); // of any number
        assertThat(ticks(0b1_1111_011, 0xC2, 1, 1, 7, 8, 0)).isEqualTo(1_920); // with a byte of padding
    }

    @Test
    void refusesPacketsThatBreakTheRules() {
        for (var broken : List.of(new int[]{}, new int[]{0b1_1111_001, 1}, new int[]{0b1_1111_010, 9, 1},
                new int[]{0b1_1111_011}, new int[]{0b1_1111_011, 0}, new int[]{0b0_0011_011, 3, 1, 2, 3},
                new int[]{0b1_1111_011, 0x41, 255}, new int[]{0b1_1111_011, 0x41, 9, 1},
                new int[]{0b1_1111_011, 0x82, 252}, new int[]{0b1_1111_011, 2, 1, 2, 3})) {
            assertThatExceptionOfType(MalformedPacketException.class)
                    .isThrownBy(() -> new OpusDecoder(8_000).decode(bytes(broken)));
        }
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> new OpusDecoder(8_000).decode(new byte[1_277]));
    }

    @Test
    void hostilePacketsAreMalformedAndNothingElse() throws Exception {
        var fuzz = new OpusFuzz(11);

        fuzz.run(3_000);

        assertThat(fuzz.decoded()).isGreaterThan(200);
        assertThat(fuzz.refused()).isGreaterThan(200);
    }

    private static int ticks(int... packet) throws MalformedPacketException {
        return OpusPacket.read(bytes(packet), 0, packet.length).ticks();
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static List<byte[]> encodeAll(Pcm audio, OpusSettings settings) {
        var encoder = new OpusEncoder(audio.rate(), settings);
        var packets = new ArrayList<byte[]>();
        for (int at = 0; at + encoder.frame() <= audio.frames(); at += encoder.frame()) {
            packets.add(encoder.encode(audio.slice(at, at + encoder.frame())));
        }
        return packets;
    }

    private static Pcm decodeAll(OpusDecoder decoder, List<byte[]> packets) throws MalformedPacketException {
        var heard = Pcm.silence(decoder.rate(), 0);
        for (var packet : packets) {
            heard = heard.then(decoder.decode(packet));
        }
        return heard;
    }
}
