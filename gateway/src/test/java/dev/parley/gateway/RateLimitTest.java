package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final RateLimit limit = new RateLimit(2, Duration.ofSeconds(10));

    @Test
    void grantsABurstThenOneAtATime() {
        assertThat(take(0)).isZero();
        assertThat(take(0)).isZero();
        assertThat(take(0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(take(4)).isEqualTo(Duration.ofSeconds(6));
        assertThat(take(10)).isZero();
        assertThat(take(10)).isEqualTo(Duration.ofSeconds(10));
        assertThat(take(100)).isZero();
        assertThat(take(100)).isZero();
        assertThat(take(100)).isPositive();
    }

    @Test
    void countsEachForThemselves() {
        take(0);
        take(0);

        assertThat(limit.take("other", Instant.EPOCH)).isEmpty();
    }

    @Test
    void takesBackWhatDoesNotCount() {
        for (int i = 0; i < 10; i++) {
            assertThat(take(0)).isZero();
            limit.giveBack("one");
        }
    }

    private Duration take(int second) {
        return limit.take("one", Instant.ofEpochSecond(second)).orElse(Duration.ZERO);
    }
}
