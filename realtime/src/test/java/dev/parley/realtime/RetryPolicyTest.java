package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {
    private final RetryPolicy policy = RetryPolicy.DEFAULT;

    private static RealtimeError error(String type, String code) {
        return new RealtimeError(type, code, "", null, null);
    }

    private static ApiException refused(int status, String code) {
        return new ApiException("", status, error("x", code), null, null, null);
    }

    @ParameterizedTest
    @CsvSource({"1000, false", "1001, false", "1002, true", "1006, true", "1007, true", "1011, true", "1012, true",
            "1013, true", "3000, false",
            "4000, false"})
    void aCloseCodeSaysWhetherToTryAgain(int code, boolean worthIt) {
        assertThat(policy.isWorthRetrying(new Close(code, ""))).isEqualTo(worthIt);
    }

    @ParameterizedTest
    @CsvSource({"400, false", "401, false", "403, false", "404, false", "408, true", "429, true", "500, true",
            "503, true", "600, false"})
    void aStatusSaysWhetherToTryAgain(int status, boolean worthIt) {
        assertThat(policy.isWorthRetrying(status)).isEqualTo(worthIt);
    }

    @Test
    void whatOnlyAPersonCanMendIsNotTriedAgain() {
        assertThat(policy.isWorthRetrying(error("insufficient_quota", "insufficient_quota"))).isFalse();
        assertThat(policy.isWorthRetrying(error("invalid_request_error", "invalid_api_key"))).isFalse();
        assertThat(policy.isWorthRetrying(error("server_error", ""))).isTrue();
        assertThat(policy.isWorthRetrying(refused(429, "insufficient_quota"))).isFalse();
        assertThat(policy.isWorthRetrying(refused(429, "rate_limit_exceeded"))).isTrue();
        assertThat(policy.isWorthRetrying(refused(400, "rate_limit_exceeded"))).isFalse();
        assertThat(policy.isWorthRetrying(new ApiException("", 0, null, null, null, null))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"-1, 500", "1, 500", "2, 1000", "4, 4000", "5, 8000", "6, 8000", "2147483647, 8000"})
    void waitsTwiceAsLongEachTime(int retry, long millis) {
        assertThat(policy.waitBefore(retry)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void theFirstWaitIsNotTheLongest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }
}
