package dev.parley.realtime;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Who decides that a turn is over: the field `audio.input.turn_detection` of a session.
public sealed interface TurnDetection {
    /// Silence ends the turn.
    ///
    /// @param threshold how sure the detector must be that it hears speech, 0 to 1
    /// @param prefixPadding audio kept from before the detected start
    /// @param silence how long a pause ends the turn
    /// @param createResponse whether the end of a turn starts a response
    /// @param interruptResponse whether the start of a turn cancels a running response
    record ServerVad(double threshold, Duration prefixPadding, Duration silence, boolean createResponse,
            boolean interruptResponse) implements TurnDetection {
        /// What a live session starts with. The documentation says 500 ms of silence, the service 200.
        public static final ServerVad DEFAULT = new ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(200), true,
                true);

        public ServerVad {
            if (threshold < 0 || threshold > 1) {
                throw new IllegalArgumentException("expected a threshold of 0 to 1, found " + threshold);
            }
        }

        public ServerVad withSilence(Duration longer) {
            return new ServerVad(threshold, prefixPadding, longer, createResponse, interruptResponse);
        }
    }

    /// The model judges whether the caller has finished; `eagerness` is `low`, `medium`, `high` or `auto`.
    record SemanticVad(String eagerness, boolean createResponse, boolean interruptResponse) implements TurnDetection {}

    /// The client commits each turn itself; on the wire, `null`.
    record Manual() implements TurnDetection {}

    /// A kind this version does not know, kept as it came.
    record Unknown(String type, JsonNode raw) implements TurnDetection {}

    /// As JSON; `null` for [Manual].
    default JsonNode toJson() {
        return switch (this) {
            case ServerVad vad -> Json.object()
                    .put("type", "server_vad")
                    .put("threshold", vad.threshold)
                    .put("prefix_padding_ms", vad.prefixPadding.toMillis())
                    .put("silence_duration_ms", vad.silence.toMillis())
                    .putNull("idle_timeout_ms")
                    .put("create_response", vad.createResponse)
                    .put("interrupt_response", vad.interruptResponse);
            case SemanticVad vad -> Json.object()
                    .put("type", "semantic_vad")
                    .put("eagerness", vad.eagerness)
                    .put("create_response", vad.createResponse)
                    .put("interrupt_response", vad.interruptResponse);
            case Manual() -> JsonNodeFactory.instance.nullNode();
            case Unknown unknown -> unknown.raw;
        };
    }

    static TurnDetection read(@Nullable Fields in) {
        if (in == null) {
            return new Manual();
        }
        var type = in.string("type");
        return switch (type) {
            case "server_vad" -> new ServerVad(in.share("threshold", ServerVad.DEFAULT.threshold),
                    Duration.ofMillis(in.integer("prefix_padding_ms", ServerVad.DEFAULT.prefixPadding.toMillis())),
                    Duration.ofMillis(in.integer("silence_duration_ms", ServerVad.DEFAULT.silence.toMillis())),
                    in.flag("create_response", true), in.flag("interrupt_response", true));
            case "semantic_vad" -> new SemanticVad(in.string("eagerness", "auto"), in.flag("create_response", true),
                    in.flag("interrupt_response", true));
            default -> new Unknown(type, in.node());
        };
    }
}
