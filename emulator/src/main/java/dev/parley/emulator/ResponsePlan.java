package dev.parley.emulator;

import static java.util.Map.entry;

import dev.parley.media.AudioFormat;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.ToolChoice;
import dev.parley.realtime.Truncation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What one response is to be like: the session as it stood when it was asked for, under what the client overrode for it
/// alone (protocol section 4).
///
/// @param hasPhases whether its model tells commentary from answer
/// @param maxOutputTokens of words, sound and calls together; empty when there is no limit
/// @param input what the model is given in place of the conversation, references included; empty when it is given that
/// @param metadata null when the client gave none
record ResponsePlan(boolean isInConversation, boolean isSpoken, boolean hasPhases, AudioEncoding encoding,
        JsonNode voice, double speed, String instructions, List<FunctionTool> tools, ToolChoice toolChoice,
        boolean callsInParallel, OptionalInt maxOutputTokens, Truncation truncation, Optional<List<Item>> input,
        @Nullable JsonNode metadata) {
    private static final Shape OVERRIDES = Shape.object(Map.ofEntries(
            entry("output_modalities", SessionRules.MODALITIES), entry("instructions", Shape.TEXT.orNull()),
            entry("audio", Shape.object(Map.of("output", Shape.object(SessionRules.OUTPUT)))),
            entry("tools", SessionRules.TOOLS), entry("tool_choice", SessionRules.TOOL_CHOICE),
            entry("parallel_tool_calls", Shape.FLAG.orNull()), entry("reasoning", SessionRules.REASONING),
            entry("max_output_tokens", SessionRules.MAX_OUTPUT_TOKENS.orNull()),
            entry("conversation", Shape.oneOf("auto", "none").orNull()), entry("metadata", Shape.METADATA.orNull()),
            entry("prompt", SessionRules.PROMPT), entry("input", Shape.list(ItemRules.INPUT_ITEM).orNull())));

    /// Checks what a client overrides. Where that is forgiven, members nobody knows are taken out of it.
    ///
    /// @throws dev.parley.realtime.ProtocolException naming the first member that is not in the book
    static void check(JsonNode overrides, Strictness strictness) {
        OVERRIDES.check(overrides, "response", strictness);
    }

    static ResponsePlan of(SessionConfig session, ResponseConfig overrides) {
        var own = overrides.raw();
        var modalities = own.has("output_modalities") ? overrides.outputModalities() : session.outputModalities();
        var choice = overrides.toolChoice().or(session::toolChoice).orElse(new ToolChoice.Auto());
        var voice = own.path("audio").path("output").path("voice");
        var parallel = own.path("parallel_tool_calls");
        return new ResponsePlan(!overrides.isOutOfBand(), !modalities.equals(List.of("text")),
                ContextTokens.isLarge(session.model().orElse("")),
                overrides.outputEncoding().or(session::outputEncoding).orElse(AudioEncoding.PCM),
                voice.isMissingNode() ? voiceOf(session) : voice,
                session.speed().orElse(1),
                overrides.instructions().or(session::instructions).orElse(""),
                callable(own.has("tools") ? overrides.tools() : session.tools(), choice), choice,
                parallel.isBoolean() ? parallel.booleanValue() : session.parallelToolCalls().orElse(true),
                own.path("max_output_tokens").isMissingNode() || own.path("max_output_tokens").isNull()
                        ? session.maxOutputTokens()
                        : overrides.maxOutputTokens(),
                session.truncation().orElse(new Truncation.Auto()), overrides.input(), own.get("metadata"));
    }

    static JsonNode voiceOf(SessionConfig session) {
        var voice = session.raw().path("audio").path("output").path("voice");
        return voice.isMissingNode() ? JsonNodeFactory.instance.stringNode("alloy") : voice;
    }

    private static List<FunctionTool> callable(List<FunctionTool> tools, ToolChoice choice) {
        return switch (choice) {
            case ToolChoice.None() -> List.of();
            case ToolChoice.Function(var name) -> tools.stream().filter(tool -> tool.name().equals(name)).toList();
            case ToolChoice.Mcp _ -> List.of();
            case ToolChoice.Auto() -> tools;
            case ToolChoice.Required() -> tools;
            case ToolChoice.Unknown _ -> tools;
        };
    }

    AudioFormat format() {
        return CallerAudio.format(encoding);
    }

    /// How it sounds; empty for text.
    Optional<EmulatedSession.Rendering> rendering() {
        return isSpoken
                ? Optional.of(new EmulatedSession.Rendering(format(), voice.asString(voice.path("id").asString("")),
                        speed))
                : Optional.empty();
    }

    /// Instructions and tools, which are part of every context.
    List<ContextTokens.Piece> fixedContext() {
        long chars = tools.stream()
                .mapToLong(tool -> tool.name().length() + tool.description().length()
                        + tool.parameters().toString().length())
                .sum();
        return List.of(new ContextTokens.Piece("instructions " + instructions.hashCode(), Tokens.ofText(instructions
                .length())), new ContextTokens.Piece("tools " + tools.hashCode(), Tokens.ofText(chars)));
    }

    /// The members of the response object that were settled beforehand, in their order.
    void describe(ObjectNode json) {
        json.putArray("output_modalities").add(isSpoken ? "audio" : "text");
        if (maxOutputTokens.isPresent()) {
            json.put("max_output_tokens", maxOutputTokens.getAsInt());
        } else {
            json.put("max_output_tokens", "inf");
        }
        var output = json.putObject("audio").putObject("output");
        output.set("format", SessionDefaults.format(encoding));
        output.set("voice", voice);
    }
}
