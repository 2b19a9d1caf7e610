package dev.parley.emulator;

import dev.parley.emulator.Scenario.Answer;
import dev.parley.emulator.Scenario.Call;
import dev.parley.emulator.Scenario.CallerLine;
import dev.parley.speech.Phrase;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Turns YAML into a [Scenario], and says where a scenario is wrong and what was expected there.
final class ScenarioReader {
    private static final YAMLMapper YAML = new YAMLMapper();
    static final SayTemplate GREETING = new SayTemplate("Hello. How can I help you?");
    static final SayTemplate NOT_UNDERSTOOD = new SayTemplate("Sorry, I did not understand that.");
    static final double LIVE_PACE = 5;
    static final Duration USUAL_DELTA = Duration.ofMillis(100);

    private final String source;
    private final @Nullable Path folder;
    private final Map<String, List<String>> lists = new LinkedHashMap<>();

    private ScenarioReader(String source, @Nullable Path folder) {
        this.source = source;
        this.folder = folder;
    }

    /// @param folder where recordings named by the scenario are looked for; null if it may name none
    static Scenario read(InputStream in, String source, @Nullable Path folder) {
        JsonNode root;
        try {
            root = YAML.readTree(in);
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new ScenarioException(source + (at == null ? "" : ":" + at.getLineNr()) + ": expected YAML, but "
                    + oneLine(e.getOriginalMessage()), e);
        }
        return new ScenarioReader(source, folder).scenario(root);
    }

    /// The parser's sentences without the indented extracts of the file between them.
    private static String oneLine(String message) {
        return message.lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .collect(Collectors.joining("; "));
    }

    private Scenario scenario(JsonNode root) {
        members(root, "the scenario",
                Set.of("name", "pace", "delta_ms", "lists", "greeting", "otherwise", "answers", "caller",
                        "caller_hears",
                        "faults"));
        object(root.path("lists"), "lists")
                .properties()
                .forEach(list -> lists.put(list.getKey(),
                        texts(list.getValue(), "lists." + list.getKey())));
        var answers = new ArrayList<Answer>();
        for (var answer : elements(root.path("answers"), "answers")) {
            answers.add(answer(answer, "answers[" + answers.size() + "]"));
        }
        var caller = new ArrayList<CallerLine>();
        for (var line : elements(root.path("caller"), "caller")) {
            caller.add(line(line, "caller[" + caller.size() + "]"));
        }
        var hears = texts(root.path("caller_hears"), "caller_hears").stream().map(text -> phrase(text, "caller_hears"));
        var faults = new ArrayList<PlannedFault>();
        for (var fault : elements(root.path("faults"), "faults")) {
            faults.add(fault(fault, "faults[" + faults.size() + "]"));
        }
        return new Scenario(root.path("name").asString("scenario"), number(root.path("pace"), "pace", LIVE_PACE),
                delta(root.path("delta_ms")),
                template(root.path("greeting"), "greeting", GREETING),
                template(root.path("otherwise"), "otherwise", NOT_UNDERSTOOD), answers, caller, hears.toList(),
                faults);
    }

    private Duration delta(JsonNode node) {
        double millis = number(node, "delta_ms", (double) USUAL_DELTA.toMillis());
        if (millis < 1) {
            throw wrong("delta_ms", "a number of 1 or more", node);
        }
        return Duration.ofMillis((long) millis);
    }

    private Answer answer(JsonNode node, String at) {
        members(node, at, Set.of("hear", "call", "say", "failed"));
        var hear = texts(node.path("hear"), at + ".hear").stream().map(text -> phrase(text, at + ".hear")).toList();
        if (hear.isEmpty()) {
            throw wrong(at + ".hear", "at least one phrase", node.path("hear"));
        }
        var calls = new ArrayList<Call>();
        for (var call : elements(node.path("call"), at + ".call")) {
            calls.add(call(call, at + ".call"));
        }
        return new Answer(hear, calls, template(node.path("say"), at + ".say", null),
                template(node.path("failed"), at + ".failed", new SayTemplate("Sorry, that did not work. {error}")));
    }

    private Call call(JsonNode node, String at) {
        members(node, at, Set.of("tool", "with"));
        var arguments = new LinkedHashMap<String, String>();
        object(node.path("with"), at + ".with")
                .properties()
                .forEach(argument -> arguments.put(argument.getKey(),
                        argument(argument.getValue(), at + ".with." + argument.getKey())));
        return new Call(text(node.path("tool"), at + ".tool"), arguments);
    }

    private String argument(JsonNode node, String at) {
        if (!node.isValueNode() || node.isNull()) {
            throw wrong(at, "a value or a slot", node);
        }
        return node.asString("");
    }

    private CallerLine line(JsonNode node, String at) {
        members(node, at, Set.of("say", "play", "interrupt_after_ms"));
        var after = node.path("interrupt_after_ms");
        var interrupt = after.isMissingNode()
                ? null
                : Duration.ofMillis((long) number(after, at + ".interrupt_after_ms", 0));
        if (node.has("play")) {
            if (folder == null) {
                throw new ScenarioException(source + ": " + at + ".play: a shipped scenario cannot play files");
            }
            var file = folder.resolve(text(node.path("play"), at + ".play"));
            return new CallerLine(node.path("say").asString(""), file, interrupt);
        }
        return new CallerLine(text(node.path("say"), at + ".say"), null, interrupt);
    }

    private PlannedFault fault(JsonNode node, String at) {
        try {
            return FaultFormat.read(node, new When.Connecting());
        } catch (IllegalArgumentException e) {
            throw new ScenarioException(source + ": " + at + ": " + e.getMessage(), e);
        }
    }

    private Phrase phrase(String template, String at) {
        try {
            return Phrase.parse(template, lists);
        } catch (IllegalArgumentException e) {
            throw new ScenarioException(source + ": " + at + ": " + e.getMessage(), e);
        }
    }

    private SayTemplate template(JsonNode node, String at, @Nullable SayTemplate otherwise) {
        if (node.isMissingNode() && otherwise != null) {
            return otherwise;
        }
        try {
            return new SayTemplate(text(node, at));
        } catch (IllegalArgumentException e) {
            throw new ScenarioException(source + ": " + at + ": " + e.getMessage(), e);
        }
    }

    private void members(JsonNode node, String at, Set<String> known) {
        if (!node.isObject()) {
            throw wrong(at, "members " + String.join(", ", known.stream().sorted().toList()), node);
        }
        for (var name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw new ScenarioException(source + ": " + at + ": expected one of "
                        + String.join(", ", known.stream().sorted().toList()) + ", found " + name);
            }
        }
    }

    /// Members that have names of the scenario's own, if there are any.
    private JsonNode object(JsonNode node, String at) {
        if (!node.isMissingNode() && !node.isObject()) {
            throw wrong(at, "members, each with a name", node);
        }
        return node;
    }

    /// The elements of a list; a single object stands for a list of one.
    private List<JsonNode> elements(JsonNode node, String at) {
        if (node.isMissingNode()) {
            return List.of();
        }
        if (node.isObject()) {
            return List.of(node);
        }
        if (!node.isArray()) {
            throw wrong(at, "a list", node);
        }
        return node.valueStream().toList();
    }

    private List<String> texts(JsonNode node, String at) {
        if (node.isMissingNode()) {
            return List.of();
        }
        if (node.isString()) {
            return List.of(node.stringValue());
        }
        if (!node.isArray()) {
            throw wrong(at, "a list of sentences", node);
        }
        return node.valueStream().map(element -> text(element, at)).toList();
    }

    private String text(JsonNode node, String at) {
        if (!node.isValueNode() || node.isNull() || node.asString("").isBlank()) {
            throw wrong(at, "a sentence", node);
        }
        return node.asString("").strip();
    }

    private double number(JsonNode node, String at, double otherwise) {
        if (node.isMissingNode()) {
            return otherwise;
        }
        if (!node.isNumber() || !(node.doubleValue() >= 0 && node.doubleValue() <= Integer.MAX_VALUE)) {
            throw wrong(at, "a number of 0 or more", node);
        }
        return node.doubleValue();
    }

    private ScenarioException wrong(String at, String expected, JsonNode found) {
        var shown = found.isMissingNode() ? "nothing" : found.toString();
        return new ScenarioException(source + ": " + at + ": expected " + expected + ", found "
                + (shown.length() > 60 ? shown.substring(0, 60) + "..." : shown));
    }
}
