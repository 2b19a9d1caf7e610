package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.ConnectException;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.Response;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What happens once the tokens of a minute are used up (protocol sections 1.4, 8 and 9.7).
@Timeout(30)
class RateLimitTest {
    private static final Opening OPENING = Opening.of("gpt-realtime");
    private static final Mind MIND = Minds.saying("one two three");
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    /// Of the response that [#answer] asks for.
    private static final long USED = Objects.requireNonNull(answer(VirtualSession.open(OPENING, MIND)).usage())
            .totalTokens();

    private static Opening with(long tokensPerMinute) {
        return OPENING.counting(RateWindow.of(OptionalLong.of(tokensPerMinute)));
    }

    private static Response answer(VirtualSession session) {
        session.send(new ClientEvent.ResponseCreate());
        session.pass(Duration.ofSeconds(1));
        return session.last(ServerEvent.ResponseDone.class).response();
    }

    private static String problem(Response response) {
        var error = response.raw().path("status_details").path("error");
        return error.path("type").asString("") + " " + error.path("code").asString("") + ": "
                + error.path("message").asString("");
    }

    @Test
    void aResponseThatFindsTooFewTokensFailsAndSaysWhenToTryAgain() {
        var session = VirtualSession.open(with(USED + 1), MIND);
        assertThat(answer(session).status()).isEqualTo(Response.Status.COMPLETED);

        var second = answer(session);

        assertThat(second.status()).isEqualTo(Response.Status.FAILED);
        assertThat(problem(second)).matches(
                "tokens rate_limit_exceeded: Rate limit reached for gpt-realtime in organization org-emulated on tokens"
                        + " per min \\(TPM\\): Limit " + (USED + 1) + ", Used " + USED
                        + ", Requested \\d+\\. Please try again in 59\\.000s\\.");
        assertThat(second.usage()).satisfies(usage -> assertThat(Objects.requireNonNull(usage).totalTokens()).isZero());
    }

    @Test
    void theTokensAreThereAgainAfterAMinute() {
        var session = VirtualSession.open(with(USED + 1), MIND);
        answer(session);
        assertThat(answer(session).status()).isEqualTo(Response.Status.FAILED);
        session.pass(Duration.ofMinutes(1));

        assertThat(answer(session).status()).isEqualTo(Response.Status.COMPLETED);
    }

    @Test
    void sessionsShareTheTokens() {
        var opening = with(USED + 1);
        answer(VirtualSession.open(opening, MIND));

        assertThat(answer(VirtualSession.open(opening, MIND)).status()).isEqualTo(Response.Status.FAILED);
    }

    @Test
    void aResponseThatAsksForMoreThanAMinuteHasIsTooLarge() {
        var response = answer(VirtualSession.open(with(1), MIND));

        assertThat(problem(response)).startsWith(
                "tokens rate_limit_exceeded: Request too large for gpt-realtime");
    }

    @Test
    void whatAResponseMayBecomeIsReserved() {
        var session = VirtualSession.open(with(USED + 100), MIND);

        session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder().maxOutputTokens(4_000).build()));
        session.pass(Duration.ofSeconds(1));

        assertThat(session.last(ServerEvent.ResponseDone.class).response().status()).isEqualTo(Response.Status.FAILED);
    }

    @Test
    void whatWasReservedAndNotUsedIsThereAgain() {
        var window = RateWindow.of(OptionalLong.of(100));
        var reserved = window.reserve(90, NOON).orElseThrow();
        assertThat(window.reserve(20, NOON)).isEmpty();

        var told = window.settle(reserved, 10, NOON.plusSeconds(1)).rateLimits().getFirst();

        assertThat(told.remaining()).isEqualTo(90);
        assertThat(window.reserve(90, NOON.plusSeconds(1))).isPresent();
        assertThat(window.closedFor(NOON.plusSeconds(1))).contains(Duration.ofSeconds(59));
    }

    @Test
    void aResponseOfMoreThanAMinuteIsCountedWhenItIsDone() {
        var window = RateWindow.of(OptionalLong.of(100));
        var reserved = window.reserve(90, NOON).orElseThrow();

        var told = window.settle(reserved, 70, NOON.plusSeconds(61)).rateLimits().getFirst();

        assertThat(told.remaining()).isEqualTo(30);
    }

    @Test
    void withoutAnOptionTheUsualLimitIsToldAndNothingRefused() {
        var window = RateWindow.of(OptionalLong.empty());
        var used = window.reserve(100_000, NOON).orElseThrow();

        var told = window.settle(used, 100_000, NOON).rateLimits().getFirst();

        assertThat(told.limit()).isEqualTo(40_000);
        assertThat(told.remaining()).isZero();
        assertThat(window.reserve(100_000, NOON)).isPresent();
        assertThat(window.closedFor(NOON)).isEmpty();
    }

    @Test
    void nobodyIsLetInWhileNoTokensAreLeft() {
        var time = new ManualTime(NOON);
        var settings = Emulator.Settings.of(Scenario.paymentDesk().withPace(0))
                .withFaculties(Faculties.offline(Scenario.paymentDesk())
                        .withMinds(() -> (_, out) -> out.accept(new Mind.Thought.Say("so many words ".repeat(100)))))
                .withTime(time)
                .withLimits(Emulator.Limits.USUAL.withTokensPerMinute(100));
        try (var emulator = Emulator.start(settings);
                var client = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test").build();
                var session = client.connect()) {
            session.configure(SessionConfig.builder().instructions("").outputModality("text").build());
            session.send(new ClientEvent.ResponseCreate());
            Optional<ServerEvent> event = session.next(Duration.ofSeconds(10));
            while (event.isPresent() && !(event.get() instanceof ServerEvent.RateLimitsUpdated)) {
                event = session.next(Duration.ofSeconds(10));
            }
            assertThat(event).as("rate limits within 10 s").isPresent();
            time.advance(Duration.ofSeconds(20));

            var refused = catchThrowableOfType(ConnectException.class, client::connect);

            assertThat(refused.status()).hasValue(429);
            assertThat(refused.error()).hasValueSatisfying(error -> assertThat(error.code()).isEqualTo(
                    "rate_limit_exceeded"));
            assertThat(refused.retryAfter()).contains(Duration.ofSeconds(40));
            time.advance(Duration.ofSeconds(40));
            client.connect().close();
        }
    }

    @Test
    void aLimitIsAboveZero() {
        assertThatIllegalArgumentException().isThrownBy(() -> Emulator.Limits.USUAL.withTokensPerMinute(0))
                .withMessage("expected at least 1 token per minute, found 0");
    }
}
