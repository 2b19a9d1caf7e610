package dev.parley.rtc;

import java.net.InetSocketAddress;

/// By which way out packets go, and to whom; or by which way in they came, and from whom.
///
/// @param via    [#DIRECT]: our own socket; else the number of a relay, from 1
/// @param remote the other side, as it is seen from there
record IceRoute(int via, InetSocketAddress remote) {
    static final int DIRECT = 0;

    static IceRoute direct(InetSocketAddress remote) {
        return new IceRoute(DIRECT, remote);
    }

    boolean isRelayed() {
        return via != DIRECT;
    }
}
