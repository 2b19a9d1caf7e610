package dev.parley.venue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A payment request as the ledger holds it.
///
/// @param orderId what the caller is told
/// @param callId the tool call it came from
/// @param customer null if nobody was named
/// @param memo null if nothing was said
/// @param createdAt in microseconds
/// @param updatedAt when the state last changed, in microseconds
public record PaymentRequest(OrderId orderId, String callId, Money money, @Nullable String customer,
        @Nullable String memo, PaymentState state, Instant createdAt, Instant updatedAt) {}
