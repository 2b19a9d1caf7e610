package dev.parley.agent;

import dev.parley.realtime.FunctionTool;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One annotated method, bound to its instance: what its arguments are, and how to call it.
final class ToolMethod implements RegisteredTool.Body {
    private static final Object DONE = ToolJson.NODES.objectNode().put("status", "done");

    private final ArgumentFields fields;
    private final boolean[] context;
    private final boolean isVoid;
    private final MethodHandle handle;

    private ToolMethod(ArgumentFields fields, boolean[] context, boolean isVoid, MethodHandle handle) {
        this.fields = fields;
        this.context = context;
        this.isVoid = isVoid;
        this.handle = handle;
    }

    /// @param method the one that carries the annotation, in the instance's class or above it
    /// @throws IllegalArgumentException if the method cannot be a tool, saying which and why
    static RegisteredTool of(Object instance, Method method, Tool tool) {
        var where = method.getDeclaringClass().getSimpleName() + "." + method.getName();
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
        var isVoid = method.getReturnType() == void.class;
        return new RegisteredTool(definition, policy(tool, where),
                new ToolMethod(arguments, context, isVoid, bind(instance, method, where)));
    }

    private static ToolPolicy policy(Tool tool, String where) {
        try {
            return ToolPolicy.of(tool);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void check(JsonNode json) {
        read(json);
    }

    @Override
    public @Nullable Object call(ToolCallContext call, JsonNode json) throws Throwable {
        var result = (@Nullable Object) handle.invokeExact(withContext(read(json), call));
        if (isVoid) {
            return DONE;
        }
        return result instanceof Optional<?> optional ? optional.orElse(null) : result;
    }

    private Object[] read(JsonNode json) {
        var problems = new ArrayList<String>();
        var values = fields.read(json, ArgumentFields.ROOT, problems);
        if (values == null) {
            throw new BadArgumentsException(problems);
        }
        return values;
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
}
