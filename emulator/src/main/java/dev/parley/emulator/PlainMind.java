package dev.parley.emulator;

import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.ToolChoice;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// Thinks without a [Scenario]: repeats what it is asked to repeat, calls the function that fits the words, says what
/// functions answered, and otherwise says what it heard.
///
/// It remembers nothing; all it knows is in the [Mind.Situation]. The same words always lead to the same thoughts.
/// When a function has answered and the caller has said nothing since, it says the answer, whatever the tool choice: a
/// choice of `required` would otherwise never come to an end.
final class PlainMind implements Mind {
    private static final JsonMapper JSON = new JsonMapper();
    /// Nobody says more in one go. Longer text is written, and looked at no further than this.
    private static final int LONGEST_WORDS = 1_000;
    private static final Pattern REPEAT = Pattern.compile(
            "(?is)^\\s*(?:(?:can|could|would|will) you\\s+)?(?:please\\s+)?"
                    + "(?:repeat(?:\\s+after me)?|say(?:\\s+after me)?)(?:\\s+please)?(?:\\s+exactly)?"
                    + "(?:\\s+the (?:words?|following|sentence))?\\s*[:,]?\\s+(.+)$");
    private static final Pattern AGAIN = Pattern.compile(
            "(?i)(?:that|it|this|yourself)?[\\s,]*(?:once more|once again|again|one more time)?[\\s,]*(?:please)?[.!?]*");
    private static final Pattern REPEAT_THAT = Pattern.compile(
            "(?is)^\\s*(?:(?:can|could|would|will) you\\s+)?(?:please\\s+)?(?:repeat|say)\\s*(.*)$");
    private static final Pattern GREETING = Pattern.compile(
            "(?is)\\b(?:say|greet|answer|begin|start|open|welcome)\\b[^.\"“”]*[\"“]([^\"“”]{1,500})[\"”]");

    private final InstantSource clock;

    /// @param clock what day it is, in UTC, for those who say "tomorrow"
    PlainMind(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void respond(Situation situation, Consumer<Thought> out) {
        out.accept(think(situation));
    }

    private Thought think(Situation situation) {
        if (!situation.toolOutputs().isEmpty() && !situation.callerHasSpoken()) {
            return say(results(situation.toolOutputs()));
        }
        var words = situation.lastWords().map(String::strip).filter(said -> !said.isEmpty()).map(PlainMind::cut);
        var forced = forced(situation, words.orElse(""));
        if (forced.isPresent()) {
            return call(forced.get(), words.orElse(""));
        }
        if (!situation.callerHasSpoken()) {
            return say(hasAnswered(situation) ? "I have nothing to add." : greeting(situation.instructions()));
        }
        if (words.isEmpty()) {
            return say("I heard you, but I could not make out the words.");
        }
        var said = words.get();
        var repeated = repeated(said, situation);
        if (repeated.isPresent()) {
            return say(repeated.get());
        }
        var asked = situation.toolChoice() instanceof ToolChoice.None
                ? Optional.<FunctionTool>empty()
                : FunctionFit.asked(Utterance.of(said), situation.tools());
        return asked.map(tool -> call(tool, said)).orElseGet(() -> say("I heard \"" + said + "\"."));
    }

    /// The function that has to be called, if one has to.
    private static Optional<FunctionTool> forced(Situation situation, String words) {
        return switch (situation.toolChoice()) {
            case ToolChoice.Required() -> FunctionFit.nearest(Utterance.of(words), situation.tools());
            case ToolChoice.Function(var name) -> situation.tools()
                    .stream()
                    .filter(tool -> tool.name().equals(name))
                    .findFirst();
            case ToolChoice.Auto _,ToolChoice.None _,ToolChoice.Mcp _,ToolChoice.Unknown _ -> Optional.empty();
        };
    }

    private static Optional<String> repeated(String words, Situation situation) {
        var again = REPEAT_THAT.matcher(words);
        if (again.matches() && AGAIN.matcher(again.group(1)).matches()) {
            return Optional.of(lastAnswer(situation).orElse("I have not said anything yet."));
        }
        var asked = REPEAT.matcher(words);
        // "Say, what time is it?" asks for something else.
        if (!asked.matches() || words.matches("(?is)^\\s*say\\s*,.*")) {
            return Optional.empty();
        }
        var text = asked.group(1).strip();
        boolean quoted = text.length() > 2 && "\"“'‘".indexOf(text.charAt(0)) >= 0;
        int end = quoted
                ? Math.max(text.lastIndexOf('"'), Math.max(text.lastIndexOf('”'), text.lastIndexOf('\'')))
                : -1;
        return Optional.of(end > 1 ? text.substring(1, end) : text);
    }

    private static Optional<String> lastAnswer(Situation situation) {
        return situation.conversation()
                .reversed()
                .stream()
                .filter(item -> item instanceof Item.Message message && message.role().equals("assistant"))
                .map(item -> ((Item.Message) item).text())
                .filter(text -> !text.isBlank())
                .findFirst();
    }

    private static boolean hasAnswered(Situation situation) {
        return situation.conversation()
                .stream()
                .anyMatch(item -> item instanceof Item.Message message && message.role().equals("assistant"));
    }

    /// The words its instructions want said, if they are spelled out there.
    private static String greeting(String instructions) {
        var wanted = GREETING.matcher(cut(instructions));
        return wanted.find() ? wanted.group(1).strip() : "Hello. How can I help you?";
    }

    private static String results(List<ToolOutput> outputs) {
        return outputs.stream().map(output -> SpokenResult.of(output.output())).collect(Collectors.joining(" "));
    }

    private Thought call(FunctionTool tool, String words) {
        var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return new Thought.CallFunction(tool.name(), JSON.writeValueAsString(ArgumentFiller.fill(tool, Utterance.of(
                words),
                today)));
    }

    private static Thought say(String text) {
        return new Thought.Say(text);
    }

    private static String cut(String text) {
        return text.length() > LONGEST_WORDS ? text.substring(0, LONGEST_WORDS) : text;
    }
}
