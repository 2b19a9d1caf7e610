package dev.parley.examples;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.Wav;
import dev.parley.realtime.AudioEncoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;

/// A WAV file of any rate and layout as a stream for a session, with the second of silence that ends a turn.
final class Recording {
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private Recording() {}

    static InputStream open(Path file, AudioEncoding encoding) throws IOException {
        var format = switch (encoding) {
            case PCM -> AudioFormat.REALTIME_PCM;
            case PCMU -> AudioFormat.PCMU;
            case PCMA -> AudioFormat.PCMA;
        };
        var said = Resampler.convert(Wav.read(file).mono(), format.rate());
        return new ByteArrayInputStream(format.encode(said.then(Pcm.silence(format.rate(), SILENCE))));
    }
}
