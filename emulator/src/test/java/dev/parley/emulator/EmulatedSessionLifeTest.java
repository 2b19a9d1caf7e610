package dev.parley.emulator;

import static dev.parley.emulator.VirtualSession.types;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Effect;
import dev.parley.emulator.EmulatedSession.Input;
import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.media.Pcm;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A session from its first minute to its last: section 7.13 of the protocol's reference.
class EmulatedSessionLifeTest {
    /// The sessions measured here grow by about a megabyte, and by over 120 if they kept all they were sent. What is between
    /// is left to the rest of the machine: servers and recognisers of tests before these give back and take memory too.
    private static final long MOST_GROWTH = 64L << 20;

    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
    private static final String OVER = "Your session hit the maximum duration of 60 minutes.";

    @Test
    void endsAfterAnHourAndSaysSo() {
        var session = VirtualSession.open(Opening.of("gpt-realtime"), Minds.saying("yes"));
        var expiresAt = session.last(ServerEvent.SessionCreated.class).session().expiresAt();

        var before = session.pass(Duration.ofMinutes(60).minusMillis(1));
        var end = session.pass(Duration.ofMillis(1));

        assertThat(before).isEmpty();
        assertThat(expiresAt).hasValue(session.now());
        assertThat(types(end)).containsExactly("error");
        var error = ((ServerEvent.ErrorEvent) end.getFirst()).error();
        assertThat(error.type()).isEqualTo("invalid_request_error");
        assertThat(error.code()).isEqualTo("session_expired");
        assertThat(error.message()).isEqualTo(OVER);
        assertThat(session.closes()).containsExactly(new Effect.Close(1001, OVER));
    }

    @Test
    void doesNothingMoreAfterItsEnd() {
        var session = VirtualSession.open(Opening.of("gpt-realtime"), Minds.saying("yes"));
        session.pass(Duration.ofMinutes(61));

        assertThat(session.send(new ClientEvent.ResponseCreate())).isEmpty();
        assertThat(session.pass(Duration.ofHours(1))).isEmpty();
        assertThat(session.closes()).hasSize(1);
    }

    @Test
    void endsInTheMiddleOfAnAnswer() {
        var session = VirtualSession.open(Scenario.paymentDesk());
        session.pass(Duration.ofMinutes(60).minusMillis(300));
        session.textTurnBegins("what can you do for me");

        var end = session.passUntilQuiet();

        assertThat(types(end)).endsWith("error").doesNotContain("response.done");
    }

    /// An hour of audio is 170 MB. What is committed is kept for the client to ask for, the newest first; what is not is
    /// bounded by the buffer.
    @Test
    void needsNoMoreMemoryAfterAnHourThanAfterAFewMinutes() {
        var session = new EmulatedSession(Opening.of("gpt-realtime"), new Ids(new SplittableRandom(7)), Pacing.AT_ONCE,
                START);
        session.open();
        session.on(new Input.Said(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .turnDetection(new TurnDetection.Manual())
                .build())), START);
        var second = new Input.Said(new ClientEvent.InputAppend(new byte[48_000]));
        var commit = new Input.Said(new ClientEvent.InputCommit());
        long early = 0;

        for (int i = 0; i < 3_590; i++) {
            var now = START.plusSeconds(i);
            session.on(second, now);
            if (i % 10 == 9) {
                session.on(commit, now)
                        .stream()
                        .filter(Effect.Hear.class::isInstance)
                        .map(Effect.Hear.class::cast)
                        .forEach(hear -> session.on(new Input.Heard(hear.itemId(), new Hearing.NotUnderstood()), now));
            }
            if (i == 600) {
                early = usedMemory();
            }
        }

        assertThat(usedMemory() - early).as("bytes more after 60 minutes than after 10").isLessThan(MOST_GROWTH);
        assertThat(session.wakeAt()).hasValue(START.plus(Duration.ofMinutes(60)));
    }

    /// The same hour, but the session itself finds where the caller speaks.
    @Test
    void needsNoMoreMemoryAfterAnHourOfTalkThanAfterAFewMinutes() {
        var session = new EmulatedSession(Opening.of("gpt-realtime"), new Ids(new SplittableRandom(7)), Pacing.AT_ONCE,
                START);
        session.open();
        session.on(new Input.Said(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .turnDetection(new TurnDetection.ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(500), false,
                        false, null))
                .build())), START);
        var talk = new Input.Said(new ClientEvent.InputAppend(Speech.of("hello there")
                .then(Speech.silence(1_000))
                .toLittleEndian()));
        var length = Speech.of("hello there").duration().plusSeconds(1);
        long turns = Duration.ofMinutes(59).dividedBy(length);
        long early = 0;
        int heard = 0;

        for (int i = 0; i < turns; i++) {
            var now = START.plus(length.multipliedBy(i));
            for (var effect : session.on(talk, now)) {
                if (effect instanceof Effect.Hear hear) {
                    heard++;
                    session.on(new Input.Heard(hear.itemId(), new Hearing.NotUnderstood()), now);
                }
            }
            if (i == turns / 4) {
                early = usedMemory();
            }
        }

        assertThat(heard).isEqualTo((int) turns);
        assertThat(usedMemory() - early).as("bytes more after 60 minutes than after 15").isLessThan(MOST_GROWTH);
    }

    @Test
    void needsNoMoreMemoryForTenMinutesOfSilence() {
        var audio = CallerAudio.of(SessionDefaults.session("sess_a", "gpt-realtime", START));
        var second = Pcm.silence(24_000, Duration.ofSeconds(1)).toLittleEndian();

        for (int i = 0; i < 600; i++) {
            assertThat(audio.append(second)).isEmpty();
            assertThat(audio.length()).isLessThanOrEqualTo(Duration.ofSeconds(3));
        }
    }

    private static long usedMemory() {
        System.gc();
        var memory = Runtime.getRuntime();
        return memory.totalMemory() - memory.freeMemory();
    }
}
