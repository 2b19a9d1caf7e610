package dev.parley.gateway;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;

/// What a client is still sending when its request is refused. A connection that is closed before that is read is reset, and
/// the client never sees why it was refused.
final class Leftover {
    private static final int MOST_BYTES = 8 << 20;
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final int PIECE = 16 * 1024;

    private Leftover() {}

    /// Reads it to its end, so that the connection goes on. What is very long, or takes long, is left where it is; the
    /// connection ends behind the answer then.
    static void read(Context context) {
        if (!isInvited(context) || context.req().getContentLengthLong() > MOST_BYTES || !isReadToItsEnd(context)) {
            context.header("Connection", "close");
        }
    }

    /// Who waits to be asked for the body (RFC 9110 section 10.1.1) has not sent it, and need not.
    private static boolean isInvited(Context context) {
        return context.header("Expect") == null;
    }

    private static boolean isReadToItsEnd(Context context) {
        var line = line(context);
        var usual = line.getIdleTimeout();
        line.setIdleTimeout(SILENCE.toMillis());
        var until = System.nanoTime() + LONGEST.toNanos();
        try {
            var body = context.req().getInputStream();
            var piece = new byte[PIECE];
            for (int left = MOST_BYTES; left > 0 && System.nanoTime() < until;) {
                var count = body.read(piece);
                if (count < 0) {
                    return true;
                }
                left -= count;
            }
            return false;
        } catch (IOException _) {
            // It fell silent, or left.
            return false;
        } finally {
            line.setIdleTimeout(usual);
        }
    }

    private static EndPoint line(Context context) {
        return ServletContextRequest.getServletContextRequest(context.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
    }
}
