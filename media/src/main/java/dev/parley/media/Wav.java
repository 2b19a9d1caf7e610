package dev.parley.media;

import dev.parley.media.AudioFormat.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// WAV files, read and written whole. [WavWriter] writes one piece by piece.
///
/// Reads integer PCM of 8, 16, 24 and 32 bits, 32-bit float and G.711, plain or as `WAVE_FORMAT_EXTENSIBLE`, at any
/// rate and up to 32 channels, and gives 16-bit audio. Chunks other than `fmt ` and `data` are skipped.
///
/// A file that holds less audio than its header says is refused as truncated, never shortened in silence. Only where
/// the header says that its writer could not know the length does the audio last to the end of the file: a `data` size
/// of 0x7FFFF000 and above, or of 0 together with a `RIFF` size that promises nothing behind it either.
///
/// Stateless, safe to use from any thread.
public final class Wav {
    private Wav() {}

    /// The audio in `file`.
    ///
    /// @throws WavFormatException if it is not a WAV file we can read
    public static Pcm read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new WavReader(file.toString(), in).read();
        }
    }

    /// The audio in `in`, read up to the end of the `data` chunk. The stream stays open and need not be buffered.
    ///
    /// @throws WavFormatException if it is not WAV we can read
    public static Pcm read(InputStream in) throws IOException {
        return new WavReader("WAV stream", in).read();
    }

    /// Writes `audio` to `file` as 16-bit PCM, replacing what was there.
    public static void write(Path file, Pcm audio) throws IOException {
        write(file, audio, Encoding.PCM16);
    }

    /// Writes `audio` to `file` in `encoding`, replacing what was there.
    public static void write(Path file, Pcm audio, Encoding encoding) throws IOException {
        try (var out = WavWriter.create(file, new AudioFormat(encoding, audio.rate(), audio.channels()))) {
            out.write(audio);
        }
    }
}
