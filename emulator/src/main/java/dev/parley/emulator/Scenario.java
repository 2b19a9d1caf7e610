package dev.parley.emulator;

import dev.parley.speech.Grammar;
import dev.parley.speech.Phrase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the emulator's model hears, says and calls, and what a fake caller says to it. Read from YAML; immutable.
///
/// ```yaml
/// greeting: Hello, this is Parley. How can I help you?
/// otherwise: Sorry, I did not understand that.
/// answers:
///   - hear: ["[please] create a payment request for {price:money}"]
///     call: {tool: create_payment_request, with: {amount: "{price.amount}", currency: "{price.currency}"}}
///     say: The order number is {order_id:digits}.
///     failed: "Sorry. {error}"
/// caller:
///   - say: please create a payment request for twenty euros
/// faults:
///   - {fault: drop, when: {sent: response.output_audio.delta, nth: 3}}
/// ```
///
/// @param pace how many times faster than real time answers are sent, as the live service does; 0 sends them at once
/// @param delta how much sound one event of an answer holds
/// @param greeting what is said when a response is asked for before the caller has spoken
/// @param otherwise what is said to words that fit nothing
/// @param callerHears sentences a caller may hear that no answer above spells out
/// @param faults what goes wrong, and when
public record Scenario(String name, double pace, Duration delta, SayTemplate greeting, SayTemplate otherwise,
        List<Answer> answers, List<CallerLine> caller, List<Phrase> callerHears, List<PlannedFault> faults) {
    public Scenario {
        answers = List.copyOf(answers);
        caller = List.copyOf(caller);
        callerHears = List.copyOf(callerHears);
        faults = List.copyOf(faults);
        if (!(pace >= 0)) {
            throw new IllegalArgumentException("expected a pace of 0 or more, found " + pace);
        }
        if (delta.toMillis() < 1) {
            throw new IllegalArgumentException("expected at least 1 ms of sound in an event, found " + delta);
        }
    }

    /// What to do about words of the caller.
    ///
    /// @param hear what the words may be
    /// @param calls functions to call first, if any
    /// @param say what to say, once the functions have answered
    /// @param failed what to say if one of them answered with an error
    public record Answer(List<Phrase> hear, List<Call> calls, SayTemplate say, SayTemplate failed) {
        public Answer {
            hear = List.copyOf(hear);
            calls = List.copyOf(calls);
        }
    }

    /// A function to call; arguments are given by name and may name slots: `"{price.amount}"`.
    public record Call(String tool, Map<String, String> arguments) {
        public Call {
            // In the order of the file, so that the model writes them alike each time.
            arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        }
    }

    /// A line of the fake caller: words to be voiced or a recording to be played.
    ///
    /// @param interruptAfter how far into the agent's answer the caller begins; null to wait until it is over
    public record CallerLine(String words, @Nullable Path recording, @Nullable Duration interruptAfter) {}

    /// Reads a scenario from a file.
    ///
    /// @throws ScenarioException if it cannot be read or does not make sense; the message names file, place and cure
    public static Scenario load(Path file) {
        try {
            var yaml = Files.readAllBytes(file);
            return ScenarioReader.read(new ByteArrayInputStream(yaml), file.toString(),
                    file.toAbsolutePath().getParent());
        } catch (NoSuchFileException e) {
            throw new ScenarioException("cannot read the scenario " + file + ": no such file", e);
        } catch (IOException e) {
            throw new ScenarioException("cannot read the scenario " + file + ": " + e.getMessage(), e);
        }
    }

    /// The scenario shipped with the emulator: a desk that takes payment requests.
    public static Scenario paymentDesk() {
        return shipped("payment-desk.yaml");
    }

    /// A bar's till, run by voice: orders, stock, tabs.
    public static Scenario barTill() {
        return shipped("bar-till.yaml");
    }

    /// No scenario: nothing is listened for and nothing answered. [Faculties#plain()] think for themselves.
    public static Scenario none() {
        return new Scenario("no scenario", ScenarioReader.LIVE_PACE, ScenarioReader.USUAL_DELTA,
                ScenarioReader.GREETING, ScenarioReader.NOT_UNDERSTOOD, List.of(), List.of(), List.of(), List.of());
    }

    private static Scenario shipped(String resource) {
        try (InputStream in = Scenario.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the scenario " + resource + " is missing from this build");
            }
            return ScenarioReader.read(in, resource, null);
        } catch (IOException e) {
            throw new ScenarioException("cannot read the scenario " + resource + ": " + e.getMessage(), e);
        }
    }

    /// This scenario with answers sent at another pace; 0 sends them at once.
    public Scenario withPace(double times) {
        return new Scenario(name, times, delta, greeting, otherwise, answers, caller, callerHears, faults);
    }

    /// This scenario with answers sent in events of another length.
    public Scenario withDelta(Duration sound) {
        return new Scenario(name, pace, sound, greeting, otherwise, answers, caller, callerHears, faults);
    }

    /// How its answers are sent.
    Pacing pacing() {
        return new Pacing(pace, delta);
    }

    /// What the emulator's ears listen for; empty when it has nothing to listen for.
    Optional<Grammar> modelGrammar() {
        var phrases = answers.stream().flatMap(answer -> answer.hear.stream()).distinct().toList();
        return phrases.isEmpty() ? Optional.empty() : Optional.of(Grammar.of(phrases));
    }

    /// What the caller's ears listen for.
    public Grammar callerGrammar() {
        var said = Stream.concat(Stream.of(greeting, otherwise),
                answers.stream().flatMap(answer -> Stream.of(answer.say, answer.failed))).toList();
        return Grammar.of(Stream.concat(SayTemplate.expected(said).stream(), callerHears.stream()).distinct().toList());
    }
}
