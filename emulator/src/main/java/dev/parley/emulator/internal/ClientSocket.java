package dev.parley.emulator.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.realtime.Close;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Objects;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Frame;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/// What comes over one WebSocket: makes messages of frames, and refuses those that are too large, binary or no text.
///
/// It takes Jetty's frames rather than its messages, which are made a byte at a time. Jetty calls it from one thread at a
/// time, and reads on when it returns, so that a session that is behind slows its client down. Public for Jetty's sake.
public final class ClientSocket implements Session.Listener.AutoDemanding {
    private static final Close TOO_BIG = new Close(Close.TOO_BIG, "the message is larger than the emulator takes");
    private static final Close BINARY = new Close(1003, "expected text frames, found a binary one");
    private static final Close NOT_UTF_8 = new Close(1007, "the message is not UTF-8");
    private static final byte[] NOTHING = {};

    private final int most;
    private final int furthest;
    private final Listener listener;
    /// A message's beginning while its end has not come. Given up with its end, so that an idle session keeps none.
    private byte[] message = NOTHING;
    private long length;
    private boolean ended;
    private @Nullable Session socket;

    /// Who is told, on the socket's thread.
    public interface Listener {
        /// The socket is open.
        void opened(Session socket);

        /// A whole message.
        void received(String message);

        /// What came is against the rules: the connection is to be closed like this.
        void broken(Close how);

        /// It still comes, and too much of it: the connection is to end at once.
        void flooded();

        /// The client has gone with a close frame, or without a word.
        void gone(Close how);

        /// The client has gone because of this.
        void lost(Throwable problem);
    }

    /// @param most bytes of a message
    /// @param furthest bytes that are read of a message that is larger
    public ClientSocket(int most, int furthest, Listener listener) {
        this.most = most;
        this.furthest = furthest;
        this.listener = listener;
    }

    @Override
    public void onWebSocketOpen(Session socket) {
        this.socket = socket;
        listener.opened(socket);
    }

    /// Whoever takes frames answers pings; the rest of what is no message is Jetty's.
    @Override
    public void onWebSocketFrame(Frame frame, Callback callback) {
        try {
            switch (frame.getOpCode()) {
                case OpCode.TEXT, OpCode.CONTINUATION -> take(frame);
                case OpCode.BINARY -> end(BINARY);
                case OpCode.PING -> answer(frame);
                default -> {
                    // A pong that nobody asked for, or the close frame, which Jetty answers.
                }
            }
            callback.succeed();
        } catch (RuntimeException e) {
            callback.fail(e);
        }
    }

    private void answer(Frame ping) {
        var socket = this.socket;
        if (socket != null) {
            // The payload is Jetty's again once this returns.
            socket.sendPong(BufferUtil.copy(payload(ping)), Callback.NOOP);
        }
    }

    private static ByteBuffer payload(Frame frame) {
        return Objects.requireNonNullElse(frame.getPayload(), BufferUtil.EMPTY_BUFFER);
    }

    private void take(Frame frame) {
        if (ended) {
            return;
        }
        var payload = payload(frame);
        int fresh = payload.remaining();
        if (length + fresh > most) {
            refuse(fresh, frame.isFin());
            return;
        }
        int before = (int) length;
        if (message.length < before + fresh) {
            message = Arrays.copyOf(message, frame.isFin()
                    ? before + fresh
                    : Math.min(most, Math.max(2 * message.length, before + fresh)));
        }
        payload.get(payload.position(), message, before, fresh);
        length += fresh;
        if (frame.isFin()) {
            var whole = message;
            int end = (int) length;
            message = NOTHING;
            length = 0;
            hand(whole, end);
        }
    }

    private void hand(byte[] bytes, int end) {
        try {
            listener.received(text(bytes, end));
        } catch (CharacterCodingException _) {
            end(NOT_UTF_8);
        }
    }

    /// Reads what is too large to its end, if that is not too far, so that the client sees the close code.
    private void refuse(int fresh, boolean fin) {
        message = NOTHING;
        length += fresh;
        boolean tooFar = length > furthest;
        if (fin || tooFar) {
            end(TOO_BIG);
        }
        if (tooFar) {
            listener.flooded();
        }
    }

    private void end(Close how) {
        if (!ended) {
            ended = true;
            message = NOTHING;
            listener.broken(how);
        }
    }

    private static String text(byte[] bytes, int end) throws CharacterCodingException {
        byte all = 0;
        for (int i = 0; i < end; i++) {
            all |= bytes[i];
        }
        return all >= 0
                ? new String(bytes, 0, end, UTF_8)
                : UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end)).toString();
    }

    @Override
    public void onWebSocketError(Throwable problem) {
        listener.lost(problem);
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback callback) {
        listener.gone(new Close(code, Objects.requireNonNullElse(reason, "")));
        callback.succeed();
    }
}
