package dev.parley.app;

import dev.parley.agent.AgentCall;
import dev.parley.agent.CallEvent;
import dev.parley.emulator.CallerEvent;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.FakeCaller;
import dev.parley.emulator.Scenario;
import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.LocalLine;
import dev.parley.realtime.RealtimeClient;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.SphinxEars;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `parley demo`: a whole spoken conversation with no key, network or device.
@Command(name = "demo", description = "A fake caller speaks to an agent, which hears, calls a Java method on a real database and answers"
        + " aloud. Needs no key, no network and no sound card.", mixinStandardHelpOptions = true, footer = {"",
                "Example: parley demo --save call", "", "Exit status 0 only if the whole conversation worked."})
final class DemoCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final InstantSource clock = new SteadyClock();

    @Option(names = "--json", description = "Print one JSON object a line instead of a transcript.")
    private boolean json;

    @Option(names = "--save", paramLabel = "DIR", description = "Folder for caller.wav, agent.wav, transcript.txt and events.jsonl.")
    private @Nullable Path save;

    @Mixin
    private LedgerOption ledgerOption = new LedgerOption();

    @Mixin
    private ScenarioOption scenarioOption = new ScenarioOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var scenario = scenarioOption.load();
        if (scenario.caller().isEmpty()) {
            throw new CommandFailed("expected a scenario with lines for the caller, found none: add a caller section");
        }
        if (save != null) {
            Files.createDirectories(save);
        }
        var out = System.out;
        if (!json) {
            out.println("A fake caller phones the " + scenario.name() + ". No key, no network, no sound card.");
            out.println();
        }
        try (var ledger = ledgerOption.open(); var emulator = Emulator.start(scenario)) {
            var desk = PaymentDesk.on(ledger);
            var callerEars = SphinxEars.of(scenario.callerGrammar());
            emulator.warmUp();
            var report = new CallReport(out, json ? CallReport.Style.JSON : CallReport.Style.TRANSCRIPT,
                    clock.instant());
            var problems = converse(scenario, emulator, desk, callerEars, report);
            if (save != null) {
                report.save(save);
            }
            problems.addAll(missing(report, callIds -> ledger.list(100)
                    .stream()
                    .filter(payment -> callIds.contains(payment.callId()))
                    .count()));
            return conclude(out, problems);
        }
    }

    private List<String> converse(Scenario scenario, Emulator emulator, PaymentDesk desk, SphinxEars callerEars,
            CallReport report) throws IOException, InterruptedException {
        try (var line = LocalLine.open(AudioFormat.REALTIME_PCM);
                var callerLeg = recorded(line.far());
                var client = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("emulator").build();
                var session = client.connect();
                var tools = desk.tools();
                var caller = FakeCaller.join(callerLeg, scenario.caller(), FreeTtsVoice.caller(), callerEars,
                        event -> report.on(event, clock.instant()));
                var call = AgentCall.start(desk.agent(), tools, session, line.near(), report::on, clock)) {
            var noticed = BothEnds.await(caller, call, LONGEST);
            call.hangUp("caller");
            call.await(Duration.ofSeconds(5));
            return noticed.map(events -> unanswered(scenario, events))
                    .orElseGet(() -> new ArrayList<>(List.of("the conversation did not end within "
                            + LONGEST.toMinutes() + " minutes")));
        }
    }

    private AudioLeg recorded(AudioLeg leg) throws IOException {
        return save == null ? leg : Recording.ofBoth(leg, save.resolve("agent.wav"), save.resolve("caller.wav"));
    }

    private static List<String> unanswered(Scenario scenario, List<CallerEvent> events) {
        var problems = new ArrayList<String>();
        for (var event : events) {
            if (event instanceof CallerEvent.IsNotAnswered(var _, var line)) {
                problems.add("the caller got no answer to \"" + scenario.caller().get(line).words() + "\"");
            }
        }
        if (events.stream().noneMatch(CallerEvent.Hears.class::isInstance)) {
            problems.add("the caller understood nothing of what was said to it");
        }
        return problems;
    }

    private interface PaymentCount {
        long of(List<String> callIds);
    }

    /// What a whole conversation has and this one had not.
    private static List<String> missing(CallReport report, PaymentCount payments) {
        var problems = new ArrayList<String>();
        var created = report.all(CallEvent.ToolCalled.class)
                .stream()
                .filter(call -> call.name().equals("create_payment_request"))
                .map(CallEvent.ToolCalled::callId)
                .toList();
        if (created.isEmpty()) {
            problems.add("the agent called no tool");
        } else if (payments.of(created) != created.size()) {
            problems.add("the ledger does not hold the payment request the agent spoke of");
        }
        report.failure().ifPresent(reason -> problems.add("the call failed: " + reason));
        report.all(CallEvent.Problem.class).forEach(problem -> problems.add(problem.message()));
        return problems;
    }

    private int conclude(PrintStream out, List<String> problems) {
        if (!json) {
            out.println();
            out.println(problems.isEmpty()
                    ? "It worked. The payment request is in the ledger: parley payments"
                    : "It did not work: " + String.join("; ", problems) + ".");
            if (save != null) {
                out.println("Saved in " + save.toAbsolutePath());
            }
        } else if (!problems.isEmpty()) {
            System.err.println("parley: the conversation did not work: " + String.join("; ", problems));
        }
        return problems.isEmpty() ? 0 : 1;
    }
}
