package dev.parley.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Many values of one type. What is read keeps the order of the JSON and cannot be changed.
final class ContainerType {
    private ContainerType() {}

    record ListOf(ArgumentType element) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            var schema = ArgumentType.typed("array");
            schema.set("items", element.schema());
            return schema;
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var values = elements(element, json, path, problems);
            return values == null ? null : List.copyOf(values);
        }
    }

    /// A list without repetitions.
    record SetOf(ArgumentType element) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            var schema = ArgumentType.typed("array");
            schema.set("items", element.schema());
            return schema.put("uniqueItems", true);
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var values = elements(element, json, path, problems);
            if (values == null) {
                return null;
            }
            var set = new LinkedHashSet<Object>();
            for (var i = 0; i < values.size(); i++) {
                if (!set.add(values.get(i))) {
                    problems.add(path + "[" + i + "]: expected different values, found "
                            + ArgumentFields.describe(json.get(i)) + " again");
                    return null;
                }
            }
            return Collections.unmodifiableSet(set);
        }
    }

    /// Values by names of the model's choice.
    record MapOf(ArgumentType value) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            var schema = ArgumentType.typed("object");
            schema.set("additionalProperties", value.schema());
            return schema;
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            if (!json.isObject()) {
                return ArgumentType.mismatch("an object", json, path, problems);
            }
            var before = problems.size();
            var values = new LinkedHashMap<String, Object>();
            json.properties().forEach(member -> {
                var read = value.read(member.getValue(), ArgumentFields.below(path, member.getKey()), problems);
                if (read != null) {
                    values.put(member.getKey(), read);
                }
            });
            return problems.size() > before ? null : Collections.unmodifiableMap(values);
        }
    }

    private static @Nullable List<Object> elements(ArgumentType element, JsonNode json, String path,
            List<String> problems) {
        if (!json.isArray()) {
            ArgumentType.mismatch("a list", json, path, problems);
            return null;
        }
        var before = problems.size();
        var values = new ArrayList<Object>(json.size());
        for (var i = 0; i < json.size(); i++) {
            var value = element.read(json.get(i), path + "[" + i + "]", problems);
            if (value != null) {
                values.add(value);
            }
        }
        return problems.size() > before ? null : values;
    }
}
