package dev.parley.agent;

import java.time.Duration;

/// How calls of one tool are treated: what [Tool] says beside name and description.
///
/// @param deadline how long one call may take; zero means the runner's default
/// @param sequential whether calls run one after the other
/// @param onBargeIn what becomes of a running call when the caller begins to speak
/// @param progress what is said when it takes long; empty to say nothing
/// @param progressAfter the silence after which that is said
public record ToolPolicy(Duration deadline, boolean sequential, BargeIn onBargeIn, String progress,
        Duration progressAfter) {
    /// The runner's deadline, calls at once, going on when the caller speaks, and nothing said meanwhile.
    public static final ToolPolicy DEFAULT = new ToolPolicy(Duration.ZERO, false, BargeIn.CONTINUE, "",
            Duration.ofSeconds(2));

    /// Longer than this is a mistake: the sentence goes into a prompt, and then over somebody's telephone.
    private static final int MAX_SENTENCE = 500;

    public ToolPolicy {
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("expected a deadline of zero (default) or more, found " + deadline);
        }
        if (!progressAfter.isPositive()) {
            throw new IllegalArgumentException("expected a silence above zero before progress, found " + progressAfter);
        }
        if (progress.length() > MAX_SENTENCE) {
            throw new IllegalArgumentException("expected a progress sentence of at most " + MAX_SENTENCE
                    + " characters, found " + progress.length());
        }
    }

    static ToolPolicy of(Tool tool) {
        return new ToolPolicy(Duration.ofMillis(tool.timeoutMillis()), tool.sequential(), tool.onBargeIn(),
                tool.progress().strip(), Duration.ofMillis(tool.progressAfterMillis()));
    }

    public ToolPolicy withDeadline(Duration value) {
        return new ToolPolicy(value, sequential, onBargeIn, progress, progressAfter);
    }

    /// Calls one after the other.
    public ToolPolicy inSequence() {
        return new ToolPolicy(deadline, true, onBargeIn, progress, progressAfter);
    }

    public ToolPolicy onBargeIn(BargeIn value) {
        return new ToolPolicy(deadline, sequential, value, progress, progressAfter);
    }

    public ToolPolicy withProgress(String sentence, Duration after) {
        return new ToolPolicy(deadline, sequential, onBargeIn, sentence.strip(), after);
    }

    boolean hasProgress() {
        return !progress.isEmpty();
    }
}
