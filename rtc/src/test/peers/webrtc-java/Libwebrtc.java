import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.audio.AudioProcessing;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A peer made of libwebrtc, as webrtc-java wraps it, for tests: plays a tone, expects to hear it back, and expects its
/// messages back.
///
/// Usage: Libwebrtc offer|answer|check. Descriptions go over standard output and input, one line each, in Base64. Each thing
/// that was checked is printed as "ok ..."; the program ends after "done", or when it has waited for too long.
final class Libwebrtc implements PeerConnectionObserver {
    private static final int RATE = 48_000;
    private static final int FRAME = RATE / 100;
    private static final int TONE = 440;
    private static final int PATIENCE = 30;
    private static final int LARGE = 200_000;

    private final CountDownLatch gathered = new CountDownLatch(1);
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch heard = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    private volatile RTCDataChannel channel;
    private int rises;
    private int samples;
    private short last;

    public static void main(String[] arguments) throws Exception {
        // Only it loads the library.
        var processing = new AudioProcessing();
        var devices = new HeadlessAudioDeviceModule();
        var factory = new PeerConnectionFactory(devices, processing);
        var status = 0;
        try {
            if (!arguments[0].equals("check")) {
                new Libwebrtc().talk(factory, devices, arguments[0].equals("offer"));
            }
        } catch (Exception | AssertionError e) {
            System.out.println("failed: " + e);
            status = 1;
        }
        System.out.flush();
        // Whatever its threads are doing.
        Runtime.getRuntime().halt(status);
    }

    private void talk(PeerConnectionFactory factory, HeadlessAudioDeviceModule devices, boolean offers)
            throws Exception {
        var source = new CustomAudioSource();
        var connection = factory.createPeerConnection(new RTCConfiguration(), this);
        connection.addTrack(factory.createAudioTrack("tone", source), List.of("stream"));
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (offers) {
            take(connection.createDataChannel("chat", new RTCDataChannelInit()));
            var offer = new Description();
            connection.createOffer(new RTCOfferOptions(), offer);
            tell(connection, offer.get());
            set(connection, new RTCSessionDescription(RTCSdpType.ANSWER, read(in)));
        } else {
            set(connection, new RTCSessionDescription(RTCSdpType.OFFER, read(in)));
            var answer = new Description();
            connection.createAnswer(new RTCAnswerOptions(), answer);
            tell(connection, answer.get());
        }
        await(connected, "connected");
        // It sends what no microphone hears, and ends the process when somebody else sends at the same time. Stopped before
        // it has begun it would begin after all.
        awaitSending(connection);
        devices.stopRecording();
        Thread.ofPlatform().daemon().start(() -> play(source));
        await(heard, "tone");
        if (!opened.await(PATIENCE, TimeUnit.SECONDS)) {
            throw new AssertionError("no channel was opened");
        }
        converse();
        System.out.println("done");
        System.out.flush();
        await(ended, "closed");
    }

    private static void awaitSending(RTCPeerConnection connection) throws InterruptedException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        while (System.nanoTime() < deadline) {
            var told = new LinkedBlockingQueue<Boolean>();
            connection.getStats(report -> told.add(report.getStats().values().stream()
                    .filter(one -> one.getType() == RTCStatsType.OUTBOUND_RTP)
                    .anyMatch(one -> ((Number) one.getAttributes().getOrDefault("packetsSent", 0)).longValue() > 0)));
            if (Boolean.TRUE.equals(told.poll(PATIENCE, TimeUnit.SECONDS))) {
                return;
            }
            // It tells when it is asked, and nobody when it begins.
            Thread.sleep(10);
        }
        throw new AssertionError("nothing was sent within " + PATIENCE + " s");
    }

    private void tell(RTCPeerConnection connection, RTCSessionDescription description) throws Exception {
        var done = new Done();
        connection.setLocalDescription(description, done);
        done.get();
        if (!gathered.await(PATIENCE, TimeUnit.SECONDS)) {
            throw new AssertionError("the candidates are not gathered");
        }
        System.out.println(Base64.getEncoder()
                .encodeToString(connection.getLocalDescription().sdp.getBytes(StandardCharsets.UTF_8)));
        System.out.flush();
    }

    private static void set(RTCPeerConnection connection, RTCSessionDescription description) throws Exception {
        var done = new Done();
        connection.setRemoteDescription(description, done);
        done.get();
    }

    private static String read(BufferedReader in) throws Exception {
        return new String(Base64.getDecoder().decode(in.readLine()), StandardCharsets.UTF_8);
    }

    private static void await(CountDownLatch latch, String what) throws InterruptedException {
        if (!latch.await(PATIENCE, TimeUnit.SECONDS)) {
            throw new AssertionError("not " + what + " within " + PATIENCE + " s");
        }
        System.out.println("ok " + what);
        System.out.flush();
    }

    /// A sine in real time.
    private static void play(CustomAudioSource source) {
        var start = System.nanoTime();
        for (var position = 0L;; position += FRAME) {
            var bytes = ByteBuffer.allocate(FRAME * 2).order(ByteOrder.LITTLE_ENDIAN);
            for (var i = 0; i < FRAME; i++) {
                bytes.putShort((short) (12_000 * Math.sin(2 * Math.PI * TONE * (position + i) / RATE)));
            }
            source.pushAudio(bytes.array(), 16, RATE, 1, FRAME);
            LockSupport.parkNanos(start + (position + FRAME) * 1_000_000_000L / RATE - System.nanoTime());
        }
    }

    /// Counts how often half a second of sound rises through zero. An exception here would end the whole process.
    private void listen(byte[] data, int rate, int channels, int frames) {
        var sound = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        var loud = false;
        for (var i = 0; i < frames && (i * channels + 1) * 2 <= data.length; i++) {
            var sample = sound.getShort(i * channels * 2);
            loud |= Math.abs(sample) > 2_000;
            if (last < 0 && sample >= 0) {
                rises++;
            }
            last = sample;
        }
        samples = loud ? samples + frames : 0;
        rises = loud ? rises : 0;
        if (samples >= rate / 2) {
            if (Math.abs((double) rises * rate / samples - TONE) < 15) {
                heard.countDown();
            }
            samples = 0;
            rises = 0;
        }
    }

    private void converse() throws Exception {
        for (var message : List.of("hello", "grüße", "x".repeat(LARGE))) {
            exchange(message.getBytes(StandardCharsets.UTF_8), false);
        }
        var bytes = new byte[LARGE];
        for (var i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        exchange(bytes, true);
        System.out.println("ok messages");
    }

    private void exchange(byte[] message, boolean binary) throws Exception {
        channel.send(new RTCDataChannelBuffer(ByteBuffer.wrap(message), binary));
        var answer = answers.poll(PATIENCE, TimeUnit.SECONDS);
        if (!Arrays.equals(answer, message)) {
            throw new AssertionError("expected the message of " + message.length + " bytes back, found "
                    + (answer == null ? "none" : answer.length));
        }
    }

    private void take(RTCDataChannel one) {
        channel = one;
        one.registerObserver(new RTCDataChannelObserver() {
            @Override
            public void onBufferedAmountChange(long before) {}

            @Override
            public void onStateChange() {
                if (one.getState() == RTCDataChannelState.OPEN) {
                    opened.countDown();
                }
            }

            @Override
            public void onMessage(RTCDataChannelBuffer buffer) {
                var bytes = new byte[buffer.data.remaining()];
                buffer.data.get(bytes);
                answers.add(bytes);
            }
        });
        if (one.getState() == RTCDataChannelState.OPEN) {
            opened.countDown();
        }
    }

    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {}

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
        if (state == RTCIceGatheringState.COMPLETE) {
            gathered.countDown();
        }
    }

    @Override
    public void onConnectionChange(RTCPeerConnectionState state) {
        switch (state) {
            case CONNECTED -> connected.countDown();
            case CLOSED, FAILED, DISCONNECTED -> ended.countDown();
            default -> {}
        }
    }

    @Override
    public void onDataChannel(RTCDataChannel one) {
        take(one);
    }

    @Override
    public void onTrack(RTCRtpTransceiver transceiver) {
        if (transceiver.getReceiver().getTrack() instanceof AudioTrack track) {
            track.addSink((data, bits, rate, channels, frames) -> listen(data, rate, channels, frames));
        }
    }

    private static class Done implements SetSessionDescriptionObserver {
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public void onSuccess() {
            told.add("");
        }

        @Override
        public void onFailure(String why) {
            told.add("refused: " + why);
        }

        void get() throws InterruptedException {
            var answer = told.poll(PATIENCE, TimeUnit.SECONDS);
            if (!"".equals(answer)) {
                throw new AssertionError("a description is " + answer);
            }
        }
    }

    private static class Description implements CreateSessionDescriptionObserver {
        private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

        @Override
        public void onSuccess(RTCSessionDescription description) {
            told.add(description);
        }

        @Override
        public void onFailure(String why) {
            told.add(why);
        }

        RTCSessionDescription get() throws InterruptedException {
            var answer = told.poll(PATIENCE, TimeUnit.SECONDS);
            if (answer instanceof RTCSessionDescription description) {
                return description;
            }
            throw new AssertionError("no description: " + answer);
        }
    }
}
