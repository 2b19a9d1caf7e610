package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.realtime.Close;
import dev.parley.realtime.RealtimeError;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultFormatTest {
    @ParameterizedTest
    @ValueSource(strings = {"drop@sent:response.output_audio.delta:3", "stall:2s", "slow:50ms@received:response.create",
            "error:server_error:it broke", "malformed", "unknown:weird.event@now", "http:429*", "http:500@request",
            "expired_key", "close:1011:out of order@sent:response.created", "duplicate@sent:response.done",
            "swallow@sent:response.done:2*", "late_transcription:800ms", "failed_response:rate_limit_exceeded"})
    void writesWhatItReads(String line) {
        var planned = FaultFormat.parse(line);

        assertThat(FaultFormat.read(FaultFormat.write(planned), new When.Now())).isEqualTo(planned);
        assertThat(FaultFormat.parse(FaultFormat.write(planned).toString())).isEqualTo(planned);
    }

    @Test
    void readsOneLine() {
        assertThat(FaultFormat.parse("close:1011:on fire: now@received:response.create:2*"))
                .isEqualTo(new Fault.End(new Close(1011, "on fire: now")).when(When.received("response.create", 2))
                        .everyTime());
        assertThat(FaultFormat.parse("stall:2s")).isEqualTo(new Fault.Stall(Duration.ofSeconds(2)).when(
                new When.Connecting()));
        assertThat(FaultFormat.parse("failed_response:rate_limit_exceeded:slow down").fault())
                .isEqualTo(new Fault.FailedResponse(new RealtimeError("server_error", "rate_limit_exceeded",
                        "slow down", null, null)));
    }

    @Test
    void isPartOfAScenario() {
        var yaml = """
                faults:
                  - {fault: close, code: 1011, reason: out of order, when: {sent: response.created}, every_time: true}
                  - fault: http
                    status: 429
                """;

        var scenario = ScenarioReader.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "a.yaml",
                null);

        assertThat(scenario.faults()).containsExactly(new Fault.End(new Close(1011, "out of order")).when(When.sent(
                "response.created")).everyTime(), new Fault.Refuse(429).when(new When.Connecting()));
    }

    @Test
    void saysWhereAScenarioIsWrong() {
        var yaml = "faults: [{fault: explode}]";

        assertThatThrownBy(() -> ScenarioReader.read(new ByteArrayInputStream(yaml.getBytes(
                StandardCharsets.UTF_8)), "a.yaml", null)).isInstanceOf(ScenarioException.class)
                .hasMessageStartingWith("a.yaml: faults[0]: expected one of drop, stall, ")
                .hasMessageEndingWith("found explode");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"explode|expected one of drop", "stall|expected a whole number for for_ms",
            "stall:soon|expected a time such as 500ms or 2s, found soon", "http:200|expected an HTTP status of 400",
            "http:many|expected a number, found many", "close:1006|expected a close code that can be sent",
            "drop@later|expected a moment: connect, request, now", "drop@sent:|expected the type of an event",
            "drop@sent:a:0|expected the 1st event", "drop:now|expected one of drop",
            "swallow|expected an event that is",
            "drop@when:a:b|expected @connect, @request", "{|expected a fault as JSON",
            "{\"fault\":7}|expected one of drop", "{\"fault\":\"drop\",\"speed\":1}|expected members",
            "{\"fault\":\"drop\",\"every_time\":\"yes\"}|expected true or false for every_time",
            "{\"fault\":\"drop\",\"when\":{\"sent\":\"a\",\"nht\":2}}|expected members nth, received, sent",
            "stall:0ms|expected more than nothing", "|expected one of drop"})
    void saysWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> PlannedFault.parse(line == null ? "" : line)).isInstanceOf(
                IllegalArgumentException.class).hasMessageStartingWith(message).hasMessageNotContaining("\n");
    }
}
