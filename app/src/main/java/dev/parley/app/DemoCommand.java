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
import dev.parley.venue.Venue;
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
import picocli.CommandLine.Parameters;

/// `parley demo`: a whole spoken conversation with no key, network or device.
@Command(name = "demo", description = "A fake caller speaks to an agent, which hears, calls a Java method on a real database and answers"
        + " aloud. Needs no key, no network and no sound card.", mixinStandardHelpOptions = true, footer = {"",
                "Example: parley demo --save call", "Example: parley demo bar", "",
                "Exit status 0 only if the whole conversation worked."})
final class DemoCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /// Whom the caller phones.
    private enum Place {
        PAYMENTS, BAR
    }

    private final InstantSource clock = new SteadyClock();

    @Parameters(arity = "0..1", paramLabel = "PLACE", defaultValue = "payments", description = "Whom the caller phones: payments, a desk that"
            + " takes payment requests, or bar, a till run by voice. Default: ${DEFAULT-VALUE}. The bar is in memory, unless"
            + " --database is given.")
    private Place place = Place.PAYMENTS;

    @Option(names = "--json", description = "Print one JSON object a line instead of a transcript.")
    private boolean json;

    @Option(names = "--save", paramLabel = "DIR", description = "Folder for caller.wav, agent.wav, transcript.txt and events.jsonl.")
    private @Nullable Path save;

    @Option(names = "--over", paramLabel = "TRANSPORT", defaultValue = "webrtc", description = "How the model is"
            + " reached: webrtc, with Opus, or websocket. Default: ${DEFAULT-VALUE}.")
    private Way.Over over = Way.Over.WEBRTC;

    @Mixin
    private LedgerOption ledgerOption = new LedgerOption();

    @Mixin
    private ScenarioOption scenarioOption = new ScenarioOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var scenario = scenarioOption.loadOr(switch (place) {
            case PAYMENTS -> Scenario.paymentDesk();
            case BAR -> Scenario.barTill();
        });
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
        try (var desk = desk(); var emulator = Emulator.start(scenario)) {
            var callerEars = SphinxEars.of(scenario.callerGrammar());
            emulator.warmUp();
            var report = new CallReport(out, json ? CallReport.Style.JSON : CallReport.Style.TRANSCRIPT,
                    clock.instant());
            var problems = converse(scenario, emulator, desk, callerEars, report);
            if (save != null) {
                report.save(save);
            }
            problems.addAll(desk.missing(report));
            report.failure().ifPresent(reason -> problems.add("the call failed: " + reason));
            report.all(CallEvent.Problem.class).forEach(problem -> problems.add(problem.message()));
            return conclude(out, desk, problems);
        }
    }

    private Desk desk() {
        return switch (place) {
            case PAYMENTS -> PaymentDesk.on(ledgerOption.open());
            case BAR -> BarDesk.at(ledgerOption.given()
                    .map(url -> Venue.open(url, Venue.Options.DEFAULT))
                    .orElseGet(() -> Venue.inMemory(Venue.Options.DEFAULT)));
        };
    }

    private List<String> converse(Scenario scenario, Emulator emulator, Desk desk, SphinxEars callerEars,
            CallReport report) throws IOException, InterruptedException {
        try (var line = LocalLine.open(AudioFormat.REALTIME_PCM);
                var callerLeg = recorded(line.far());
                var way = Way.to(RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("emulator"), over);
                var tools = desk.tools();
                var caller = FakeCaller.join(callerLeg, scenario.caller(), FreeTtsVoice.caller(), callerEars,
                        event -> report.on(event, clock.instant()));
                var call = way.start(AgentCall.with(desk.agent(), tools).observer(report::on).clock(clock),
                        line.near())) {
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

    private int conclude(PrintStream out, Desk desk, List<String> problems) {
        if (!json) {
            out.println();
            out.println(problems.isEmpty()
                    ? "It worked. " + desk.afterwards()
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
