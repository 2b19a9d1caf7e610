package dev.parley.venue;

import java.util.Locale;

/// Where a payment request stands.
///
/// ```
/// draft ──► pending ──► paid
///   │          ├──────► cancelled
///   └──────────┴──────► expired      (a draft may be cancelled or expire, too)
/// ```
public enum PaymentState {
    DRAFT, PENDING, PAID, CANCELLED, EXPIRED;

    /// Whether a request in this state may go to `next`.
    public boolean canBecome(PaymentState next) {
        return switch (this) {
            case DRAFT -> next == PENDING || next == CANCELLED || next == EXPIRED;
            case PENDING -> next == PAID || next == CANCELLED || next == EXPIRED;
            case PAID, CANCELLED, EXPIRED -> false;
        };
    }

    /// The state in lower case, as it is stored and said.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
