package dev.parley.realtime;

import org.jspecify.annotations.Nullable;

/// A webhook delivery that was not accepted. Which check failed decides the answer: a [replay][Check#REPLAY] deserves a
/// 2xx, for it was handled before; everything else a 400. Messages hold neither the secret nor the payload.
public final class WebhookException extends RealtimeException {
    private static final long serialVersionUID = 1L;

    private final Check check;

    /// What did not hold, in the order of checking.
    public enum Check {
        /** One of the three headers is missing, too long, or not what it should look like. */
        HEADERS,
        /** The delivery was signed longer ago than is tolerated. */
        TOO_OLD,
        /** The delivery was signed too far in the future: one of the two clocks is wrong. */
        TOO_NEW,
        /** No signature fits the secret and the bytes of the body. */
        SIGNATURE,
        /** The signature fits, but what was signed is not an event. */
        PAYLOAD,
        /** A delivery with this `webhook-id` was accepted before. */
        REPLAY
    }

    WebhookException(Check check, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.check = check;
    }

    WebhookException(Check check, String message) {
        this(check, message, null);
    }

    public Check check() {
        return check;
    }
}
