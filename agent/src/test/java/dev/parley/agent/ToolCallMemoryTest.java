package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.ToolCallMemory.Admission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ToolCallMemoryTest {
    private static final Consumer<ToolResult> NOBODY = _ -> {};

    private final ToolCallMemory memory = new ToolCallMemory(1_000);

    @Test
    void tellsEveryoneWhoAskedWhileTheCallRan() {
        var heard = new ArrayList<ToolResult>();
        memory.admit(call("a"), heard::add);
        var joined = memory.admit(call("a"), heard::add);

        var result = result("a", 10);
        memory.settle(result).forEach(listener -> listener.accept(result));

        assertThat(joined).isEqualTo(new Admission.Joined());
        assertThat(heard).isEqualTo(List.of(result, result));
        assertThat(memory.admit(call("a"), NOBODY)).isEqualTo(new Admission.Replay(result));
    }

    @Test
    void forgetsTheOldestResultsBeforeTheyFillTheMemory() {
        var half = ToolCallMemory.MAX_CHARACTERS / 2;
        for (var id : List.of("a", "b", "c")) {
            memory.admit(call(id), NOBODY);
            memory.settle(result(id, half - 2));
        }

        assertThat(memory.admit(call("a"), NOBODY)).isEqualTo(new Admission.Forgotten());
        assertThat(memory.admit(call("b"), NOBODY)).isInstanceOf(Admission.Replay.class);
        assertThat(memory.admit(call("c"), NOBODY)).isInstanceOf(Admission.Replay.class);
    }

    @Test
    void forgetsNothingThatStillRuns() {
        memory.admit(call("running"), NOBODY);
        for (var i = 0; i < 2_000; i++) {
            memory.admit(call("call_" + i), NOBODY);
            memory.settle(result("call_" + i, 10));
        }

        assertThat(memory.admit(call("running"), NOBODY)).isEqualTo(new Admission.Joined());
        assertThat(memory.admit(call("call_999"), NOBODY)).isEqualTo(new Admission.Forgotten());
        assertThat(memory.admit(call("call_1000"), NOBODY)).isInstanceOf(Admission.Replay.class);
    }

    @Test
    void forgetsTheOldestIdsInTheEnd() {
        var calls = ToolCallMemory.MAX_IDS + 1_001;
        for (var i = 0; i < calls; i++) {
            memory.admit(call("call_" + i), NOBODY);
            memory.settle(result("call_" + i, 10));
        }

        assertThat(memory.admit(call("call_1"), NOBODY)).isEqualTo(new Admission.Forgotten());
        assertThat(memory.admit(call("call_0"), NOBODY)).isEqualTo(new Admission.Fresh());
    }

    private static ToolCall call(String id) {
        return new ToolCall(id, "tool", "{}");
    }

    private static ToolResult result(String id, int characters) {
        return ToolResult.succeeded(id, "x".repeat(characters), Duration.ZERO);
    }
}
