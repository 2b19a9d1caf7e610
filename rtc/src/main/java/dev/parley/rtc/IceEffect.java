package dev.parley.rtc;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// What an [IceAgent] wants done.
sealed interface IceEffect {
    /// Send this.
    record Transmit(InetSocketAddress to, ByteBuffer packet) implements IceEffect {}

    /// Tell the other side of a candidate of ours.
    record Gathered(IceCandidate candidate) implements IceEffect {}

    /// Tell it that these were all.
    record GatheringDone() implements IceEffect {}

    /// Send everything there from now on.
    record Selected(InetSocketAddress remote) implements IceEffect {}

    /// It stands otherwise than before; `reason` says why, for a log.
    record Changed(IceState state, String reason) implements IceEffect {}
}
