package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.OpusSettings;
import dev.parley.media.Pcm;
import dev.parley.media.RtpCodec;
import dev.parley.media.RtpFormat;
import dev.parley.media.RtpPacket;
import dev.parley.media.RtpReceiver;
import dev.parley.media.RtpSender;
import dev.parley.rtc.Codec;
import dev.parley.rtc.DataChannel;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.PeerListener;
import dev.parley.rtc.PeerState;
import dev.parley.rtc.RtcEngine;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Somebody who calls the emulator over WebRTC: speaks in real time, and keeps all sound and messages that come.
///
/// What was heard is played from the packets' own timestamps, so that it is what the emulator sent however busy the machine is.
final class Caller implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int RATE = 24_000;
    private static final Duration FRAME = RtpCodec.PACKET_TIME;

    private final PeerConnection peer;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();
    private final CompletableFuture<DataChannel> channel = new CompletableFuture<>();
    private final CompletableFuture<PeerState> over = new CompletableFuture<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual()
            .factory());
    private final BlockingQueue<Pcm> toSay = new ArrayBlockingQueue<>(10_000);
    /// Copies of the packets that came, in order. Guarded by itself.
    private final List<byte[]> packets = new ArrayList<>();
    private List<RtpFormat> formats = List.of();

    Caller(RtcEngine engine) {
        this(engine, List.of(Codec.OPUS, Codec.PCMU, Codec.PCMA));
    }

    Caller(RtcEngine engine, List<Codec> codecs) {
        peer = engine.peer()
                .codecs(codecs)
                .bind(InetAddress.getLoopbackAddress())
                .dataChannel("oai-events")
                .listener(new Listener())
                .onRtp((packet, _) -> {
                    synchronized (packets) {
                        packets.add(Arrays.copyOfRange(packet.bytes(), packet.offset(), packet.offset() + packet
                                .length()));
                    }
                })
                .open();
    }

    private final class Listener implements PeerListener {
        @Override
        public void onState(PeerState state, String reason) {
            if (state == PeerState.CLOSED || state == PeerState.FAILED) {
                over.complete(state);
            }
        }

        @Override
        public void onDataChannel(DataChannel opened) {
            opened.listener(new DataChannel.Listener() {
                @Override
                public void onOpen() {
                    channel.complete(opened);
                }

                @Override
                public void onText(String text) {
                    messages.add(text);
                }
            });
        }
    }

    String offer() {
        return peer.createOffer();
    }

    /// The offer that was made.
    String description() {
        return peer.description();
    }

    /// Connects, and begins to send sound.
    Caller answered(String answer) throws Exception {
        peer.setRemote(answer);
        peer.awaitConnected(PATIENCE);
        formats = peer.codecs()
                .stream()
                .flatMap(codec -> RtpCodec.named(codec.name(), codec.clockRate())
                        .map(known -> new RtpFormat(known, codec.payloadType()))
                        .stream())
                .toList();
        var sender = RtpSender.continuous(formats.getFirst(), peer.ssrc(), RATE, OpusSettings.SPEECH);
        var _ = clock.scheduleAtFixedRate(() -> {
            var next = toSay.poll();
            if (next != null) {
                sender.add("said", 0, next);
            }
            sender.next().ifPresent(packet -> peer.sendRtp(packet.bytes(), packet.offset(), packet.length()));
        }, 0, 20, TimeUnit.MILLISECONDS);
        return this;
    }

    /// Says something in real time, behind what is still being said.
    void say(Pcm audio) {
        int piece = RATE / 50;
        for (int from = 0; from < audio.frames(); from += piece) {
            toSay.add(audio.slice(from, Math.min(from + piece, audio.frames())));
        }
    }

    /// All that was heard so far.
    Pcm heard() {
        var receiver = new RtpReceiver(formats, RATE);
        var sound = Pcm.silence(RATE, Duration.ZERO);
        var packet = new RtpPacket();
        var now = Duration.ZERO;
        int first = 0;
        for (var bytes : received()) {
            assertThat(packet.wrap(bytes, 0, bytes.length)).as("a packet of RTP").isTrue();
            first = now.isZero() ? packet.timestamp() : first;
            var due = Duration.ofSeconds(packet.timestamp() - first).dividedBy(formats.getFirst().codec().clockRate());
            for (; now.compareTo(due) <= 0; now = now.plus(FRAME)) {
                sound = sound.then(receiver.next(now.toNanos()));
            }
            receiver.received(packet, now.toNanos());
        }
        // What still waits in the buffer.
        for (var end = now.plusSeconds(1); now.compareTo(end) < 0; now = now.plus(FRAME)) {
            sound = sound.then(receiver.next(now.toNanos()));
        }
        return sound;
    }

    private List<byte[]> received() {
        synchronized (packets) {
            return List.copyOf(packets);
        }
    }

    /// The codec that was agreed on.
    String codec() {
        return peer.codecs().getFirst().name();
    }

    void send(String event) throws Exception {
        channel().send(event);
    }

    DataChannel channel() throws Exception {
        return channel.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    JsonNode next() throws InterruptedException {
        var text = messages.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(text).as("an event on the data channel within " + PATIENCE + "; so far " + seen
                + "; the connection is " + peer.state()
                + ", " + peer.statistics()).isNotNull();
        var event = JSON.readTree(Objects.requireNonNull(text));
        seen.add(event.path("type").asString(""));
        return event;
    }

    /// The next event of a type; at most 1,000 others come before it.
    JsonNode next(String type) throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            var event = next();
            if (event.path("type").asString("").equals(type)) {
                return event;
            }
        }
        throw new AssertionError("no " + type + " among 1,000 events");
    }

    int waiting() {
        return messages.size();
    }

    PeerState state() {
        return peer.state();
    }

    /// How the connection ended.
    PeerState ended() throws Exception {
        return over.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        peer.close();
    }
}
