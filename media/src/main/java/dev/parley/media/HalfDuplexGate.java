package dev.parley.media;

import java.time.Duration;

/// Echo control without any arithmetic: the microphone hears nothing while the loudspeaker plays and until its echo has
/// faded. Who uses it cannot interrupt.
///
/// Time is counted in samples of what is heard. Safe for its two threads.
public final class HalfDuplexGate implements EchoControl {
    /// How long the loudspeaker's buffer and the room go on after the last sound was handed over.
    public static final Duration TAIL = Duration.ofMillis(300);

    /// -54 dBFS: silence, with some dithering.
    private static final double AUDIBLE = 0.002;

    private final Object lock = new Object();
    private final Duration tail;
    private Duration closedFor = Duration.ZERO;

    /// A gate that stays closed for `tail` after the last sound.
    public HalfDuplexGate(Duration tail) {
        if (tail.isNegative()) {
            throw new IllegalArgumentException("expected a tail of zero or longer, found " + tail);
        }
        this.tail = tail;
    }

    @Override
    public void played(Pcm audio) {
        if (audio.rms() >= AUDIBLE) {
            synchronized (lock) {
                closedFor = tail.plus(audio.duration());
            }
        }
    }

    @Override
    public Pcm cleaned(Pcm heard) {
        synchronized (lock) {
            if (closedFor.isZero()) {
                return heard;
            }
            var left = closedFor.minus(heard.duration());
            closedFor = left.isNegative() ? Duration.ZERO : left;
        }
        return Pcm.copyOf(heard.rate(), heard.channels(), new short[heard.frames() * heard.channels()]);
    }

    @Override
    public String description() {
        return "half duplex: the microphone is closed while the loudspeaker plays";
    }
}
