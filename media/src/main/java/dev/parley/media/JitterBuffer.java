package dev.parley.media;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts the packets of one stream back in order and says what to play next: a packet, something in place of a lost one, or
/// nothing.
///
/// A talk begins as late as the packets' arrival asks for ([ArrivalDelays], 20 to 500 ms) and then goes on packet by packet.
/// Where nothing is there to go on with, the talk waits, so that what comes late is still heard; a packet counts as lost once
/// a later one is there and its turn has come. Sequence numbers and timestamps may wrap around. A sender that starts anew is
/// followed: with another source or clock at once, with numbers far off at its second packet.
///
/// Holds [#CAPACITY] packets; the oldest make room. Told the time; not thread-safe.
final class JitterBuffer {
    /// Packets held at most: 5 s of them.
    static final int CAPACITY = 256;
    /// What is made up at a time where nothing is there.
    static final Duration PAUSE = RtpCodec.PACKET_TIME;

    private static final long NANOS = 1_000_000_000L;
    private static final int SEQUENCES = 1 << 16;
    private static final int MOST_MISSING = 3_000;
    private static final int MOST_DISORDER = 100;
    private static final int NONE = -1;
    /// Once nothing has come for so long, the talk is over.
    private static final Duration TALK_OVER = Duration.ofMillis(100);
    /// The owner's own steps are no more even than this.
    private static final long TOO_EARLY = Duration.ofMillis(10).toNanos();
    /// A sender whose clock is off by more, for so many packets, has set it.
    private static final long CLOCK_SET = Duration.ofSeconds(1).toNanos();
    private static final int SURELY_SET = 50;
    private static final Duration SHORTEST_DELAY = Duration.ofMillis(20);
    private static final Duration LONGEST_DELAY = Duration.ofMillis(500);

    /// A payload, and what codes it.
    static final class Sound {
        private final RtpCodec codec;
        private final byte[] payload;

        Sound(RtpCodec codec, byte[] payload) {
            this.codec = codec;
            this.payload = payload;
        }

        RtpCodec codec() {
            return codec;
        }

        /// The bytes themselves.
        byte[] payload() {
            return payload;
        }
    }

    /// What to play.
    sealed interface Turn {
        /// This. `surplus` is how many nanoseconds longer than needed it has waited; negative, if shorter.
        record Play(Sound sound, long surplus) implements Turn {}

        /// Something for so many nanoseconds in place of a lost packet, and the packet behind it, if that is there.
        record Lost(long nanos, Optional<Sound> following) implements Turn {}

        /// Nothing is there, for [#PAUSE]: the talk is over, or held up on its way.
        record Nothing() implements Turn {}
    }

    private static final Turn NOTHING = new Turn.Nothing();

    /// A packet that waits; without sound, if it was something else.
    private record Packet(long sequence, long timestamp, int ticks, Optional<Sound> sound) {}

    private final ArrivalDelays delays = new ArrivalDelays(SHORTEST_DELAY, LONGEST_DELAY);
    private final @Nullable Packet[] packets = new Packet[CAPACITY];
    /// What has been at each place last.
    private final long[] seen = new long[CAPACITY];

    private boolean any;
    private int ssrc;
    private int clockRate = OpusPacket.CLOCK;
    private long highest;
    private long newestSound;
    /// The sequence number that would confirm a restart.
    private int afterJump = NONE;
    private int outOfTime;

    /// The packet whose turn it is, and the timestamp it should have.
    private long next;
    private long expected;
    private int lastTicks;
    private boolean played;
    private boolean talking;
    /// Ticks made up since the last packet.
    private long madeUp;

    private long received;
    private long duplicates;
    private long late;
    private long lost;
    private long restarts;

    /// Takes a packet of sound that lasts `ticks` of its codec's clock.
    void add(RtpPacket rtp, RtpCodec codec, int ticks, long now) {
        if (!any || rtp.ssrc() != ssrc || codec.clockRate() != clockRate) {
            restart(rtp, codec.clockRate());
        } else if (!follows(rtp)) {
            return;
        }
        long timestamp = newestSound + (rtp.timestamp() - (int) newestSound);
        boolean backwards = played && sequenceOf(rtp) > highest && timestamp <= newestSound;
        if (backwards || isOutOfTime(now, timestamp)) {
            restart(rtp, clockRate);
            timestamp = newestSound;
        }
        long sequence = sequenceOf(rtp);
        if (isWanted(sequence, now, timestamp)) {
            int from = rtp.payloadOffset();
            var payload = Arrays.copyOfRange(rtp.bytes(), from, from + rtp.payloadLength());
            put(new Packet(sequence, timestamp, ticks, Optional.of(new Sound(codec, payload))));
            newestSound = Math.max(newestSound, timestamp);
        }
    }

    /// Takes note of a packet that is in the stream but no sound, such as a key pressed: it is not lost.
    void addSilent(RtpPacket rtp, long now) {
        if (any && rtp.ssrc() == ssrc && follows(rtp)) {
            long sequence = sequenceOf(rtp);
            if (isWanted(sequence, now, newestSound)) {
                put(new Packet(sequence, newestSound, 0, Optional.empty()));
            }
        }
    }

    private void restart(RtpPacket rtp, int newClockRate) {
        restarts += any ? 1 : 0;
        any = true;
        ssrc = rtp.ssrc();
        clockRate = newClockRate;
        // A cycle ahead, so that what was sent before the first packet does not go below zero.
        highest = (long) rtp.sequence() + SEQUENCES;
        newestSound = Integer.toUnsignedLong(rtp.timestamp());
        afterJump = NONE;
        outOfTime = 0;
        next = highest;
        played = false;
        talking = false;
        madeUp = 0;
        Arrays.fill(packets, null);
        Arrays.fill(seen, NONE);
        delays.restart();
    }

    private boolean follows(RtpPacket rtp) {
        int step = stepTo(rtp);
        if (step < MOST_MISSING && step >= -MOST_DISORDER) {
            afterJump = step > 0 ? NONE : afterJump;
            return true;
        }
        // One packet far off may be a stray; two in a row are a sender that started anew.
        if (rtp.sequence() != afterJump) {
            afterJump = (rtp.sequence() + 1) & (SEQUENCES - 1);
            return false;
        }
        restart(rtp, clockRate);
        return true;
    }

    private int stepTo(RtpPacket rtp) {
        return (short) (rtp.sequence() - (int) highest);
    }

    private long sequenceOf(RtpPacket rtp) {
        return highest + stepTo(rtp);
    }

    /// Whether the sender has set its clock: forward shows at once, backward only when nothing comes in time any more.
    private boolean isOutOfTime(long now, long timestamp) {
        long behind = delays.behind(now, nanos(timestamp));
        outOfTime = behind > CLOCK_SET ? outOfTime + 1 : 0;
        return behind < -CLOCK_SET || outOfTime > SURELY_SET;
    }

    private boolean isWanted(long sequence, long now, long timestamp) {
        received++;
        if (seen[place(sequence)] == sequence) {
            duplicates++;
            return false;
        }
        delays.arrived(now, nanos(timestamp));
        if (played && sequence < next) {
            late++;
            return false;
        }
        return true;
    }

    private void put(Packet packet) {
        long sequence = packet.sequence();
        highest = Math.max(highest, sequence);
        next = Math.min(next, sequence);
        if (sequence >= next + CAPACITY) {
            makeRoomFor(sequence);
        }
        packets[place(sequence)] = packet;
        seen[place(sequence)] = sequence;
    }

    private void makeRoomFor(long sequence) {
        long oldest = sequence - CAPACITY + 1;
        for (long old = next; old < oldest; old++) {
            packets[place(old)] = null;
        }
        lost += oldest - next;
        next = oldest;
        talking = false;
        madeUp = 0;
    }

    /// What comes next.
    ///
    /// @param held nanoseconds of sound that was taken out before and is still to be heard
    Turn next(long now, long held) {
        var found = first();
        if (found == null || found.sound().isEmpty()) {
            return pause();
        }
        long surplus = surplus(found.timestamp(), now, held);
        long missing = played ? found.sequence() - next : 0;
        if (!talking) {
            return surplus < 0 ? NOTHING : play(found, missing, surplus);
        }
        long gap = found.timestamp() - expected;
        if (gap > (missing + 1) * lastTicks) {
            // The sender was silent.
            return surplus < 0 && gap > madeUp ? pause() : play(found, missing, surplus);
        }
        if (missing == 0 || gap <= madeUp) {
            return play(found, missing, surplus);
        }
        // Overtaken by the others, perhaps, and still to come in time.
        boolean early = surplus(expected, now, held) < -TOO_EARLY;
        return early ? pause() : replace(found, missing, gap / missing, now, held);
    }

    /// How much longer than needed sound of `timestamp` will have waited, if it is played next.
    private long surplus(long timestamp, long now, long held) {
        return delays.behind(now, nanos(timestamp)) + held - delays.delay();
    }

    /// The first packet with sound; passes over others whose turn it is.
    private @Nullable Packet first() {
        for (long sequence = next; sequence <= highest; sequence++) {
            var packet = packets[place(sequence)];
            if (packet != null && packet.sound().isPresent()) {
                return packet;
            }
            if (packet != null && sequence == next) {
                packets[place(sequence)] = null;
                next++;
            }
        }
        return null;
    }

    private Turn play(Packet packet, long missing, long surplus) {
        lost += missing;
        for (long passed = next; passed <= packet.sequence(); passed++) {
            packets[place(passed)] = null;
        }
        next = packet.sequence() + 1;
        expected = packet.timestamp() + packet.ticks();
        lastTicks = packet.ticks();
        played = true;
        talking = true;
        madeUp = 0;
        return new Turn.Play(packet.sound().orElseThrow(), surplus);
    }

    /// Something in place of the next packet, `share` ticks long less what was made up while it was waited for.
    private Turn replace(Packet found, long missing, long share, long now, long held) {
        lost++;
        next++;
        expected += share;
        long used = Math.min(madeUp, share);
        madeUp -= used;
        return used == share
                ? next(now, held)
                : new Turn.Lost(nanos(share - used), missing == 1 && used == 0 ? found.sound() : Optional.empty());
    }

    private Turn pause() {
        if (talking) {
            madeUp += Samples.in(PAUSE, clockRate);
            talking = madeUp < Samples.in(TALK_OVER, clockRate);
        }
        return NOTHING;
    }

    private static int place(long sequence) {
        return (int) (sequence % CAPACITY);
    }

    private long nanos(long ticks) {
        return Math.floorDiv(ticks, clockRate) * NANOS + (long) Math.floorMod(ticks, clockRate) * NANOS / clockRate;
    }

    /// How long packets are to wait, on the average.
    Duration delay() {
        return Duration.ofNanos(delays.delay());
    }

    long received() {
        return received;
    }

    long duplicates() {
        return duplicates;
    }

    /// Packets that came after something had been played in their place.
    long late() {
        return late;
    }

    /// Packets that were not there when their turn came; those that came late are among them.
    long lost() {
        return lost;
    }

    long restarts() {
        return restarts;
    }
}
