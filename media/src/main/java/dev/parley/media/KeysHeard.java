package dev.parley.media;

import java.util.Optional;

/// Makes one key press of the many packets that tell of it (RFC 4733 section 2.5.2): updates, the end told three times,
/// whatever was duplicated or came late, and the segments of a key held for very long.
///
/// Not thread-safe: one thread owns it.
public final class KeysHeard {
    private boolean started;
    private int ssrc;
    private int timestamp;
    private int event;
    private int duration;
    private boolean ended;

    /// The event that the packet begins, at once and not when the key is let go; empty if it is known or older.
    public Optional<TelephoneEvent> received(RtpPacket packet) {
        var read = TelephoneEvent.read(packet.bytes(), packet.payloadOffset(), packet.payloadLength());
        if (read.isEmpty()) {
            return Optional.empty();
        }
        var told = read.get();
        int since = packet.timestamp() - timestamp;
        boolean sameStream = started && packet.ssrc() == ssrc;
        if (sameStream && since < 0) {
            return Optional.empty();
        }
        if (sameStream && since == 0) {
            duration = Math.max(duration, told.duration());
            ended |= told.end();
            return Optional.empty();
        }
        boolean goesOn = sameStream && !ended && told.event() == event && !packet.marker() && since >= duration
                && since <= 0xFFFF && duration > 0xFFFF / 2;
        started = true;
        ssrc = packet.ssrc();
        timestamp = packet.timestamp();
        event = told.event();
        duration = told.duration();
        ended = told.end();
        return goesOn ? Optional.empty() : read;
    }
}
