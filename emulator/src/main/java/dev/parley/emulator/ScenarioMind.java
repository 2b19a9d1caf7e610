package dev.parley.emulator;

import dev.parley.emulator.Scenario.Answer;
import dev.parley.speech.SlotValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Thinks what a [Scenario] says.
final class ScenarioMind implements Mind {
    private static final JsonMapper JSON = new JsonMapper();
    /// Nobody says more in one go, and finding slots in a text takes time that grows with the square of its length.
    private static final int LONGEST_WORDS = 2_000;
    private static final String WHOLE_BLANK = "\\{[^{}]+}";

    private final Scenario scenario;
    private @Nullable Pending pending;
    private boolean greeted;

    /// An answer that waits for its functions, with the values its sentence is filled with.
    private record Pending(Answer answer, Map<String, JsonNode> values) {}

    ScenarioMind(Scenario scenario) {
        this.scenario = scenario;
    }

    @Override
    public synchronized void respond(Situation situation, Consumer<Thought> out) {
        respond(situation).forEach(out);
    }

    private List<Thought> respond(Situation situation) {
        if (!situation.toolOutputs().isEmpty() && pending != null) {
            return say(conclude(pending, situation.toolOutputs()));
        }
        if (!situation.callerHasSpoken()) {
            return greeted ? shrug() : greet();
        }
        greeted = true;
        return situation.lastWords().map(words -> answer(words, situation)).orElseGet(this::shrug);
    }

    private List<Thought> greet() {
        greeted = true;
        return say(scenario.greeting().fill(Map.of()));
    }

    private List<Thought> answer(String words, Situation situation) {
        if (words.length() > LONGEST_WORDS) {
            return shrug();
        }
        for (var answer : scenario.answers()) {
            for (var phrase : answer.hear()) {
                var slots = phrase.match(words);
                if (slots.isPresent()) {
                    return act(answer, values(slots.get()), situation);
                }
            }
        }
        return shrug();
    }

    private List<Thought> act(Answer answer, Map<String, JsonNode> values, Situation situation) {
        if (answer.calls().isEmpty()) {
            return say(answer.say().fill(texts(values)));
        }
        var thoughts = new ArrayList<Thought>();
        for (var call : answer.calls()) {
            if (!situation.toolNames().contains(call.tool())) {
                return say("I cannot do that, because I was given no tool for it.");
            }
            var arguments = JsonNodeFactory.instance.objectNode();
            call.arguments().forEach((name, template) -> setArgument(arguments, name, template, values));
            thoughts.add(new Thought.CallFunction(call.tool(), JSON.writeValueAsString(arguments)));
        }
        pending = new Pending(answer, values);
        return thoughts;
    }

    /// `"{price.amount}"` alone keeps the type of the value; within other text it becomes text.
    private static void setArgument(ObjectNode arguments, String name, String template, Map<String, JsonNode> values) {
        if (template.matches(WHOLE_BLANK)) {
            var value = values.get(template.substring(1, template.length() - 1));
            if (value != null) {
                arguments.set(name, value);
            }
            return;
        }
        arguments.put(name, new SayTemplate(template).fill(texts(values)));
    }

    private String conclude(Pending waiting, List<ToolOutput> outputs) {
        pending = null;
        var values = new HashMap<>(waiting.values);
        var failed = false;
        for (var output : outputs) {
            var answer = SpokenResult.read(output.output());
            if (answer instanceof ObjectNode object) {
                addMembers("", object, values);
                failed |= object.has("error");
            } else {
                values.put("result", answer);
            }
        }
        return (failed ? waiting.answer.failed() : waiting.answer.say()).fill(texts(values));
    }

    /// Members of members are named with a point between: `cart.total`.
    private static void addMembers(String prefix, JsonNode object, Map<String, JsonNode> values) {
        object.properties().forEach(member -> {
            values.put(prefix + member.getKey(), member.getValue());
            addMembers(prefix + member.getKey() + ".", member.getValue(), values);
        });
    }

    private List<Thought> shrug() {
        return say(scenario.otherwise().fill(Map.of()));
    }

    private static List<Thought> say(String text) {
        return List.of(new Thought.Say(text));
    }

    private static Map<String, JsonNode> values(Map<String, SlotValue> slots) {
        var values = new HashMap<String, JsonNode>();
        slots.forEach((name, slot) -> {
            switch (slot) {
                case SlotValue.Numeric(var number) -> values.put(name, number(number));
                case SlotValue.Money(var amount, var currency) -> {
                    values.put(name + ".amount", number(amount));
                    values.put(name + ".currency", text(currency));
                }
                case SlotValue.Digits(var digits) -> values.put(name, text(digits));
                case SlotValue.Currency(var code) -> values.put(name, text(code));
                case SlotValue.Choice(var option) -> values.put(name, text(option));
            }
        });
        return values;
    }

    private static Map<String, String> texts(Map<String, JsonNode> values) {
        var texts = new HashMap<String, String>();
        values.forEach((name, value) -> texts.put(name, value.isString() ? value.stringValue() : value.toString()));
        return texts;
    }

    private static JsonNode number(BigDecimal number) {
        return JsonNodeFactory.instance.numberNode(number);
    }

    private static JsonNode text(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }
}
