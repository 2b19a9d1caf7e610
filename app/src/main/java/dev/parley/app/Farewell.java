package dev.parley.app;

import dev.parley.agent.Tool;

/// The tool by which the model says that the caller wants to leave.
final class Farewell {
    static final String INSTRUCTIONS = """

            When the caller says goodbye or wants to stop, call user_wants_to_finish_conversation.""";

    private volatile Runnable end = () -> {};

    /// What ends the call.
    void then(Runnable action) {
        end = action;
    }

    @Tool(name = "user_wants_to_finish_conversation", value = "Invoked when the user says goodbye, expresses being"
            + " finished, or otherwise seems to want to stop the interaction.")
    public String finish() {
        end.run();
        return "The conversation is over.";
    }
}
