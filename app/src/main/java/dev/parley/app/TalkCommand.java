package dev.parley.app;

import dev.parley.agent.AgentCall;
import dev.parley.emulator.CallerEvent;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.FakeCaller;
import dev.parley.emulator.Scenario;
import dev.parley.media.AudioFile;
import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.LocalLine;
import dev.parley.realtime.RealtimeClient;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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
@Command(name = "talk", description = "Says a recording to the agent and keeps what it answers. Where no service is configured it talks to the"
        + " emulator.", mixinStandardHelpOptions = true, footer = {"",
                "Example: parley talk --over websocket --input question.wav --output answer.wav", "",
                "Services: OPENAI_API_KEY for OpenAI; AZURE_OPENAI_ENDPOINT with AZURE_OPENAI_API_KEY, or with",
                "AZURE_OPENAI_USE_ENTRA=true and a token in AZURE_OPENAI_AD_TOKEN, for Azure;",
                "OPENAI_BASE_URL for whatever else speaks the protocol."})
final class TalkCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private enum Transport {
        WEBSOCKET
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--over", paramLabel = "TRANSPORT", defaultValue = "websocket", description = "How the model is"
            + " reached: websocket.")
    private Transport over = Transport.WEBSOCKET;

    @Option(names = "--input", paramLabel = "FILE", description = "What is said: a WAV, AIFF or AU file, or"
            + " .raw or .pcm (16 bit, 24 kHz), .ulaw or .alaw (8 kHz).")
    private @Nullable Path input;

    @Option(names = "--output", paramLabel = "FILE", description = "Where the answer is written: a WAV file, or 16"
            + " bit at 24 kHz without a header if its name ends in .raw.")
    private @Nullable Path output;

    @Option(names = "--linger", paramLabel = "SECONDS", defaultValue = "3", description = "How long to wait for more after"
            + " an answer. Default: ${DEFAULT-VALUE}.")
    private int linger;

    @Option(names = "--json", description = "Print one JSON object a line instead of a transcript.")
    private boolean json;

    @Option(names = "--events", description = "Tell of the protocol's steps, too: the session, where speech begins and"
            + " ends, items, responses, errors.")
    private boolean events;

    @Mixin
    private ServiceOption serviceOption = new ServiceOption();

    @Mixin
    private LedgerOption ledgerOption = new LedgerOption();

    @Mixin
    private ScenarioOption scenarioOption = new ScenarioOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (input == null) {
            throw mistake("expected --input FILE.wav, found none: talking through the microphone is not there yet");
        }
        if (linger < 0) {
            throw mistake("expected a --linger of 0 seconds or more, found " + linger);
        }
        var service = service();
        requireRecording(input);
        if (output != null && Files.exists(output) && Files.isSameFile(input, output)) {
            throw mistake("expected different files for --input and --output, found " + output + " for both");
        }
        return switch (over) {
            case WEBSOCKET -> overWebSocket(service);
        };
    }

    /// The service, if one is configured. Address and key are looked at before anything is opened.
    private Optional<RealtimeClient> service() {
        try {
            return serviceOption.client(System.getenv()).map(this::watched).map(RealtimeClient.Builder::build);
        } catch (IllegalArgumentException e) {
            throw mistake(String.valueOf(e.getMessage()));
        }
    }

    /// Nobody is to be called for the sake of a file that cannot be read.
    private static void requireRecording(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new CommandFailed("expected a recording to say, found a folder at " + file);
        }
        if (!Files.isReadable(file)) {
            throw new CommandFailed("expected a recording to say, found nothing to read at " + file);
        }
        AudioFile.read(file);
    }

    private int overWebSocket(Optional<RealtimeClient> service) throws IOException, InterruptedException {
        try (var desk = PaymentDesk.on(ledgerOption.open())) {
            if (service.isPresent()) {
                return talk(desk, service.get());
            }
            try (var emulator = Emulator.start(scenarioOption.load())) {
                say("No service is configured: talking to the emulator.");
                emulator.warmUp();
                return talk(desk, watched(serviceOption.emulator(emulator.uri())).build());
            }
        }
    }

    private RealtimeClient.Builder watched(RealtimeClient.Builder builder) {
        return events && !json ? builder.observer(new ProtocolSteps(System.out)) : builder;
    }

    private int talk(PaymentDesk desk, RealtimeClient toService) throws IOException, InterruptedException {
        say("Service: " + toService.description());
        var line = new Scenario.CallerLine("(" + input + ")", Objects.requireNonNull(input), null);
        var clock = new SteadyClock();
        var report = new CallReport(System.out, json ? CallReport.Style.JSON : CallReport.Style.TRANSCRIPT,
                clock.instant());
        // The recording is said at once: whoever made it did not leave room for a greeting.
        var agent = desk.agent().withGreeting(null);
        try (var local = LocalLine.open(AudioFormat.REALTIME_PCM);
                var leg = recorded(local.far());
                var client = toService;
                var tools = desk.tools();
                var session = client.connect();
                var caller = FakeCaller.join(leg, List.of(line), FreeTtsVoice.caller(),
                        _ -> new Hearing.NotUnderstood(), event -> report.on(event, clock.instant()),
                        new FakeCaller.Patience(Duration.ZERO, Duration.ofSeconds(linger)));
                var call = AgentCall.start(agent, tools, session, local.near(), report::on, clock)) {
            var noticed = BothEnds.await(caller, call, LONGEST);
            call.hangUp("caller");
            call.await(Duration.ofSeconds(5));
            return conclude(report, noticed);
        }
    }

    private int conclude(CallReport report, Optional<List<CallerEvent>> noticed) {
        var failure = report.failure();
        if (failure.isPresent()) {
            throw new CommandFailed(failure.get());
        }
        if (noticed.isEmpty() || noticed.get().stream().anyMatch(CallerEvent.IsNotAnswered.class::isInstance)) {
            throw new CommandFailed("nothing was answered to " + input + ": is there speech in it?");
        }
        if (output != null) {
            say("The answer is in " + output);
        }
        return 0;
    }

    private AudioLeg recorded(AudioLeg leg) throws IOException {
        return output == null ? leg : Recording.ofArriving(leg, output);
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
