package dev.parley.media;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/// Recordings of any kind that is read here, told apart by their content and, where they have no header, by their name.
///
/// | kind | known by |
/// |---|---|
/// | WAV, G.711 in WAV | `RIFF`; see [Wav] |
/// | AIFF, AIFC, AU | their headers |
/// | linear audio without a header, 16 bit little-endian, 24 kHz, mono | `.raw`, `.pcm` |
/// | G.711 without a header, 8 kHz, mono | `.ulaw`, `.alaw` |
///
/// Stateless, safe to use from any thread.
public final class AudioFile {
    private AudioFile() {}

    /// The audio in `file`.
    ///
    /// @throws IOException if it cannot be read, or is of no kind that is read here
    public static Pcm read(Path file) throws IOException {
        var headless = withoutHeader(file);
        if (headless.isPresent()) {
            var format = headless.get();
            var bytes = Files.readAllBytes(file);
            // Half a sample at the end is no sample.
            return format.decode(Arrays.copyOf(bytes, bytes.length - bytes.length % format.bytesPerFrame()));
        }
        return isKnownToTheJdk(file) ? readByTheJdk(file) : Wav.read(file);
    }

    private static Optional<AudioFormat> withoutHeader(Path file) {
        var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "raw", "pcm" -> Optional.of(AudioFormat.REALTIME_PCM);
            case "ulaw" -> Optional.of(AudioFormat.PCMU);
            case "alaw" -> Optional.of(AudioFormat.PCMA);
            default -> Optional.empty();
        };
    }

    private static boolean isKnownToTheJdk(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var magic = new String(in.readNBytes(4), StandardCharsets.ISO_8859_1);
            return magic.equals("FORM") || magic.equals(".snd");
        }
    }

    private static Pcm readByTheJdk(Path file) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file));
                var found = AudioSystem.getAudioInputStream(in)) {
            var format = found.getFormat();
            var wanted = new javax.sound.sampled.AudioFormat(Encoding.PCM_SIGNED, format.getSampleRate(), 16,
                    format.getChannels(), 2 * format.getChannels(), format.getSampleRate(), false);
            try (var linear = AudioSystem.getAudioInputStream(wanted, found)) {
                return Pcm.ofLittleEndian(Math.round(format.getSampleRate()), format.getChannels(),
                        linear.readAllBytes());
            }
        } catch (UnsupportedAudioFileException | IllegalArgumentException e) {
            throw new WavFormatException(file + ": expected WAV, AIFF, AU or a file named .raw, .pcm, .ulaw or .alaw,"
                    + " found something else", e);
        }
    }
}
