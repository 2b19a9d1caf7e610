package dev.parley.agent;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who answers the call: what it is told, how it sounds, what it may do. Immutable.
///
/// @param instructions what the model is told about its task
/// @param greeting what it is told in order to speak first; null if it waits for the caller
/// @param voice name of the voice
/// @param transcriptionModel what transcribes the caller; null to go without the caller's words
/// @param turnDetection who decides that the caller has finished
public record Agent(String instructions, @Nullable String greeting, String voice, @Nullable String transcriptionModel,
        TurnDetection turnDetection, List<FunctionTool> tools) {
    public Agent {
        tools = List.copyOf(tools);
    }

    /// An agent with a voice, input transcription, and turn detection patient enough for a pause for thought.
    public static Agent of(String instructions, List<FunctionTool> tools) {
        return new Agent(instructions, null, "marin", "gpt-4o-mini-transcribe",
                TurnDetection.ServerVad.DEFAULT.withSilence(Duration.ofMillis(500)), tools);
    }

    public Agent withGreeting(@Nullable String told) {
        return new Agent(instructions, told, voice, transcriptionModel, turnDetection, tools);
    }

    public Agent withInstructions(String told) {
        return new Agent(told, greeting, voice, transcriptionModel, turnDetection, tools);
    }

    public Agent withVoice(String name) {
        return new Agent(instructions, greeting, name, transcriptionModel, turnDetection, tools);
    }

    /// Whether the end of the caller's turn starts a response without being asked.
    boolean isAnsweredAutomatically() {
        return switch (turnDetection) {
            case TurnDetection.ServerVad vad -> vad.createResponse();
            case TurnDetection.SemanticVad vad -> vad.createResponse();
            case TurnDetection.Manual() -> false;
            case TurnDetection.Unknown _ -> true;
        };
    }

    /// Whether the start of the caller's turn cancels a running response without being asked.
    boolean isInterruptedAutomatically() {
        return switch (turnDetection) {
            case TurnDetection.ServerVad vad -> vad.interruptResponse();
            case TurnDetection.SemanticVad vad -> vad.interruptResponse();
            case TurnDetection.Manual() -> false;
            case TurnDetection.Unknown _ -> true;
        };
    }

    Optional<String> greetingInstructions() {
        return Optional.ofNullable(greeting);
    }

    /// The session this agent asks for, with this audio both ways.
    SessionConfig session(AudioEncoding encoding) {
        return SessionConfig.builder()
                .outputModality("audio")
                .instructions(instructions)
                .inputEncoding(encoding)
                .transcription(transcriptionModel)
                .turnDetection(turnDetection)
                .outputEncoding(encoding)
                .voice(voice)
                .tools(tools)
                .toolChoice("auto")
                .build();
    }
}
