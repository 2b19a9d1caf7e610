package dev.parley.media;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Two legs joined in memory: what one sends, the other hears, on the thread that sends and before `send` returns.
///
/// The audio is passed on as it is, not through the encoding of the format. Closing either end hangs up both.
///
/// @param near one end
/// @param far  the other
public record LocalLine(AudioLeg near, AudioLeg far) implements AutoCloseable {
    /// A new line whose legs have `format`.
    public static LocalLine open(AudioFormat format) {
        var closed = new AtomicBoolean();
        var near = new End(format, closed);
        var far = new End(format, closed);
        near.other = far;
        far.other = near;
        return new LocalLine(near, far);
    }

    /// Hangs up.
    @Override
    public void close() {
        near.close();
        far.close();
    }

    private static final class End implements AudioLeg {
        private final AudioFormat format;
        private final AtomicBoolean closed;
        private volatile Consumer<Pcm> listener = _ -> {};
        private End other = this;

        End(AudioFormat format, AtomicBoolean closed) {
            this.format = format;
            this.closed = closed;
        }

        @Override
        public AudioFormat format() {
            return format;
        }

        @Override
        public void onAudio(Consumer<Pcm> listener) {
            this.listener = listener;
        }

        @Override
        public void send(Pcm audio) {
            format.requireFits(audio);
            if (!closed.get()) {
                other.listener.accept(audio);
            }
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }
}
