package dev.parley.rtc;

import dev.parley.media.MalformedPacketException;
import dev.parley.media.RtcpPacket;
import dev.parley.media.RtpPacket;
import dev.parley.media.RtpReception;
import dev.parley.media.RtpTransmission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Sound of one connection on the wire: SRTP and SRTCP both ways, counted and reported (RFC 3550 section 6).
///
/// Told the time, like the rest. Sending is thread-safe; receiving belongs to the I/O thread; neither allocates for a packet
/// of sound.
final class RtpSession {
    /// How often reports are sent.
    static final Duration REPORT_PERIOD = Duration.ofSeconds(5);

    /// Takes a datagram for the other side; false if it was dropped.
    interface Out {
        boolean send(byte[] bytes, int offset, int length);
    }

    private final Out out;
    private final String cname;
    private final int[] clockRates = new int[128];
    private final int defaultClock;

    private final ReentrantLock sending = new ReentrantLock();
    private final SrtpSender sender;
    private final Supplier<byte @Nullable []> buffers;
    /// For threads that have none; made when one comes.
    private byte @Nullable [] spare;
    private final RtpPacket outgoing = new RtpPacket();
    private final RtpTransmission transmission;

    private final ReentrantLock receiving = new ReentrantLock();
    private final SrtpReceiver receiver;
    private final RtpPacket incoming = new RtpPacket();
    private @Nullable RtpReception reception;
    private long refused;
    private boolean heard;
    private long heardAt;

    /// @param buffers lends the buffer of the thread at work, if it has one
    RtpSession(SrtpKeys local, SrtpKeys remote, int ssrc, String cname, List<Codec> codecs, Out out,
            Supplier<byte @Nullable []> buffers) {
        this.out = out;
        this.buffers = buffers;
        this.cname = cname;
        sender = new SrtpSender(local);
        receiver = new SrtpReceiver(remote);
        codecs.forEach(codec -> clockRates[codec.payloadType()] = codec.clockRate());
        defaultClock = codecs.isEmpty() ? 48_000 : codecs.getFirst().clockRate();
        transmission = new RtpTransmission(ssrc, defaultClock);
    }

    /// Sends the packet of `length` bytes at `offset`, which are left as they are.
    boolean send(byte[] bytes, int offset, int length, long nanos) {
        if (length > IoLoop.BUFFER - SrtpProfile.AEAD_AES_128_GCM.rtpOverhead()) {
            return false;
        }
        sending.lock();
        try {
            var buffer = buffer();
            System.arraycopy(bytes, offset, buffer, 0, length);
            if (!outgoing.wrap(buffer, 0, length)) {
                throw new IllegalArgumentException("expected an RTP packet, found " + length
                        + " bytes of something else");
            }
            if (outgoing.ssrc() == transmission.ssrc()) {
                transmission.sent(outgoing.timestamp(), outgoing.payloadLength(), nanos);
            }
            var sealed = sender.protectRtp(buffer, 0, length);
            return sealed > 0 && out.send(buffer, 0, sealed);
        } finally {
            sending.unlock();
        }
    }

    private byte[] buffer() {
        var lent = buffers.get();
        if (lent != null) {
            return lent;
        }
        var own = spare;
        if (own == null) {
            own = new byte[IoLoop.BUFFER];
            spare = own;
        }
        return own;
    }

    /// Takes a packet of sound, and opens it in place.
    void receive(byte[] bytes, int length, long nanos, RtpHandler handler) {
        if (open(bytes, length, nanos)) {
            handler.onRtp(incoming, nanos);
        }
    }

    private boolean open(byte[] bytes, int length, long nanos) {
        receiving.lock();
        try {
            var plain = receiver.unprotectRtp(bytes, 0, length);
            if (plain >= 0) {
                hear(nanos);
            }
            if (plain < 0 || !incoming.wrap(bytes, 0, plain) || clockRates[incoming.payloadType()] == 0) {
                refused++;
                return false;
            }
            var source = reception;
            // A sender may change its number in the middle; only one that knows the keys gets here.
            if (source == null || source.ssrc() != incoming.ssrc()) {
                source = new RtpReception(incoming.ssrc(), clockRates[incoming.payloadType()]);
                reception = source;
            }
            source.received(incoming.sequence(), incoming.timestamp(), nanos);
            return true;
        } finally {
            receiving.unlock();
        }
    }

    /// Takes a packet of reports.
    void receiveReports(byte[] bytes, int length, long nanos, Instant now) {
        List<RtcpPacket> packets;
        receiving.lock();
        try {
            var plain = receiver.unprotectRtcp(bytes, 0, length);
            if (plain < 0) {
                refused++;
                return;
            }
            hear(nanos);
            packets = RtcpPacket.parse(bytes, 0, plain);
            for (var packet : packets) {
                if (packet instanceof RtcpPacket.SenderReport report && reception != null
                        && reception.ssrc() == report.ssrc()) {
                    reception.reported(report, nanos);
                }
            }
        } catch (MalformedPacketException _) {
            refused++;
            return;
        } finally {
            receiving.unlock();
        }
        sending.lock();
        try {
            for (var packet : packets) {
                switch (packet) {
                    case RtcpPacket.SenderReport report ->
                        report.blocks().forEach(block -> transmission.reported(block, now));
                    case RtcpPacket.ReceiverReport report ->
                        report.blocks().forEach(block -> transmission.reported(block, now));
                    case RtcpPacket.SourceDescription _,RtcpPacket.Goodbye _,RtcpPacket.Other _ -> {
                        // Who it is, the description says; and whether it is gone, DTLS and consent.
                    }
                }
            }
        } finally {
            sending.unlock();
        }
    }

    /// Reports what was sent and heard; `leaving` says goodbye, too.
    void report(long nanos, Instant now, boolean leaving) {
        List<RtcpPacket.ReportBlock> blocks = new ArrayList<>();
        receiving.lock();
        try {
            if (reception != null) {
                blocks.add(reception.report(nanos));
            }
        } finally {
            receiving.unlock();
        }
        sending.lock();
        try {
            var ssrc = transmission.ssrc();
            List<RtcpPacket> packets = new ArrayList<>();
            packets.add(transmission.packets() > 0
                    ? transmission.report(now, nanos, blocks)
                    : new RtcpPacket.ReceiverReport(ssrc, blocks));
            packets.add(new RtcpPacket.SourceDescription(List.of(new RtcpPacket.Chunk(ssrc, cname))));
            if (leaving) {
                packets.add(new RtcpPacket.Goodbye(List.of(ssrc), ""));
            }
            var plain = RtcpPacket.compound(packets);
            var buffer = buffer();
            System.arraycopy(plain, 0, buffer, 0, plain.length);
            var sealed = sender.protectRtcp(buffer, 0, plain.length);
            if (sealed > 0) {
                out.send(buffer, 0, sealed);
            }
        } finally {
            sending.unlock();
        }
    }

    private void hear(long nanos) {
        heard = true;
        heardAt = nanos;
    }

    /// When an authentic packet came last; empty if none ever did.
    OptionalLong lastHeard() {
        receiving.lock();
        try {
            return heard ? OptionalLong.of(heardAt) : OptionalLong.empty();
        } finally {
            receiving.unlock();
        }
    }

    PeerStatistics statistics() {
        var received = 0L;
        var lost = 0L;
        var wrong = 0L;
        var jitter = Duration.ZERO;
        receiving.lock();
        try {
            wrong = refused;
            if (reception != null) {
                received = reception.packets();
                lost = reception.lost();
                jitter = reception.jitter();
            }
        } finally {
            receiving.unlock();
        }
        sending.lock();
        try {
            Optional<Double> there = transmission.lastReport().map(block -> block.fractionLost() / 256.0);
            return new PeerStatistics(transmission.packets(), transmission.octets(), received, lost, wrong, jitter,
                    transmission.roundTrip(), there);
        } finally {
            sending.unlock();
        }
    }
}
