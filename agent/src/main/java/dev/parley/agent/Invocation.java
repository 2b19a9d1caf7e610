package dev.parley.agent;

import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import tools.jackson.databind.JsonNode;

/// One call from its JSON to the verdict: finds the tool, reads the arguments, asks the guard, runs the tool, writes the
/// result down, and asks the guard again.
final class Invocation {
    private static final int MAX_SENTENCE = 1_000;

    private final Toolbox toolbox;
    private final String conversation;
    private final ToolGuard guard;
    private final int outputCharacters;
    private final Logger log;

    /// @param conversation what its name is
    Invocation(Toolbox toolbox, String conversation, ToolGuard guard, int outputCharacters, Logger log) {
        this.toolbox = toolbox;
        this.conversation = conversation;
        this.guard = guard;
        this.outputCharacters = outputCharacters;
        this.log = log;
    }

    /// @throws Throwable what the tool throws, unless it is a sentence for the caller
    Verdict of(ToolCall call) throws Throwable {
        var found = toolbox.find(call.name());
        if (found.isEmpty()) {
            return new Verdict.Excuse(ToolFailure.UNKNOWN_TOOL, "There is no tool named \""
                    + ToolJson.shorten(call.name(), 64) + "\"; known are " + toolbox.names() + ".");
        }
        try {
            var arguments = ToolJson.read(call.arguments());
            return run(found.get(), new ToolCallContext(call.callId(), call.name(), conversation, arguments));
        } catch (BadArgumentsException e) {
            return new Verdict.Excuse(ToolFailure.BAD_ARGUMENTS, String.valueOf(e.getMessage()));
        }
    }

    private Verdict run(RegisteredTool tool, ToolCallContext context) throws Throwable {
        try {
            return let(tool, context);
        } catch (ToolException e) {
            var sentence = ToolJson.shorten(String.valueOf(e.getMessage()), MAX_SENTENCE);
            return guarded(context, sentence, said -> new Verdict.Excuse(ToolFailure.REFUSED, said, said.equals(
                    sentence)
                            ? e.facts()
                            : Map.of(), e.isRetryable()));
        }
    }

    private Verdict let(RegisteredTool tool, ToolCallContext context) throws Throwable {
        var arguments = context.arguments();
        var let = arguments;
        if (!guard.equals(ToolGuard.NONE)) {
            tool.body().check(arguments);
            switch (decision(context, arguments)) {
                case ToolGuard.Decision.Allow<JsonNode> _ -> {
                    // As it is.
                }
                case ToolGuard.Decision.Replace<JsonNode>(var other) -> let = other.deepCopy();
                case ToolGuard.Decision.Refuse<JsonNode>(var reason) -> {
                    return new Verdict.Excuse(ToolFailure.FORBIDDEN, reason);
                }
            }
        }
        var result = tool.body().call(context, let);
        if (result == null) {
            return new Verdict.Excuse(ToolFailure.NO_RESULT, context.name() + " found nothing to answer.");
        }
        var output = ToolJson.write(result, outputCharacters);
        return output.isEmpty()
                ? tooLong(context)
                : guarded(context, output.get(), text -> text.length() > outputCharacters
                        ? tooLong(context)
                        : new Verdict.Output(text));
    }

    private Verdict guarded(ToolCallContext context, String text, Function<String, Verdict> verdict) {
        return switch (decision(context, text)) {
            case ToolGuard.Decision.Allow<String> _ -> verdict.apply(text);
            case ToolGuard.Decision.Replace<String>(var other) -> verdict.apply(other);
            case ToolGuard.Decision.Refuse<String>(var reason) -> new Verdict.Excuse(ToolFailure.FORBIDDEN, reason);
        };
    }

    private Verdict tooLong(ToolCallContext context) {
        return new Verdict.Excuse(ToolFailure.TOO_LONG, "The result of " + context.name() + " is too long, at most "
                + outputCharacters + " characters; ask for less.");
    }

    private ToolGuard.Decision<JsonNode> decision(ToolCallContext context, JsonNode arguments) {
        try {
            return guard.arguments(context, arguments.deepCopy());
        } catch (RuntimeException | Error e) {
            return ToolGuard.refuse(context.name() + " was not run: the check of its arguments failed"
                    + incident(context, e));
        }
    }

    private ToolGuard.Decision<String> decision(ToolCallContext context, String output) {
        try {
            return guard.result(context, output);
        } catch (RuntimeException | Error e) {
            return ToolGuard.refuse(context.name() + " ran, but its result is withheld: the check of it failed"
                    + incident(context, e));
        }
    }

    private String incident(ToolCallContext context, Throwable e) {
        return "; the log has it as incident " + Incident.log(log, "The guard of tool " + context.name() + " of call "
                + context.callId() + " failed", e) + ".";
    }
}
