package dev.parley.agent;

import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Two guards, one after the other: the second sees what the first lets through.
record GuardChain(ToolGuard first, ToolGuard second) implements ToolGuard {
    @Override
    public Decision<JsonNode> arguments(ToolCallContext call, JsonNode arguments) {
        return chain(arguments, value -> first.arguments(call, value.deepCopy()),
                value -> second.arguments(call, value.deepCopy()));
    }

    @Override
    public Decision<String> result(ToolCallContext call, String output) {
        return chain(output, value -> first.result(call, value), value -> second.result(call, value));
    }

    private static <T> Decision<T> chain(T value, Function<T, Decision<T>> first, Function<T, Decision<T>> second) {
        return switch (first.apply(value)) {
            case Decision.Allow<T> _ -> second.apply(value);
            case Decision.Refuse<T> refused -> refused;
            case Decision.Replace<T>(var other) -> switch (second.apply(other)) {
                case Decision.Allow<T> _ -> new Decision.Replace<>(other);
                case Decision.Refuse<T> refused -> refused;
                case Decision.Replace<T> last -> last;
            };
        };
    }
}
