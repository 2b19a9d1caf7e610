package dev.parley.gateway;

import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the bodies of requests: JSON objects of a bounded size and depth, every member of which is known.
final class Bodies {
    private static final int MAX_BYTES = 256 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).maxNumberLength(100).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // The text at fault is the caller's: it belongs into no message.
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Bodies() {}

    /// The object in the body.
    ///
    /// @param known its members
    /// @throws Refusal if there is no object, or a member that is not known
    static ObjectNode object(Context context, Set<String> known) {
        var bytes = bytes(context);
        JsonNode json;
        try {
            json = JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new Refusal(ErrorCode.INVALID_JSON, "The body is not valid JSON: " + reason(e) + ".");
        }
        if (!(json instanceof ObjectNode object)) {
            throw new Refusal(ErrorCode.INVALID_JSON, bytes.length == 0
                    ? "Expected a JSON object in the body, found nothing."
                    : "Expected a JSON object in the body, found " + kind(json) + ".");
        }
        requireKnown(object, known);
        return object;
    }

    /// @throws Refusal if there is a member that is not known
    static void requireKnown(ObjectNode object, Set<String> known) {
        object.propertyNames().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new Refusal(ErrorCode.UNKNOWN_FIELD, "Unknown field \"" + shorten(name) + "\"; there is "
                    + String.join(", ", known.stream().sorted().toList()) + ".", Map.of("field", shorten(name)));
        });
    }

    /// The body, whatever it is.
    ///
    /// @throws NotServed if it is too large
    static byte[] bytes(Context context) {
        try {
            // What was announced may be too little, or missing; if it is too much, nobody is asked to send it.
            if (context.req().getContentLengthLong() > MAX_BYTES) {
                throw tooLarge();
            }
            var bytes = context.req().getInputStream().readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw tooLarge();
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NotServed tooLarge() {
        return new NotServed(413, "body_too_large", "Expected a body of at most " + MAX_BYTES / 1024
                + " KiB, found a larger one.");
    }

    /// A member that is a text; empty if it is absent, null or the empty text.
    static Optional<String> text(ObjectNode object, String name) {
        var value = object.path(name);
        if (value.isMissingNode() || value.isNull() || (value.isString() && value.asString().isBlank())) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, name + ": expected a string, found " + kind(value) + ".", Map
                    .of("field", name));
        }
        return Optional.of(value.asString());
    }

    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case NUMBER -> "a number";
            case OBJECT -> "an object";
            case STRING -> "a string";
            default -> "nothing";
        };
    }

    private static String reason(JacksonException e) {
        var at = e.getLocation();
        var column = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return shorten(String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("")) + column;
    }

    private static String shorten(String text) {
        return text.length() <= 120 ? text : text.substring(0, 120) + "...";
    }
}
