package dev.parley.bench.load;

import dev.parley.media.RtpPacket;
import dev.parley.rtc.Codec;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.RtcEngine;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One of the two ends of a call: what it hears, the other end says. Packets are forwarded where they lie, on the I/O thread
/// they came on; nothing is decoded, and nothing allocated for a packet.
final class BridgeLeg implements AutoCloseable {
    private static final List<Codec> CODECS = List.of(Codec.OPUS);
    private static final int UNKNOWN = -1;

    private final BridgeCounts counts;
    private final PeerConnection peer;
    /// How the packets that come are sent on; of the I/O thread.
    private @Nullable BridgeLeg target;
    private @Nullable RtpRewriting rewriting;
    private final int[] payloadTypes = new int[128];

    private volatile @Nullable BridgeLeg other;

    private BridgeLeg(RtcEngine engine, BridgeCounts counts) {
        this.counts = counts;
        Arrays.fill(payloadTypes, UNKNOWN);
        peer = engine.peer().bind(InetAddress.getLoopbackAddress()).codecs(CODECS).onRtp(this::onRtp).open();
    }

    static BridgeLeg open(RtcEngine engine, BridgeCounts counts) {
        return new BridgeLeg(engine, counts);
    }

    String answer(String offer) {
        peer.setRemote(offer);
        return peer.createAnswer();
    }

    /// Joins it to another, or to itself: then it is an echo.
    void join(BridgeLeg one) {
        other = one;
    }

    private void onRtp(RtpPacket packet, long nanos) {
        counts.received.increment();
        var to = other;
        if (to == null) {
            return;
        }
        var rewrite = rewriting;
        if (rewrite == null || to != target) {
            target = to;
            rewrite = new RtpRewriting(to.peer.ssrc());
            rewriting = rewrite;
            Arrays.fill(payloadTypes, UNKNOWN);
        }
        var payloadType = payloadType(packet.payloadType(), to);
        if (payloadType == UNKNOWN) {
            counts.dropped.increment();
            return;
        }
        rewrite.apply(packet, payloadType);
        var sent = to.peer.sendRtp(packet.bytes(), packet.offset(), packet.length());
        (sent ? counts.sent : counts.dropped).increment();
    }

    /// The number that the other end has for what we know under this one.
    private int payloadType(int ours, BridgeLeg to) {
        if (payloadTypes[ours] == UNKNOWN) {
            payloadTypes[ours] = peer.codecs()
                    .stream()
                    .filter(codec -> codec.payloadType() == ours)
                    .flatMap(codec -> to.peer.codecs().stream().filter(codec::isSameAs))
                    .mapToInt(Codec::payloadType)
                    .findFirst()
                    .orElse(UNKNOWN);
        }
        return payloadTypes[ours];
    }

    /// Packets that never came, by their numbers.
    long lost() {
        return peer.statistics().packetsLost();
    }

    @Override
    public void close() {
        peer.close();
    }
}
