package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.parley.media.RtpPacket;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class RtpSessionTest {
    private static final int PAYLOAD = 80;
    private static final int ROUNDS = 10_000;
    private static final SrtpKeys HERE = keys(1);
    private static final SrtpKeys THERE = keys(2);

    private final byte[] wire = new byte[IoLoop.BUFFER];
    private int onWire;
    private int arrived;

    /// A caller's packet, as a bridge hands it on: opened where it lies, rewritten, protected for the other caller. The bound
    /// leaves room for what the provider does behind our back once in a while.
    @Test
    void forwardsWithoutAllocatingOnceWarm() {
        var caller = session(HERE, THERE, 1);
        var near = session(THERE, HERE, 2);
        var far = session(HERE, THERE, 3);
        var callee = session(THERE, HERE, 4);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var packet = new RtpPacket();
        var bytes = new byte[RtpPacket.HEADER_LENGTH + PAYLOAD];
        packet.start(bytes, 0, PAYLOAD);
        packet.payloadType(Codec.OPUS.payloadType());
        packet.ssrc(1);
        RtpHandler bridge = (rtp, nanos) -> {
            rtp.ssrc(3);
            far.send(rtp.bytes(), rtp.offset(), rtp.length(), nanos);
        };
        RtpHandler end = (rtp, nanos) -> arrived++;

        long before = 0;
        for (int i = 0; i < 2 * ROUNDS; i++) {
            if (i == ROUNDS) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            packet.sequence(i);
            packet.timestamp(i * 960);
            caller.send(bytes, 0, packet.length(), i);
            near.receive(wire, onWire, i, bridge);
            callee.receive(wire, onWire, i, end);
        }

        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS).isLessThan(8);
        assertThat(arrived).isEqualTo(2 * ROUNDS);
    }

    private RtpSession session(SrtpKeys local, SrtpKeys remote, int ssrc) {
        return new RtpSession(local, remote, ssrc, "us", List.of(Codec.OPUS), (bytes, offset, length) -> {
            System.arraycopy(bytes, offset, wire, 0, length);
            onWire = length;
            return true;
        }, IoThread::sealedHere);
    }

    private static SrtpKeys keys(int first) {
        var key = new byte[SrtpProfile.KEY_LENGTH];
        key[0] = (byte) first;
        return SrtpKeys.of(SrtpProfile.AES128_CM_SHA1_80, key, new byte[14]);
    }
}
