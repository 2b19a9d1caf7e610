package dev.parley.rtc;

import java.nio.ByteBuffer;

/// What an [IceAgent] wants done.
sealed interface IceEffect {
    /// Send this.
    record Transmit(IceRoute to, ByteBuffer packet) implements IceEffect {}

    /// Tell the other side of a candidate of ours.
    record Gathered(IceCandidate candidate) implements IceEffect {}

    /// Tell it that these were all.
    record GatheringDone() implements IceEffect {}

    /// Send everything that way from now on.
    record Selected(IceRoute route) implements IceEffect {}

    /// It stands otherwise than before; `reason` says why, for a log.
    record Changed(IceState state, String reason) implements IceEffect {}
}
