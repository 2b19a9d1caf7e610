package dev.parley.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A path between two peers on loopback that loses some datagrams: it stands in each one's description in the place of the
/// other. Two threads, one for each direction.
final class LossyPath implements AutoCloseable {
    private static final int LONGEST = 2_048;
    private static final int BUFFER = 4 << 20;
    private static final Pattern PORT = Pattern.compile("(a=candidate:\\S+ 1 udp \\d+ \\S+ )(\\d+)( typ host)");

    private final double loss;
    private final Side left = new Side(1);
    private final Side right = new Side(2);
    private final AtomicLong carried = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    /// What one peer takes for the other.
    private static final class Side {
        private final DatagramChannel channel;
        private final Random random;
        private volatile @Nullable SocketAddress peer;

        Side(long seed) {
            random = new Random(seed);
            try {
                channel = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                channel.socket().setReceiveBufferSize(BUFFER);
            } catch (IOException e) {
                throw new IllegalStateException("expected a free UDP port, found none", e);
            }
        }

        int port() {
            return channel.socket().getLocalPort();
        }
    }

    private LossyPath(double loss) {
        this.loss = loss;
    }

    /// @param loss 0 to 1
    static LossyPath open(double loss) {
        var path = new LossyPath(loss);
        Thread.ofPlatform().name("path-left").daemon().start(() -> path.carry(path.left, path.right));
        Thread.ofPlatform().name("path-right").daemon().start(() -> path.carry(path.right, path.left));
        return path;
    }

    /// The description of the peer on the left, for the one on the right.
    String ofLeft(String description) {
        return through(description, left, right);
    }

    /// The description of the peer on the right, for the one on the left.
    String ofRight(String description) {
        return through(description, right, left);
    }

    private static String through(String description, Side own, Side shown) {
        var found = PORT.matcher(description);
        if (!found.find()) {
            throw new IllegalArgumentException("expected a host candidate, found none");
        }
        own.peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(found.group(2)));
        return found.replaceAll("$1" + shown.port() + "$3");
    }

    private void carry(Side from, Side to) {
        var datagram = ByteBuffer.allocateDirect(LONGEST);
        try {
            while (true) {
                from.channel.receive(datagram.clear());
                var peer = to.peer;
                carried.incrementAndGet();
                if (peer == null || from.random.nextDouble() < loss) {
                    lost.incrementAndGet();
                } else {
                    to.channel.send(datagram.flip(), peer);
                }
            }
        } catch (ClosedChannelException _) {
            // The end of the path.
        } catch (IOException e) {
            throw new IllegalStateException("expected datagrams to be carried on", e);
        }
    }

    /// The share of datagrams that were lost.
    double measuredLoss() {
        return (double) lost.get() / Math.max(1, carried.get());
    }

    @Override
    public void close() throws IOException {
        left.channel.close();
        right.channel.close();
    }
}
