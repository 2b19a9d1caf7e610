package dev.parley.emulator;

import dev.parley.emulator.Findings.Found;
import dev.parley.realtime.FunctionTool;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Fills a function's parameters from the caller's words.
///
/// Values that can be recognised for what they are go first: choices, flags, days, money, numbers. Text takes what is
/// left, see [TextFiller]. A required parameter always gets a value of its type and within its bounds, the best guess if
/// need be; an optional one only if the words speak of it.
final class ArgumentFiller {
    private static final Set<String> YES = Set.of("yes", "on", "enable", "enabled", "activate", "true", "with");
    private static final Set<String> NO = Set.of("no", "not", "off", "without", "don't", "disable", "disabled",
            "deactivate",
            "false", "never");

    private final Utterance said;
    private final LocalDate today;
    private final List<Parameter> parameters;
    private final List<Found> found;
    private final BitSet taken;
    private final Map<Parameter, JsonNode> values = new HashMap<>();
    private final TextFiller texts;
    private final ListedWords lists;

    private ArgumentFiller(FunctionTool tool, Utterance said, LocalDate today) {
        this.said = said;
        this.today = today;
        this.parameters = Parameter.of(tool.parameters());
        this.found = Findings.in(said, today);
        this.taken = new BitSet(said.size());
        var function = Stems.all(tool.name());
        this.texts = new TextFiller(said, function, parameters, found, taken);
        this.lists = new ListedWords(said, function, texts, taken);
    }

    /// The arguments for calling `tool`.
    static ObjectNode fill(FunctionTool tool, Utterance said, LocalDate today) {
        return new ArgumentFiller(tool, said, today).arguments();
    }

    private ObjectNode arguments() {
        each(Parameter.Kind.CHOICE, this::choice);
        each(Parameter.Kind.FLAG, this::flag);
        putTexts(texts.fillNamed(parameters.stream().filter(one -> one.kind() == Parameter.Kind.TEXT).toList()));
        new ValueMatching(said, today, parameters, found, taken, values).assign();
        each(Parameter.Kind.CURRENCY, this::currency);
        each(Parameter.Kind.LIST, this::list);
        putTexts(texts.fill(parameters.stream()
                .filter(one -> !values.containsKey(one))
                .filter(one -> one.kind() == Parameter.Kind.TEXT || one.kind() == Parameter.Kind.IDENTITY)
                .toList()));
        return object();
    }

    private void putTexts(Map<Parameter, String> found) {
        found.forEach((parameter, text) -> values.put(parameter, text(Bounds.text(parameter, text))));
    }

    private ObjectNode object() {
        var arguments = JsonNodeFactory.instance.objectNode();
        for (var parameter : parameters) {
            var value = values.get(parameter);
            if (value == null && (parameter.isRequired() || (parameter.isNeeded() && isBegun(parameter)))) {
                value = guess(parameter);
            }
            if (value != null) {
                var object = arguments;
                for (var name : parameter.path().subList(0, parameter.path().size() - 1)) {
                    object = object.withObjectProperty(name);
                }
                object.set(parameter.name(), value);
            }
        }
        return arguments;
    }

    /// Whether anything was said of the optional object that the parameter is in.
    private boolean isBegun(Parameter parameter) {
        var around = parameter.path().subList(0, parameter.path().size() - 1);
        return values.keySet()
                .stream()
                .anyMatch(other -> other.path().size() > around.size() && other.path()
                        .subList(0, around.size())
                        .equals(around)) && !around.isEmpty();
    }

    private interface Filler {
        Optional<JsonNode> value(Parameter parameter);
    }

    private void each(Parameter.Kind kind, Filler filler) {
        for (var parameter : parameters) {
            if (parameter.kind() == kind) {
                filler.value(parameter).ifPresent(value -> values.put(parameter, value));
            }
        }
    }

    private Optional<JsonNode> choice(Parameter parameter) {
        if (parameter.schema().has("const")) {
            return parameter.isRequired() ? Optional.of(parameter.schema().path("const")) : Optional.empty();
        }
        return bestOption(parameter.schema().path("enum"));
    }

    private Optional<JsonNode> bestOption(JsonNode options) {
        JsonNode best = null;
        double most = 0;
        for (var option : options) {
            double fit = fit(option);
            if (fit > most) {
                best = option;
                most = fit;
            }
        }
        if (best != null) {
            var stems = Stems.all(best.asString(""));
            for (int i = 0; i < said.size(); i++) {
                if (stems.contains(said.word(i).stem())) {
                    taken.set(i);
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /// How much of an option was said, from 0 to 1; an option of more words wins over a part of it.
    private double fit(JsonNode option) {
        if (option.isNumber()) {
            return numbers().anyMatch(number -> number.value().compareTo(option.decimalValue()) == 0) ? 1 : 0;
        }
        var words = Stems.split(option.asString(""));
        for (int at = 0; at + words.size() <= said.size() && !words.isEmpty(); at++) {
            if (says(words, at)) {
                return 1 + 0.01 * words.size();
            }
        }
        long matched = words.stream()
                .filter(word -> said.says(word) || said.mentions(Set.of(Stems.of(word))))
                .count();
        if (matched == 0 && option.asString("").length() == 3 && Findings.currency(said, found)
                .filter(option.asString("")::equalsIgnoreCase)
                .isPresent()) {
            return 1;
        }
        return words.isEmpty() ? 0 : 0.9 * matched / words.size();
    }

    private boolean says(List<String> words, int at) {
        for (int i = 0; i < words.size(); i++) {
            var word = said.word(at + i);
            if (!word.plain().equals(words.get(i)) && !word.stem().equals(Stems.of(words.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private Stream<Found.Numeral> numbers() {
        return found.stream().filter(Found.Numeral.class::isInstance).map(Found.Numeral.class::cast);
    }

    private Optional<JsonNode> flag(Parameter parameter) {
        var spoken = parameter.names().stream().filter(stem -> stem.length() > 2 && !Stems.isSilent(stem)).toList();
        for (int i = 0; i < said.size(); i++) {
            if (spoken.contains(said.word(i).stem())) {
                taken.set(i);
                return Optional.of(JsonNodeFactory.instance.booleanNode(!near(i, NO)));
            }
        }
        if (!parameter.isRequired()) {
            return Optional.empty();
        }
        boolean no = NO.stream().anyMatch(said::says);
        return no || YES.stream().anyMatch(said::says)
                ? Optional.of(JsonNodeFactory.instance.booleanNode(!no))
                : Optional.empty();
    }

    private boolean near(int at, Set<String> words) {
        for (int i = Math.max(0, at - 3); i <= Math.min(said.size() - 1, at + 1); i++) {
            if (words.contains(said.plain(i))) {
                return true;
            }
        }
        return false;
    }

    /// The currency nearest to what the parameter is called, such as `to_currency`, or else the first not given yet.
    private Optional<JsonNode> currency(Parameter parameter) {
        var named = Findings.currencies(said).stream().filter(one -> !wasGiven(one.currency())).toList();
        for (var one : named) {
            if (parameter.names().stream().anyMatch(Set.of("from", "to", "into", "in", "sourc", "targ")::contains)
                    && parameter.names().contains(said.word(Math.max(0, one.from() - 1)).stem())) {
                return Optional.of(text(one.currency()));
            }
        }
        var paid = found.stream()
                .filter(Found.Money.class::isInstance)
                .map(one -> ((Found.Money) one).currency())
                .filter(code -> !wasGiven(code))
                .findFirst();
        return paid.or(() -> named.stream().map(Found.Money::currency).findFirst()).map(ArgumentFiller::text);
    }

    private boolean wasGiven(String currency) {
        return values.entrySet()
                .stream()
                .anyMatch(given -> given.getKey().kind() == Parameter.Kind.CURRENCY && given.getValue()
                        .asString("")
                        .equals(currency));
    }

    private Optional<JsonNode> list(Parameter parameter) {
        var items = parameter.schema().path("items");
        var elements = JsonNodeFactory.instance.arrayNode();
        if (!items.path("enum").isEmpty()) {
            items.path("enum").valueStream().filter(option -> fit(option) >= 1).forEach(elements::add);
        } else if (Set.of("integer", "number").contains(items.path("type").asString(""))) {
            numbers().filter(one -> !taken.get(one.from())).forEach(one -> {
                elements.add(one.value());
                taken.set(one.from(), one.to());
            });
        } else if (items.path("type").asString("string").equals("string")) {
            lists.of(parameter).forEach(elements::add);
        } else if (items.path("type").asString("").equals("object") && parameter.isRequired()) {
            // One element, filled from the same words.
            var one = new FunctionTool("element", "", items);
            elements.add(fill(one, said, today));
        }
        return elements.isEmpty() ? Optional.empty() : Optional.of(elements);
    }

    /// A value for what must have one and was not spoken of.
    private JsonNode guess(Parameter parameter) {
        var schema = parameter.schema();
        if (schema.has("default")) {
            return schema.path("default");
        }
        return switch (parameter.kind()) {
            case CHOICE -> schema.path("enum").path(0);
            case FLAG -> JsonNodeFactory.instance.booleanNode(false);
            case NUMBER -> parameter.type().equals("string") ? text("0") : Bounds.number(parameter, BigDecimal.ZERO);
            case DAY -> text(today.toString());
            case TIME -> text("time".equals(schema.path("format").asString("")) ? "12:00:00" : "12:00");
            case MOMENT -> text(today + "T12:00:00Z");
            case CURRENCY -> text("USD");
            case IDENTITY, TEXT -> text(Bounds.text(parameter, texts.otherwise()));
            case LIST -> guessList(parameter);
            case OBJECT -> JsonNodeFactory.instance.objectNode();
        };
    }

    private JsonNode guessList(Parameter parameter) {
        var elements = JsonNodeFactory.instance.arrayNode();
        var items = parameter.schema().path("items");
        int least = Math.min(parameter.schema().path("minItems").asInt(0), 100);
        for (int i = 0; i < least; i++) {
            elements.add(guess(new Parameter(parameter.path(), items, true, true, parameter.names(), parameter
                    .speaks())));
        }
        return elements;
    }

    private static JsonNode text(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }
}
