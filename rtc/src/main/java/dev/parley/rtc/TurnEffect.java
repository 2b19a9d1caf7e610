package dev.parley.rtc;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// What a [TurnClient] wants done.
sealed interface TurnEffect {
    /// Send this to the server.
    record Transmit(ByteBuffer packet) implements TurnEffect {}

    /// There is a relay at `address`; the server sees us as `mapped`.
    record Allocated(InetSocketAddress address, InetSocketAddress mapped) implements TurnEffect {}

    /// There is none, or none any more; `reason` says why, for a log.
    record Failed(String reason) implements TurnEffect {}
}
