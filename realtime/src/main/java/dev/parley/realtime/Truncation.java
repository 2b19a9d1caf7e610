package dev.parley.realtime;

import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What leaves the model's context when a conversation outgrows it: the field `truncation` (protocol section 9.5).
/// Instructions and tools always stay, and nothing leaves the conversation itself.
public sealed interface Truncation {
    /// The oldest messages, as many as it takes, at every response from then on. Defeats the cache each time.
    record Auto() implements Truncation {}

    /// Nothing: a response that does not fit fails.
    record Disabled() implements Truncation {}

    /// The oldest messages, down to a share of the maximum, so that it happens rarely and the cache lasts.
    ///
    /// @param ratio share of the context kept, 0 to 1
    /// @param postInstructionTokens the maximum, in tokens after the instructions; the model's own when empty
    record RetentionRatio(double ratio, OptionalInt postInstructionTokens) implements Truncation {
        public RetentionRatio {
            if (!(ratio >= 0 && ratio <= 1)) {
                throw new IllegalArgumentException("expected a retention ratio of 0 to 1, found " + ratio);
            }
        }
    }

    /// A way this version does not know, kept as it came.
    record Unknown(JsonNode raw) implements Truncation {}

    default JsonNode toJson() {
        return switch (this) {
            case Auto() -> JsonNodeFactory.instance.stringNode("auto");
            case Disabled() -> JsonNodeFactory.instance.stringNode("disabled");
            case RetentionRatio ratio -> {
                var json = Json.object().put("type", "retention_ratio").put("retention_ratio", ratio.ratio);
                ratio.postInstructionTokens
                        .ifPresent(tokens -> json.putObject("token_limits").put("post_instructions", tokens));
                yield json;
            }
            case Unknown unknown -> unknown.raw;
        };
    }

    /// Empty when `in` does not say.
    static Optional<Truncation> read(Fields in) {
        return Json.present(in.node(), "truncation").map(truncation -> {
            if (truncation instanceof ObjectNode) {
                return read(in.object("truncation"), truncation);
            }
            return switch (in.string("truncation")) {
                case "auto" -> new Auto();
                case "disabled" -> new Disabled();
                default -> new Unknown(truncation);
            };
        });
    }

    private static Truncation read(Fields in, JsonNode raw) {
        if (!in.string("type").equals("retention_ratio")) {
            return new Unknown(raw);
        }
        var limits = in.optionalObject("token_limits");
        var most = limits == null || limits.node().get("post_instructions") == null
                ? OptionalInt.empty()
                : OptionalInt.of(limits.index("post_instructions"));
        return new RetentionRatio(in.number("retention_ratio", 1, 0, 1), most);
    }
}
