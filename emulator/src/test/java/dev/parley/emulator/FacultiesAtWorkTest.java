package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Effect;
import dev.parley.emulator.EmulatedSession.Input;
import dev.parley.media.Pcm;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One session's ears, on threads.
@Timeout(30)
class FacultiesAtWorkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BlockingQueue<Input> reports = new LinkedBlockingQueue<>();

    @Test
    void hearsOneUtteranceAfterTheOther() throws InterruptedException {
        var inside = new AtomicInteger();
        var overtaken = new CountDownLatch(2);
        var ears = new FacultiesAtWork(Faculties.plain().withEars(audio -> {
            var words = inside.incrementAndGet() + " at once, " + audio.frames() + " samples";
            overtaken.countDown();
            // Time for the next to overtake this one; nobody is to make use of it.
            if (audio.frames() == 1) {
                awaitQuietly(overtaken, Duration.ofMillis(50));
            }
            inside.decrementAndGet();
            return new Hearing.Understood(words, 1);
        }), reports::add);

        var utterances = IntStream.rangeClosed(1, 3)
                .mapToObj(samples -> new Effect.Hear("item_" + samples, Pcm.silence(24_000, samples)))
                .toList();
        var known = utterances.stream().flatMap(utterance -> ears.start(utterance).stream()).toList();

        assertThat(known).isEmpty();
        assertThat(reports(3)).containsExactly(heard("item_1", "1 at once, 1 samples"),
                heard("item_2", "1 at once, 2 samples"), heard("item_3", "1 at once, 3 samples"));
        ears.stopAll();
    }

    private static Input heard(String itemId, String words) {
        return new Input.Heard(itemId, new Hearing.Understood(words, 1));
    }

    @Test
    void doesNotListenToMoreThanItCanRemember() throws InterruptedException {
        var silence = new CountDownLatch(1);
        var ears = new FacultiesAtWork(Faculties.plain().withEars(_ -> {
            awaitQuietly(silence, PATIENCE);
            return new Hearing.NotUnderstood();
        }), reports::add);

        // One is listened to, and these wait.
        for (int i = 0; i < 257; i++) {
            assertThat(ears.start(utterance("item_" + i))).isEmpty();
        }

        assertThat(ears.start(utterance("item_last"))).get()
                .isInstanceOfSatisfying(Input.HearingFailed.class, failed -> {
                    assertThat(failed.itemId()).isEqualTo("item_last");
                    assertThat(failed.error().type()).isEqualTo("server_error");
                });
        silence.countDown();
        assertThat(reports(257)).hasSize(257);
        ears.stopAll();
    }

    private static Effect.Hear utterance(String itemId) {
        return new Effect.Hear(itemId, Pcm.silence(24_000, 10));
    }

    private List<Input> reports(int count) throws InterruptedException {
        var all = new ArrayList<Input>();
        for (int i = 0; i < count; i++) {
            var next = reports.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(next).as("report %s within %s", i, PATIENCE).isNotNull();
            all.add(next);
        }
        return all;
    }

    private static void awaitQuietly(CountDownLatch latch, Duration longest) {
        try {
            var _ = latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
