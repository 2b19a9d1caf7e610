package dev.parley.rtc;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Handshakes between two ends in this process: the first one costs what a hundred cost later.
final class WarmUp {
    private static final int HANDSHAKES = 12;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private WarmUp() {}

    static void run(DtlsIdentity identity) throws InterruptedException {
        for (int i = 0; i < HANDSHAKES; i++) {
            shakeHands(identity);
        }
    }

    private static void shakeHands(DtlsIdentity identity) throws InterruptedException {
        var connected = new CountDownLatch(2);
        var ends = new AtomicReference<DtlsEndpoint>();
        try (var server = DtlsEndpoint.start(DtlsEndpoint.Role.SERVER, identity, identity.fingerprint(), DEADLINE,
                (bytes, offset, length) -> ends.get().receive(bytes, offset, length), new Ready(connected))) {
            var first = new CountDownLatch(1);
            try (var client = DtlsEndpoint.start(DtlsEndpoint.Role.CLIENT, identity, identity.fingerprint(), DEADLINE,
                    (bytes, offset, length) -> {
                        await(first);
                        server.receive(bytes, offset, length);
                    }, new Ready(connected))) {
                ends.set(client);
                first.countDown();
                connected.await(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private record Ready(CountDownLatch latch) implements DtlsEndpoint.Listener {
        @Override
        public void onConnected(SrtpKeys local, SrtpKeys remote) {
            var packet = new byte[200];
            packet[0] = (byte) 0x80;
            new SrtpSender(local).protectRtp(packet, 0, 100);
            new SrtpReceiver(remote).unprotectRtp(packet, 0, 110);
            latch.countDown();
        }

        @Override
        public void onData(byte[] bytes, int offset, int length) {
            // Nobody sends any.
        }

        @Override
        public void onClosed(String reason) {
            latch.countDown();
        }
    }
}
