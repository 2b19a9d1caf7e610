package dev.parley.rtc;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// How a data channel carries its messages (RFC 8832 section 5.1).
///
/// @param ordered        whether messages arrive in the order they were sent
/// @param maxRetransmits how often a message is sent again before it is given up; empty: until it arrives
/// @param maxLifetime    how long a message is tried before it is given up; empty: until it arrives. Not with the above
/// @param protocol       the sub-protocol, or nothing
public record DataChannelOptions(boolean ordered, OptionalInt maxRetransmits, Optional<Duration> maxLifetime,
        String protocol) {
    /// In order and until it arrives.
    public static final DataChannelOptions RELIABLE = new DataChannelOptions(true, OptionalInt.empty(),
            Optional.empty(), "");

    public DataChannelOptions {
        if (maxRetransmits.isPresent() && maxLifetime.isPresent()) {
            throw new IllegalArgumentException("expected a limit of retransmissions or of time, found both");
        }
        if (maxRetransmits.orElse(0) < 0 || maxLifetime.orElse(Duration.ZERO).isNegative()
                || maxLifetime.orElse(Duration.ZERO).toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected a limit from 0 to 2^31 - 1, found " + maxRetransmits + " and "
                    + maxLifetime);
        }
    }
}
