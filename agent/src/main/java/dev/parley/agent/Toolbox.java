package dev.parley.agent;

import dev.parley.realtime.FunctionTool;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The tools of one agent: every public [Tool] method of the given instances, by name.
///
/// Parameters may be `String`, `boolean`, `int`, `long`, `double`, `BigDecimal`, `Currency` (an ISO 4217 code),
/// `LocalDate`, `Instant`, an enum (its constants as they are spelled in Java), a record (an object of its components),
/// a `List` of these, and, for an argument that may be left out, an `Optional` of these. A [ToolCallContext] is filled
/// in. Anything the schema does not name is refused when the model sends it.
///
/// Immutable and safe to share; the instances are called from many threads at once.
public final class Toolbox {
    private final SortedMap<String, ToolMethod> tools;

    private Toolbox(SortedMap<String, ToolMethod> tools) {
        this.tools = Collections.unmodifiableSortedMap(tools);
    }

    /// Collects the tools of `instances`; none at all makes an empty toolbox.
    ///
    /// @throws IllegalArgumentException if an instance has no tool, two tools share a name, a tool method is not
    ///         public, or a parameter has a type that no schema is derived for
    public static Toolbox of(Object... instances) {
        var tools = new TreeMap<String, ToolMethod>();
        for (var instance : instances) {
            var before = tools.size();
            for (var method : instance.getClass().getMethods()) {
                var tool = method.getAnnotation(Tool.class);
                if (tool != null && !method.isBridge()) {
                    add(tools, ToolMethod.of(instance, method, tool));
                }
            }
            refuseHidden(instance.getClass());
            if (tools.size() == before) {
                throw new IllegalArgumentException("expected at least one public method with @Tool in "
                        + instance.getClass().getName() + ", found none");
            }
        }
        return new Toolbox(tools);
    }

    /// What to announce to the model, sorted by name.
    public List<FunctionTool> definitions() {
        return tools.values().stream().map(ToolMethod::definition).toList();
    }

    Optional<ToolMethod> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    /// The names, for a model that called one that does not exist.
    String names() {
        return tools.isEmpty() ? "none" : String.join(", ", tools.keySet());
    }

    private static void add(SortedMap<String, ToolMethod> tools, ToolMethod tool) {
        if (tools.putIfAbsent(tool.definition().name(), tool) != null) {
            throw new IllegalArgumentException("expected different tool names, found \"" + tool.definition().name()
                    + "\" twice; set @Tool(name) on one of them");
        }
    }

    private static void refuseHidden(Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Method method : at.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Tool.class) && !Modifier.isPublic(method.getModifiers())) {
                    throw new IllegalArgumentException("expected @Tool on public methods only, found it on "
                            + at.getSimpleName() + "." + method.getName());
                }
            }
        }
    }
}
