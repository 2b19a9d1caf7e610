package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.media.Playout.Heard;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlayoutTest {
    private static final int RATE = 24_000;

    private final Playout playout = new Playout(RATE);

    @Test
    void playsWhatWasAddedAndThenSilence() {
        playout.add("a", 0, level(1, 3));
        playout.add("b", 0, level(2, 2));

        assertThat(playout.render(4)).isEqualTo(Pcm.copyOf(RATE, (short) 1, (short) 1, (short) 1, (short) 2));
        assertThat(playout.render(3)).isEqualTo(Pcm.copyOf(RATE, (short) 2, (short) 0, (short) 0));
    }

    @Test
    void tellsHowMuchOfAnItemWasHeardWhenItIsStopped() {
        playout.add("a", 1, level(1, 24_000));
        playout.render(7_200);

        var report = playout.stop();

        assertThat(report).containsExactly(new Heard("a", 1, RATE, 7_200, 16_800));
        assertThat(report.getFirst().millis()).isEqualTo(300);
        assertThat(playout.render(480)).isEqualTo(Pcm.silence(RATE, 480));
    }

    @Test
    void countsNoSilenceAsHeard() {
        playout.add("a", 0, level(1, 100));
        playout.render(480);

        assertThat(playout.stop()).containsExactly(new Heard("a", 0, RATE, 100, 0));
    }

    @Test
    void reportsItemsThatWereNeverHeardToo() {
        playout.add("a", 0, level(1, 100));
        playout.add("b", 0, level(2, 50));
        playout.add("b", 1, level(3, 25));
        playout.render(10);

        assertThat(playout.stop()).containsExactly(new Heard("a", 0, RATE, 10, 90), new Heard("b", 0, RATE, 0, 50),
                new Heard("b", 1, RATE, 0, 25));
    }

    @Test
    void discardsAudioOfAStoppedItemThatArrivesLate() {
        playout.add("a", 0, level(1, 100));
        playout.stop();

        assertThat(playout.add("a", 0, level(1, 100))).isFalse();
        assertThat(playout.add("a", 1, level(1, 100))).isFalse();
        assertThat(playout.add("b", 0, level(2, 1))).isTrue();

        assertThat(playout.render(2)).isEqualTo(Pcm.copyOf(RATE, (short) 2, (short) 0));
    }

    @Test
    void stillStopsAnItemWhoseAudioIsLateBecauseTheModelIsSlow() {
        playout.add("a", 0, level(1, 100));
        playout.render(480);

        playout.stop();

        assertThat(playout.add("a", 0, level(1, 100))).isFalse();
    }

    @Test
    void hasNothingToStopOnceAFinishedItemWasHeard() {
        playout.add("a", 0, level(1, 100));
        playout.finish("a", 0);
        assertThat(playout.current()).contains(new Heard("a", 0, RATE, 0, 0));

        playout.render(100);

        assertThat(playout.current()).isEmpty();
        assertThat(playout.stop()).isEmpty();
    }

    @Test
    void hasNothingToStopTwice() {
        playout.add("a", 0, level(1, 100));
        playout.stop();

        assertThat(playout.stop()).isEmpty();
    }

    @Test
    void tellsWhatIsLeft() {
        playout.add("a", 0, level(1, 480));
        assertThat(playout.isPlaying()).isTrue();
        assertThat(playout.queued()).isEqualTo(480);
        assertThat(playout.remaining()).isEqualTo(Duration.ofMillis(20));

        playout.render(480);

        assertThat(playout.isPlaying()).isFalse();
        assertThat(playout.current()).contains(new Heard("a", 0, RATE, 480, 0));
    }

    @Test
    void refusesMoreThanItsLimitAndKeepsWhatItHas() {
        var small = new Playout(RATE, Duration.ofSeconds(1));
        small.add("a", 0, level(1, 24_000));

        assertThatExceptionOfType(PlayoutFullException.class).isThrownBy(() -> small.add("a", 0, level(1, 24_000)))
                .withMessageContaining("at most 1 s")
                .withMessageContaining("found 2 s");
        assertThat(small.queued()).isEqualTo(24_000);
    }

    @Test
    void refusesAudioOfAnotherRate() {
        assertThatIllegalArgumentException().isThrownBy(() -> playout.add("a", 0, Pcm.silence(8_000, 1)))
                .withMessageContaining("24000");
    }

    /// Every sample of item *n* is *n*, so what comes out tells whose it was.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void losesAndInventsNoSample(long seed) {
        var random = new Random(seed);
        Map<Integer, Long> added = new HashMap<>();
        Map<Integer, Long> heard = new HashMap<>();
        int item = 1;
        for (int round = 0; round < 5_000; round++) {
            switch (random.nextInt(12)) {
                case 0 -> item++;
                case 1 -> {
                    for (var report : playout.stop()) {
                        int key = Integer.parseInt(report.itemId());
                        assertThat(report.samples()).as("heard of %d, seed %d", key, seed)
                                .isEqualTo(heard.getOrDefault(key, 0L));
                        assertThat(report.samples() + report.dropped()).as("all of %d, seed %d", key, seed)
                                .isEqualTo(added.get(key));
                        added.put(key, report.samples());
                    }
                }
                case 2, 3, 4, 5 -> {
                    int frames = 1 + random.nextInt(900);
                    if (playout.add(Integer.toString(item), 0, level(item, frames))) {
                        added.merge(item, (long) frames, Long::sum);
                    }
                }
                default -> {
                    for (short sample : playout.render(random.nextInt(480)).toSamples()) {
                        if (sample != 0) {
                            heard.merge((int) sample, 1L, Long::sum);
                        }
                    }
                }
            }
            assertThat(total(added) - total(heard)).as("queued, seed %d", seed).isEqualTo(playout.queued());
        }
    }

    private static long total(Map<Integer, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Pcm level(int level, int frames) {
        var samples = new short[frames];
        Arrays.fill(samples, (short) level);
        return Pcm.copyOf(RATE, samples);
    }
}
