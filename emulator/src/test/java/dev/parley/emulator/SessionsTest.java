package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Close;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Close OVER = new Close(1000, "");

    private final Sessions sessions = new Sessions();

    @AfterEach
    void closeAll() {
        sessions.closeAll(OVER);
    }

    @Test
    void forgetsTheOldestLogsWhenAllTogetherAreTooLong() {
        for (int i = 0; i < 40; i++) {
            var log = open("socket_" + i);
            for (int event = 0; event < 10_000; event++) {
                log.received(NOON, new ClientEvent.InputClear().raw());
            }
        }

        open("one more");

        assertThat(sessions.logs()).hasSizeBetween(25, 31);
        assertThat(sessions.logs().getLast().sessionId()).isEqualTo("one more");
    }

    private SessionLog open(String id) {
        var ids = new Ids(new SplittableRandom(7));
        var session = new EmulatedSession(Opening.of("gpt-realtime"), ids, Pacing.AT_ONCE, NOON);
        var log = new SessionLog(id);
        sessions.open(new SessionConnection(session, ids, Optional.empty(), new Nowhere(), Line.NONE, Faculties.plain(),
                new ManualTime(NOON), new FaultPlan().watch(), log));
        return log;
    }

    /// A client that takes everything and says nothing.
    private static final class Nowhere implements SessionConnection.Wire {
        @Override
        public void send(Outbox.Frame frame) {}

        @Override
        public void close(int code, String reason) {}

        @Override
        public void cut() {}
    }
}
