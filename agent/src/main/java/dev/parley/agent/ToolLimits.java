package dev.parley.agent;

import java.time.Duration;

/// What a [ToolRunner] grants: time, concurrency, size and memory.
///
/// @param deadline how long a call may take when its [Tool] says nothing
/// @param concurrent how many calls may run at once; one that outlives its deadline counts until its method returns
/// @param outputCharacters the longest output passed to the model
/// @param rememberedResults how many results are kept for replays; ids are remembered far longer. 0 to keep neither, for
///        tools that know themselves which calls they have answered: calls that come again at the same time still run once
public record ToolLimits(Duration deadline, int concurrent, int outputCharacters, int rememberedResults) {

    public ToolLimits {
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("expected a deadline above zero, found " + deadline);
        }
        requirePositive("concurrent calls", concurrent);
        requirePositive("output characters", outputCharacters);
        if (rememberedResults < 0) {
            throw new IllegalArgumentException("expected 0 or more remembered results, found " + rememberedResults);
        }
    }

    /// 10 seconds, 32 calls at once, outputs of 64 Ki characters, 1000 results.
    public static ToolLimits defaults() {
        return new ToolLimits(Duration.ofSeconds(10), 32, 64 * 1024, 1_000);
    }

    public ToolLimits withDeadline(Duration value) {
        return new ToolLimits(value, concurrent, outputCharacters, rememberedResults);
    }

    public ToolLimits withConcurrent(int value) {
        return new ToolLimits(deadline, value, outputCharacters, rememberedResults);
    }

    public ToolLimits withOutputCharacters(int value) {
        return new ToolLimits(deadline, concurrent, value, rememberedResults);
    }

    public ToolLimits withRememberedResults(int value) {
        return new ToolLimits(deadline, concurrent, outputCharacters, value);
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("expected at least 1 " + what + ", found " + value);
        }
    }
}
