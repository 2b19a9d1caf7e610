package dev.parley.media;

import dev.parley.media.JitterBuffer.Sound;
import dev.parley.media.JitterBuffer.Turn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Makes sound of RTP packets: the packets of one stream go in as they come, and come out as 20 ms of mono audio whenever the
/// owner asks, in order and without a gap.
///
/// In between, packets wait as long as their way is uneven, 20 to 500 ms. A lost one is recovered from the error correction
/// in the next, or made up from what was before it, fading to silence within 120 ms. The wait is adapted in quiet moments.
/// Packets of other payload types are passed over, and hostile ones counted. Keys are told of as they are pressed, if that is
/// wanted.
///
/// One thread puts packets in, another may take sound out: packets are put in order behind a lock, and decoded outside it.
/// No clock inside: both are told the same time in nanoseconds, which never goes back.
public final class RtpReceiver {
    /// Bytes of a payload at most; longer ones count as malformed.
    public static final int LONGEST_PAYLOAD = 1_500;

    private static final Duration UNFADED = Duration.ofMillis(40);
    private static final Duration FADED = Duration.ofMillis(120);
    /// What the wait may be too short and too long without being adapted: one packet lies between, and the owner's uneven
    /// steps.
    private static final long TOO_SHORT = Duration.ofMillis(2).toNanos();
    private static final long TOO_LONG = Duration.ofMillis(25).toNanos();
    /// A wait that is this much too long is cut even where that can be heard.
    private static final long FAR_TOO_LONG = Duration.ofMillis(200).toNanos();
    /// -50 dBFS.
    private static final double QUIET = 0.003;

    private final List<RtpFormat> formats;
    private final int rate;
    private final int frame;

    private final ReentrantLock lock = new ReentrantLock();
    private final JitterBuffer buffer = new JitterBuffer();
    private long malformed;
    private long foreign;
    private long recovered;
    private long concealed;
    private long skipped;
    private final KeysHeard keys = new KeysHeard();
    private final OptionalInt keysPayloadType;
    private final Consumer<Character> onKey;

    // Of the thread that takes sound out.
    private RtpCodec codec;
    private PayloadDecoder decoder;
    private Resampler resampler;
    private final SampleQueue queue = new SampleQueue();
    /// Samples made up since the last packet, at the decoder's rate; a stream begins in silence.
    private long run = Long.MAX_VALUE / 2;

    /// What has happened to a stream.
    ///
    /// @param received   packets of the stream, duplicates among them
    /// @param duplicates packets that had come before
    /// @param late       packets whose place had been filled when they came
    /// @param lost       packets that were missing when their turn came, late ones among them
    /// @param recovered  lost packets that error correction brought back
    /// @param concealed  20 ms pieces that were made up
    /// @param skipped    packets that were left out so that others wait less
    /// @param malformed  packets that the codec refused
    /// @param foreign    packets of payload types that were not agreed on
    /// @param restarts   times that the sender began anew
    /// @param delay      how long packets are to wait
    public record Statistics(long received, long duplicates, long late, long lost, long recovered, long concealed,
            long skipped, long malformed, long foreign, long restarts, Duration delay) {}

    /// A receiver of any of `formats`, for sound at `rate`.
    public RtpReceiver(List<RtpFormat> formats, int rate) {
        this(formats, rate, OptionalInt.empty(), _ -> {});
    }

    /// Likewise, of keys too.
    ///
    /// @param keysPayloadType of telephone events (RFC 4733), as the peers have agreed
    /// @param onKey told of each key once, when it is pressed, by the thread that puts packets in
    public RtpReceiver(List<RtpFormat> formats, int rate, int keysPayloadType, Consumer<Character> onKey) {
        this(formats, rate, OptionalInt.of(keysPayloadType), onKey);
    }

    private RtpReceiver(List<RtpFormat> formats, int rate, OptionalInt keysPayloadType, Consumer<Character> onKey) {
        if (formats.isEmpty()) {
            throw new IllegalArgumentException("expected at least one format to receive, found none");
        }
        this.formats = List.copyOf(formats);
        this.rate = Pcm.requireRate(rate);
        this.frame = RtpCodec.samples(rate);
        this.keysPayloadType = keysPayloadType;
        this.onKey = onKey;
        this.codec = formats.getFirst().codec();
        this.decoder = PayloadDecoder.of(codec, rate);
        this.resampler = new Resampler(decoder.rate(), rate);
    }

    /// Samples a second of what comes out.
    public int rate() {
        return rate;
    }

    /// Takes a copy of a packet. Whatever is in it, nothing is thrown.
    ///
    /// @param nanos when it came
    public void received(RtpPacket packet, long nanos) {
        var itsCodec = codecOf(packet.payloadType());
        var pressed = Optional.<TelephoneEvent>empty();
        lock.lock();
        try {
            if (itsCodec.isEmpty()) {
                if (keysPayloadType.isPresent() && keysPayloadType.getAsInt() == packet.payloadType()) {
                    pressed = keys.received(packet);
                } else {
                    foreign++;
                }
                buffer.addSilent(packet, nanos);
            } else {
                buffer.add(packet, itsCodec.get(), ticks(packet, itsCodec.get()), nanos);
            }
        } catch (MalformedPacketException _) {
            malformed++;
        } finally {
            lock.unlock();
        }
        pressed.flatMap(TelephoneEvent::key).ifPresent(onKey);
    }

    private Optional<RtpCodec> codecOf(int payloadType) {
        for (var format : formats) {
            if (format.payloadType() == payloadType) {
                return Optional.of(format.codec());
            }
        }
        return Optional.empty();
    }

    private static int ticks(RtpPacket packet, RtpCodec codec) throws MalformedPacketException {
        int length = packet.payloadLength();
        if (length == 0 || length > LONGEST_PAYLOAD) {
            throw new MalformedPacketException("expected a payload of 1 to " + LONGEST_PAYLOAD + " bytes, found "
                    + length);
        }
        return codec.ticks(packet.bytes(), packet.payloadOffset(), length);
    }

    /// The next 20 ms, mono at [#rate()]; to be asked for every 20 ms.
    ///
    /// @param nanos the time now
    public Pcm next(long nanos) {
        while (queue.size() < frame) {
            long held = Samples.duration(queue.size(), rate).toNanos();
            queue.add(resampler.process(sound(nanos, held)));
        }
        return Pcm.adopt(rate, 1, queue.take(frame));
    }

    private Pcm sound(long nanos, long held) {
        return switch (turn(nanos, held)) {
            case Turn.Play(var sound, long surplus) -> play(sound, surplus);
            case Turn.Lost(long missing, var following) -> replace(missing, following);
            case Turn.Nothing() -> conceal(JitterBuffer.PAUSE);
        };
    }

    private Turn turn(long nanos, long held) {
        lock.lock();
        try {
            return buffer.next(nanos, held);
        } finally {
            lock.unlock();
        }
    }

    private Pcm play(Sound sound, long surplus) {
        use(sound.codec());
        try {
            var audio = decoder.decode(sound.payload());
            run = 0;
            return adapt(audio, surplus);
        } catch (MalformedPacketException _) {
            count(() -> malformed++);
            return conceal(RtpCodec.PACKET_TIME);
        }
    }

    /// Leaves quiet sound out, or makes it longer, where that brings the wait nearer to what it should be.
    private Pcm adapt(Pcm audio, long surplus) {
        boolean quiet = audio.rms() < QUIET;
        if (surplus > FAR_TOO_LONG || (quiet && surplus > TOO_LONG)) {
            count(() -> skipped++);
            return audio.slice(0, 0);
        }
        return quiet && surplus < -TOO_SHORT ? audio.then(conceal(RtpCodec.PACKET_TIME)) : audio;
    }

    private Pcm replace(long missing, Optional<Sound> following) {
        if (following.isPresent() && following.get().codec() == codec) {
            try {
                var payload = following.get().payload();
                if (decoder.canRecover(payload)) {
                    var audio = decoder.recover(payload);
                    count(() -> recovered++);
                    run = 0;
                    return audio;
                }
            } catch (MalformedPacketException _) {
                // It will be counted when its own turn comes.
            }
        }
        return conceal(Duration.ofNanos(missing));
    }

    /// Sound made up, which fades the longer it goes on.
    private Pcm conceal(Duration length) {
        long whole = Samples.in(FADED, decoder.rate());
        int step = decoder.rate() / 400;
        int frames = (int) Math.clamp(Samples.in(length, decoder.rate()) / step * step, step, whole);
        if (run >= whole) {
            return Pcm.silence(decoder.rate(), frames);
        }
        count(() -> concealed++);
        var samples = decoder.conceal(frames).toSamples();
        long full = Samples.in(UNFADED, decoder.rate());
        for (int i = 0; i < samples.length; i++) {
            double gain = Math.clamp((double) (whole - run - i) / (whole - full), 0, 1);
            samples[i] = (short) (samples[i] * gain);
        }
        run += frames;
        return Pcm.adopt(decoder.rate(), 1, samples);
    }

    private void use(RtpCodec wanted) {
        if (wanted != codec) {
            codec = wanted;
            decoder = PayloadDecoder.of(wanted, rate);
            resampler = new Resampler(decoder.rate(), rate);
        }
    }

    private void count(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    /// What has happened so far; callable from any thread.
    public Statistics statistics() {
        lock.lock();
        try {
            return new Statistics(buffer.received(), buffer.duplicates(), buffer.late(), buffer.lost(), recovered,
                    concealed, skipped, malformed, foreign, buffer.restarts(), buffer.delay());
        } finally {
            lock.unlock();
        }
    }
}
