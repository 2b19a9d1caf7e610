package dev.parley.rtc;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A UDP socket. Sending is thread-safe and never waits: what the system has no room for is dropped.
final class PeerSocket implements IoLoop.Reader, PeerPort {
    private static final int SYSTEM_BUFFER = 1 << 20;
    /// Packets read in a row before the other sockets of the loop have their turn.
    private static final int MOST_AT_ONCE = 32;
    /// What comes again within this time comes in bursts, and not as sound does.
    private static final long BURST_NANOS = 1_000_000;

    private final DatagramChannel channel;
    private final Receiver receiver;
    /// Of the I/O thread.
    private long lastRead;
    private int atOnce = 1;

    private PeerSocket(DatagramChannel channel, Receiver receiver) {
        this.channel = channel;
        this.receiver = receiver;
    }

    /// Opens a socket on a free port, of one address or of all.
    ///
    /// @throws RtcException if there is none
    static PeerSocket open(Optional<InetAddress> address, Receiver receiver) {
        return open(address, 0, receiver);
    }

    /// Opens a socket on a port; 0: on a free one.
    ///
    /// @throws RtcException if it is taken, or there is none
    static PeerSocket open(Optional<InetAddress> address, int port, Receiver receiver) {
        DatagramChannel channel = null;
        try {
            channel = address.isEmpty()
                    ? DatagramChannel.open()
                    : DatagramChannel.open(address.get() instanceof Inet4Address
                            ? StandardProtocolFamily.INET
                            : StandardProtocolFamily.INET6);
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SYSTEM_BUFFER);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SYSTEM_BUFFER);
            channel.bind(address.map(at -> new InetSocketAddress(at, port)).orElse(new InetSocketAddress(port)));
            return new PeerSocket(channel, receiver);
        } catch (IOException e) {
            var failure = new RtcException("expected " + (port == 0
                    ? "a free UDP port"
                    : "UDP port " + port + " to be free")
                    + " on " + address.map(InetAddress::getHostAddress)
                            .orElse("any address") + ", found none: " + e.getMessage(), e);
            if (channel != null) {
                try {
                    channel.close();
                } catch (IOException suppressed) {
                    failure.addSuppressed(suppressed);
                }
            }
            throw failure;
        }
    }

    @Override
    public void register(IoLoop loop) {
        loop.register(channel, this);
    }

    @Override
    public int port() {
        try {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new RtcException("the socket is closed", e);
        }
    }

    /// Where a socket that is bound to all addresses may be reached: IPv4 first, and loopback only if there is nothing
    /// else.
    static List<InetAddress> hostAddresses() {
        List<InetAddress> all = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces()
                    .filter(PeerSocket::isUp)
                    .forEach(one -> one.inetAddresses()
                            .filter(address -> !address.isLinkLocalAddress() && !address.isAnyLocalAddress())
                            .forEach(all::add));
        } catch (SocketException e) {
            throw new RtcException("the network interfaces cannot be listed", e);
        }
        if (all.stream().anyMatch(address -> !address.isLoopbackAddress())) {
            all.removeIf(InetAddress::isLoopbackAddress);
        }
        all.sort(Comparator.comparing(address -> !(address instanceof Inet4Address)));
        return all;
    }

    private static boolean isUp(NetworkInterface one) {
        try {
            return one.isUp();
        } catch (SocketException _) {
            return false;
        }
    }

    /// Sends a datagram, unless there is no room or no way.
    @Override
    public boolean send(byte[] bytes, int offset, int length, InetSocketAddress to) {
        if (length > IoLoop.BUFFER) {
            return false;
        }
        try {
            var datagram = Thread.currentThread() instanceof IoThread io
                    ? io.outgoing.clear().put(bytes, offset, length).flip()
                    : ByteBuffer.wrap(bytes, offset, length);
            return channel.send(datagram, to) == length;
        } catch (IOException _) {
            // Closed meanwhile, or there is no route; for the one who relies on it, both are loss.
            return false;
        }
    }

    /// A packet of sound is alone, and asking the system whether there is another costs as much as reading it; the loop
    /// comes back if there is. Bursts are read more at a time.
    @Override
    public void onReadable(IoThread io) throws IOException {
        var now = System.nanoTime();
        atOnce = now - lastRead < BURST_NANOS ? Math.min(2 * atOnce, MOST_AT_ONCE) : 1;
        lastRead = now;
        for (var i = 0; i < atOnce; i++) {
            var datagram = io.incoming.clear();
            InetSocketAddress from;
            try {
                from = (InetSocketAddress) channel.receive(datagram);
            } catch (ClosedChannelException _) {
                return;
            }
            if (from == null) {
                return;
            }
            var length = datagram.flip().remaining();
            if (length > 0 && length < IoLoop.BUFFER) {
                datagram.get(io.received, 0, length);
                receiver.onDatagram(io.received, length, from);
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new RtcException("the socket cannot be closed", e);
        }
    }
}
