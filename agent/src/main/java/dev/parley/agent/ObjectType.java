package dev.parley.agent;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Objects of named values.
final class ObjectType {
    /// The member that says which record of a sealed interface is meant.
    static final String TAG = "type";

    private ObjectType() {}

    /// A record, made by its canonical constructor. What the constructor refuses with an [IllegalArgumentException] is
    /// a bad argument, and the exception's message tells the model why.
    record Nested(ArgumentFields fields, String description, MethodHandle constructor) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            var schema = fields.schema();
            if (!description.isEmpty()) {
                schema.put("description", description);
            }
            return schema;
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var values = fields.read(json, path, problems);
            if (values == null) {
                return null;
            }
            try {
                return constructor.invokeWithArguments(Arrays.asList(values));
            } catch (IllegalArgumentException e) {
                problems.add(path + ": " + e.getMessage());
                return null;
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("constructor of " + path + " failed", e);
            }
        }
    }

    /// A sealed interface of records: an object whose [#TAG] says which.
    record Variants(SequencedMap<String, Nested> records, String description) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            var schema = ToolJson.NODES.objectNode();
            var shapes = schema.putArray("anyOf");
            records.forEach((name, record) -> shapes.add(tagged(name, record.schema())));
            if (!description.isEmpty()) {
                schema.put("description", description);
            }
            return schema;
        }

        private static ObjectNode tagged(String name, ObjectNode schema) {
            var properties = ToolJson.NODES.objectNode();
            properties.putObject(TAG).put("type", "string").putArray("enum").add(name);
            schema.get("properties").properties().forEach(own -> properties.set(own.getKey(), own.getValue()));
            schema.set("properties", properties);
            var required = ToolJson.NODES.arrayNode().add(TAG);
            schema.get("required").forEach(required::add);
            schema.set("required", required);
            return schema;
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            if (!(json instanceof ObjectNode object)) {
                return ArgumentType.mismatch("an object", json, path, problems);
            }
            var tag = ArgumentFields.below(path, TAG);
            var name = object.get(TAG);
            if (name == null) {
                problems.add(tag + ": required, but missing");
                return null;
            }
            var record = name.isString() ? records.get(name.stringValue()) : null;
            if (record == null) {
                return ArgumentType.mismatch("one of " + String.join(", ", records.keySet()), name, tag, problems);
            }
            var own = object.deepCopy();
            own.remove(TAG);
            return record.read(own, path, problems);
        }
    }
}
