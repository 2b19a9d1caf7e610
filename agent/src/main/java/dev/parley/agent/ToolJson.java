package dev.parley.agent;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// JSON as tools read and write it: what comes from the model is untrusted and bounded, what goes to it has one style.
final class ToolJson {
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final int MAX_ARGUMENT_CHARACTERS = 64 * 1024;

    private static final JsonMapper READER = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MAX_ARGUMENT_CHARACTERS)
                    .maxNestingDepth(32)
                    .maxNumberLength(100)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // The text at fault is the caller's: it belongs into no message.
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final JsonMapper WRITER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .build();

    private ToolJson() {}

    /// The arguments as a tree; blank text counts as `{}`, which is what models send to tools without parameters.
    ///
    /// @throws BadArgumentsException if the text is no JSON, or longer or deeper than arguments are allowed to be
    static JsonNode read(String arguments) {
        if (arguments.isBlank()) {
            return NODES.objectNode();
        }
        if (arguments.length() > MAX_ARGUMENT_CHARACTERS) {
            throw new BadArgumentsException("The arguments are too long: expected at most " + MAX_ARGUMENT_CHARACTERS
                    + " characters, found " + arguments.length() + ".");
        }
        try {
            return READER.readTree(arguments);
        } catch (JacksonException e) {
            throw new BadArgumentsException("The arguments are not valid JSON: " + where(e) + ".");
        }
    }

    /// `value` as the output text, or empty if it needs more than `limit` characters. Writing stops at the limit.
    static Optional<String> write(Object value, int limit) {
        if (value instanceof String text) {
            return text.length() > limit ? Optional.empty() : Optional.of(text);
        }
        var writer = new BoundedWriter(limit);
        try {
            WRITER.writeValue(writer, value);
        } catch (RuntimeException e) {
            if (writer.full) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(writer.text.toString());
    }

    static String error(String message) {
        return error(message, Map.of());
    }

    static String error(String message, Map<String, Object> facts) {
        var all = new LinkedHashMap<String, Object>();
        all.put("error", message);
        facts.forEach(all::putIfAbsent);
        return WRITER.writeValueAsString(all);
    }

    private static String where(JacksonException e) {
        var reason = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        var at = e.getLocation();
        var column = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return shorten(reason, 160) + column;
    }

    /// At most `length` characters of `text`.
    static String shorten(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }

    /// Collects text and gives up, for good, at the first character too many.
    private static final class BoundedWriter extends Writer {
        private final StringBuilder text = new StringBuilder();
        private final int limit;
        private boolean full;

        BoundedWriter(int limit) {
            this.limit = limit;
        }

        @Override
        public void write(char[] characters, int from, int count) {
            if (full || count > limit - text.length()) {
                full = true;
                throw new IllegalStateException("output is longer than " + limit + " characters");
            }
            text.append(characters, from, count);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
