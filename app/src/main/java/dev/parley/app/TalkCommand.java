package dev.parley.app;

import dev.parley.agent.AgentCall;
import dev.parley.emulator.CallerEvent;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.FakeCaller;
import dev.parley.emulator.Scenario;
import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.LocalLine;
import dev.parley.media.Wav;
import dev.parley.realtime.RealtimeClient;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import java.io.IOException;
import java.net.URI;
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
@Command(name = "talk", description = "Says a recording to the agent and keeps what it answers. With no key in OPENAI_API_KEY and no"
        + " --base-url it talks to the emulator.", mixinStandardHelpOptions = true, footer = {"",
                "Example: parley talk --over websocket --input question.wav --output answer.wav"})
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

    @Option(names = "--input", paramLabel = "FILE", description = "What is said: a WAV file.")
    private @Nullable Path input;

    @Option(names = "--output", paramLabel = "FILE", description = "Where the answer is written: a WAV file.")
    private @Nullable Path output;

    @Option(names = "--base-url", paramLabel = "URL", description = "Where the service is. Default: OPENAI_BASE_URL, else"
            + " OpenAI if there is a key, else the emulator.")
    private @Nullable URI baseUrl;

    @Option(names = "--model", paramLabel = "NAME", description = "Default: OPENAI_MODEL, else gpt-realtime-2.1.")
    private @Nullable String model;

    @Option(names = "--linger", paramLabel = "SECONDS", defaultValue = "3", description = "How long to wait for more after"
            + " an answer. Default: ${DEFAULT-VALUE}.")
    private int linger;

    @Option(names = "--json", description = "Print one JSON object a line instead of a transcript.")
    private boolean json;

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

    /// Where the service is, if somewhere special. Address and key are looked at before anything is opened.
    private Optional<URI> service() {
        try {
            var service = Optional.ofNullable(baseUrl).or(TalkCommand::baseUrlFromEnvironment);
            var builder = RealtimeClient.builder().apiKey(System.getenv("OPENAI_API_KEY"));
            service.ifPresent(builder::baseUrl);
            builder.build().close();
            return service;
        } catch (IllegalArgumentException e) {
            throw mistake(String.valueOf(e.getMessage()));
        }
    }

    /// Nobody is to be called for the sake of a file that cannot be read.
    private static void requireRecording(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new CommandFailed("expected a WAV file to say, found a folder at " + file);
        }
        if (!Files.isReadable(file)) {
            throw new CommandFailed("expected a WAV file to say, found nothing to read at " + file);
        }
        Wav.read(file);
    }

    private int overWebSocket(Optional<URI> service) throws IOException, InterruptedException {
        var key = System.getenv("OPENAI_API_KEY");
        try (var ledger = ledgerOption.open()) {
            var desk = PaymentDesk.on(ledger);
            if (service.isEmpty() && (key == null || key.isBlank())) {
                try (var emulator = Emulator.start(scenarioOption.load())) {
                    say("No OPENAI_API_KEY and no --base-url: talking to the emulator.");
                    emulator.warmUp();
                    return talk(desk, RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("emulator"));
                }
            }
            // A service of one's own that asks for a key, any key, as the emulator does, is shown one.
            var client = RealtimeClient.builder().apiKey(key == null || key.isBlank() ? "none" : key);
            service.ifPresent(client::baseUrl);
            return talk(desk, client);
        }
    }

    private int talk(PaymentDesk desk, RealtimeClient.Builder builder) throws IOException, InterruptedException {
        var chosenModel = model == null ? System.getenv("OPENAI_MODEL") : model;
        if (chosenModel != null && !chosenModel.isBlank()) {
            builder.model(chosenModel);
        }
        var line = new Scenario.CallerLine("(" + input + ")", Objects.requireNonNull(input), null);
        var clock = new SteadyClock();
        var report = new CallReport(System.out, json ? CallReport.Style.JSON : CallReport.Style.TRANSCRIPT,
                clock.instant());
        // The recording is said at once: whoever made it did not leave room for a greeting.
        var agent = desk.agent().withGreeting(null);
        try (var local = LocalLine.open(AudioFormat.REALTIME_PCM);
                var leg = recorded(local.far());
                var client = builder.build();
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

    private static Optional<URI> baseUrlFromEnvironment() {
        var url = System.getenv("OPENAI_BASE_URL");
        return url == null || url.isBlank() ? Optional.empty() : Optional.of(URI.create(url));
    }
}
