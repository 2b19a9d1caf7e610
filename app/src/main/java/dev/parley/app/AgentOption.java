package dev.parley.app;

import dev.parley.agent.Agent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How the agent is to be, other than usual.
final class AgentOption {
    @Option(names = "--voice", paramLabel = "NAME", description = "The agent's voice. Default: marin.")
    private @Nullable String voice;

    @Option(names = "--instructions", paramLabel = "TEXT", description = "What the agent is told about its task, instead"
            + " of the payment desk's.")
    private @Nullable String instructions;

    @Option(names = "--greeting", paramLabel = "TEXT", description = "What the agent is told in order to speak first."
            + " Default: it waits for what is said.")
    private @Nullable String greeting;

    Agent apply(Agent agent) {
        var spoken = voice == null ? agent : agent.withVoice(voice);
        var told = instructions == null ? spoken : spoken.withInstructions(instructions);
        return told.withGreeting(greeting);
    }
}
