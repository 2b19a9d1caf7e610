package dev.parley.emulator;

import dev.parley.realtime.Close;
import dev.parley.realtime.RealtimeError;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.websocket.api.exceptions.BadPayloadException;
import org.eclipse.jetty.websocket.api.exceptions.MessageTooLargeException;
import org.eclipse.jetty.websocket.api.exceptions.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// How the emulator answers over HTTP: JSON, the errors too.
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final String JSON = "application/json";
    private static final int PROTOCOL_ERROR = 1002;
    private static final int BAD_PAYLOAD = 1007;

    private Answers() {}

    static void json(Context context, int status, JsonNode body) {
        context.status(status).contentType(JSON).result(body.toString());
    }

    /// Answers a request that would have opened a socket, which Javalin writes nothing to.
    static void upgradeRefused(Context context, Refusal refusal) {
        var bytes = refusal.body().toString().getBytes(StandardCharsets.UTF_8);
        var response = context.res();
        response.setStatus(refusal.status());
        response.setContentType(JSON);
        response.setContentLength(bytes.length);
        try {
            response.getOutputStream().write(bytes);
            response.flushBuffer();
        } catch (IOException e) {
            LOG.debug("a client left before it was told why it may not come in: {}", e.toString());
        }
    }

    /// How a connection ends that a problem of its frames has ended.
    static Close closeFor(Throwable problem) {
        return switch (problem) {
            case MessageTooLargeException _ -> new Close(Close.TOO_BIG, "the message is too large");
            case BadPayloadException _ -> new Close(BAD_PAYLOAD, "the message is not UTF-8");
            case ProtocolException _ -> new Close(PROTOCOL_ERROR, "the frames are not a WebSocket's");
            default -> new Close(Close.ABNORMAL, "the connection was lost");
        };
    }

    /// The answer a fault asks for.
    static Refusal refusal(Fault fault) {
        return fault instanceof Fault.Refuse(var status)
                ? new Refusal(status, errorOf(status))
                : new Refusal(401, Refusal.expiredSecret());
    }

    private static RealtimeError errorOf(int status) {
        return switch (status) {
            case 401 -> Refusal.wrongKey();
            case 404 -> Refusal.error(null, null, "Not found.");
            case 429 -> new RealtimeError("requests", "rate_limit_exceeded",
                    "Rate limit reached for requests. Please try again later.", null, null);
            default -> status < 500
                    ? Refusal.error(null, null, "The request was refused with status " + status + ".")
                    : Refusal.serverError();
        };
    }
}
