package dev.parley.realtime;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Whether the service keeps a trace of the session: the field `tracing`. Once on, it cannot be changed.
public sealed interface Tracing {
    /// No trace; on the wire, `null`.
    record Off() implements Tracing {}

    /// A trace under names of the service's choice.
    record Auto() implements Tracing {}

    /// A trace under names of the application's choice; what is null the service chooses.
    record Named(@Nullable String workflowName, @Nullable String groupId, Map<String, String> metadata)
            implements
                Tracing {
        public Named {
            metadata = Map.copyOf(metadata);
        }
    }

    /// Something this version does not know, kept as it came.
    record Unknown(JsonNode raw) implements Tracing {}

    default JsonNode toJson() {
        return switch (this) {
            case Off() -> JsonNodeFactory.instance.nullNode();
            case Auto() -> JsonNodeFactory.instance.stringNode("auto");
            case Named named -> {
                var json = Fields.of(Json.object())
                        .withIfPresent("workflow_name", named.workflowName)
                        .withIfPresent("group_id", named.groupId)
                        .node();
                if (!named.metadata.isEmpty()) {
                    new TreeMap<>(named.metadata).forEach(json.putObject("metadata")::put);
                }
                yield json;
            }
            case Unknown unknown -> unknown.raw;
        };
    }

    /// Empty when `in` does not say.
    static Optional<Tracing> read(Fields in) {
        return Optional.ofNullable(in.node().get("tracing")).map(tracing -> {
            if (tracing.isNull()) {
                return new Off();
            }
            if (tracing instanceof ObjectNode) {
                var named = in.object("tracing");
                return new Named(named.optionalString("workflow_name"), named.optionalString("group_id"),
                        named.texts("metadata"));
            }
            return in.string("tracing").equals("auto") ? new Auto() : new Unknown(tracing);
        });
    }
}
