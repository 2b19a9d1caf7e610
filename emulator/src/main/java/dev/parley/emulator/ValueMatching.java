package dev.parley.emulator;

import dev.parley.emulator.Findings.Found;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Finds out which number, amount, day, time or code is meant for which parameter: by what they are, and by how near they
/// stand to the words the parameter is described with.
final class ValueMatching {
    private final Utterance said;
    private final LocalDate today;
    private final List<Parameter> parameters;
    private final List<Found> found;
    private final BitSet taken;
    private final Map<Parameter, JsonNode> values;

    /// A value that may be meant for a parameter, and how likely that is.
    private record Pair(Parameter parameter, Found found, double score) {}

    /// @param taken words that are in an argument already; those of each value assigned are added
    /// @param values where what is assigned goes, and what has been filled before
    ValueMatching(Utterance said, LocalDate today, List<Parameter> parameters, List<Found> found, BitSet taken,
            Map<Parameter, JsonNode> values) {
        this.said = said;
        this.today = today;
        this.parameters = parameters;
        this.found = found;
        this.taken = taken;
        this.values = values;
    }

    /// Gives each day, time, amount, number and code to the parameter it fits best.
    void assign() {
        var pairs = new ArrayList<Pair>();
        for (var parameter : parameters) {
            for (var one : found) {
                double score = values.containsKey(parameter) || taken.get(one.from()) ? 0 : score(parameter, one);
                if (score > 0) {
                    pairs.add(new Pair(parameter, one, score + (parameter.isRequired() ? 0.25 : 0)));
                }
            }
        }
        // A stable sort: among equals, the first parameter takes what was said first.
        pairs.sort(Comparator.comparingDouble(Pair::score).reversed());
        var used = new ArrayList<Found>();
        for (var pair : pairs) {
            boolean free = !values.containsKey(pair.parameter) && !used.contains(pair.found);
            boolean spoken = pair.parameter.isRequired() || pair.score > 1 || isAlone(pair.parameter);
            if (free && spoken) {
                value(pair.parameter, pair.found).ifPresent(value -> {
                    values.put(pair.parameter, value);
                    take(pair.found, used);
                });
            }
        }
    }

    /// A time and a day may be one moment, and then both are used up.
    private void take(Found one, List<Found> used) {
        used.add(one);
        taken.set(one.from(), one.to());
    }

    private boolean isAlone(Parameter parameter) {
        return parameters.stream().filter(other -> other.kind() == parameter.kind()).count() == 1;
    }

    private double score(Parameter parameter, Found one) {
        return switch (parameter.kind()) {
            case DAY -> one instanceof Found.Day ? 2 + affinity(parameter, one) : 0;
            case TIME -> one instanceof Found.Time ? 2 + affinity(parameter, one) : 0;
            case MOMENT -> one instanceof Found.Day || one instanceof Found.Time ? 2 + affinity(parameter, one) : 0;
            case NUMBER -> switch (one) {
                case Found.Money _ -> parameter.isMoney()
                        ? 6 + affinity(parameter, one)
                        : parameter.isWhole() ? 0.1 : 0.6;
                case Found.Numeral number -> Bounds.fits(parameter, number.value())
                        ? (parameter.isMoney() ? 0.3 : 0.5) + affinity(parameter, one)
                        : parameter.isRequired() ? 0.05 : 0;
                case Found.Day _,Found.Time _,Found.Code _ -> 0;
            };
            case IDENTITY -> switch (one) {
                case Found.Numeral _ -> 0.7 + affinity(parameter, one);
                case Found.Code _ -> 1.5 + affinity(parameter, one);
                case Found.Money _,Found.Day _,Found.Time _ -> 0;
            };
            case CHOICE, FLAG, CURRENCY, TEXT, LIST, OBJECT -> 0;
        };
    }

    /// How near a value stands to the words the parameter is described with.
    private double affinity(Parameter parameter, Found one) {
        double most = 0;
        for (int i = Math.max(0, one.from() - 3); i < Math.min(said.size(), one.to() + 2); i++) {
            int distance = i < one.from() ? one.from() - i : i < one.to() ? 0 : i - one.to() + 1;
            var word = said.word(i);
            double weight = parameter.names().contains(word.stem())
                    ? 6
                    : parameter.speaks().contains(word.stem()) ? 3 : 0;
            most = Math.max(most, weight / Math.max(1, distance));
        }
        return most;
    }

    private Optional<JsonNode> value(Parameter parameter, Found one) {
        return switch (one) {
            case Found.Day(_, _, var date) when parameter.kind() == Parameter.Kind.MOMENT ->
                Optional.of(string(date.atTime(saidTime()).format(DateTimeFormatter.ISO_LOCAL_DATE_TIME) + "Z"));
            case Found.Time(_, _, var time) when parameter.kind() == Parameter.Kind.MOMENT ->
                Optional.of(string(saidDay().atTime(time).format(DateTimeFormatter.ISO_LOCAL_DATE_TIME) + "Z"));
            case Found.Day(_, _, var date) -> Optional.of(string(date.toString()));
            case Found.Time(_, _, var time) -> Optional.of(string(time.format(DateTimeFormatter.ofPattern(
                    "time".equals(parameter.schema().path("format").asString("")) ? "HH:mm:ss" : "HH:mm"))));
            case Found.Money(_, _, var amount, _) -> number(parameter, amount);
            case Found.Numeral(_, _, var value, var digits) -> parameter.kind() == Parameter.Kind.IDENTITY
                    ? Optional.of(string(digits))
                    : number(parameter, value);
            case Found.Code(_, _, var code) -> Optional.of(string(code));
        };
    }

    private LocalTime saidTime() {
        return first(Found.Time.class::isInstance) instanceof Found.Time time ? mark(time).time() : LocalTime.MIDNIGHT;
    }

    private LocalDate saidDay() {
        return first(Found.Day.class::isInstance) instanceof Found.Day day ? mark(day).date() : today;
    }

    private <T extends Found> T mark(T one) {
        taken.set(one.from(), one.to());
        return one;
    }

    private @Nullable Found first(Predicate<Found> wanted) {
        return found.stream().filter(wanted).findFirst().orElse(null);
    }

    private Optional<JsonNode> number(Parameter parameter, BigDecimal value) {
        if (!Bounds.fits(parameter, value) && !parameter.isRequired()) {
            return Optional.empty();
        }
        if (parameter.type().equals("string")) {
            return Optional.of(string(value.toPlainString()));
        }
        return Optional.of(Bounds.number(parameter, value));
    }

    private static JsonNode string(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }
}
