package dev.parley.agent;

import dev.parley.realtime.FunctionTool;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A tool as the runner sees it, whatever it was made from.
record RegisteredTool(FunctionTool definition, ToolPolicy policy, Body body) {

    interface Body {
        /// Whether `arguments` fit, without running anything.
        ///
        /// @throws BadArgumentsException if they do not
        void check(JsonNode arguments);

        /// Checks `arguments`, then runs the tool; null means that it gave no result.
        ///
        /// @throws BadArgumentsException if the arguments do not fit; the tool has not run
        /// @throws Throwable whatever the tool throws
        @Nullable
        Object call(ToolCallContext call, JsonNode arguments) throws Throwable;
    }

    String name() {
        return definition.name();
    }
}
