package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.parley.rtc.SimulatedPath.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SctpAssociationTest {
    private static final long MILLI = SimulatedPath.MILLI;

    @Test
    void connectsWhenBothStartAtOnce() {
        var path = new SimulatedPath(1).connected();

        assertThat(path.a.established && path.b.established).isTrue();
        assertThat(path.now()).isLessThan(1_100 * MILLI);
        assertDelivers(path);
    }

    @Test
    void connectsWhenOneStarts() {
        var path = new SimulatedPath(2);

        path.a.association.connect(path.now());
        path.run(1_000, p -> p.a.established && p.b.established);

        assertDelivers(path);
    }

    @Test
    void connectsOverAPathThatLosesHalf() {
        int both = 0;
        for (long seed = 0; seed < 200; seed++) {
            var path = new SimulatedPath(seed);
            path.loss = 0.5;
            path.duplication = 0.2;
            path.jitter = 30 * MILLI;

            path.connected();

            path.loss = 0;
            path.run(60_000, p -> p.a.established && p.b.established);
            if (path.a.association.isOver() || path.b.association.isOver()) {
                // All tries of one can be lost; then it says so.
                assertThat(path.a.reasons.size() + path.b.reasons.size()).as("seed %d", seed).isPositive();
                continue;
            }
            assertThat(path.a.established && path.b.established).as("seed %d", seed).isTrue();
            assertDelivers(path);
            both++;
        }
        assertThat(both).isGreaterThan(150);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0", "0.01, 0, 0, 0", "0.05, 0.05, 0.01, 20", "0.2, 0, 0, 0", "0, 0, 0, 60", "0, 0.5, 0, 5",
            "0.2, 0.1, 0.05, 40"})
    void deliversEverythingInOrderAndOnceWhateverThePathDoes(double loss, double duplication, double corruption,
            long jitter) {
        for (long seed = 0; seed < 5; seed++) {
            var path = new SimulatedPath(seed).connected();
            path.loss = loss;
            path.duplication = duplication;
            path.corruption = corruption;
            path.jitter = jitter * MILLI;
            var sent = new ArrayList<byte[]>();
            var random = new Random(seed);
            for (int i = 0; i < 40; i++) {
                sent.add(numbered(i, i % 13 == 12 ? Sctp.MAX_MESSAGE : 4 + random.nextInt(i % 2 == 0 ? 40 : 4_000)));
            }

            boolean all = exchange(path, sent);

            assertThat(all).as("seed %d: %d and %d of %d arrived", seed, path.a.messages.size(),
                    path.b.messages.size(), sent.size()).isTrue();
            assertThat(path.longest).isLessThanOrEqualTo(DtlsEndpoint.MAX_DATA);
            assertThat(path.a.association.buffered()).isZero();
            assertThat(path.b.association.received()).isZero();
        }
    }

    @Test
    void sendsNothingTwiceWhenNothingIsLost() {
        var path = new SimulatedPath(1).connected();
        path.bytes = 0;

        exchange(path, List.of(numbered(0, Sctp.MAX_MESSAGE), numbered(1, Sctp.MAX_MESSAGE)));

        // Both directions; headers and acknowledgements are below a tenth.
        assertThat(path.bytes).isLessThan((long) (4.0 * Sctp.MAX_MESSAGE * 1.1));
    }

    @Test
    void fillsAFastPathWithoutWaitingForTimeouts() {
        var path = new SimulatedPath(1).connected();
        path.delay = MILLI;
        path.loss = 0.01;
        long start = path.now();

        exchange(path, List.of(numbered(0, Sctp.MAX_MESSAGE), numbered(1, Sctp.MAX_MESSAGE)));

        assertThat(path.now() - start).isLessThan(2_500 * MILLI);
    }

    @Test
    void stopsAtTheWindowOfAReceiverThatDoesNotConsume() {
        var path = new SimulatedPath(4).connected();
        path.b.consumes = false;
        int accepted = 0;
        for (int i = 0; i < 2_000; i++) {
            if (path.a.send(0, numbered(i, 10_000))) {
                accepted++;
            }
            path.run(20, _ -> false);
        }

        assertThat(path.a.association.buffered()).isLessThanOrEqualTo(SctpOutbound.BUFFER);
        assertThat(path.b.association.received()).isLessThanOrEqualTo(SctpInbound.BUFFER + 12_000);
        assertThat(accepted).isBetween(200, 220);

        path.b.consumes = true;
        int waiting = path.b.messages.size();
        path.b.association.consumed(waiting * 10_000, path.now());
        int expected = accepted;
        assertThat(path.run(20_000, p -> p.b.messages.size() == expected && p.a.association.buffered() == 0)).isTrue();
    }

    @Test
    void refusesMoreThanItsBufferHolds() {
        var path = new SimulatedPath(5).connected();
        path.loss = 1;
        int accepted = 0;
        while (path.a.send(0, new byte[50_000])) {
            accepted++;
        }

        assertThat(accepted).isEqualTo(SctpOutbound.BUFFER / 50_000);
        assertThat(path.a.released).isZero();
    }

    @Test
    void deliversUnorderedMessagesWithoutWaitingForLostOnes() {
        var path = new SimulatedPath(6).connected();
        path.loss = 1;
        path.a.send(0, numbered(0, 100), false, Integer.MAX_VALUE, SctpMessage.NEVER);
        path.loss = 0;
        path.a.send(0, numbered(1, 100), false, Integer.MAX_VALUE, SctpMessage.NEVER);

        path.run(60_000, p -> p.b.messages.size() == 2);

        assertThat(path.b.messages).extracting(SctpAssociationTest::number).containsExactly(1, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesUpMessagesThatMayNotBeSentAgain(boolean ordered) {
        for (long seed = 0; seed < 20; seed++) {
            var path = new SimulatedPath(seed).connected();
            path.loss = 0.2;
            for (int i = 0; i < 100; i++) {
                path.a.send(3, numbered(i, i % 5 == 0 ? 5_000 : 100), ordered, 0, SctpMessage.NEVER);
                path.run(5, _ -> false);
            }
            path.run(30_000, p -> p.a.association.buffered() == 0);
            path.loss = 0;
            path.a.send(3, numbered(100, 10));
            path.run(30_000, p -> !p.b.messages.isEmpty() && number(p.b.messages.getLast()) == 100
                    && p.a.association.outstanding() == 0);

            var numbers = path.b.messages.stream().map(SctpAssociationTest::number).toList();
            assertThat(numbers).as("seed %d", seed).doesNotHaveDuplicates().hasSizeBetween(30, 100).contains(100);
            if (ordered) {
                assertThat(numbers).as("seed %d", seed).isSorted();
            }
            assertThat(path.b.association.received()).as("seed %d", seed).isZero();
            assertThat(path.a.association.outstanding()).as("seed %d", seed).isZero();
        }
    }

    @Test
    void givesUpMessagesWhoseTimeIsOver() {
        var path = new SimulatedPath(7).connected();
        path.loss = 1;
        path.a.send(1, numbered(0, 3_000), true, Integer.MAX_VALUE, path.now() + 100 * MILLI);
        path.a.send(1, numbered(1, 100_000), true, Integer.MAX_VALUE, path.now() + 100 * MILLI);
        path.run(150, _ -> false);
        path.loss = 0;
        path.a.send(1, numbered(2, 100));

        path.run(20_000, p -> !p.b.messages.isEmpty());

        assertThat(path.b.messages).extracting(SctpAssociationTest::number).containsExactly(2);
        path.run(20_000, p -> p.a.association.buffered() == 0);
        assertThat(path.a.association.buffered()).isZero();
    }

    @Test
    void startsStreamsOverOnceAllOnThemHasArrived() {
        for (long seed = 0; seed < 30; seed++) {
            var path = new SimulatedPath(seed).connected();
            path.loss = 0.2;
            path.jitter = 20 * MILLI;
            for (int i = 0; i < 5; i++) {
                path.a.send(8, numbered(i, 3_000));
            }
            path.a.association.reset(8, path.now());
            path.a.association.reset(9, path.now());
            assertThat(path.run(100_000, p -> p.a.resets.stream().mapToInt(List::size).sum() == 2))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(path.b.messages).as("seed %d", seed).hasSize(5);
            assertThat(path.b.peerResets.stream().flatMap(List::stream)).as("seed %d", seed)
                    .containsExactlyInAnyOrder(8, 9);

            path.a.send(8, numbered(5, 10));

            assertThat(path.run(100_000, p -> p.b.messages.size() == 6)).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void shutsDownOnceAllIsDelivered() {
        for (long seed = 0; seed < 30; seed++) {
            var path = new SimulatedPath(seed).connected();
            path.loss = 0.2;
            path.a.send(0, numbered(0, 50_000));

            path.a.association.shutdown(path.now());
            path.run(200_000, p -> p.a.association.isOver() && p.b.association.isOver());

            assertThat(path.b.messages).as("seed %d", seed).hasSize(1);
            assertThat(path.a.reasons).as("seed %d", seed).hasSize(1);
            assertThat(path.b.reasons).as("seed %d", seed).hasSize(1);
            assertThat(path.a.send(0, numbered(1, 1))).isFalse();
        }
    }

    @Test
    void endsBothSidesWhenOneAborts() {
        var path = new SimulatedPath(8).connected();

        path.a.association.abort("enough");
        path.run(1_000, p -> p.b.association.isOver());

        assertThat(path.a.reasons).containsExactly("enough");
        assertThat(path.b.reasons).containsExactly("the peer aborted the association");
        assertThat(path.a.association.nextTimeout()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void noticesAPeerThatFallsSilent() {
        var path = new SimulatedPath(9).connected();
        path.loss = 1;

        path.run(120_000, p -> p.a.association.isOver());

        assertThat(path.a.reasons).containsExactly("expected the peer to answer, found it silent");
    }

    @Test
    void staysAliveWithNothingToSay() {
        var path = new SimulatedPath(10).connected();

        path.run(600_000, _ -> false);

        assertDelivers(path);
    }

    @Test
    void dropsPacketsWithoutTheRightTagOrPortsOrChecksum() {
        var path = new SimulatedPath(11).connected();
        path.a.records = true;
        path.a.send(0, numbered(1, 100));
        var genuine = path.a.sent.getFirst();
        var other = new SimulatedPath(11).connected();
        other.a.send(0, numbered(0, 100));
        int before = other.b.messages.size();
        for (int bit = 0; bit < 12 * 8; bit++) {
            var forged = genuine.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            if (bit / 8 < 8) {
                Sctp.seal(forged, 0, forged.length);
            }
            other.b.association.receive(forged, 0, forged.length, other.now());
        }
        assertThat(other.b.messages).hasSize(before);

        for (int type : new int[]{Sctp.ABORT, Sctp.SHUTDOWN, Sctp.SHUTDOWN_COMPLETE, Sctp.SHUTDOWN_ACK, Sctp.INIT,
                Sctp.COOKIE_ECHO, Sctp.SACK, Sctp.ERROR, Sctp.RE_CONFIG, Sctp.FORWARD_TSN}) {
            for (int flags = 0; flags < 2; flags++) {
                var writer = new SctpWriter(5_000, 5_000);
                writer.start(type == Sctp.INIT ? 0 : 0x12345678);
                writer.begin(type, flags, 40);
                writer.put(new byte[40], 0, 40).end();
                writer.sendTo((bytes, offset, length) -> other.b.association.receive(bytes, offset, length,
                        other.now()));
            }
        }

        assertDelivers(other);
    }

    @Test
    void keepsNothingOfPeersThatOnlySayInitOrShowForgedCookies() {
        var path = new SimulatedPath(12);
        path.loss = 1;
        path.b.records = true;
        for (int i = 1; i < 2_000; i++) {
            var writer = new SctpWriter(5_000, 5_000);
            writer.start(0);
            writer.begin(Sctp.INIT, 0, 16);
            writer.i32(i).i32(100_000).u16(1).u16(1).i32(i).end();
            writer.sendTo((bytes, offset, length) -> path.b.association.receive(bytes, offset, length, path.now()));
            writer.start(i);
            writer.begin(Sctp.COOKIE_ECHO, 0, SctpCookie.LENGTH);
            var cookie = new byte[SctpCookie.LENGTH];
            path.random.nextBytes(cookie);
            writer.put(cookie, 0, cookie.length).end();
            writer.sendTo((bytes, offset, length) -> path.b.association.receive(bytes, offset, length, path.now()));
        }

        assertThat(path.b.sent).hasSize(1_999).allMatch(answer -> answer[12] == Sctp.INIT_ACK);
        assertThat(path.b.established).isFalse();
        path.loss = 0;
        path.connected();
        assertDelivers(path);
    }

    @Test
    void takesNoCookieThatIsForgedOrStale() {
        var secret = new byte[32];
        var cookie = new SctpCookie(1, 2, 3, 4, 5, 6, true, 1_000);
        var signed = cookie.sign(secret);

        assertThat(SctpCookie.open(signed, 0, signed.length, secret)).contains(cookie);
        assertThat(cookie.isStale(59_000 * MILLI)).isFalse();
        assertThat(cookie.isStale(61_000 * MILLI)).isTrue();
        signed[20]++;
        assertThat(SctpCookie.open(signed, 0, signed.length, secret)).isEmpty();
    }

    @Test
    void abortsWhenThePeerAcknowledgesWhatWasNeverSent() {
        var path = new SimulatedPath(13).connected();
        path.a.records = true;
        path.a.send(0, numbered(0, 10));
        int tag = Wire.i32(path.a.sent.getFirst(), 4);
        int tsn = Wire.i32(path.a.sent.getFirst(), 16);
        path.b.records = true;
        path.b.send(0, numbered(0, 10));
        int back = Wire.i32(path.b.sent.getFirst(), 4);

        var writer = new SctpWriter(5_000, 5_000);
        writer.start(back);
        writer.begin(Sctp.SACK, 0, 12);
        writer.i32(tsn + 1).i32(1_000).u16(0).u16(0).end();
        writer.sendTo((bytes, offset, length) -> path.a.association.receive(bytes, offset, length, path.now()));

        assertThat(tag).isNotZero();
        assertThat(path.a.reasons).containsExactly("expected acknowledgements of what was sent, found others");
    }

    @Test
    void survivesWhateverArrivesAndStaysBounded() {
        long rounds = Long.getLong("fuzz", 200_000);
        var random = new Random(9_260);
        var path = new SimulatedPath(14);
        var seeds = SimulatedPath.recorded();
        for (long i = 0; i < rounds; i++) {
            if (i % 50 == 0) {
                path = new SimulatedPath(14);
                path.connected();
                path.a.send(0, numbered(0, 3_000));
            }
            var seed = seeds.get(random.nextInt(seeds.size()));
            var bytes = Arrays.copyOf(seed, random.nextInt(5) == 0 ? random.nextInt(seed.length + 1) : seed.length);
            for (int flips = 1 + random.nextInt(6); flips > 0 && bytes.length > 12; flips--) {
                bytes[12 + random.nextInt(Math.min(bytes.length - 12, 60))] = (byte) random.nextInt();
            }
            if (bytes.length >= 12) {
                Sctp.seal(bytes, 0, bytes.length);
            }
            try {
                path.b.association.receive(bytes, 0, bytes.length, path.now());
                path.a.association.receive(bytes, 0, bytes.length, path.now());
            } catch (RuntimeException e) {
                fail("round " + i, e);
            }
            if (path.b.association.received() > 2L * SctpInbound.BUFFER) {
                fail("keeps too much in round " + i);
            }
        }
    }

    private static void assertDelivers(SimulatedPath path) {
        int before = path.b.messages.size();
        path.a.send(1, numbered(77, 2_000));
        path.b.send(1, numbered(78, 2_000));
        path.run(60_000, p -> p.b.messages.size() > before && !p.a.messages.isEmpty());
        assertThat(path.b.messages).hasSizeGreaterThan(before);
        assertThat(number(path.b.messages.getLast())).isEqualTo(77);
        assertThat(number(path.a.messages.getLast())).isEqualTo(78);
    }

    /// Both send all of it, as there is room; whether it arrives whole, in order and once, within ten minutes.
    private static boolean exchange(SimulatedPath path, List<byte[]> sent) {
        int[] next = new int[2];
        boolean done = path.run(600_000, p -> {
            while (next[0] < sent.size() && p.a.send(5, sent.get(next[0]))) {
                next[0]++;
            }
            while (next[1] < sent.size() && p.b.send(5, sent.get(next[1]))) {
                next[1]++;
            }
            return p.a.messages.size() >= sent.size() && p.b.messages.size() >= sent.size()
                    && p.a.association.buffered() + p.b.association.buffered() == 0;
        });
        return done && isEqual(path.a.messages, sent) && isEqual(path.b.messages, sent);
    }

    private static boolean isEqual(List<Message> messages, List<byte[]> sent) {
        boolean same = messages.size() == sent.size();
        for (int i = 0; i < messages.size() && same; i++) {
            same = Arrays.equals(messages.get(i).bytes(), sent.get(i));
        }
        return same;
    }

    private static byte[] numbered(int number, int length) {
        var bytes = new byte[Math.max(length, 4)];
        new Random(number).nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(number);
        return bytes;
    }

    private static int number(Message message) {
        return ByteBuffer.wrap(message.bytes()).getInt();
    }
}
