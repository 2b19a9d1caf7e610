package dev.parley.realtime;

import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// What a translation session says (protocol section 12.2): a family of its own, much smaller than [ServerEvent], with
/// neither turns nor items. Like there, each event keeps its JSON.
public sealed interface TranslationEvent {
    /// The event as it is on the wire.
    JsonNode raw();

    /// Name of the event on the wire.
    default String type() {
        return raw().path("type").asString("");
    }

    /// Where in the session this was heard; empty when not stated.
    default Optional<Duration> elapsed() {
        var millis = raw().path("elapsed_ms");
        return millis.isNumber() && millis.canConvertToLong()
                ? Optional.of(Duration.ofMillis(millis.asLong()))
                : Optional.empty();
    }

    /// Reads one frame. What cannot be read is a [Malformed] event, for a bad frame must not end a session.
    static TranslationEvent parse(String frame) {
        var json = Json.object();
        try {
            json = Json.parseObject(frame);
            var in = Fields.of(json);
            var reader = Readers.BY_TYPE.get(in.string("type"));
            return reader == null ? new Unknown(json) : reader.apply(in);
        } catch (ProtocolException e) {
            return new Malformed(e.getMessage(), json);
        }
    }

    /// First event of every session.
    record Created(TranslationConfig session, JsonNode raw) implements TranslationEvent {
        private Created(Fields in) {
            this(TranslationConfig.read(in.object("session")), in.node());
        }
    }

    /// A change took effect; the whole configuration now in force.
    record Updated(TranslationConfig session, JsonNode raw) implements TranslationEvent {
        private Updated(Fields in) {
            this(TranslationConfig.read(in.object("session")), in.node());
        }
    }

    /// Everything was translated; nothing follows.
    record Closed(JsonNode raw) implements TranslationEvent {
        private Closed(Fields in) {
            this(in.node());
        }
    }

    /// More of what was said; only ever added to what came before.
    record InputTranscriptDelta(String delta, JsonNode raw) implements TranslationEvent {
        private InputTranscriptDelta(Fields in) {
            this(in.string("delta"), in.node());
        }
    }

    /// More of the translation in words; only ever added to what came before.
    record OutputTranscriptDelta(String delta, JsonNode raw) implements TranslationEvent {
        private OutputTranscriptDelta(Fields in) {
            this(in.string("delta"), in.node());
        }
    }

    /// More of the translation aloud: base64 of 16-bit little-endian samples, 24 kHz, mono.
    record OutputAudioDelta(String delta, JsonNode raw) implements TranslationEvent {
        private OutputAudioDelta(Fields in) {
            this(in.string("delta"), in.node());
            // As in ServerEvent: no surprise for whoever plays it.
            var _ = audio();
        }

        /// The bytes of this piece.
        public byte[] audio() {
            try {
                return Base64.getDecoder().decode(delta);
            } catch (IllegalArgumentException e) {
                throw new ProtocolException("invalid_value", "delta",
                        "Invalid 'delta'. Expected base64-encoded audio bytes, but: " + e.getMessage());
            }
        }
    }

    /// Something was refused or failed. The session usually goes on.
    record ErrorEvent(RealtimeError error, JsonNode raw) implements TranslationEvent {
        private ErrorEvent(Fields in) {
            this(RealtimeError.read(in.object("error")), in.node());
        }
    }

    /// An event of a type this version does not know, kept as it came.
    record Unknown(JsonNode raw) implements TranslationEvent {}

    /// A frame that could not be read: not JSON, or an event without what its type requires.
    record Malformed(String problem, JsonNode raw) implements TranslationEvent {}

    /// How each type on the wire is read.
    final class Readers {
        private static final Map<String, Function<Fields, TranslationEvent>> BY_TYPE = Map.of(
                "session.created", Created::new,
                "session.updated", Updated::new,
                "session.closed", Closed::new,
                "session.input_transcript.delta", InputTranscriptDelta::new,
                "session.output_transcript.delta", OutputTranscriptDelta::new,
                "session.output_audio.delta", OutputAudioDelta::new,
                "error", ErrorEvent::new);

        private Readers() {}
    }
}
