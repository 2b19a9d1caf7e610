package dev.parley.media;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/// Plays keys into a stream: one packet every packet time for as long as a key is held, then its end three times, then a
/// pause (RFC 4733 section 2.5.1). At most 64 keys wait.
///
/// The packets of one key share their timestamp; sequence numbers go on as in the sound they replace. Not thread-safe.
public final class KeysSent {
    private static final int MOST = 64;
    private static final int ENDS = 3;
    private static final int VOLUME = 10;
    private static final Duration SHORTEST = Duration.ofMillis(40);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final int clockRate;
    private final int packetTicks;
    private final int pauseTicks;
    private final Queue<Key> waiting = new ArrayDeque<>();

    private Optional<Key> held = Optional.empty();
    private int start;
    private int ends;
    private boolean paused;
    private int pausedAt;

    private record Key(int event, int duration) {}

    /// A packet to send.
    ///
    /// @param event     its payload
    /// @param timestamp when the key was pressed, in the stream's clock
    /// @param marker    whether it is the key's first
    public record Packet(TelephoneEvent event, int timestamp, boolean marker) {}

    /// Nothing to play, into a stream of `clockRate` ticks a second and a packet every `packetTime`.
    public KeysSent(int clockRate, Duration packetTime) {
        this.clockRate = clockRate;
        this.packetTicks = (int) Samples.in(packetTime, clockRate);
        this.pauseTicks = (int) Samples.in(PAUSE, clockRate);
    }

    /// Presses a key, after those that wait, for at least 40 ms.
    ///
    /// @return false if 64 wait already
    public boolean press(char key, Duration duration) {
        int event = TelephoneEvent.eventOf(key);
        if (duration.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("expected a key to be held for 40 ms or longer, found " + duration);
        }
        long ticks = Samples.in(duration, clockRate);
        if (ticks > 0xFFFF) {
            throw new IllegalArgumentException("expected a key to be held for at most "
                    + Samples.millis(0xFFFF, clockRate) + " ms, found " + duration);
        }
        return waiting.size() < MOST && waiting.add(new Key(event, (int) ticks));
    }

    /// Whether keys are being played: no sound is sent meanwhile.
    public boolean isPlaying() {
        return held.isPresent() || !waiting.isEmpty();
    }

    /// The packet to send now, if any; asked once every packet time.
    ///
    /// @param now the timestamp that sound would have now
    public Optional<Packet> next(int now) {
        boolean marker = false;
        if (held.isEmpty()) {
            if (waiting.isEmpty() || (paused && Integer.compareUnsigned(now - pausedAt, pauseTicks) < 0)) {
                return Optional.empty();
            }
            held = Optional.of(waiting.remove());
            start = now;
            ends = 0;
            marker = true;
        }
        var key = held.get();
        // What is told of includes the packet time that begins: a duration of zero has another meaning.
        int passed = now - start + packetTicks;
        boolean over = passed >= key.duration();
        if (over && ++ends == ENDS) {
            held = Optional.empty();
            paused = true;
            pausedAt = now;
        }
        return Optional.of(new Packet(new TelephoneEvent(key.event(), over, VOLUME, Math.min(passed, key.duration())),
                start, marker));
    }
}
