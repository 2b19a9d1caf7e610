package dev.parley.rtc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/// A socket for one TURN server: a relay belongs to the address and port it was asked for from.
final class TurnDatagrams implements TurnLink {
    private final InetSocketAddress server;
    private final PeerSocket socket;

    private TurnDatagrams(InetSocketAddress server, Optional<InetAddress> bind, Receiver receiver) {
        this.server = server;
        socket = PeerSocket.open(bind, (bytes, length, from) -> {
            if (from.equals(server)) {
                receiver.onMessage(bytes, length);
            }
        });
    }

    /// @throws RtcException if there is no free port
    static TurnDatagrams open(InetSocketAddress server, Optional<InetAddress> bind, IoLoop loop, Receiver receiver) {
        var link = new TurnDatagrams(server, bind, receiver);
        link.socket.register(loop);
        return link;
    }

    @Override
    public boolean send(byte[] bytes, int offset, int length) {
        return socket.send(bytes, offset, length, server);
    }

    @Override
    public void close() {
        socket.close();
    }
}
