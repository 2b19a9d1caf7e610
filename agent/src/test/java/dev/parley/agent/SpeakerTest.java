package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SpeakerTest {
    private static final int RATE = 24_000;
    private static final Duration IN_THE_DEVICE = Duration.ofMillis(60);

    @Test
    void whatWasStillInADevicesBufferHasNotBeenHeard() throws InterruptedException {
        var leg = new BufferedLeg();
        try (var speaker = new Speaker(leg, RATE)) {
            speaker.add("item", 0, Pcm.silence(RATE, Duration.ofSeconds(10)));
            speaker.start();
            assertThat(leg.fifth.await(10, TimeUnit.SECONDS)).as("100 ms of audio within 10 s").isTrue();

            var cut = speaker.stop();

            assertThat(cut).singleElement().satisfies(heard -> {
                assertThat(heard.samples() + heard.dropped()).isEqualTo(10 * RATE);
                // Pieces of 20 ms, less what the device dropped.
                assertThat((heard.millis() + IN_THE_DEVICE.toMillis()) % 20).isZero();
                assertThat(heard.millis()).isGreaterThanOrEqualTo(40);
            });
        }
    }

    private static final class BufferedLeg implements AudioLeg {
        private final CountDownLatch fifth = new CountDownLatch(5);

        @Override
        public AudioFormat format() {
            return AudioFormat.REALTIME_PCM;
        }

        @Override
        public void onAudio(Consumer<Pcm> listener) {}

        @Override
        public void send(Pcm audio) {
            fifth.countDown();
        }

        @Override
        public Duration flush() {
            return IN_THE_DEVICE;
        }

        @Override
        public void close() {}
    }
}
