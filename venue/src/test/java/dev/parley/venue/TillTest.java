package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.ToolFailure;
import dev.parley.agent.ToolOutcome;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// How calls become transactions, on both databases.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class TillTest {
    private final TestVenue venue;

    TillTest(Engine engine) {
        this.venue = new TestVenue(engine);
    }

    @AfterEach
    void close() {
        venue.close();
    }

    @Test
    void r19GivesTheStoredAnswerToACallThatComesAgainAfterARestart() {
        var first = venue.call("s", "c1", "navigate_to_screen", "{'screen':'tabs'}");
        venue.restartSessions();

        var second = venue.call("s", "c1", "navigate_to_screen", "{'screen':'tabs'}");

        assertThat(second.output()).isEqualTo(first.output());
        assertThat(venue.events("ui.navigate")).hasSize(1);
    }

    @Test
    void r19RefusesACallIdThatComesAgainWithOtherArgumentsAfterARestart() {
        venue.call("s", "c1", "navigate_to_screen", "{'screen':'tabs'}");
        venue.restartSessions();

        var second = venue.call("s", "c1", "navigate_to_screen", "{'screen':'menu'}");

        assertThat(TestVenue.json(second.output()).path("code").asString()).isEqualTo("idempotency_conflict");
        assertThat(venue.events("ui.navigate")).hasSize(1);
    }

    @Test
    void r19RemembersARefusalToo() {
        var first = venue.call("s", "c1", "navigate_to_screen", "{'screen':'moon'}");
        venue.restartSessions();

        var second = venue.call("s", "c1", "navigate_to_screen", "{'screen':'moon'}");

        assertThat(second.output()).isEqualTo(first.output()).contains("There is no screen", "invalid_screen");
        assertThat(second.outcome()).isInstanceOfSatisfying(ToolOutcome.Failed.class,
                failed -> assertThat(failed.reason()).isEqualTo(ToolFailure.REFUSED));
    }

    @Test
    void r24RegistersAnUnknownSessionOnFirstUse() {
        venue.done("a new one, with any name: 😀", "navigate_to_screen", "{'screen':'menu'}");

        assertThat(venue.refused("x".repeat(129), "navigate_to_screen", "{'screen':'menu'}").path("error").asString())
                .contains("expected 1 to 128 characters, found 129");
    }

    @Test
    void r22TellsWhatHappenedInOrderAfterItIsOnDisk() {
        venue.done("navigate_to_screen", "{'screen':'tabs'}");

        assertThat(venue.events("tool.finished").getFirst().data().path("outcome").asString()).isEqualTo("done");
        assertThat(venue.events("ui.navigate").getFirst().sessionId()).isEqualTo("s");
    }

    @Test
    void firstCallsOfOneNewSessionAtOnceDoNotGetIntoEachOthersWay() throws InterruptedException {
        var start = new CountDownLatch(1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                callers.execute(() -> {
                    await(start);
                    venue.done("new", "navigate_to_screen", "{'screen':'tabs'}");
                });
            }
            start.countDown();
            callers.shutdown();
            assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).as("all calls ended").isTrue();
        }

        assertThat(venue.events("ui.navigate")).hasSize(20);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
