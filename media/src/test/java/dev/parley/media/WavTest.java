package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.media.AudioFormat.Encoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WavTest {
    private static final short[] RAMP = {0, 1, -1, 256, -256, 12_345, -12_345, 32_767, -32_768, 7};

    @TempDir
    Path folder;

    @Test
    void cutsNothingFromAStereoFile() throws IOException {
        var stereo = Pcm.copyOf(44_100, 2, RAMP);

        Wav.write(file(), stereo);

        assertThat(Wav.read(file())).isEqualTo(stereo);
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000})
    void keepsTheRate(int rate) throws IOException {
        Wav.write(file(), Pcm.copyOf(rate, RAMP));

        assertThat(Wav.read(file())).isEqualTo(Pcm.copyOf(rate, RAMP));
    }

    @ParameterizedTest
    @EnumSource(value = Encoding.class, names = {"PCMU", "PCMA"})
    void writesAndReadsG711(Encoding encoding) throws IOException {
        var format = AudioFormat.mono(encoding, 8_000);
        var heardOnThePhone = format.decode(format.encode(Pcm.copyOf(8_000, RAMP)));

        Wav.write(file(), Pcm.copyOf(8_000, RAMP), encoding);

        assertThat(Wav.read(file())).isEqualTo(heardOnThePhone);
    }

    @Test
    void roundsEightBitsUpToSixteen() throws IOException {
        var bytes = aWav().tag(1).bits(8).data(0, 128, 255).bytes();

        assertThat(read(bytes).toSamples()).containsExactly(-32_768, 0, 32_512);
    }

    @Test
    void roundsTwentyFourBitsToTheNearestSample() throws IOException {
        var bytes = aWav().bits(24)
                .data(0x7F, 0x01, 0x00, 0x80, 0x01, 0x00, 0xFF, 0xFF, 0x7F, 0x00, 0x00, 0x80)
                .bytes();

        assertThat(read(bytes).toSamples()).containsExactly(1, 2, 32_767, -32_768);
    }

    @Test
    void roundsThirtyTwoBitsToTheNearestSample() throws IOException {
        var bytes = aWav().bits(32).ints(0x0001_7FFF, 0x0001_8000, 0x7FFF_FFFF, 0x8000_0000).bytes();

        assertThat(read(bytes).toSamples()).containsExactly(1, 2, 32_767, -32_768);
    }

    @Test
    void clipsFloatsBeyondFullScale() throws IOException {
        var bytes = aWav().tag(3).bits(32).floats(0, 0.5f, -1, 1, 7, -7, Float.NaN, Float.POSITIVE_INFINITY).bytes();

        assertThat(read(bytes).toSamples())
                .containsExactly(0, 16_384, -32_768, 32_767, 32_767, -32_768, 0, 32_767);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 7})
    void readsTheExtensibleFormOfEveryCodec(int tag) throws IOException {
        int bits = tag == 1 ? 16 : tag == 3 ? 32 : 8;
        var plain = aWav().tag(tag).bits(bits).data(1, 2, 3, 4, 5, 6, 7, 8);
        var extensible = aWav().tag(tag).bits(bits).data(1, 2, 3, 4, 5, 6, 7, 8).extensible();

        assertThat(read(extensible.bytes())).isEqualTo(read(plain.bytes()));
    }

    @Test
    void skipsChunksAroundTheAudio() throws IOException {
        var bytes = aWav().before("LIST", 26)
                .before("bext", 7)
                .before("fact", 4)
                .samples(RAMP)
                .after("id3 ", 9)
                .bytes();

        assertThat(read(bytes).toSamples()).isEqualTo(RAMP);
    }

    @Test
    void readsAudioOfOddLengthBeforeAnotherChunk() throws IOException {
        var bytes = aWav().bits(8).data(128, 129, 130).after("LIST", 4).bytes();

        assertThat(read(bytes).frames()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x7FFF_F000L, 0x7FFF_FFFFL, 0xFFFF_FFFFL})
    void readsToTheEndWhereAStreamingWriterLeftTheSizeOpen(long size) throws IOException {
        var bytes = aWav().samples(RAMP).dataSize(size).riffSize(size == 0 ? 36 : size).bytes();

        assertThat(read(bytes).toSamples()).isEqualTo(RAMP);
    }

    @Test
    void takesAnEmptyDataChunkBeforeOthersAsNoAudio() throws IOException {
        var bytes = aWav().data().after("LIST", 40).bytes();

        assertThat(read(bytes).frames()).isZero();
    }

    @Test
    void ignoresAFrameThatAStreamingWriterLeftHalfWritten() throws IOException {
        var bytes = aWav().channels(2).data(1, 0, 2, 0, 3, 0, 4).dataSize(0xFFFF_FFFFL).bytes();

        assertThat(read(bytes)).isEqualTo(Pcm.copyOf(8_000, 2, new short[]{1, 2}));
    }

    @Test
    void reportsATruncatedFileInsteadOfShorteningIt() {
        var bytes = aWav().samples(RAMP).bytes();

        assertRefused(Arrays.copyOf(bytes, bytes.length - 2), "expected 20 bytes of audio", "found 18", "truncated");
    }

    @Test
    void allocatesForTheBytesThatCameAndNotForTheSizeTheHeaderClaims() {
        assertRefused(aWav().samples(RAMP).dataSize(0x1FFF_FFFEL).bytes(), "expected 536870910 bytes", "found 20");
        assertRefused(aWav().samples(RAMP).dataSize(0x7FFF_0000L).bytes(), "expected at most", "split the file");
        assertRefused(aWav().before("LIST", 2).chunkSize(0xFFFF_FFF0L).samples(RAMP).bytes(), "'LIST'", "truncated");
    }

    @Test
    void saysWhatIsWrongAndWhatToDo() {
        var whole = aWav().samples(RAMP).bytes();

        assertRefused(new byte[0], "WAV stream: expected a WAV file, found an empty one", "record or copy it again");
        assertRefused("ID3 and then music".getBytes(), "begins with 'RIFF', found 'ID3 '", "convert it to WAV");
        assertRefused("RIFF????AVI LIST".getBytes(), "kind 'WAVE', found 'AVI '");
        assertRefused(Arrays.copyOf(whole, 9), "RIFF header, found 9 bytes", "truncated");
        assertRefused(Arrays.copyOf(whole, 12), "expected a 'fmt ' chunk, found the end of the file");
        assertRefused(Arrays.copyOf(whole, 15), "chunk header, found 3 bytes", "truncated");
        assertRefused(Arrays.copyOf(whole, 30), "'fmt ' chunk of 16 bytes, found 10 bytes", "truncated");
        assertRefused(Arrays.copyOf(whole, 36), "expected a 'data' chunk, found the end of the file");
        assertRefused(aWav().withoutFormat().samples(RAMP).bytes(), "'fmt ' chunk before the audio, found none");
        assertRefused(aWav().tag(0x55).bits(0).samples(RAMP).bytes(), "found format tag 85", "16-bit PCM");
        assertRefused(aWav().tag(1).bits(12).samples(RAMP).bytes(), "found format tag 1 with 12 bits");
        assertRefused(aWav().channels(0).samples(RAMP).bytes(), "1 to 32 channels, found 0");
        assertRefused(aWav().rate(12).samples(RAMP).bytes(), "sample rate of 1000 to 384000 Hz, found 12");
    }

    @Test
    void namesTheFileItCannotRead() throws IOException {
        Files.createFile(file());

        assertThatIOException().isThrownBy(() -> Wav.read(file())).withMessageStartingWith(file() + ": expected");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void answersDamagedFilesWithAudioOrAClearError(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            var bytes = damaged(random);
            try {
                assertThat(read(bytes).frames()).isLessThanOrEqualTo(bytes.length);
            } catch (WavFormatException e) {
                assertThat(e).hasMessageContaining("expected");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    @Test
    void writesPieceByPieceTheFileThatIsWrittenAtOnce() throws IOException {
        var pieces = folder.resolve("pieces.wav");

        try (var out = WavWriter.create(pieces, AudioFormat.PCMA)) {
            for (short sample : Arrays.copyOf(RAMP, 9)) {
                out.write(Pcm.copyOf(8_000, sample));
            }
            assertThat(out.frames()).isEqualTo(9);
        }

        Wav.write(file(), Pcm.copyOf(8_000, Arrays.copyOf(RAMP, 9)), Encoding.PCMA);
        assertThat(pieces).hasSameBinaryContentAs(file());
    }

    @Test
    void leavesAReadableFileWhenTheWriterIsNeverClosed() throws IOException {
        try (var out = WavWriter.create(file(), AudioFormat.REALTIME_PCM)) {
            out.write(Pcm.copyOf(24_000, RAMP));

            assertThat(Wav.read(file()).toSamples()).isEqualTo(RAMP);
        }
    }

    @Test
    void closesAWriterTwiceAndWritesNoMore() throws IOException {
        var out = WavWriter.create(file(), AudioFormat.REALTIME_PCM);

        out.close();
        out.close();

        assertThatIOException().isThrownBy(() -> out.write(Pcm.copyOf(24_000, RAMP)));
    }

    @Test
    void refusesToWriteAudioOfAnotherRate() throws IOException {
        try (var out = WavWriter.create(file(), AudioFormat.REALTIME_PCM)) {
            assertThatThrownBy(() -> out.write(Pcm.copyOf(8_000, RAMP))).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("resample");
        }
    }

    private static byte[] damaged(Random random) {
        var wav = aWav().channels(1 + random.nextInt(2)).before("LIST", random.nextInt(9)).samples(RAMP);
        var bytes = (random.nextBoolean() ? wav.extensible() : wav).bytes();
        for (int hits = random.nextInt(6); hits > 0; hits--) {
            bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : -random.nextInt(2));
        }
        return Arrays.copyOf(bytes, random.nextBoolean() ? bytes.length : random.nextInt(bytes.length + 1));
    }

    private static void assertRefused(byte[] bytes, String... message) {
        assertThatThrownBy(() -> read(bytes)).isInstanceOf(WavFormatException.class).hasMessageContainingAll(message);
    }

    private static Pcm read(byte[] bytes) throws IOException {
        return Wav.read(new ByteArrayInputStream(bytes));
    }

    private static WavBytes aWav() {
        return new WavBytes();
    }

    private Path file() {
        return folder.resolve("audio.wav");
    }
}
