package dev.parley.agent;

import dev.parley.realtime.FunctionTool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The tools of one agent, by name: every public [Tool] method of the given instances, and tools made of a schema and a
/// [ToolHandler].
///
/// Parameters of methods may be `String`, `boolean`, `short`, `int`, `long`, `float`, `double`, `BigDecimal`, `Currency`
/// (an ISO 4217 code), `LocalDate`, `LocalTime`, `LocalDateTime`, `Instant`, `Duration` (ISO 8601), `UUID`, an enum (its
/// constants as they are spelled in Java), a record (an object of its components, [Amount] among them), a sealed
/// interface of records (an object whose `type` is the record's name in `snake_case`), a `List`, a `Set` or a
/// `Map<String, ...>` of these, and, for an argument or a component that may be left out, an `Optional` of these. A
/// [ToolCallContext] is filled in. [Param] and [Doc] describe them; [Param] also bounds them. Anything the schema does
/// not name is refused when the model sends it.
///
/// Immutable and safe to share; the instances are called from many threads at once.
public final class Toolbox {
    private final SortedMap<String, RegisteredTool> tools;

    private Toolbox(SortedMap<String, RegisteredTool> tools) {
        this.tools = Collections.unmodifiableSortedMap(tools);
    }

    /// Collects the tools of `instances`; none at all makes an empty toolbox.
    ///
    /// @throws IllegalArgumentException if an instance has no tool, two tools share a name, a tool method is not
    ///         public, or a parameter has a type that no schema is derived for
    public static Toolbox of(Object... instances) {
        var builder = builder();
        for (var instance : instances) {
            builder.methods(instance);
        }
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// What to announce to the model, sorted by name.
    public List<FunctionTool> definitions() {
        return tools.values().stream().map(RegisteredTool::definition).toList();
    }

    Optional<RegisteredTool> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    /// The names, for a model that called one that does not exist.
    String names() {
        return tools.isEmpty() ? "none" : String.join(", ", tools.keySet());
    }

    /// Puts a toolbox together. Not thread-safe.
    public static final class Builder {
        private final SortedMap<String, RegisteredTool> tools = new TreeMap<>();

        private Builder() {}

        /// The [Tool] methods of an instance, its interfaces' included.
        ///
        /// @throws IllegalArgumentException as [Toolbox#of] does
        public Builder methods(Object instance) {
            ToolMethods.of(instance).forEach(this::add);
            return this;
        }

        /// A tool made of its parts.
        ///
        /// @param schema JSON Schema of the arguments, an object schema. Arguments are checked against it before the
        ///        handler runs: types, `enum`, bounds, `pattern`, `required`, `additionalProperties`, nested objects and
        ///        lists. A schema that says more is refused.
        /// @throws IllegalArgumentException if the name is taken or not one the protocol allows, or the schema is refused
        public Builder tool(String name, String description, String schema, ToolHandler handler) {
            return tool(name, description, schema, ToolPolicy.DEFAULT, handler);
        }

        /// A tool made of its parts, with a policy of its own; see [#tool(String, String, String, ToolHandler)].
        public Builder tool(String name, String description, String schema, ToolPolicy policy, ToolHandler handler) {
            if (description.isBlank()) {
                throw new IllegalArgumentException(name + ": expected a description of the tool, found none");
            }
            try {
                var json = ToolJson.read(schema);
                return add(new RegisteredTool(new FunctionTool(name, description, json), policy,
                        new Handled(JsonSchema.ofArguments(json), handler)));
            } catch (BadArgumentsException e) {
                throw new IllegalArgumentException(name + ": expected a JSON Schema. " + e.getMessage(), e);
            }
        }

        /// All tools of another toolbox.
        ///
        /// @throws IllegalArgumentException if a name is taken
        public Builder include(Toolbox other) {
            other.tools.values().forEach(this::add);
            return this;
        }

        public Toolbox build() {
            return new Toolbox(new TreeMap<>(tools));
        }

        private Builder add(RegisteredTool tool) {
            if (tools.putIfAbsent(tool.name(), tool) != null) {
                throw new IllegalArgumentException("expected different tool names, found \"" + tool.name()
                        + "\" twice; set @Tool(name) on one of them");
            }
            return this;
        }
    }

    /// A handler behind the schema it was given with.
    private record Handled(JsonSchema schema, ToolHandler handler) implements RegisteredTool.Body {
        @Override
        public void check(JsonNode arguments) {
            var problems = new ArrayList<String>();
            schema.check(arguments, ArgumentFields.ROOT, problems);
            if (!problems.isEmpty()) {
                throw new BadArgumentsException(problems);
            }
        }

        @Override
        public @Nullable Object call(ToolCallContext call, JsonNode arguments) throws Exception {
            check(arguments);
            var result = handler.handle((ObjectNode) arguments, call);
            return result instanceof Optional<?> optional ? optional.orElse(null) : result;
        }
    }
}
