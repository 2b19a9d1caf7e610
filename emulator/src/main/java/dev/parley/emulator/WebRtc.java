package dev.parley.emulator;

import java.net.InetAddress;
import java.util.Optional;

/// How an emulator meets those who call over WebRTC. Every call has a UDP port of its own.
///
/// @param address the local address of calls; empty: the one that the emulator listens on
/// @param advertised the address that callers are told instead, where a translator maps it to ours port by port
/// @param ice who finds the way
/// @param mostCalls calls at a time; one more is refused with status 429
public record WebRtc(Optional<InetAddress> address, Optional<InetAddress> advertised, Ice ice, int mostCalls) {
    /// Where the emulator listens, both sides looking for the way, up to 100 calls.
    public static final WebRtc USUAL = new WebRtc(Optional.empty(), Optional.empty(), Ice.FULL, 100);

    /// Who finds the way between both sides (RFC 8445).
    public enum Ice {
        /** Both sides do. */
        FULL,
        /** The caller does, as with a media server that has a public address. */
        LITE
    }

    public WebRtc {
        if (mostCalls < 0) {
            throw new IllegalArgumentException("expected room for 0 calls or more, found " + mostCalls);
        }
    }

    public WebRtc withAddress(InetAddress other) {
        return new WebRtc(Optional.of(other), advertised, ice, mostCalls);
    }

    public WebRtc withAdvertised(InetAddress other) {
        return new WebRtc(address, Optional.of(other), ice, mostCalls);
    }

    public WebRtc withIce(Ice other) {
        return new WebRtc(address, advertised, other, mostCalls);
    }

    public WebRtc withMostCalls(int other) {
        return new WebRtc(address, advertised, ice, other);
    }
}
