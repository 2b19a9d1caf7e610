package dev.parley.agent;

import dev.parley.realtime.FunctionTool;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One annotated method, bound to its instance: its definition, its deadline, and how to call it.
final class ToolMethod {
    private static final int MAX_PROBLEMS = 5;
    private static final Object DONE = ToolJson.NODES.objectNode().put("status", "done");

    private final FunctionTool definition;
    private final Optional<Duration> deadline;
    private final ArgumentFields fields;
    private final boolean[] context;
    private final boolean isVoid;
    private final MethodHandle handle;

    private ToolMethod(FunctionTool definition, Optional<Duration> deadline, ArgumentFields fields, boolean[] context,
            boolean isVoid, MethodHandle handle) {
        this.definition = definition;
        this.deadline = deadline;
        this.fields = fields;
        this.context = context;
        this.isVoid = isVoid;
        this.handle = handle;
    }

    /// @throws IllegalArgumentException if the method cannot be a tool, saying which and why
    static ToolMethod of(Object instance, Method method, Tool tool) {
        var where = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        if (tool.timeoutMillis() < 0) {
            throw new IllegalArgumentException(
                    where + ": expected a timeout of 0 (default) or more ms, found " + tool.timeoutMillis());
        }
        if (tool.value().isBlank()) {
            throw new IllegalArgumentException(where + ": expected a description of the tool, found none");
        }
        var derivation = new ArgumentDerivation(where);
        var context = new boolean[method.getParameterCount()];
        var fields = new ArrayList<ArgumentFields.Field>();
        for (var i = 0; i < context.length; i++) {
            var parameter = method.getParameters()[i];
            context[i] = parameter.getType() == ToolCallContext.class;
            if (!context[i]) {
                fields.add(derivation.field(parameter));
            }
        }
        var arguments = derivation.fields(fields);
        var name = tool.name().isEmpty() ? ArgumentDerivation.snakeCase(method.getName()) : tool.name();
        var definition = new FunctionTool(name, tool.value(), arguments.schema());
        var deadline = Optional.of(tool.timeoutMillis()).filter(millis -> millis > 0).map(Duration::ofMillis);
        var isVoid = method.getReturnType() == void.class;
        return new ToolMethod(definition, deadline, arguments, context, isVoid, bind(instance, method, where));
    }

    FunctionTool definition() {
        return definition;
    }

    Optional<Duration> deadline() {
        return deadline;
    }

    /// Checks all of `json`, then runs the method; null means that it gave no result.
    ///
    /// @throws BadArgumentsException if the arguments do not fit; the method has not run
    /// @throws Throwable whatever the method throws
    @Nullable
    Object call(ToolCallContext call, JsonNode json) throws Throwable {
        var problems = new ArrayList<String>();
        var values = fields.read(json, ArgumentFields.ROOT, problems);
        if (values == null) {
            throw new BadArgumentsException(
                    problems.stream().limit(MAX_PROBLEMS).collect(Collectors.joining("; ")));
        }
        var result = (@Nullable Object) handle.invokeExact(withContext(values, call));
        if (isVoid) {
            return DONE;
        }
        return result instanceof Optional<?> optional ? optional.orElse(null) : result;
    }

    private Object[] withContext(Object[] values, ToolCallContext call) {
        var all = new Object[context.length];
        var next = 0;
        for (var i = 0; i < all.length; i++) {
            all[i] = context[i] ? call : values[next++];
        }
        return all;
    }

    private static MethodHandle bind(Object instance, Method method, String where) {
        try {
            // A public method of a class that is not public is still a tool.
            method.setAccessible(true);
            var handle = MethodHandles.lookup().unreflect(method);
            var bound = Modifier.isStatic(method.getModifiers()) ? handle : handle.bindTo(instance);
            return bound.asFixedArity()
                    .asType(bound.type().generic())
                    .asSpreader(Object[].class, method.getParameterCount());
        } catch (RuntimeException | IllegalAccessException e) {
            throw new IllegalArgumentException(where + ": expected a method this module may call; open its package", e);
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "ToolMethod[%s]", definition.name());
    }
}
