package dev.parley.rtc;

import dev.parley.media.RtpPacket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connections between two ends in this process, from the offer to the goodbye: the first costs what fifty cost later.
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int MOST = 32;
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int PACKETS = 200;
    private static final int PAYLOAD = 80;

    private WarmUp() {}

    static void run(DtlsIdentity identity) throws InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        try (var engine = RtcEngine.open(identity)) {
            for (int i = 0; i < MOST && System.nanoTime() < end; i++) {
                connect(engine);
            }
        } catch (RtcException e) {
            LOG.warn("the warm-up was cut short, and the first connections will be slow", e);
        }
    }

    private static void connect(RtcEngine engine) throws InterruptedException {
        var open = new CountDownLatch(1);
        try (var caller = peer(engine, open).dataChannel("warm-up").open(); var callee = peer(engine, open).open()) {
            callee.setRemote(caller.createOffer());
            caller.setRemote(callee.createAnswer());
            caller.awaitConnected(PATIENCE);
            callee.awaitConnected(PATIENCE);
            speak(caller);
            open.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static PeerConnection.Builder peer(RtcEngine engine, CountDownLatch open) {
        return engine.peer().bind(InetAddress.getLoopbackAddress()).listener(new PeerListener() {
            @Override
            public void onDataChannel(DataChannel channel) {
                channel.listener(new DataChannel.Listener() {
                    @Override
                    public void onOpen() {
                        open.countDown();
                    }
                });
            }
        });
    }

    private static void speak(PeerConnection caller) {
        var packet = new RtpPacket();
        var bytes = new byte[RtpPacket.HEADER_LENGTH + PAYLOAD];
        packet.start(bytes, 0, PAYLOAD);
        packet.ssrc(caller.ssrc());
        packet.payloadType(caller.codecs().getFirst().payloadType());
        for (int i = 0; i < PACKETS; i++) {
            packet.sequence(i);
            caller.sendRtp(bytes, packet.offset(), packet.length());
        }
    }
}
