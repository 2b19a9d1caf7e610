package dev.parley.app;

import dev.parley.agent.AgentCall;
import dev.parley.emulator.Emulator;
import dev.parley.media.AudioLeg;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ReconnectPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `parley talk`: say something to the agent from this terminal.
@Command(name = "talk", description = "Talks to the agent through microphone and loudspeaker, or says a recording and keeps what it answers. Where no service is configured it talks to the"
        + " emulator.", mixinStandardHelpOptions = true, footer = {"",
                "Example: parley talk --over webrtc --input question.wav --output answer.wav", "",
                "Services: OPENAI_API_KEY for OpenAI; AZURE_OPENAI_ENDPOINT with AZURE_OPENAI_API_KEY, or with",
                "AZURE_OPENAI_USE_ENTRA=true and a token in AZURE_OPENAI_AD_TOKEN, for Azure;",
                "OPENAI_BASE_URL for whatever else speaks the protocol."})
final class TalkCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--over", paramLabel = "TRANSPORT", defaultValue = "websocket", description = "How the model is"
            + " reached: websocket or webrtc. Default: ${DEFAULT-VALUE}.")
    private Way.Over over = Way.Over.WEBSOCKET;

    @Option(names = "--input", paramLabel = "FILE", description = "What is said instead of talking"
            + " through the microphone: a WAV, AIFF or AU file, or .raw or .pcm (16 bit, 24 kHz), .ulaw or .alaw (8 kHz).")
    private @Nullable Path input;

    @Option(names = "--output", paramLabel = "FILE", description = "Where the answer is written: a WAV file, or 16"
            + " bit at 24 kHz without a header if its name ends in .raw.")
    private @Nullable Path output;

    @Option(names = "--linger", paramLabel = "SECONDS", defaultValue = "3", description = "How long to wait for more after"
            + " an answer. Default: ${DEFAULT-VALUE}.")
    private int linger;

    @Option(names = "--reconnect", paramLabel = "TIMES", defaultValue = "8", description = "How many times in a row a"
            + " connection to the model that was lost is opened again, before the call ends. Default: ${DEFAULT-VALUE}.")
    private int reconnect;

    @Option(names = "--json", description = "Print one JSON object a line instead of a transcript.")
    private boolean json;

    @Option(names = "--events", description = "Tell of the protocol's steps, too: the session, where speech begins and"
            + " ends, items, responses, errors.")
    private boolean events;

    @Mixin
    private ServiceOption serviceOption = new ServiceOption();

    @Mixin
    private DevicesOption devicesOption = new DevicesOption();

    @Mixin
    private AgentOption agentOption = new AgentOption();

    @Mixin
    private LedgerOption ledgerOption = new LedgerOption();

    @Mixin
    private ScenarioOption scenarioOption = new ScenarioOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (devicesOption.isList()) {
            DevicesOption.print(System.out);
            return 0;
        }
        if (input == null && output != null) {
            throw mistake("expected --input FILE beside --output, found none: with a microphone the answer is heard");
        }
        if (linger < 0) {
            throw mistake("expected a --linger of 0 seconds or more, found " + linger);
        }
        if (reconnect < 0) {
            throw mistake("expected to --reconnect 0 times or more, found " + reconnect);
        }
        var service = service();
        if (input != null) {
            RecordedTalker.require(input);
        }
        if (input != null && output != null && Files.exists(output) && Files.isSameFile(input, output)) {
            throw mistake("expected different files for --input and --output, found " + output + " for both");
        }
        var farewell = new Farewell();
        try (var desk = PaymentDesk.on(ledgerOption.open(), farewell)) {
            if (service.isPresent()) {
                return talk(desk, farewell, service.get());
            }
            try (var emulator = Emulator.start(scenarioOption.load())) {
                say("No service is configured: talking to the emulator.");
                emulator.warmUp();
                return talk(desk, farewell, watched(serviceOption.emulator(emulator.uri())));
            }
        }
    }

    /// The service, if one is configured. Address and key are looked at before anything is opened.
    private Optional<RealtimeClient.Builder> service() {
        try {
            return serviceOption.client(System.getenv()).map(this::watched).map(found -> Way.checked(found, over));
        } catch (IllegalArgumentException e) {
            throw mistake(String.valueOf(e.getMessage()));
        }
    }

    private RealtimeClient.Builder watched(RealtimeClient.Builder builder) {
        return events && !json ? builder.observer(new ProtocolSteps(System.out)) : builder;
    }

    private int talk(PaymentDesk desk, Farewell farewell, RealtimeClient.Builder service)
            throws IOException, InterruptedException {
        var clock = new SteadyClock();
        var report = new CallReport(System.out, json ? CallReport.Style.JSON : CallReport.Style.TRANSCRIPT,
                clock.instant());
        try (var exit = new AtExit(); var way = Way.to(service, over)) {
            say("Service: " + way.description());
            try (var talker = talker(report, clock);
                    var tools = desk.tools();
                    var call = start(way, AgentCall.with(agentOption.apply(desk.agent()), tools)
                            .observer(report::on)
                            .clock(clock), talker.leg())) {
                farewell.then(() -> call.hangUp("caller"));
                exit.then(() -> call.hangUp("user"));
                talker.await(call, LONGEST);
                call.hangUp("caller");
                call.await(Duration.ofSeconds(5));
                return conclude(report, talker);
            }
        }
    }

    private AgentCall start(Way way, AgentCall.Setup setup, AudioLeg leg) throws InterruptedException {
        return reconnect == 0
                ? way.start(setup, leg)
                : way.start(setup, leg, ReconnectPolicy.DEFAULT.withAttempts(reconnect));
    }

    private Talker talker(CallReport report, InstantSource clock) throws IOException {
        if (input == null) {
            var talker = devicesOption.open();
            say(talker.hint());
            return talker;
        }
        return RecordedTalker.open(input, output, Duration.ofSeconds(linger),
                event -> report.on(event, clock.instant()));
    }

    private int conclude(CallReport report, Talker talker) {
        report.failure().or(talker::complaint).ifPresent(why -> {
            throw new CommandFailed(why);
        });
        if (output != null) {
            say("The answer is in " + output);
        }
        return 0;
    }

    private void say(String text) {
        if (!json) {
            System.out.println(text);
        }
    }

    private ParameterException mistake(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
