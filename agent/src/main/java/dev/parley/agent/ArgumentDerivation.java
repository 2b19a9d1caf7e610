package dev.parley.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Currency;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Derives argument types from the Java types in one tool method's signature, or says why it cannot.
final class ArgumentDerivation {
    private static final String SUPPORTED = "String, boolean, short, int, long, float, double, BigDecimal, Currency, "
            + "LocalDate, LocalTime, LocalDateTime, Instant, Duration, UUID, an enum, a record, a sealed interface of "
            + "records, a List, Set or Map<String, ...> of these, or an Optional of these as a whole parameter or "
            + "component";

    private static final Map<Class<?>, ArgumentType> SCALARS = Map.ofEntries(
            Map.entry(String.class, new ScalarType.Text()),
            Map.entry(boolean.class, new ScalarType.Flag()), Map.entry(Boolean.class, new ScalarType.Flag()),
            Map.entry(short.class, ScalarType.SHORT), Map.entry(Short.class, ScalarType.SHORT),
            Map.entry(int.class, ScalarType.INT), Map.entry(Integer.class, ScalarType.INT),
            Map.entry(long.class, ScalarType.LONG), Map.entry(Long.class, ScalarType.LONG),
            Map.entry(float.class, new ScalarType.SingleFloating()),
            Map.entry(Float.class, new ScalarType.SingleFloating()),
            Map.entry(double.class, new ScalarType.Floating()), Map.entry(Double.class, new ScalarType.Floating()),
            Map.entry(BigDecimal.class, new ScalarType.Decimal()), Map.entry(Currency.class, ScalarType.CURRENCY),
            Map.entry(LocalDate.class, ScalarType.DATE), Map.entry(LocalTime.class, ScalarType.TIME),
            Map.entry(LocalDateTime.class, ScalarType.DATE_TIME), Map.entry(Instant.class, ScalarType.MOMENT),
            Map.entry(Duration.class, ScalarType.DURATION), Map.entry(UUID.class, ScalarType.UNIQUE_ID));

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
        var bounds = bounds(param, name);
        return type instanceof ParameterizedType generic && generic.getRawType() == Optional.class
                ? new ArgumentFields.Field(name, description, type(generic.getActualTypeArguments()[0], name, bounds),
                        true)
                : new ArgumentFields.Field(name, description, type(type, name, bounds), false);
    }

    private Bounds bounds(@Nullable Param param, String name) {
        try {
            return param == null ? Bounds.NONE : Bounds.of(param);
        } catch (IllegalArgumentException e) {
            throw refuse("argument \"" + name + "\": " + e.getMessage());
        }
    }

    private ArgumentType type(Type type, String name, Bounds bounds) {
        if (type instanceof ParameterizedType generic) {
            return container(generic, name, bounds);
        }
        if (!(type instanceof Class<?> plain)) {
            throw unsupported(type, name);
        }
        var single = single(plain, name);
        if (bounds.concernItems()) {
            throw refuse("argument \"" + name + "\": expected bounds of items on a List, Set or Map, found them on "
                    + plain.getSimpleName());
        }
        return bounded(single, bounds, name, plain);
    }

    private ArgumentType container(ParameterizedType type, String name, Bounds bounds) {
        var types = type.getActualTypeArguments();
        var container = switch (type.getRawType()) {
            case Class<?> raw when raw == List.class ->
                new ContainerType.ListOf(type(types[0], name, bounds.ofValues()));
            case Class<?> raw when raw == Set.class -> new ContainerType.SetOf(type(types[0], name, bounds.ofValues()));
            case Class<?> raw when raw == Map.class && types[0] == String.class ->
                new ContainerType.MapOf(type(types[1], name, bounds.ofValues()));
            default -> throw unsupported(type, name);
        };
        return bounds.concernItems() ? new ScalarType.Bounded(container, bounds.ofItems()) : container;
    }

    private ArgumentType bounded(ArgumentType type, Bounds bounds, String name, Class<?> java) {
        var kind = type.schema().path("type").asString("");
        if (bounds.concernNumbers() && !kind.equals("integer") && !kind.equals("number")) {
            throw refuse("argument \"" + name + "\": expected min, max, above and below on numbers, found them on "
                    + java.getSimpleName());
        }
        if (bounds.concernTexts() && !(type instanceof ScalarType.Text)) {
            throw refuse("argument \"" + name + "\": expected a length or a pattern on a String, found it on "
                    + java.getSimpleName());
        }
        return bounds.concernNumbers() || bounds.concernTexts() ? new ScalarType.Bounded(type, bounds) : type;
    }

    private ArgumentType single(Class<?> type, String name) {
        var scalar = SCALARS.get(type);
        if (scalar != null) {
            return scalar;
        }
        if (type.isEnum()) {
            return new ScalarType.Choice(
                    Arrays.stream(type.getEnumConstants()).<Enum<?>>map(Enum.class::cast).toList(), ofEnum(type));
        }
        if (type.isRecord()) {
            return nested(type, name);
        }
        if (type.isInterface() && type.isSealed()) {
            return variants(type, name);
        }
        throw unsupported(type, name);
    }

    private ObjectType.Nested nested(Class<?> type, String name) {
        enter(type, name);
        var components = type.getRecordComponents();
        var fields = Arrays.stream(components)
                .map(component -> field(component.getName(),
                        component.getAnnotation(Param.class), component.getGenericType()))
                .toList();
        open.pop();
        return new ObjectType.Nested(fields(fields), doc(type), constructor(type, components));
    }

    private ObjectType.Variants variants(Class<?> type, String name) {
        enter(type, name);
        var records = new LinkedHashMap<String, ObjectType.Nested>();
        for (var permitted : type.getPermittedSubclasses()) {
            if (!permitted.isRecord()) {
                throw refuse("argument \"" + name + "\": expected a sealed interface of records, found "
                        + permitted.getSimpleName() + " in " + type.getSimpleName());
            }
            var record = nested(permitted, name);
            if (record.fields().fields().stream().anyMatch(field -> field.name().equals(ObjectType.TAG))) {
                throw refuse("argument \"" + name + "\": expected no component called " + ObjectType.TAG + " in "
                        + permitted.getSimpleName() + ", for it tells the records of " + type.getSimpleName()
                        + " apart");
            }
            records.put(snakeCase(permitted.getSimpleName()), record);
        }
        open.pop();
        return new ObjectType.Variants(records, doc(type));
    }

    private void enter(Class<?> type, String name) {
        if (open.contains(type)) {
            throw refuse("argument \"" + name + "\": record " + type.getSimpleName() + " contains itself");
        }
        open.push(type);
    }

    private static String doc(AnnotatedElement element) {
        var doc = element.getAnnotation(Doc.class);
        return doc == null ? "" : doc.value();
    }

    /// JSON Schema describes an enum as a whole, so its constants are described there: `SMALL: a third of a litre`.
    private static String ofEnum(Class<?> type) {
        var constants = Arrays.stream(type.getFields())
                .filter(field -> field.isEnumConstant() && !doc(field).isEmpty())
                .map(field -> field.getName() + ": " + doc(field))
                .collect(Collectors.joining("; "));
        return Stream.of(doc(type), constants).filter(words -> !words.isEmpty()).collect(Collectors.joining(". "));
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
