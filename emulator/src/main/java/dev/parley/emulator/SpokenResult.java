package dev.parley.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a function answered, as a sentence: `{"order_id": 1001, "state": "pending"}` is "Order id 1001, state pending."
final class SpokenResult {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_ELEMENTS = 5;
    private static final int DEEPEST = 4;
    private static final int LONGEST = 600;

    private SpokenResult() {}

    static String of(String output) {
        var result = read(output);
        return isFailure(result)
                ? sentence("Sorry, that did not work", reason(result))
                : sentence("", said(result, 0));
    }

    /// What a function gave back, as JSON.
    static JsonNode read(String output) {
        try {
            return JSON.readTree(output);
        } catch (JacksonException _) {
            // A function may answer with plain text.
            return JsonNodeFactory.instance.stringNode(output);
        }
    }

    private static boolean isFailure(JsonNode result) {
        var error = result.path("error");
        boolean named = !error.isMissingNode() && !error.isNull() && !(error.isBoolean() && !error.booleanValue());
        return named || isFalse(result.path("success")) || isFalse(result.path("ok"));
    }

    private static boolean isFalse(JsonNode flag) {
        return flag.isBoolean() && !flag.booleanValue();
    }

    private static String reason(JsonNode result) {
        var error = result.path("error");
        var reasons = List.of(error.path("message"), error, result.path("message"), result.path("reason"));
        for (var reason : reasons) {
            if (reason.isString() && !reason.stringValue().isBlank()) {
                return reason.stringValue().strip();
            }
        }
        return "";
    }

    private static String sentence(String opening, String said) {
        var cut = said.length() > LONGEST ? said.substring(0, LONGEST).strip() + " and so on" : said;
        if (opening.isEmpty() && cut.isBlank()) {
            return "Done.";
        }
        var text = opening.isEmpty()
                ? cut.substring(0, cut.offsetByCodePoints(0, 1)).toUpperCase(Locale.ROOT) + cut.substring(cut
                        .offsetByCodePoints(0, 1))
                : cut.isBlank() ? opening : opening + ": " + cut;
        return text.matches("(?s).*[.!?]$") ? text : text + ".";
    }

    private static String said(JsonNode value, int depth) {
        if (value.isObject() && depth < DEEPEST) {
            return members(value, depth);
        }
        if (value.isArray() && depth < DEEPEST) {
            return elements(value, depth);
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "yes" : "no";
        }
        return value.isContainer() ? "more" : value.isNull() || value.isMissingNode() ? "" : value.asString("").strip();
    }

    private static String members(JsonNode object, int depth) {
        var parts = new ArrayList<String>();
        object.properties().forEach(member -> {
            var said = said(member.getValue(), depth + 1);
            if (!said.isBlank()) {
                parts.add(String.join(" ", Stems.split(member.getKey())) + " " + said);
            }
        });
        return String.join(", ", parts);
    }

    private static String elements(JsonNode array, int depth) {
        if (array.isEmpty()) {
            return "none";
        }
        var parts = new ArrayList<>(array.valueStream()
                .limit(MOST_ELEMENTS)
                .map(element -> said(element, depth + 1))
                .filter(said -> !said.isBlank())
                .toList());
        if (array.size() > MOST_ELEMENTS) {
            parts.add((array.size() - MOST_ELEMENTS) + " more");
        }
        boolean plain = array.valueStream().noneMatch(JsonNode::isContainer);
        if (plain && parts.size() > 1) {
            var last = parts.removeLast();
            return String.join(", ", parts) + " and " + last;
        }
        return String.join("; ", parts);
    }
}
