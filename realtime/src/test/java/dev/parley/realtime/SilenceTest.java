package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private static final long SECOND = 1_000_000_000;

    private final Silence silence = new Silence(Duration.ofSeconds(5), Duration.ofSeconds(60), 0);

    @Test
    void theFirstEventHasATimeOfItsOwn() {
        assertThat(silence.left(4 * SECOND)).isEqualTo(SECOND);
        assertThat(silence.left(5 * SECOND)).isZero();
        assertThat(silence.reason()).isEqualTo("the session did not begin: no event within 5000 ms");
    }

    @Test
    void aPongIsNoFirstEvent() {
        silence.heard(4 * SECOND);

        assertThat(silence.left(5 * SECOND)).isZero();
    }

    @Test
    void afterTheFirstEventAnySignOfLifeWillDo() {
        silence.event(4 * SECOND);
        assertThat(silence.left(5 * SECOND)).isEqualTo(59 * SECOND);

        silence.heard(63 * SECOND);
        assertThat(silence.left(64 * SECOND)).isEqualTo(59 * SECOND);

        assertThat(silence.left(123 * SECOND)).isZero();
        assertThat(silence.reason()).isEqualTo("connection lost: nothing was heard for 60000 ms");
    }
}
