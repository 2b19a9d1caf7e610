package dev.parley.rtc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Predicate;

/// Two associations and a path between them that loses, doubles, delays, reorders and damages packets, in virtual time.
final class SimulatedPath {
    static final long MILLI = 1_000_000;

    final Random random;
    final End a;
    final End b;
    double loss;
    double duplication;
    double corruption;
    long delay = 10 * MILLI;
    long jitter;
    int longest;
    long packets;
    long bytes;
    private long now = 1_000 * MILLI;
    private long order;
    private final PriorityQueue<Arrival> arrivals = new PriorityQueue<>(
            (one, other) -> one.at == other.at ? Long.compare(one.order, other.order) : Long.compare(one.at, other.at));

    private record Arrival(long at, long order, End to, byte[] packet) {}

    record Message(int stream, int protocol, byte[] bytes) {}

    SimulatedPath(long seed) {
        random = new Random(seed);
        a = new End();
        b = new End();
        a.peer = b;
        b.peer = a;
    }

    /// What two associations say from the first word to the last: packets of all kinds, with the tags that a path with the
    /// seed 14 will use.
    static List<byte[]> recorded() {
        var path = new SimulatedPath(14);
        path.a.records = true;
        path.b.records = true;
        path.connected();
        path.loss = 0.3;
        for (int i = 0; i < 20; i++) {
            path.a.send(i % 3, new byte[2_000], i % 2 == 0, i % 4 == 0 ? 0 : Integer.MAX_VALUE, SctpMessage.NEVER);
            path.b.send(i % 3, new byte[2_000]);
            path.run(30, _ -> false);
        }
        path.a.association.reset(1, path.now());
        path.run(40_000, _ -> false);
        path.a.association.shutdown(path.now());
        path.run(10_000, _ -> false);
        path.a.sent.addAll(path.b.sent);
        return path.a.sent;
    }

    long now() {
        return now;
    }

    SimulatedPath connected() {
        a.association.connect(now);
        b.association.connect(now);
        run(60_000, _ -> a.established && b.established);
        return this;
    }

    /// Lets time pass until the condition holds or so many milliseconds have passed.
    boolean run(long millis, Predicate<SimulatedPath> done) {
        long end = now + millis * MILLI;
        while (!done.test(this)) {
            long next = Math.min(a.association.nextTimeout(), b.association.nextTimeout());
            var arrival = arrivals.peek();
            if (arrival != null && arrival.at <= next) {
                if (arrival.at > end) {
                    break;
                }
                arrivals.remove();
                now = Math.max(now, arrival.at);
                arrival.to.association.receive(arrival.packet, 0, arrival.packet.length, now);
            } else {
                if (next > end) {
                    break;
                }
                now = Math.max(now, next);
                a.tickIfDue();
                b.tickIfDue();
            }
        }
        if (!done.test(this)) {
            now = Math.max(now, end);
            return false;
        }
        return true;
    }

    final class End implements SctpAssociation.Output {
        final SctpAssociation association = new SctpAssociation(5_000, 5_000, random, this);
        final List<Message> messages = new ArrayList<>();
        final List<byte[]> sent = new ArrayList<>();
        final List<List<Integer>> peerResets = new ArrayList<>();
        final List<List<Integer>> resets = new ArrayList<>();
        final List<String> reasons = new ArrayList<>();
        boolean established;
        boolean consumes = true;
        boolean records;
        long released;
        private End peer;

        boolean send(int stream, byte[] bytes) {
            return send(stream, bytes, true, Integer.MAX_VALUE, SctpMessage.NEVER);
        }

        boolean send(int stream, byte[] bytes, boolean ordered, int retransmits, long expires) {
            return association.send(new SctpMessage(stream, 51, ordered, retransmits, expires, bytes), now);
        }

        private void tickIfDue() {
            if (now >= association.nextTimeout()) {
                association.tick(now);
            }
        }

        @Override
        public void send(byte[] from, int offset, int length) {
            var packet = Arrays.copyOfRange(from, offset, offset + length);
            longest = Math.max(longest, length);
            packets++;
            bytes += length;
            if (records) {
                sent.add(packet.clone());
            }
            int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < duplication ? 2 : 1;
            for (; copies > 0; copies--) {
                var copy = packet.clone();
                if (random.nextDouble() < corruption) {
                    copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
                }
                long late = jitter == 0 ? 0 : random.nextLong(jitter);
                arrivals.add(new Arrival(now + delay + late, order++, peer, copy));
            }
        }

        @Override
        public void established() {
            established = true;
        }

        @Override
        public void deliver(int stream, int protocol, byte[] message) {
            messages.add(new Message(stream, protocol, message));
            if (consumes) {
                association.consumed(message.length, now);
            }
        }

        @Override
        public void released(int stream, int length) {
            released += length;
        }

        @Override
        public void peerReset(List<Integer> streams) {
            peerResets.add(streams);
        }

        @Override
        public void reset(List<Integer> streams) {
            resets.add(streams);
        }

        @Override
        public void closed(String reason) {
            reasons.add(reason);
        }
    }
}
