package dev.parley.realtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// A stream of audio cut into pieces of 20 ms, sent one after the other.
final class AudioStream {
    private static final Duration CHUNK = Duration.ofMillis(20);

    private AudioStream() {}

    /// Returns when the last piece was given to `sink`.
    ///
    /// @param busy whether a stream is being sent, set meanwhile
    /// @throws IllegalStateException if it is: the service would hear the two in turns
    static void send(InputStream stream, AudioEncoding encoding, Pace pace, AtomicBoolean busy, Consumer<byte[]> sink)
            throws IOException {
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "expected one audio stream at a time, found another still being sent: wait until it has returned");
        }
        try {
            send(stream, encoding, pace, sink);
        } finally {
            busy.set(false);
        }
    }

    private static void send(InputStream stream, AudioEncoding encoding, Pace pace, Consumer<byte[]> sink)
            throws IOException {
        int chunkBytes = Math.toIntExact(encoding.bytesPerSecond() * CHUNK.toMillis() / 1_000);
        long due = System.nanoTime();
        while (true) {
            var chunk = stream.readNBytes(chunkBytes);
            if (chunk.length == 0) {
                return;
            }
            sink.accept(chunk);
            if (pace == Pace.REALTIME) {
                due += CHUNK.toNanos();
                waitUntil(due);
            }
        }
    }

    private static void waitUntil(long nanoTime) throws IOException {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while sending audio");
            }
        }
    }
}
