package dev.parley.bench.load;

import dev.parley.rtc.DataChannel;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.PeerListener;
import dev.parley.rtc.RtcEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Messages over a data channel between two connections of this process, over loopback: the largest there and back, as many
/// as go one way, and many sizes over a path that loses datagrams.
final class DataChannelLoad {
    private static final int LARGEST = 262_144;
    private static final int ROUND_TRIPS = 100;
    private static final int WARM_UPS = 60;
    private static final double LOSS = 0.05;
    private static final int LOSSY_MESSAGES = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private DataChannelLoad() {}

    /// One end of a channel.
    private static final class End implements PeerListener, DataChannel.Listener, AutoCloseable {
        final PeerConnection peer;
        final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private final CountDownLatch open = new CountDownLatch(1);
        private volatile @Nullable DataChannel channel;

        End(PeerConnection.Builder builder) {
            peer = builder.bind(InetAddress.getLoopbackAddress()).listener(this).open();
        }

        @Override
        public void onDataChannel(DataChannel one) {
            channel = one;
            one.listener(this);
        }

        @Override
        public void onOpen() {
            open.countDown();
        }

        @Override
        public void onBinary(byte[] bytes) {
            messages.add(bytes);
        }

        void awaitOpen() throws InterruptedException {
            if (!open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("expected a channel within " + PATIENCE.toSeconds() + " s, found none");
            }
        }

        byte[] next() throws InterruptedException {
            var message = messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (message == null) {
                throw new IllegalStateException("expected a message within " + PATIENCE.toSeconds() + " s, found none");
            }
            return message;
        }

        void send(byte[] bytes) throws InterruptedException {
            var ready = channel;
            if (ready == null) {
                throw new IllegalStateException("expected a channel, found none yet");
            }
            ready.send(bytes);
        }

        @Override
        public void close() {
            peer.close();
        }
    }

    /// Runs the loads and prints a table.
    ///
    /// @param args seconds of sending one way, 10 unless given
    public static void main(String... args) throws IOException, InterruptedException {
        var length = Duration.ofSeconds(args.length > 0 ? Integer.parseInt(args[0]) : 10);
        System.out.println("## Data channels\n\n" + Machine.facts() + "\n");
        boolean held;
        try (var engine = RtcEngine.open()) {
            engine.warmUp();
            var table = new Table("", "bar", "measured", "");
            held = roundTrips(engine, table);
            held &= oneWay(engine, table, length);
            held &= lossy(engine, table);
        }
        System.exit(held ? 0 : 1);
    }

    private static boolean roundTrips(RtcEngine engine, Table table) throws InterruptedException {
        var late = new Lateness();
        try (var here = new End(engine.peer().dataChannel("load")); var there = new End(engine.peer())) {
            join(here, there, null);
            var message = random(LARGEST);
            for (int i = 0; i < WARM_UPS + ROUND_TRIPS; i++) {
                var begun = System.nanoTime();
                here.send(message);
                there.send(there.next());
                require(Arrays.equals(message, here.next()), "the message that was sent to come back");
                if (i >= WARM_UPS) {
                    late.add(System.nanoTime() - begun);
                }
            }
        }
        var times = late.as("trip");
        return row(table, "256 KB there and back, p50 (p99)", "below 50 ms", String.format(Locale.ROOT,
                "%.1f ms (%.1f)", times.get("trip.p50"), times.get("trip.p99")), times.get("trip.p50") < 50);
    }

    private static boolean oneWay(RtcEngine engine, Table table, Duration length) throws InterruptedException {
        try (var here = new End(engine.peer().dataChannel("load")); var there = new End(engine.peer())) {
            join(here, there, null);
            var receiver = Thread.ofVirtual().unstarted(() -> {
                try {
                    for (int size = there.next().length; size == LARGEST; size = there.next().length) {
                        // The last one is shorter.
                    }
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
            receiver.start();
            var message = random(LARGEST);
            long cpu = ThisProcess.cpuNanos();
            long begun = System.nanoTime();
            long count = 0;
            for (; System.nanoTime() - begun < length.toNanos(); count++) {
                here.send(message);
            }
            here.send(new byte[1]);
            receiver.join();
            double seconds = (System.nanoTime() - begun) / 1e9;
            double megabits = count * 8.0 * LARGEST / seconds / 1e6;
            double cores = (ThisProcess.cpuNanos() - cpu) / seconds / 1e9;
            return row(table, "one way, sustained", "100 Mbit/s", String.format(Locale.ROOT,
                    "%.0f Mbit/s (%.1f cores for both ends)", megabits, cores), megabits >= 100);
        }
    }

    private static boolean lossy(RtcEngine engine, Table table) throws IOException, InterruptedException {
        try (var path = LossyPath.open(LOSS);
                var here = new End(engine.peer().dataChannel("load"));
                var there = new End(engine.peer())) {
            join(here, there, path);
            var random = new Random(5);
            var sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < LOSSY_MESSAGES; i++) {
                        here.send(numbered(i, 8 + random.nextInt(i % 50 == 0 ? LARGEST - 8 : 2_000)));
                    }
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
            var begun = System.nanoTime();
            for (int i = 0; i < LOSSY_MESSAGES; i++) {
                var message = there.next();
                require(Arrays.equals(numbered(i, message.length), message), "message " + i
                        + " whole and in its place");
            }
            sender.join();
            return row(table, String.format(Locale.ROOT, "%d messages of 8 bytes to 256 KB, %.1f %% of datagrams lost",
                    LOSSY_MESSAGES, 100 * path.measuredLoss()), "whole, in order", String.format(Locale.ROOT,
                            "yes, in %.1f s", (System.nanoTime() - begun) / 1e9), true);
        }
    }

    private static void join(End here, End there, @Nullable LossyPath path) throws InterruptedException {
        var offer = here.peer.createOffer();
        there.peer.setRemote(path == null ? offer : path.ofLeft(offer));
        var answer = there.peer.createAnswer();
        here.peer.setRemote(path == null ? answer : path.ofRight(answer));
        here.awaitOpen();
        there.awaitOpen();
    }

    private static boolean row(Table table, String what, String bar, String measured, boolean held) {
        table.row(what, bar, measured, held ? "held" : "**not held**");
        return held;
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] numbered(int number, int length) {
        var bytes = random(length);
        ByteBuffer.wrap(bytes).putLong(number);
        return bytes;
    }

    private static void require(boolean right, String expected) {
        if (!right) {
            throw new IllegalStateException("expected " + expected + ", found another");
        }
    }
}
