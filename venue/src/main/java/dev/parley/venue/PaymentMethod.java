package dev.parley.venue;

import java.util.Locale;
import java.util.Optional;

/// How an order is paid.
enum PaymentMethod {
    CARD, CASH, VOICE_SIMULATED;

    /// @throws Refusal if it is none of these
    static PaymentMethod of(Optional<String> said) {
        var folded = said.map(Folded::of).orElse("voice simulated");
        for (var method : values()) {
            if (Folded.of(method.toString()).equals(folded)) {
                return method;
            }
        }
        throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "payment_method: expected card, cash or voice_simulated.");
    }

    /// As written in JSON and in the database.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
