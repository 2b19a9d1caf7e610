package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.speech.Ears;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Sound for tests: what a caller says, and ears that are told what they hear.
final class Speech {
    private Speech() {}

    /// What a caller says, at the rate of the wire's PCM.
    static Pcm of(String words) {
        return at(AudioFormat.REALTIME_PCM.rate(), words);
    }

    static Pcm at(int rate, String words) {
        return Resampler.convert(FreeTtsVoice.caller().speak(words), rate);
    }

    static Pcm silence(int millis) {
        return Pcm.silence(AudioFormat.REALTIME_PCM.rate(), Duration.ofMillis(millis));
    }

    /// Ears that hear these words, one sentence after the other; after the last they hear nothing they understand.
    static Ears earsFor(String... sentences) {
        var words = List.of(sentences);
        var next = new AtomicInteger();
        return _ -> {
            int turn = next.getAndIncrement();
            return turn < words.size() ? new Hearing.Understood(words.get(turn), 1) : new Hearing.NotUnderstood();
        };
    }
}
