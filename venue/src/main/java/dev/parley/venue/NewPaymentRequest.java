package dev.parley.venue;

import org.jspecify.annotations.Nullable;

/// What to write into the ledger.
///
/// @param callId the tool call it comes from; the ledger writes one request per id
/// @param money above zero
/// @param customer who pays; null if nobody was named
/// @param memo what for; null if nothing was said
/// @param state [PaymentState#DRAFT] or [PaymentState#PENDING]
public record NewPaymentRequest(String callId, Money money, @Nullable String customer, @Nullable String memo,
        PaymentState state) {

    static final int MAX_CALL_ID = 512;
    static final int MAX_CUSTOMER = 200;
    static final int MAX_MEMO = 500;

    public NewPaymentRequest {
        if (callId.isBlank() || callId.length() > MAX_CALL_ID) {
            throw new IllegalArgumentException(
                    "expected a call id of 1 to " + MAX_CALL_ID + " characters, found " + callId.length());
        }
        if (!money.isPositive()) {
            throw new PaymentRefusedException("The amount must be above zero. What is the amount?");
        }
        if (customer != null && customer.length() > MAX_CUSTOMER) {
            throw new PaymentRefusedException("The customer's name is too long, at most " + MAX_CUSTOMER
                    + " characters.");
        }
        if (memo != null && memo.length() > MAX_MEMO) {
            throw new PaymentRefusedException("The memo is too long, at most " + MAX_MEMO + " characters.");
        }
        if (state != PaymentState.DRAFT && state != PaymentState.PENDING) {
            throw new IllegalArgumentException("expected a new request to be draft or pending, found " + state);
        }
    }

    /// A request that is pending from the start, for nobody in particular.
    public static NewPaymentRequest pending(String callId, Money money) {
        return new NewPaymentRequest(callId, money, null, null, PaymentState.PENDING);
    }
}
