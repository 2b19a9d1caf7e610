package dev.parley.speech;

import dev.parley.media.Pcm;

/// The male American voice *kevin16* of FreeTTS, at 16 kHz, in memory, without a sound card.
///
/// The voice itself is loaded once per process, when the first phrase is said, and says one phrase at a time; a phrase
/// takes a few milliseconds. Safe to use from any thread.
public final class FreeTtsVoice implements Voice {
    private final float pitch;
    private final float pace;

    private FreeTtsVoice(double pitch, double pace) {
        this.pitch = (float) pitch;
        this.pace = (float) pace;
    }

    /// A voice at `pitch` Hz that says about `pace` words a minute. Ears are surest between 80 and 140 Hz and at 120 to
    /// 180 words a minute.
    public static FreeTtsVoice of(double pitch, double pace) {
        if (!(pitch >= 50 && pitch <= 300)) {
            throw new IllegalArgumentException("expected a pitch of 50 to 300 Hz, found " + pitch);
        }
        if (!(pace >= 80 && pace <= 300)) {
            throw new IllegalArgumentException("expected a pace of 80 to 300 words a minute, found " + pace);
        }
        return new FreeTtsVoice(pitch, pace);
    }

    /// The deeper, calmer voice of the agent.
    public static FreeTtsVoice agent() {
        return of(95, 150);
    }

    /// The brighter voice of a caller.
    public static FreeTtsVoice caller() {
        return of(125, 155);
    }

    @Override
    public Pcm speak(String text) {
        return Kevin.speak(SpokenText.withPauses(text), pitch, pace);
    }

    @Override
    public int rate() {
        return Kevin.RATE;
    }
}
