package dev.parley.realtime;

import java.time.Duration;
import java.util.Locale;
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
    /// @param idleTimeout how long nobody may speak after an answer before the model is asked to, 5 to 30 s; never when
    ///         null
    record ServerVad(double threshold, Duration prefixPadding, Duration silence, boolean createResponse,
            boolean interruptResponse, @Nullable Duration idleTimeout) implements TurnDetection {
        private static final long MIN_IDLE_MS = 5_000;
        private static final long MAX_IDLE_MS = 30_000;

        /// What a live session starts with. The documentation says 500 ms of silence, the service 200.
        public static final ServerVad DEFAULT = new ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(200), true,
                true);

        public ServerVad {
            if (!(threshold >= 0 && threshold <= 1)) {
                throw new IllegalArgumentException("expected a threshold of 0 to 1, found " + threshold);
            }
            if (idleTimeout != null && (idleTimeout.toMillis() < MIN_IDLE_MS || idleTimeout.toMillis() > MAX_IDLE_MS)) {
                throw new IllegalArgumentException("expected an idle timeout of 5 to 30 s, found " + idleTimeout);
            }
        }

        /// Without an idle timeout.
        public ServerVad(double threshold, Duration prefixPadding, Duration silence, boolean createResponse,
                boolean interruptResponse) {
            this(threshold, prefixPadding, silence, createResponse, interruptResponse, null);
        }

        public ServerVad withIdleTimeout(Duration quiet) {
            return new ServerVad(threshold, prefixPadding, silence, createResponse, interruptResponse, quiet);
        }

        public ServerVad withSilence(Duration longer) {
            return new ServerVad(threshold, prefixPadding, longer, createResponse, interruptResponse, idleTimeout);
        }
    }

    /// The model judges whether the caller has finished.
    record SemanticVad(Eagerness eagerness, boolean createResponse, boolean interruptResponse)
            implements
                TurnDetection {}

    /// How soon the model takes a turn for finished.
    enum Eagerness {
        /** Lets the caller think: waits 8 s at most. */
        LOW(Duration.ofSeconds(8)),
        /** Waits 4 s at most. */
        MEDIUM(Duration.ofSeconds(4)),
        /** Waits 2 s at most. */
        HIGH(Duration.ofSeconds(2)),
        /** The service chooses, today [#MEDIUM]. */
        AUTO(Duration.ofSeconds(4));

        private final Duration longestWait;

        Eagerness(Duration longestWait) {
            this.longestWait = longestWait;
        }

        /// How long a pause ends the turn, whatever was said.
        public Duration longestWait() {
            return longestWait;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Eagerness read(Fields in) {
            var name = in.string("eagerness", "auto");
            for (var known : values()) {
                if (known.wireName().equals(name)) {
                    return known;
                }
            }
            throw in.invalidValue("eagerness", name, "'low', 'medium', 'high', and 'auto'");
        }
    }

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
                    .set("prefix_padding_ms", Fields.number(vad.prefixPadding.toMillis()))
                    .set("silence_duration_ms", Fields.number(vad.silence.toMillis()))
                    .set("idle_timeout_ms", vad.idleTimeout == null
                            ? JsonNodeFactory.instance.nullNode()
                            : Fields.number(vad.idleTimeout.toMillis()))
                    .put("create_response", vad.createResponse)
                    .put("interrupt_response", vad.interruptResponse);
            case SemanticVad vad -> Json.object()
                    .put("type", "semantic_vad")
                    .put("eagerness", vad.eagerness.wireName())
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
            case "server_vad" -> new ServerVad(in.number("threshold", ServerVad.DEFAULT.threshold, 0, 1),
                    millis(in, "prefix_padding_ms", ServerVad.DEFAULT.prefixPadding),
                    millis(in, "silence_duration_ms", ServerVad.DEFAULT.silence),
                    in.flag("create_response", true), in.flag("interrupt_response", true), idleTimeout(in));
            case "semantic_vad" -> new SemanticVad(Eagerness.read(in), in.flag("create_response", true),
                    in.flag("interrupt_response", true));
            default -> new Unknown(type, in.node());
        };
    }

    private static @Nullable Duration idleTimeout(Fields in) {
        return Json.present(in.node(), "idle_timeout_ms").isEmpty()
                ? null
                : Duration.ofMillis(in.integer("idle_timeout_ms", 0, ServerVad.MIN_IDLE_MS, ServerVad.MAX_IDLE_MS));
    }

    private static Duration millis(Fields in, String name, Duration otherwise) {
        return Duration.ofMillis(in.integer(name, otherwise.toMillis(), 0, Integer.MAX_VALUE));
    }
}
