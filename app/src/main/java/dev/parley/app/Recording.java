package dev.parley.app;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import dev.parley.media.WavWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A leg that is written to files: what arrives on it and, if wanted, what is sent on it.
///
/// When a disk fails the call goes on; the failure is logged at once, and thrown by [#close()].
final class Recording implements AudioLeg {
    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

    private final AudioLeg leg;
    private final Track arriving;
    private final @Nullable Track sent;
    private @Nullable IOException failure;
    private boolean closed;

    /// A file that is written piece by piece.
    private interface Track extends Closeable {
        void write(Pcm audio) throws IOException;

        /// A WAV file, or sound without a header if the name ends in `.raw` or `.pcm`.
        static Track create(Path file, AudioFormat format) throws IOException {
            var name = file.toString().toLowerCase(Locale.ROOT);
            return name.endsWith(".raw") || name.endsWith(".pcm")
                    ? new Raw(Files.newOutputStream(file), format)
                    : new WithHeader(WavWriter.create(file, format));
        }
    }

    private record WithHeader(WavWriter file) implements Track {
        @Override
        public void write(Pcm audio) throws IOException {
            file.write(audio);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private record Raw(OutputStream file, AudioFormat format) implements Track {
        @Override
        public void write(Pcm audio) throws IOException {
            file.write(format.encode(audio));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private Recording(AudioLeg leg, Track arriving, @Nullable Track sent) {
        this.leg = leg;
        this.arriving = arriving;
        this.sent = sent;
    }

    static Recording ofArriving(AudioLeg leg, Path arriving) throws IOException {
        return new Recording(leg, Track.create(arriving, leg.format()), null);
    }

    static Recording ofBoth(AudioLeg leg, Path arriving, Path sent) throws IOException {
        var first = Track.create(arriving, leg.format());
        try {
            return new Recording(leg, first, Track.create(sent, leg.format()));
        } catch (IOException e) {
            first.close();
            throw e;
        }
    }

    @Override
    public AudioFormat format() {
        return leg.format();
    }

    @Override
    public void onAudio(Consumer<Pcm> listener) {
        leg.onAudio(audio -> {
            write(arriving, audio);
            listener.accept(audio);
        });
    }

    @Override
    public void send(Pcm audio) {
        if (sent != null) {
            write(sent, audio);
        }
        leg.send(audio);
    }

    private synchronized void write(Track file, Pcm audio) {
        if (closed || failure != null) {
            return;
        }
        try {
            file.write(audio);
        } catch (IOException e) {
            failure = e;
            LOG.warn("the recording stops here: {}", e.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        leg.close();
        try {
            try (var _ = sent) {
                arriving.close();
            }
            if (failure != null) {
                throw failure;
            }
        } catch (IOException e) {
            throw new CommandFailed("the recording is not complete: " + e.getMessage(), e);
        }
    }
}
