package dev.parley.bench.load;

import java.util.concurrent.atomic.LongAdder;

/// Packets that went over a bridge. Thread-safe.
final class BridgeCounts {
    final LongAdder received = new LongAdder();
    final LongAdder sent = new LongAdder();
    /// The other end was there and could not be sent to.
    final LongAdder dropped = new LongAdder();
}
