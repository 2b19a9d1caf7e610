package dev.parley.venue;

/// A request that cannot be granted as it was made; nothing was written. The message is a sentence for the caller.
public final class PaymentRefusedException extends RuntimeException {
    public PaymentRefusedException(String sentence) {
        super(sentence);
    }
}
