package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ScenarioTest {
    @TempDir
    private Path folder;

    /// A scenario that is wrong, and what the message says of it: place, expected, found.
    private record Mistake(String yaml, String... says) {
        @Override
        public String toString() {
            return yaml.replace('\n', '|');
        }
    }

    static final List<Mistake> MISTAKES = List.of(
            new Mistake("greting: hello", "the scenario",
                    "expected one of answers, caller, caller_hears, delta_ms, faults, greeting",
                    "found greting"),
            new Mistake("answers:\n  - say: hello", "answers[0].hear", "expected at least one phrase", "found nothing"),
            new Mistake("answers:\n  - hear: hello\n    say: hi\n  - hear: []\n    say: hi", "answers[1].hear",
                    "expected at least one phrase", "found []"),
            new Mistake("answers:\n  - hear: hello", "answers[0].say", "expected a sentence", "found nothing"),
            new Mistake("answers:\n  - hear: hello\n    says: hi", "answers[0]",
                    "expected one of call, failed, hear, say",
                    "found says"),
            new Mistake("answers:\n  - hear: \"pay {price:mony}\"\n    say: hi", "answers[0].hear", "pay {price:mony}",
                    "expected", "found"),
            new Mistake("answers:\n  - hear: \"pay [now\"\n    say: hi", "answers[0].hear", "pay [now", "expected"),
            new Mistake("answers:\n  - hear: hello\n    say: \"order {id:number_plate}\"", "answers[0].say",
                    "order {id:number_plate}"),
            new Mistake("answers:\n  - hear: hello\n    say: \"order {id:digit}\"", "answers[0].say",
                    "expected text, number, money, digits or currency", "found digit"),
            new Mistake("answers:\n  - hear: hello\n    say: \"order {id\"", "answers[0].say", "order {id"),
            new Mistake("answers: hello", "answers", "expected a list", "found \"hello\""),
            new Mistake("answers:\n  - hello", "answers[0]", "expected members call, failed, hear, say",
                    "found \"hello\""),
            new Mistake("answers:\n  - hear: {a: b}\n    say: hi", "answers[0].hear", "expected a list of sentences",
                    "found {\"a\":\"b\"}"),
            new Mistake("answers:\n  - hear: hello\n    call: {with: {a: b}}\n    say: hi", "answers[0].call.tool",
                    "expected a sentence", "found nothing"),
            new Mistake("answers:\n  - hear: hello\n    call: {tool: pay, with: all}\n    say: hi",
                    "answers[0].call.with", "expected", "found \"all\""),
            new Mistake("answers:\n  - hear: hello\n    call: {tool: pay, with: {amount: [1]}}\n    say: hi",
                    "answers[0].call.with.amount", "expected", "found [1]"),
            new Mistake("lists: drinks\n", "lists", "expected", "found \"drinks\""),
            new Mistake("lists: {drinks: {beer: 1}}", "lists.drinks", "expected a list of sentences",
                    "found {\"beer\":1}"),
            new Mistake("greeting: [hello]", "greeting", "expected a sentence", "found [\"hello\"]"),
            new Mistake("greeting:", "greeting", "expected a sentence", "found null"),
            new Mistake("pace: -1", "pace", "expected a number of 0 or more", "found -1"),
            new Mistake("delta_ms: 0", "delta_ms", "expected a number of 1 or more", "found 0"),
            new Mistake("pace: fast", "pace", "expected a number of 0 or more", "found \"fast\""),
            new Mistake("pace: .nan", "pace", "expected a number of 0 or more"),
            new Mistake("caller:\n  - say: hello\n    interrupt_after_ms: soon", "caller[0].interrupt_after_ms",
                    "expected a number of 0 or more", "found \"soon\""),
            new Mistake("caller:\n  - say: hello\n    interrupt_after_ms: -20", "caller[0].interrupt_after_ms",
                    "expected a number of 0 or more", "found -20"),
            new Mistake("caller:\n  - say: hello\n  - shout: hello", "caller[1]",
                    "expected one of interrupt_after_ms, play, say", "found shout"),
            new Mistake("caller:\n  - interrupt_after_ms: 20", "caller[0].say", "expected a sentence", "found nothing"),
            new Mistake("caller_hears: [\"{a:b:c}\"]", "caller_hears", "{a:b:c}", "expected"),
            new Mistake("", "expected members answers, caller", "found nothing"),
            new Mistake("hello", "expected members answers, caller", "found \"hello\""),
            new Mistake("- hello", "expected members answers, caller", "found [\"hello\"]"),
            new Mistake("greeting: hello\nanswers: [", "scenario.yaml:", "expected YAML"),
            new Mistake("greeting: \"hello\nanswers:\n", "scenario.yaml:", "expected YAML"),
            new Mistake("\tgreeting: hello", "scenario.yaml:", "expected YAML"));

    @ParameterizedTest
    @FieldSource("MISTAKES")
    void saysInOneLineWhatIsWrong(Mistake mistake) throws IOException {
        var file = written(mistake.yaml);

        assertThatThrownBy(() -> Scenario.load(file)).isInstanceOfSatisfying(ScenarioException.class, e -> {
            assertThat(e.getMessage()).startsWith(file.toString()).contains(mistake.says).doesNotContain("\n");
            assertThat(e.getMessage()).hasSizeLessThan(file.toString().length() + 300);
        });
    }

    @Test
    void saysThatAFileIsMissing() {
        var file = folder.resolve("nowhere.yaml");

        assertThatThrownBy(() -> Scenario.load(file)).isInstanceOf(ScenarioException.class)
                .hasMessage("cannot read the scenario " + file + ": no such file");
    }

    @Test
    void saysThatAFolderIsNoFile() {
        assertThatThrownBy(() -> Scenario.load(folder)).isInstanceOf(ScenarioException.class)
                .hasMessageStartingWith("cannot read the scenario " + folder + ": ");
    }

    @Test
    void saysThatAFileIsNoTextAtAll() throws IOException {
        var file = folder.resolve("scenario.yaml");
        Files.write(file, new byte[]{0, 1, 2, (byte) 0xff, (byte) 0xfe, 3});

        assertThatThrownBy(() -> Scenario.load(file)).isInstanceOf(ScenarioException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageNotContaining("\n");
    }

    @Test
    void readsTheShippedScenario() {
        var scenario = Scenario.paymentDesk();

        assertThat(scenario.name()).isEqualTo("payment desk");
        assertThat(scenario.pace()).isEqualTo(5);
        assertThat(scenario.answers()).hasSizeGreaterThan(5);
        assertThat(scenario.caller()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(scenario.caller()).anySatisfy(line -> assertThat(line.interruptAfter()).isEqualTo(Duration.ofMillis(
                2_500)));
        assertThat(scenario.modelGrammar()).isPresent();
        assertThat(scenario.callerGrammar().words()).contains("payment", "understand", "goodbye");
    }

    @Test
    void readsTheShippedBarTill() {
        var scenario = Scenario.barTill();

        assertThat(scenario.caller()).hasSizeGreaterThanOrEqualTo(6);
        assertThat(scenario.caller())
                .allSatisfy(line -> assertThat(scenario.answers().stream().flatMap(answer -> answer.hear().stream()))
                        .as("who answers \"" + line.words() + "\"")
                        .anySatisfy(phrase -> assertThat(phrase.match(line.words())).isPresent()));
        assertThat(scenario.callerGrammar().words()).contains("added", "left", "paid");
    }

    @Test
    void fillsInWhatAScenarioLeavesOut() throws IOException {
        var scenario = Scenario.load(written("name: bare"));

        assertThat(scenario.greeting().template()).isEqualTo("Hello. How can I help you?");
        assertThat(scenario.otherwise().template()).isEqualTo("Sorry, I did not understand that.");
        assertThat(scenario.pace()).isEqualTo(5);
        assertThat(scenario.delta()).isEqualTo(Duration.ofMillis(100));
        assertThat(scenario.answers()).isEmpty();
        assertThat(scenario.modelGrammar()).isEmpty();
    }

    @Test
    void takesOneSentenceForAListOfOne() throws IOException {
        var scenario = Scenario.load(written("answers:\n  - hear: hello\n    call: {tool: wave}\n    say: hi"));

        assertThat(scenario.answers()).singleElement().satisfies(answer -> {
            assertThat(answer.hear()).hasSize(1);
            assertThat(answer.calls()).containsExactly(new Scenario.Call("wave", java.util.Map.of()));
        });
    }

    @Test
    void findsRecordingsBesideTheScenario() throws IOException {
        var scenario = Scenario.load(written("caller:\n  - play: hello.wav\n    say: hello"));

        assertThat(scenario.caller()).containsExactly(
                new Scenario.CallerLine("hello", folder.toAbsolutePath().resolve("hello.wav"), null));
    }

    @Test
    void refusesANegativePaceInCodeToo() {
        assertThatIllegalArgumentException().isThrownBy(() -> Scenario.paymentDesk().withPace(-1))
                .withMessage("expected a pace of 0 or more, found -1.0");
    }

    @Test
    void refusesEventsWithoutSoundInCodeToo() {
        assertThatIllegalArgumentException().isThrownBy(() -> Scenario.paymentDesk().withDelta(Duration.ofNanos(1)))
                .withMessage("expected at least 1 ms of sound in an event, found PT0.000000001S");
    }

    private Path written(String yaml) throws IOException {
        return Files.writeString(folder.resolve("scenario.yaml"), yaml);
    }
}
