package dev.parley.bench.load;

import dev.parley.media.RtpPacket;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.RtcEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Calls a bridge and waits to hear itself: what a caller waits for.
final class FirstCall implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int WARM_UPS = 20;

    private final RtcEngine engine = RtcEngine.open();
    private final HttpClient http = HttpClient.newHttpClient();
    private int calls;

    private FirstCall() {}

    /// A caller that is warm itself: it has called a bridge of its own process.
    static FirstCall warm() throws IOException, InterruptedException {
        var caller = new FirstCall();
        try (var service = BridgeService.start()) {
            for (int i = 0; i < WARM_UPS; i++) {
                caller.call(service.uri());
            }
        }
        return caller;
    }

    /// @return milliseconds from the offer to the first packet that came back
    double call(URI bridge) throws IOException, InterruptedException {
        var heard = new CountDownLatch(1);
        var name = "first-" + calls++;
        try (var peer = engine.peer()
                .bind(InetAddress.getLoopbackAddress())
                .onRtp((_, _) -> heard.countDown())
                .open()) {
            var begun = System.nanoTime();
            peer.setRemote(post(URI.create(bridge + "/offer?leg=echo&call=" + name), peer.createOffer()));
            peer.awaitConnected(PATIENCE);
            talkUntil(heard, peer);
            var took = (System.nanoTime() - begun) / 1e6;
            post(URI.create(bridge + "/close?call=" + name), "");
            return took;
        }
    }

    private static void talkUntil(CountDownLatch heard, PeerConnection peer) throws InterruptedException {
        var sound = new byte[92];
        var packet = new RtpPacket();
        packet.start(sound, 0, 80);
        packet.payloadType(peer.codecs().getFirst().payloadType());
        packet.ssrc(peer.ssrc());
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; !heard.await(2, TimeUnit.MILLISECONDS); i++) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("expected to hear ourselves within " + PATIENCE.toSeconds()
                        + " s, found silence");
            }
            packet.sequence(i);
            packet.timestamp(i * 960);
            peer.sendRtp(sound, 0, sound.length);
        }
    }

    private String post(URI uri, String body) throws IOException, InterruptedException {
        var response = http.send(HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(), BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("expected an answer from " + uri + ", found " + response.statusCode() + ": "
                    + response.body());
        }
        return response.body();
    }

    @Override
    public void close() {
        http.close();
        engine.close();
    }
}
