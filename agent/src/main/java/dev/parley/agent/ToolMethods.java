package dev.parley.agent;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// Finds the [Tool] methods of an instance: those of its class, of the classes above, and of all their interfaces.
///
/// The annotation counts where it is nearest; names and descriptions of the parameters are those of the method that
/// carries it.
final class ToolMethods {
    private ToolMethods() {}

    /// @throws IllegalArgumentException if there is none, or one that cannot be a tool
    static List<RegisteredTool> of(Object instance) {
        var type = instance.getClass();
        var lineage = lineage(type);
        var tools = new ArrayList<RegisteredTool>();
        var found = new ArrayList<Method>();
        for (var method : type.getMethods()) {
            if (!method.isBridge()) {
                annotated(method, lineage).ifPresent(declared -> {
                    found.add(declared);
                    tools.add(ToolMethod.of(instance, declared, declared.getAnnotation(Tool.class)));
                });
            }
        }
        lineage.forEach(one -> refuseUnreachable(one, found));
        if (tools.isEmpty()) {
            throw new IllegalArgumentException("expected at least one public method with @Tool in " + type.getName()
                    + ", found none");
        }
        return tools;
    }

    /// The class, those above it, then their interfaces: nearest first.
    private static SequencedSet<Class<?>> lineage(Class<?> type) {
        var lineage = new LinkedHashSet<Class<?>>();
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            lineage.add(at);
        }
        for (var one : List.copyOf(lineage)) {
            addInterfaces(one, lineage);
        }
        return lineage;
    }

    private static void addInterfaces(Class<?> type, SequencedSet<Class<?>> lineage) {
        for (var one : type.getInterfaces()) {
            lineage.add(one);
            addInterfaces(one, lineage);
        }
    }

    /// The declaration of `method` that makes it a tool.
    private static Optional<Method> annotated(Method method, SequencedSet<Class<?>> lineage) {
        if (method.isAnnotationPresent(Tool.class)) {
            return Optional.of(method);
        }
        return lineage.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(declared -> declared.isAnnotationPresent(Tool.class) && isSame(declared, method))
                .findFirst();
    }

    private static boolean isSame(Method one, Method other) {
        return one.getName().equals(other.getName())
                && Arrays.equals(one.getParameterTypes(), other.getParameterTypes());
    }

    /// A tool that would silently not be one: it is not public, or a type parameter hides it.
    private static void refuseUnreachable(Class<?> type, List<Method> found) {
        for (var method : type.getDeclaredMethods()) {
            if (!method.isAnnotationPresent(Tool.class) || method.isBridge()) {
                continue;
            }
            var where = type.getSimpleName() + "." + method.getName();
            if (!Modifier.isPublic(method.getModifiers())) {
                throw new IllegalArgumentException("expected @Tool on public methods only, found it on " + where);
            }
            if (found.stream().noneMatch(tool -> isSame(tool, method))) {
                throw new IllegalArgumentException(where + ": expected a method whose parameters have no type of the "
                        + "implementing class's choice; annotate the implementation");
            }
        }
    }
}
