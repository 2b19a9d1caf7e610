package dev.parley.media;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/// Makes RTP packets of sound: audio of items goes in as fast as it comes, and goes out in packets of 20 ms, one whenever the
/// owner asks, which is to be every 20 ms.
///
/// Timestamps go on in silence, too, and the first packet of a talk has the marker set (RFC 3551 section 4.1). A
/// [sparse][#sparse] sender has no packets for silence but for the first 100 ms of it, a [continuous][#continuous] one has.
/// What is in a packet counts as sent; [#stop] drops the rest and says how much of each item that was. Sound waits while keys
/// are [pressed][#press].
///
/// Bounded like [Playout], which it is in front. Audio may be added and stopped, and keys pressed, by any thread; packets
/// belong to one. No clock inside.
public final class RtpSender {
    /// Silent packets behind a talk, so that the far end hears it end, and does not make up how it goes on.
    private static final int TAIL = 5;

    private final RtpFormat format;
    private final int ssrc;
    private final boolean continuous;
    private final Playout playout;
    private final PayloadEncoder encoder;
    private final Resampler resampler;
    private final SampleQueue queue = new SampleQueue();
    private final int taken;
    private final int frame;
    private final int ticks;
    private final byte[] buffer = new byte[RtpPacket.HEADER_LENGTH + PayloadEncoder.LONGEST];
    private final RtpPacket packet = new RtpPacket();
    private final OptionalInt keysPayloadType;
    private final ReentrantLock keysLock = new ReentrantLock();
    /// Guarded by its lock.
    private final KeysSent keys;

    private int sequence;
    private int timestamp;
    private int silent = TAIL + 1;
    private boolean begun;

    private RtpSender(RtpFormat format, OptionalInt keysPayloadType, int ssrc, int rate, OpusSettings settings,
            boolean continuous) {
        this.format = format;
        this.keysPayloadType = keysPayloadType;
        this.keys = new KeysSent(format.codec().clockRate(), RtpCodec.PACKET_TIME);
        this.ssrc = ssrc;
        this.continuous = continuous;
        this.playout = new Playout(rate);
        this.encoder = PayloadEncoder.of(format.codec(), rate, settings);
        this.resampler = new Resampler(rate, encoder.rate());
        this.taken = RtpCodec.samples(rate);
        this.frame = RtpCodec.samples(encoder.rate());
        this.ticks = RtpCodec.samples(format.codec().clockRate());
        // The filter holds its first samples back, and there should always be a whole frame.
        queue.add(Pcm.silence(encoder.rate(), resampler.latency() * encoder.rate() / rate + 1));
        // The source is random, and these are as hard to guess (RFC 3550 section 5.1); a number in the lower half leaves
        // SRTP in no doubt about the first wrap-around.
        this.sequence = ssrc >>> 17;
        this.timestamp = ssrc * 0x9E37_79B1;
    }

    /// A sender of audio at `rate` that is silent when there is none.
    public static RtpSender sparse(RtpFormat format, int ssrc, int rate, OpusSettings settings) {
        return new RtpSender(format, OptionalInt.empty(), ssrc, rate, settings, false);
    }

    /// Likewise, of keys too.
    ///
    /// @param keysPayloadType of telephone events (RFC 4733) with the clock of `format`, as the peers have agreed
    public static RtpSender sparse(RtpFormat format, int keysPayloadType, int ssrc, int rate, OpusSettings settings) {
        return new RtpSender(format, OptionalInt.of(keysPayloadType), ssrc, rate, settings, false);
    }

    /// A sender of audio at `rate` that sends silence when there is none, so that the far end hears that somebody has stopped
    /// talking.
    public static RtpSender continuous(RtpFormat format, int ssrc, int rate, OpusSettings settings) {
        return new RtpSender(format, OptionalInt.empty(), ssrc, rate, settings, true);
    }

    /// Likewise, of keys too. See [#sparse(RtpFormat, int, int, int, OpusSettings)].
    public static RtpSender continuous(RtpFormat format, int keysPayloadType, int ssrc, int rate,
            OpusSettings settings) {
        return new RtpSender(format, OptionalInt.of(keysPayloadType), ssrc, rate, settings, true);
    }

    /// Samples a second of what goes in.
    public int rate() {
        return playout.rate();
    }

    /// Queues audio of an item. See [Playout#add].
    ///
    /// @return false if the item was stopped before, and its audio discarded
    public boolean add(String itemId, int contentIndex, Pcm audio) {
        return playout.add(itemId, contentIndex, audio);
    }

    /// Says that no more audio of this part will be added.
    public void finish(String itemId, int contentIndex) {
        playout.finish(itemId, contentIndex);
    }

    /// Drops all that has not been sent.
    ///
    /// @return what was sent of each part that is cut off. See [Playout#stop]
    public List<Playout.Heard> stop() {
        return playout.stop();
    }

    /// Presses a key, after those that wait; sound waits meanwhile.
    ///
    /// @param key 0 to 9, `*`, `#`, A to D
    /// @param held 40 ms or longer; at most what fits into 65,535 ticks of the clock, 1.3 s with Opus
    /// @return false if 64 wait already
    /// @throws IllegalStateException if the peers have not agreed on keys
    public boolean press(char key, Duration held) {
        if (keysPayloadType.isEmpty()) {
            throw new IllegalStateException("expected a sender of keys, found one of sound alone");
        }
        keysLock.lock();
        try {
            return keys.press(key, held);
        } finally {
            keysLock.unlock();
        }
    }

    /// Samples that are queued, at [#rate()].
    public long queued() {
        return playout.queued();
    }

    /// Whether a whole packet's audio is queued: an owner that sends what a microphone gives it asks for packets while that
    /// is so.
    public boolean isFull() {
        return playout.queued() >= taken;
    }

    /// Says how many packets in a hundred the far end reports lost, which error correction then prepares for.
    public void expectLoss(int percent) {
        encoder.expectLoss(percent);
    }

    /// The packet for the 20 ms that begin now, if there is one; lent until the next call.
    public Optional<RtpPacket> next() {
        return keysPayloadType.isPresent() && isPressing() ? nextOfKey() : nextOfSound();
    }

    private boolean isPressing() {
        keysLock.lock();
        try {
            return keys.isPlaying();
        } finally {
            keysLock.unlock();
        }
    }

    private Optional<RtpPacket> nextOfKey() {
        // What is heard after it begins anew.
        silent = TAIL + 1;
        begun = false;
        int now = timestamp;
        timestamp += ticks;
        return nextKey(now).map(key -> {
            key.event().write(buffer, RtpPacket.HEADER_LENGTH);
            return packet(TelephoneEvent.LENGTH, keysPayloadType.getAsInt(), key.timestamp(), key.marker());
        });
    }

    private Optional<KeysSent.Packet> nextKey(int now) {
        keysLock.lock();
        try {
            return keys.next(now);
        } finally {
            keysLock.unlock();
        }
    }

    private Optional<RtpPacket> nextOfSound() {
        boolean sound = playout.isPlaying();
        boolean afterSilence = continuous ? !begun : silent > TAIL;
        silent = sound ? 0 : Math.min(silent + 1, TAIL + 1);
        queue.add(resampler.process(playout.render(taken)));
        var samples = queue.take(frame);
        int now = timestamp;
        timestamp += ticks;
        if (!continuous && silent > TAIL) {
            return Optional.empty();
        }
        begun = true;
        int length = encoder.encode(Pcm.adopt(encoder.rate(), 1, samples), buffer, RtpPacket.HEADER_LENGTH);
        return Optional.of(packet(length, format.payloadType(), now, afterSilence));
    }

    private RtpPacket packet(int length, int payloadType, int at, boolean marker) {
        packet.start(buffer, 0, length);
        packet.marker(marker);
        packet.payloadType(payloadType);
        packet.sequence(sequence++);
        packet.timestamp(at);
        packet.ssrc(ssrc);
        return packet;
    }
}
