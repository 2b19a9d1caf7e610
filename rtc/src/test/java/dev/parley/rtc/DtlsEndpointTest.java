package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.rtc.DtlsEndpoint.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DtlsEndpointTest {
    private static final DtlsIdentity OURS = DtlsIdentity.ofProcess();
    private static final DtlsIdentity THEIRS = DtlsIdentity.generate();
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final Side client = new Side();
    private final Side server = new Side();

    @AfterEach
    void closesEverything() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void agreesOnKeysThatFit(SrtpProfile profile) {
        connect(OURS.fingerprint(), THEIRS.fingerprint(), List.of(profile));

        assertThat(client.connected().local().profile()).isEqualTo(profile);
        assertThat(opens(client.connected().local(), server.connected().remote())).isTrue();
        assertThat(opens(server.connected().local(), client.connected().remote())).isTrue();
        assertThat(opens(server.connected().local(), server.connected().remote())).isFalse();
    }

    @Test
    void carriesDataBothWaysUpToItsLimit() {
        connect();
        var largest = new byte[DtlsEndpoint.MAX_DATA];
        new Random(1).nextBytes(largest);

        assertThat(client.endpoint.send(largest, 0, largest.length)).isTrue();
        assertThat(server.data()).isEqualTo(largest);
        assertThat(server.endpoint.send(largest, 3, 4)).isTrue();
        assertThat(client.data()).isEqualTo(Arrays.copyOfRange(largest, 3, 7));
        assertThat(client.longest.get()).isLessThanOrEqualTo(DtlsEndpoint.MTU);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void connectsDespiteLossAndDuplication(long seed) {
        var random = new Random(seed);
        client.loss = _ -> random.nextInt(100) < 20 ? 0 : random.nextInt(100) < 20 ? 2 : 1;
        server.loss = client.loss;

        connect();

        assertThat(opens(client.connected().local(), server.connected().remote())).as("seed %d", seed).isTrue();
    }

    /// Bouncy Castle, told to change the cipher too early, would drop it whenever it was sent again.
    @Test
    void connectsThoughTheProofOfTheClientsKeyIsLost() {
        var losses = new AtomicInteger();
        client.change = datagram -> isProof(datagram) && losses.getAndIncrement() == 0 ? new byte[0] : datagram;

        connect();

        assertThat(opens(client.connected().local(), server.connected().remote())).isTrue();
        assertThat(losses).hasValueGreaterThan(1);
    }

    private static boolean isProof(byte[] datagram) {
        return datagram[0] == 22 && Wire.u16(datagram, 3) == 0 && datagram[13] == 15;
    }

    @Test
    void refusesAServerWithAnotherCertificate() {
        connect(OURS.fingerprint(), OURS.fingerprint(), List.of(SrtpProfile.AES128_CM_SHA1_80));

        assertThat(client.reason()).isEqualTo(
                "expected the certificate with the fingerprint of the session description, found another");
        assertThat(server.reason()).isEqualTo("the peer ended the handshake with the alert bad_certificate(42)");
        assertThat(client.keys).isEmpty();
        assertThat(server.keys).isEmpty();
    }

    @Test
    void refusesAClientWithAnotherCertificate() {
        connect(THEIRS.fingerprint(), THEIRS.fingerprint(), List.of(SrtpProfile.AES128_CM_SHA1_80));

        assertThat(server.reason()).isEqualTo(
                "expected the certificate with the fingerprint of the session description, found another");
        assertThat(client.reason()).isEqualTo("the peer ended the handshake with the alert bad_certificate(42)");
        assertThat(server.keys).isEmpty();
    }

    @Test
    void refusesAClientThatSharesNoProfile() {
        server.start(Role.SERVER, THEIRS, OURS.fingerprint(), DEADLINE, List.of(SrtpProfile.AEAD_AES_128_GCM), client);
        client.start(Role.CLIENT, OURS, THEIRS.fingerprint(), DEADLINE, List.of(SrtpProfile.AES128_CM_SHA1_80),
                server);

        assertThat(server.reason()).isEqualTo("expected one of the SRTP profiles [AEAD_AES_128_GCM] offered");
        assertThat(client.reason()).isEqualTo("the peer ended the handshake with the alert handshake_failure(40)");
    }

    @Test
    void tellsThePeerWhenItCloses() {
        connect();

        client.endpoint.close();
        client.endpoint.close();

        assertThat(client.reason()).isEqualTo("closed");
        assertThat(server.reason()).isEqualTo("the peer closed the connection");
        assertThat(client.endpoint.send(new byte[1], 0, 1)).isFalse();
        assertThat(server.endpoint.send(new byte[1], 0, 1)).isFalse();
        assertThat(client.reasons).as("told once").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void givesUpOnAPeerThatIsNotThere(Role role) {
        client.loss = _ -> 0;

        client.start(role, OURS, THEIRS.fingerprint(), Duration.ofMillis(300), List.of(SrtpProfile.AES128_CM_SHA1_80),
                server);

        assertThat(client.reason()).isEqualTo("expected the handshake to be done within 300 ms, found it unfinished");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void givesUpOnAPeerThatVanishesInTheHandshake(int datagrams) {
        var sent = new AtomicInteger();
        client.loss = _ -> sent.incrementAndGet() > datagrams ? 0 : 1;

        server.start(Role.SERVER, THEIRS, OURS.fingerprint(), Duration.ofMillis(500),
                List.of(SrtpProfile.AES128_CM_SHA1_80), client);
        client.start(Role.CLIENT, OURS, THEIRS.fingerprint(), DEADLINE, List.of(SrtpProfile.AES128_CM_SHA1_80),
                server);

        assertThat(server.reason()).isEqualTo("expected the handshake to be done within 500 ms, found it unfinished");
    }

    @Test
    void stopsAHandshakeThatIsClosed() {
        client.loss = _ -> 0;
        client.start(Role.CLIENT, OURS, THEIRS.fingerprint(), DEADLINE, List.of(SrtpProfile.AES128_CM_SHA1_80),
                server);
        server.start(Role.SERVER, OURS, THEIRS.fingerprint(), DEADLINE, List.of(SrtpProfile.AES128_CM_SHA1_80),
                client);

        client.endpoint.close();
        server.endpoint.close();

        assertThat(client.reason()).isEqualTo("closed");
        assertThat(server.reason()).isEqualTo("closed");
    }

    @Test
    void keepsNothingOfClientsThatShowNoCookieAndSendsThemLessThanTheySent() {
        client.loss = _ -> 0;
        client.start(Role.CLIENT, OURS, THEIRS.fingerprint(), DEADLINE, List.of(SrtpProfile.AES128_CM_SHA1_80),
                server);
        var hello = poll(client.sent, "a ClientHello");
        client.endpoint.close();
        server.loss = _ -> 0;
        server.start(Role.SERVER, THEIRS, OURS.fingerprint(), DEADLINE, List.of(SrtpProfile.AES128_CM_SHA1_80),
                client);

        for (int i = 0; i < 2_000; i++) {
            Wire.put32(hello, 27 + i % 8, i);
            server.endpoint.receive(hello, 0, hello.length);
        }

        assertThat(server.sent).hasSize(2_000).allSatisfy(answer -> {
            assertThat(answer[13]).as("HelloVerifyRequest").isEqualTo((byte) 3);
            assertThat(answer).hasSizeLessThan(hello.length);
        });
        server.loss = _ -> 1;
        var late = new Side();
        server.peer = late;
        late.start(Role.CLIENT, OURS, THEIRS.fingerprint(), DEADLINE, List.of(SrtpProfile.AES128_CM_SHA1_80), server);
        assertThat(late.connected()).isNotNull();
        late.close();
    }

    @Test
    void connectsAClientWhoseHelloComesInFragments() {
        client.change = DtlsEndpointTest::fragmented;

        connect();

        assertThat(opens(client.connected().local(), server.connected().remote())).isTrue();
    }

    @Test
    void isNotDisturbedByForgedDatagramsOnceConnected() {
        connect();
        client.connected();
        server.connected();
        client.endpoint.send(new byte[]{1}, 0, 1);
        server.data();
        var genuine = client.sent.stream().reduce((_, last) -> last).orElseThrow();
        var random = new Random(6_347);
        for (int i = 0; i < 20_000; i++) {
            var forged = Arrays.copyOf(genuine, random.nextInt(4) == 0 ? random.nextInt(1_600) : genuine.length);
            for (int flips = 1 + random.nextInt(5); flips > 0 && forged.length > 0; flips--) {
                forged[random.nextInt(Math.min(forged.length, genuine.length))] = (byte) random.nextInt();
            }
            server.endpoint.receive(forged, 0, forged.length);
        }

        assertThat(server.reasons).isEmpty();
        client.endpoint.send(new byte[]{2}, 0, 1);

        assertThat(server.data()).containsExactly(2);
        assertThat(server.reasons).isEmpty();
    }

    private void connect() {
        connect(OURS.fingerprint(), THEIRS.fingerprint(), List.of(SrtpProfile.AES128_CM_SHA1_80));
        client.connected();
        server.connected();
    }

    private void connect(Fingerprint expectedClient, Fingerprint expectedServer, List<SrtpProfile> profiles) {
        server.start(Role.SERVER, THEIRS, expectedClient, DEADLINE, profiles, client);
        client.start(Role.CLIENT, OURS, expectedServer, DEADLINE, profiles, server);
    }

    private static boolean opens(SrtpKeys sent, SrtpKeys received) {
        var packet = new byte[100];
        packet[0] = (byte) 0x80;
        int length = new SrtpSender(sent).protectRtp(packet, 0, 60);
        return new SrtpReceiver(received).unprotectRtp(packet, 0, length) == 60;
    }

    /// A ClientHello as two fragments in two records of one datagram; the numbers of later records make room.
    private static byte[] fragmented(byte[] datagram) {
        boolean clear = datagram[3] == 0 && datagram[4] == 0;
        if (!clear || datagram[0] != 22 || datagram[13] != 1) {
            datagram[10] += (byte) (clear ? 32 : 0);
            return datagram;
        }
        int body = datagram.length - 25;
        int first = body / 2;
        var bytes = new byte[25 + first + 25 + body - first];
        fragment(datagram, bytes, 0, 0, first);
        fragment(datagram, bytes, 25 + first, first, body - first);
        bytes[10] = (byte) (2 * datagram[10]);
        bytes[25 + first + 10] = (byte) (2 * datagram[10] + 1);
        return bytes;
    }

    private static void fragment(byte[] datagram, byte[] into, int at, int from, int length) {
        System.arraycopy(datagram, 0, into, at, 25);
        Wire.put16(into, at + 11, 12 + length);
        Wire.put16(into, at + 20, from);
        Wire.put16(into, at + 23, length);
        System.arraycopy(datagram, 25 + from, into, at + 25, length);
    }

    private static <T> T poll(BlockingQueue<T> queue, String what) {
        try {
            var found = queue.poll(30, TimeUnit.SECONDS);
            assertThat(found).as("%s within 30 s", what).isNotNull();
            return found;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }

    private record Keys(SrtpKeys local, SrtpKeys remote) {}

    /// One end, and the thread that carries its datagrams to the other.
    private static final class Side implements DtlsEndpoint.Listener {
        final BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
        final BlockingQueue<Keys> keys = new LinkedBlockingQueue<>();
        final BlockingQueue<String> reasons = new LinkedBlockingQueue<>();
        final BlockingQueue<byte[]> data = new LinkedBlockingQueue<>();
        final AtomicInteger longest = new AtomicInteger();
        private final ExecutorService wire = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
        volatile UnaryOperator<Integer> loss = _ -> 1;
        volatile UnaryOperator<byte[]> change = bytes -> bytes;
        volatile Side peer = this;
        volatile DtlsEndpoint endpoint;

        void start(Role role, DtlsIdentity identity, Fingerprint expected, Duration deadline,
                List<SrtpProfile> profiles, Side peer) {
            this.peer = peer;
            endpoint = DtlsEndpoint.start(role, identity, expected, deadline, profiles, this::send, this);
        }

        private void send(byte[] bytes, int offset, int length) {
            longest.accumulateAndGet(length, Math::max);
            var datagram = change.apply(Arrays.copyOfRange(bytes, offset, offset + length));
            sent.add(datagram.clone());
            for (int copies = loss.apply(1); copies > 0; copies--) {
                wire.execute(() -> deliver(datagram));
            }
        }

        private void deliver(byte[] datagram) {
            var receiver = peer.endpoint;
            if (receiver != null) {
                receiver.receive(datagram, 0, datagram.length);
            }
        }

        Keys connected() {
            var found = poll(keys, "a connection");
            keys.add(found);
            return found;
        }

        String reason() {
            return poll(reasons, "the end");
        }

        byte[] data() {
            return poll(data, "data");
        }

        @Override
        public void onConnected(SrtpKeys local, SrtpKeys remote) {
            keys.add(new Keys(local, remote));
        }

        @Override
        public void onData(byte[] bytes, int offset, int length) {
            data.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void onClosed(String reason) {
            reasons.add(reason);
        }

        void close() {
            if (endpoint != null) {
                endpoint.close();
            }
            wire.close();
        }
    }
}
