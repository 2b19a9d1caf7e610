package dev.parley.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Currency;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Derives argument types from the Java types in one tool method's signature, or says why it cannot.
final class ArgumentDerivation {
    private static final String SUPPORTED = "String, boolean, int, long, double, BigDecimal, Currency, LocalDate, "
            + "Instant, an enum, a record, a List of these, or an Optional of these as a whole parameter";

    private final String method;
    private final Deque<Class<?>> open = new ArrayDeque<>();

    ArgumentDerivation(String method) {
        this.method = method;
    }

    ArgumentFields.Field field(Parameter parameter) {
        var param = parameter.getAnnotation(Param.class);
        if (!parameter.isNamePresent() && (param == null || param.name().isEmpty())) {
            throw refuse("expected parameter names in the class file; compile with -parameters or set @Param(name)");
        }
        return field(parameter.getName(), param, parameter.getParameterizedType());
    }

    ArgumentFields fields(List<ArgumentFields.Field> fields) {
        var names = new HashSet<String>();
        for (var field : fields) {
            if (!names.add(field.name())) {
                throw refuse("expected different argument names, found \"" + field.name() + "\" twice");
            }
        }
        return new ArgumentFields(fields);
    }

    private ArgumentFields.Field field(String javaName, @Nullable Param param, Type type) {
        var name = param == null || param.name().isEmpty() ? snakeCase(javaName) : param.name();
        var description = param == null ? "" : param.value();
        return type instanceof ParameterizedType generic && generic.getRawType() == Optional.class
                ? new ArgumentFields.Field(name, description, type(generic.getActualTypeArguments()[0], name), true)
                : new ArgumentFields.Field(name, description, type(type, name), false);
    }

    private ArgumentType type(Type type, String name) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return new ArgumentType.ListOf(type(generic.getActualTypeArguments()[0], name));
        }
        if (!(type instanceof Class<?> plain)) {
            throw unsupported(type, name);
        }
        if (plain.isEnum()) {
            return new ArgumentType.Choice(
                    Arrays.stream(plain.getEnumConstants()).<Enum<?>>map(Enum.class::cast).toList());
        }
        if (plain.isRecord()) {
            return nested(plain, name);
        }
        return simple(plain, name);
    }

    private ArgumentType simple(Class<?> type, String name) {
        if (type == String.class) {
            return new ArgumentType.Text();
        }
        if (type == boolean.class || type == Boolean.class) {
            return new ArgumentType.Flag();
        }
        if (type == int.class || type == Integer.class) {
            return ArgumentType.Whole.INT;
        }
        if (type == long.class || type == Long.class) {
            return ArgumentType.Whole.LONG;
        }
        if (type == double.class || type == Double.class) {
            return new ArgumentType.Floating();
        }
        if (type == BigDecimal.class) {
            return new ArgumentType.Decimal();
        }
        if (type == Currency.class) {
            return new ArgumentType.IsoCurrency();
        }
        if (type == LocalDate.class) {
            return new ArgumentType.Date();
        }
        if (type == Instant.class) {
            return new ArgumentType.Moment();
        }
        throw unsupported(type, name);
    }

    private ArgumentType nested(Class<?> type, String name) {
        if (open.contains(type)) {
            throw refuse("argument \"" + name + "\": record " + type.getSimpleName() + " contains itself");
        }
        open.push(type);
        var components = type.getRecordComponents();
        var fields = Arrays.stream(components)
                .map(component -> field(component.getName(),
                        component.getAnnotation(Param.class), component.getGenericType()))
                .toList();
        open.pop();
        return new ArgumentType.Nested(fields(fields), constructor(type, components));
    }

    private MethodHandle constructor(Class<?> type, RecordComponent[] components) {
        try {
            var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return MethodHandles.lookup().unreflectConstructor(constructor);
        } catch (RuntimeException | ReflectiveOperationException e) {
            throw new IllegalArgumentException(method + ": expected a record this module may construct, found "
                    + type.getName() + "; open its package", e);
        }
    }

    private IllegalArgumentException unsupported(Type type, String name) {
        return refuse("argument \"" + name + "\": expected " + SUPPORTED + ", found " + type.getTypeName());
    }

    private IllegalArgumentException refuse(String problem) {
        return new IllegalArgumentException(method + ": " + problem);
    }

    /// `orderId` as `order_id`, `parseURL` as `parse_url`.
    static String snakeCase(String camelCase) {
        return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }
}
