package dev.parley.media;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/// A way from a sender to a receiver, in virtual time: both work every 20 ms, and packets between them are lost, delayed,
/// doubled and overtaken as told, by a seed.
final class Network {
    static final long PACKET_TIME = RtpCodec.PACKET_TIME.toNanos();

    private record OnItsWay(long due, long number, byte[] bytes) {}

    private final Random random;
    private final PriorityQueue<OnItsWay> way = new PriorityQueue<>(
            Comparator.comparingLong(OnItsWay::due).thenComparingLong(OnItsWay::number));
    private final RtpPacket arriving = new RtpPacket();
    private double loss;
    private double doubling;
    private long jitter;
    private double drift;
    private long now = 1_000_000_000_000L;
    private long sent;

    Network(long seed) {
        random = new Random(seed);
    }

    /// This part of the packets is lost.
    Network losing(double part) {
        loss = part;
        return this;
    }

    /// Packets take up to so much longer than the fastest, each for itself, so that they overtake one another.
    Network jitter(Duration most) {
        jitter = most.toNanos();
        return this;
    }

    /// This part of the packets comes twice.
    Network doubling(double part) {
        doubling = part;
        return this;
    }

    /// The receiver's clock runs so much faster than the sender's.
    Network drift(double part) {
        drift = part;
        return this;
    }

    long now() {
        return now;
    }

    /// Runs for `length`, and gives what was heard.
    Pcm run(RtpSender sender, RtpReceiver receiver, Duration length) {
        var heard = Pcm.silence(receiver.rate(), 0);
        long from = now;
        double nextSend = now;
        for (; now - from < length.toNanos(); now += PACKET_TIME) {
            for (; nextSend <= now; nextSend += PACKET_TIME * (1 + drift)) {
                send(sender, (long) nextSend);
            }
            deliver(receiver);
            heard = heard.then(receiver.next(now));
        }
        return heard;
    }

    private void send(RtpSender sender, long at) {
        var packet = sender.next();
        if (packet.isEmpty()) {
            return;
        }
        var rtp = packet.get();
        var bytes = Arrays.copyOfRange(rtp.bytes(), rtp.offset(), rtp.offset() + rtp.length());
        if (random.nextDouble() >= loss) {
            int copies = random.nextDouble() < doubling ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                way.add(new OnItsWay(at + (jitter == 0 ? 0 : random.nextLong(jitter)), sent++, bytes));
            }
        }
    }

    private void deliver(RtpReceiver receiver) {
        while (!way.isEmpty() && way.peek().due() <= now) {
            var packet = way.remove();
            if (!arriving.wrap(packet.bytes(), 0, packet.bytes().length)) {
                throw new AssertionError("expected the sender to make RTP packets");
            }
            receiver.received(arriving, packet.due());
        }
    }
}
