package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.media.Pcm;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FreeTtsVoiceTest {
    private final Voice voice = FreeTtsVoice.agent();

    @Test
    void speaksMonoAtSixteenKilohertz() {
        var speech = voice.speak("Hello, this is Parley.");

        assertThat(speech.rate()).isEqualTo(16_000).isEqualTo(voice.rate());
        assertThat(speech.channels()).isEqualTo(1);
        assertThat(speech.duration()).isBetween(Duration.ofMillis(800), Duration.ofSeconds(3));
        assertThat(speech.rms()).isGreaterThan(0.02);
    }

    @Test
    void saysNothingWhereThereIsNothingToSay() {
        assertThat(voice.speak(" ... ").isEmpty()).isTrue();
    }

    @Test
    void pausesAtPunctuation() {
        assertThat(voice.speak("yes, please.").frames()).isGreaterThan(voice.speak("yes please").frames());
    }

    @Test
    void givesCallerAndAgentDifferentVoices() {
        assertThat(FreeTtsVoice.caller().speak("hello there")).isNotEqualTo(voice.speak("hello there"));
    }

    @Test
    void saysTheSameWhoeverElseSpeaks() throws Exception {
        var alone = voice.speak("one hundred and twenty pounds");
        Callable<Pcm> together = () -> {
            FreeTtsVoice.caller().speak("hello there");
            return voice.speak("one hundred and twenty pounds");
        };

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var spoken = threads.invokeAll(Collections.nCopies(20, together), 30, TimeUnit.SECONDS);

            for (var speech : spoken) {
                assertThat(speech.get()).isEqualTo(alone);
            }
        }
    }

    @Test
    void refusesAVoiceNobodyHas() {
        assertThatIllegalArgumentException().isThrownBy(() -> FreeTtsVoice.of(5, 150))
                .withMessage("expected a pitch of 50 to 300 Hz, found 5.0");
    }
}
