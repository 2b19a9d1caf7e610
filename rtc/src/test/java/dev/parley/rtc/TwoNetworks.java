package dev.parley.rtc;

import dev.parley.media.RtpPacket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/// One of two peers in networks of their own, for `scripts/two-networks.sh`: `TwoNetworks offer|answer TURN_URI`.
///
/// Descriptions go over standard output and input, a line of Base64 each. Both then speak for twenty seconds, fifty packets a
/// second, and send each other twenty messages of 20,000 characters; what came is told on standard error.
public final class TwoNetworks implements PeerListener {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int PACKETS = 1_000;
    private static final int MESSAGES = 20;
    private static final int LENGTH = 20_000;

    private final AtomicInteger heard = new AtomicInteger();
    private final AtomicInteger read = new AtomicInteger();
    private final CountDownLatch all = new CountDownLatch(MESSAGES);
    private volatile long lastRead;

    private TwoNetworks() {}

    /// The program.
    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("dev.parley").setLevel(Level.INFO);
        new TwoNetworks().run(arguments[0].equals("offer"), TurnServer.of(arguments[1], "bar", "an-open-secret"));
    }

    private void run(boolean offers, TurnServer server) throws IOException, InterruptedException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var engine = RtcEngine.open()) {
            engine.warmUp();
            var builder = engine.peer().turn(server).listener(this).onRtp((rtp, nanos) -> heard.incrementAndGet());
            try (var connection = offers ? builder.dataChannel("chat").open() : builder.open()) {
                if (offers) {
                    connection.createOffer();
                    tell(connection.awaitGathering(PATIENCE));
                    connection.setRemote(read(in));
                } else {
                    connection.setRemote(read(in));
                    connection.createAnswer();
                    tell(connection.awaitGathering(PATIENCE));
                }
                var start = System.nanoTime();
                connection.awaitConnected(PATIENCE);
                say("connected after %d ms, %s", since(start), connection.isRelayed() ? "by a relay" : "directly");
                talk(connection);
                var whole = all.await(60, TimeUnit.SECONDS);
                // The other side's last packets, and its messages' acknowledgements.
                TimeUnit.SECONDS.sleep(3);
                var statistics = connection.statistics();
                say("sound: %d of %d packets, jitter %d ms, round trip %s", heard.get(), PACKETS,
                        statistics.jitter().toMillis(),
                        statistics.roundTrip().map(time -> time.toMillis() + " ms").orElse("unknown"));
                say("messages: %d of %d%s, the last after %d ms", read.get(), MESSAGES, whole ? "" : ", not whole",
                        (lastRead - start) / 1_000_000);
            }
        }
    }

    private static void talk(PeerConnection connection) {
        var bytes = new byte[RtpPacket.HEADER_LENGTH + 80];
        var packet = new RtpPacket();
        var start = System.nanoTime();
        for (var i = 0; i < PACKETS; i++) {
            packet.start(bytes, 0, 80);
            packet.payloadType(connection.codecs().getFirst().payloadType());
            packet.sequence(i);
            packet.timestamp(i * 960);
            packet.ssrc(connection.ssrc());
            connection.sendRtp(bytes, packet.offset(), packet.length());
            LockSupport.parkNanos(start + (i + 1) * 20_000_000L - System.nanoTime());
        }
    }

    @Override
    public void onDataChannel(DataChannel channel) {
        channel.listener(new DataChannel.Listener() {
            @Override
            public void onOpen() {
                Thread.ofVirtual().start(() -> write(channel));
            }

            @Override
            public void onText(String text) {
                if (text.equals(text(read.get()))) {
                    read.incrementAndGet();
                    all.countDown();
                }
                lastRead = System.nanoTime();
            }
        });
    }

    private static void write(DataChannel channel) {
        try {
            for (var i = 0; i < MESSAGES; i++) {
                channel.send(text(i));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String text(int number) {
        return ("message " + number + " ").repeat(LENGTH).substring(0, LENGTH);
    }

    private static String read(BufferedReader in) throws IOException {
        return new String(Base64.getDecoder().decode(in.readLine()), StandardCharsets.UTF_8);
    }

    private static void tell(String description) {
        System.out.println(Base64.getEncoder().encodeToString(description.getBytes(StandardCharsets.UTF_8)));
    }

    private static long since(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    private static void say(String format, Object... arguments) {
        System.err.println(format.formatted(arguments));
    }
}
