package dev.parley.realtime;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The response object: what the model does in one go.
///
/// @param output the items it produced, without audio bytes; empty until `response.done`
/// @param usage null until `response.done`, and for some cancelled responses
public record Response(String id, Status status, List<Item> output, @Nullable Usage usage, JsonNode raw) {
    /// How far a response got.
    public enum Status {
        IN_PROGRESS, COMPLETED, CANCELLED, FAILED, INCOMPLETE,
        /** A status this version does not know. */
        UNKNOWN;

        static Status of(String wireName) {
            return switch (wireName) {
                case "in_progress" -> IN_PROGRESS;
                case "completed" -> COMPLETED;
                case "cancelled" -> CANCELLED;
                case "failed" -> FAILED;
                case "incomplete" -> INCOMPLETE;
                default -> UNKNOWN;
            };
        }
    }

    static Response read(Fields in) {
        return new Response(in.string("id"), Status.of(in.string("status", "in_progress")),
                in.list("output", Item::read), Usage.read(in.optionalObject("usage")), in.node());
    }

    /// Whether it writes the default conversation; an out-of-band response has no conversation id.
    public boolean isInConversation() {
        return raw.get("conversation_id") == null || !raw.get("conversation_id").isNull();
    }

    /// Why it ended early, such as `turn_detected` or `max_output_tokens`.
    public Optional<String> reason() {
        return Optional.ofNullable(raw.path("status_details").get("reason"))
                .filter(JsonNode::isString)
                .map(JsonNode::asString);
    }

    /// What went wrong, for a failed response.
    public Optional<String> failure() {
        var error = raw.path("status_details").path("error");
        if (error.isMissingNode() || error.isNull()) {
            return Optional.empty();
        }
        return Optional.of(error.path("message").asString(error.path("code").asString("unknown failure")));
    }

    /// The messages among the output. Models from `gpt-realtime-2` on may give two, commentary and final answer; see
    /// [Item.Message#phase()].
    public List<Item.Message> messages() {
        return output.stream().filter(Item.Message.class::isInstance).map(Item.Message.class::cast).toList();
    }

    /// The function calls among the output.
    public List<Item.FunctionCall> functionCalls() {
        return output.stream()
                .filter(Item.FunctionCall.class::isInstance)
                .map(Item.FunctionCall.class::cast)
                .toList();
    }
}
