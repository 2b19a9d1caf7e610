package dev.parley.emulator;

import dev.parley.media.OpusSettings;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.RtpCodec;
import dev.parley.media.RtpFormat;
import dev.parley.media.RtpPacket;
import dev.parley.media.RtpReceiver;
import dev.parley.media.RtpSender;
import dev.parley.rtc.Codec;
import dev.parley.rtc.PeerConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The sound of a call as RTP, in real time whatever time it is for the session: a packet every 20 ms, silence too, and the
/// caller's packets out of a jitter buffer at the same pace.
///
/// Packets come in on an I/O thread; all else belongs to the session's thread.
final class RtpLine implements Line {
    private static final int RATE = Pcm.REALTIME_RATE;
    private static final long FRAME = OutputBuffer.FRAME.toNanos();
    /// What is later than this is left out, as after a pause of the whole machine.
    private static final long LATE = Duration.ofMillis(200).toNanos();
    /// What goes in here is sent at once, so that it need not be told apart.
    private static final String ITEM = "line";

    private final PeerConnection peer;
    private final RtpReceiver receiver;
    private final RtpSender sender;
    private @Nullable Resampler resampler;
    private int resampledFrom;
    private volatile boolean up;
    private volatile long due;

    /// @param peer whose offer was answered
    RtpLine(PeerConnection peer) {
        var formats = peer.codecs().stream().flatMap(RtpLine::format).toList();
        this.peer = peer;
        this.receiver = new RtpReceiver(formats, RATE);
        this.sender = RtpSender.continuous(formats.getFirst(), peer.ssrc(), RATE, OpusSettings.SPEECH);
    }

    private static Stream<RtpFormat> format(Codec codec) {
        return RtpCodec.named(codec.name(), codec.clockRate())
                .map(known -> new RtpFormat(known, codec.payloadType()))
                .stream();
    }

    /// A packet has come, on whatever thread.
    void received(RtpPacket packet, long nanos) {
        receiver.received(packet, nanos);
    }

    /// Sound can flow from now on.
    void start(long nanos) {
        due = nanos;
        up = true;
    }

    @Override
    public Duration untilDue() {
        return up ? Duration.ofNanos(Math.max(0, due - System.nanoTime())) : NEVER;
    }

    @Override
    public Pcm hear() {
        return receiver.next(System.nanoTime());
    }

    @Override
    public void say(Optional<Pcm> audio) {
        audio.map(this::atOurRate).ifPresent(sound -> sender.add(ITEM, 0, sound));
        sender.next().ifPresent(packet -> peer.sendRtp(packet.bytes(), packet.offset(), packet.length()));
        due += FRAME;
        long now = System.nanoTime();
        if (now - due > LATE) {
            due = now;
        }
    }

    private Pcm atOurRate(Pcm audio) {
        if (audio.rate() == RATE) {
            return audio;
        }
        if (resampler == null || resampledFrom != audio.rate()) {
            resampler = new Resampler(audio.rate(), RATE);
            resampledFrom = audio.rate();
        }
        return resampler.process(audio);
    }
}
