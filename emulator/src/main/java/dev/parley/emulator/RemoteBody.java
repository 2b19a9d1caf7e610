package dev.parley.emulator;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The body of an answer, read piece by piece as it arrives, with a deadline for each piece.
///
/// One piece is asked for at a time, so that a service that is faster than whoever reads is slowed down by TCP. Closing it
/// before its end aborts the request. Pieces arrive on the HTTP client's threads; one thread reads.
final class RemoteBody implements HttpResponse.BodySubscriber<RemoteBody>, AutoCloseable {
    private final Duration silence;
    private final String what;
    /// Holds at most one piece and an end, because one is asked for at a time.
    private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
    private boolean ended;

    private sealed interface Piece {
        record Bytes(List<ByteBuffer> buffers) implements Piece {
            private byte[] joined() {
                var bytes = new byte[buffers.stream().mapToInt(ByteBuffer::remaining).sum()];
                int at = 0;
                for (var buffer : buffers) {
                    int length = buffer.remaining();
                    buffer.get(bytes, at, length);
                    at += length;
                }
                return bytes;
            }
        }

        record End(@Nullable Throwable failure) implements Piece {}
    }

    /// @param silence how long it may take for the next piece to arrive
    /// @param what is answered, for messages
    RemoteBody(Duration silence, String what) {
        this.silence = silence;
        this.what = what;
    }

    String what() {
        return what;
    }

    /// The next piece; empty at the end.
    ///
    /// @throws FacultyException if it does not come in time, or the connection breaks
    Optional<byte[]> next() throws InterruptedException {
        if (ended) {
            return Optional.empty();
        }
        return switch (pieces.poll(silence.toMillis(), TimeUnit.MILLISECONDS)) {
            case null -> {
                close();
                throw new FacultyException("expected the answer to " + what + " to go on within " + silence.toMillis()
                        + " ms, found silence", null);
            }
            case Piece.Bytes bytes -> {
                subscribed.join().request(1);
                yield Optional.of(bytes.joined());
            }
            case Piece.End(var failure) -> {
                ended = true;
                if (failure != null) {
                    throw new FacultyException("expected the answer to " + what + " to come to its end, found that "
                            + Objects.requireNonNullElse(failure.getMessage(), "the connection broke"), failure);
                }
                yield Optional.empty();
            }
        };
    }

    /// All of it.
    ///
    /// @throws FacultyException if it is longer than `most` bytes
    byte[] whole(int most) throws InterruptedException {
        var all = new ByteArrayOutputStream();
        for (var piece = next(); piece.isPresent(); piece = next()) {
            all.writeBytes(piece.get());
            if (all.size() > most) {
                close();
                throw new FacultyException("expected at most " + most + " bytes in answer to " + what + ", found more",
                        null);
            }
        }
        return all.toByteArray();
    }

    /// Aborts the request unless it has ended.
    @Override
    public void close() {
        ended = true;
        if (subscribed.isDone()) {
            subscribed.join().cancel();
        }
    }

    @Override
    public CompletionStage<RemoteBody> getBody() {
        // At once, not at the end: whoever reads wants the first piece when it is there.
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscribed.complete(subscription);
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        pieces.add(new Piece.Bytes(buffers));
    }

    @Override
    public void onError(Throwable failure) {
        pieces.add(new Piece.End(failure));
    }

    @Override
    public void onComplete() {
        pieces.add(new Piece.End(null));
    }
}
