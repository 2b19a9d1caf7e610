package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.net.httpserver.HttpServer;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.emulator.Tls;
import dev.parley.media.AudioFile;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.SpeechDetector;
import dev.parley.media.Wav;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.venue.Money;
import dev.parley.venue.NewPaymentRequest;
import dev.parley.venue.PaymentLedger;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a user or a script gets from the command line: exit statuses, and one clear line when something is wrong.
class CommandLineTest {
    private static final String NO_DATABASE_NEEDED = "jdbc:h2:mem:command_line";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "talk", "emulate", "doctor", "payments"})
    void helpHasAnExample(String command) {
        var run = CommandRun.of(command.isEmpty() ? new String[]{"--help"} : new String[]{command, "--help"});

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).anySatisfy(line -> assertThat(line).contains("Example: parley " + (command.isEmpty()
                ? "demo"
                : command)));
    }

    @Test
    void tellsItsVersion() {
        var run = CommandRun.of("--version");

        assertThat(run.status()).isZero();
        assertThat(run.out()).singleElement().asString().startsWith("parley ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dance", "demo --dance", "demo --save", "payments --limit", "payments --limit many",
            "payments --limit 0", "payments --limit 1001", "emulate --port none", "emulate --port 70000",
            "emulate --port -1", "emulate --tokens-per-minute 0", "emulate --tokens-per-minute many",
            "emulate --host 0.0.0.0", "talk --output answer.wav",
            "emulate --fault explode", "emulate --fault http:200", "emulate --ca-file ca.pem", "emulate --key key.pem",
            "emulate --certificate c.pem --key k.pem --ca-file ca.pem", "emulate --pace -1",
            "emulate --webrtc-calls -1", "emulate --pace fast",
            "talk --over pigeon", "talk --input question.wav --linger -1", "talk --input question.wav --linger long",
            "talk --input question.wav --base-url nowhere", "talk --input question.wav --base-url ftp://127.0.0.1",
            "talk --input question.wav --base-url http://", "talk --input question.wav extra",
            "talk --input question.wav --dialect welsh", "doctor --dance", "doctor extra"})
    void refusesWhatItDoesNotUnderstand(String words) {
        var run = CommandRun.of(words.isEmpty() ? new String[0] : words.split(" "));

        assertThat(run.status()).as("status, with %s", run.err()).isEqualTo(2);
        assertThat(run.complaint()).startsWith("parley: ").contains("Try: parley", "--help");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void saysWhyTheEmulatorListensToThisMachineOnly() {
        assertThat(CommandRun.of("emulate", "--host", "0.0.0.0").complaint())
                .contains("expected a loopback address for --host, found 0.0.0.0", "this machine only");
    }

    static List<Arguments> wrongScenarios() {
        return List.of(
                arguments("answers: [unclosed", "expected YAML"),
                arguments("answers:\n  - hear: hello\n   say: hi", "expected YAML"),
                arguments("nonsense: 1", "nonsense"),
                arguments("answers: [{hear: [], say: hi}]", "answers[0].hear"),
                arguments("answers: [{hear: ['{a:unheard of}'], say: hi}]", "unheard of"),
                arguments("pace: fast", "pace"),
                arguments("- a list", "the scenario"),
                arguments("", "caller"),
                arguments("caller: [{play: missing.wav}]", "missing.wav: no such file"));
    }

    @ParameterizedTest
    @MethodSource("wrongScenarios")
    void saysWhereAScenarioIsWrong(String yaml, String place) throws IOException {
        var file = Files.writeString(folder.resolve("scenario.yaml"), yaml);

        var run = failing("demo", "--scenario", file.toString(), "--database", NO_DATABASE_NEEDED);

        assertThat(run.complaint()).contains(place);
    }

    @Test
    void saysThatAScenarioIsNotThere() {
        var run = failing("emulate", "--scenario", folder.resolve("none.yaml").toString());

        assertThat(run.complaint()).contains("none.yaml", "no such file");
    }

    @Test
    void saysThatAScenarioIsAFolder() {
        assertThat(failing("emulate", "--scenario", folder.toString()).complaint()).contains(folder.toString());
    }

    @Test
    void needsACallerForTheDemo() throws IOException {
        var file = Files.writeString(folder.resolve("scenario.yaml"), "greeting: Hello.");

        assertThat(failing("demo", "--scenario", file.toString(), "--database", NO_DATABASE_NEEDED).complaint())
                .contains("expected a scenario with lines for the caller", "add a caller section");
    }

    @Test
    void saysWhereTheDemoCannotBeSaved() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "in the way");

        assertThat(failing("demo", "--save", file.toString(), "--database", NO_DATABASE_NEEDED).complaint())
                .contains("expected a folder at " + file);
    }

    @Test
    void saysThatAPortIsTaken() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var run = failing("emulate", "--port", String.valueOf(other.getLocalPort()));

            assertThat(run.complaint()).contains("127.0.0.1:" + other.getLocalPort(), "port", "0 for any free one");
        }
    }

    @Test
    void saysThatAnotherProcessHasTheLedger() throws Exception {
        var file = folder.resolve("ledger");
        try (var other = ChildProcess.start(LedgerHolder.class, file.toString())) {
            assertThat(other.line()).isEqualTo("holding 0");

            assertThat(failing("payments", "--database", "jdbc:h2:file:" + file).complaint())
                    .contains("in use by another process", "stop that process, or choose another file");
        }
    }

    @Test
    void saysThatADatabaseUrlIsNone() {
        assertThat(failing("payments", "--database", "ledger.db").complaint()).contains("expected a JDBC URL");
    }

    @Test
    void listsNoPayments() {
        var run = CommandRun.of("payments", "--database", NO_DATABASE_NEEDED);

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsExactly("No payment requests yet. Make one: parley demo");
        assertThat(CommandRun.of("payments", "--json", "--database", NO_DATABASE_NEEDED).out()).isEmpty();
    }

    @Test
    void listsPaymentsNewestFirst() {
        var database = "jdbc:h2:file:" + folder.resolve("ledger");
        try (var ledger = PaymentLedger.open(database)) {
            ledger.create(NewPaymentRequest.pending("call_1", new Money(4_995, Currency.getInstance("USD"))));
            ledger.create(NewPaymentRequest.pending("call_2", new Money(1_200, Currency.getInstance("JPY"))));
        }

        var table = CommandRun.of("payments", "--database", database);
        var json = CommandRun.of("payments", "--json", "--limit", "1", "--database", database);

        assertThat(table.err()).isEmpty();
        assertThat(table.out()).satisfiesExactly(
                head -> assertThat(head).contains("ORDER", "AMOUNT", "STATE", "CREATED", "CALL"),
                newest -> assertThat(newest).contains("1200", "JPY", "pending", "call_2"),
                oldest -> assertThat(oldest).contains("49.95", "USD", "pending", "call_1"));
        assertThat(json.status()).isZero();
        assertThat(json.out()).singleElement()
                .asString()
                .contains("\"amount\":\"1200\"", "\"currency\":\"JPY\"", "\"call_id\":\"call_2\"",
                        "\"state\":\"pending\"");
    }

    @Test
    void emulatesOverTls() throws Exception {
        var caFile = folder.resolve("ca.pem");
        try (var emulator = ChildProcess.start(Main.class, "emulate", "--port", "0", "--tls", "--ca-file", caFile
                .toString(), "--authority", folder.resolve("authority").toString(), "--fault", "http:429*")) {
            assertThat(emulator.line()).matches("https://127\\.0\\.0\\.1:[1-9][0-9]*/v1");

            assertThat(Files.readString(caFile)).startsWith("-----BEGIN CERTIFICATE-----");
            emulator.terminate();
            assertThat(emulator.endsWithin(2_000)).as("ends within 2 s").isTrue();
        }
    }

    @Test
    void saysWhatIsWrongWithAFault() {
        assertThat(CommandRun.of("emulate", "--fault", "stall:soon").complaint())
                .contains("--fault stall:soon: expected a time such as 500ms or 2s, found soon");
    }

    @Test
    void emulatesUntilItIsAskedToEnd() throws Exception {
        try (var emulator = ChildProcess.start(Main.class, "emulate", "--port", "0")) {
            assertThat(emulator.line()).matches("http://127\\.0\\.0\\.1:[1-9][0-9]*/v1");

            emulator.terminate();

            assertThat(emulator.endsWithin(2_000)).as("ends within 2 s").isTrue();
            assertThat(emulator.complaints()).isEmpty();
            // 128 + SIGTERM: how a JVM reports that it was asked to end, and did.
            assertThat(emulator.status()).isEqualTo(143);
        }
    }

    @Test
    void talksToAServiceAndKeepsItsAnswer() throws IOException {
        var answer = folder.resolve("answer.wav");
        try (var service = Emulator.start(Scenario.paymentDesk())) {
            service.warmUp();

            var run = talkTo(service.uri().toString(), question(), "--output", answer.toString(), "--linger", "0");

            assertThat(run.err()).isEmpty();
            assertThat(run.status()).isZero();
            assertThat(run.out()).anySatisfy(line -> assertThat(line).contains("caller  yes please"))
                    .anySatisfy(line -> assertThat(line).contains("agent   Tell me the amount and the currency"));
            assertThat(turnsIn(Wav.read(answer))).isEqualTo(1);
        }
    }

    @Test
    void tellsTheStepsOfTheProtocolAndKeepsAnAnswerWithoutAHeader() throws IOException {
        var answer = folder.resolve("answer.raw");
        try (var service = Emulator.start(Scenario.paymentDesk())) {
            service.warmUp();

            var run = talkTo(service.uri().toString(), question(), "--output", answer.toString(), "--linger", "0",
                    "--events");

            assertThat(run.err()).isEmpty();
            assertThat(run.out()).anySatisfy(line -> assertThat(line).matches(
                    "Service: http://127.* key \\.\\.\\., model .*"))
                    .anySatisfy(line -> assertThat(line).matches(" +- session sess_\\w+, model gpt-realtime-2.1"))
                    .anySatisfy(line -> assertThat(line).matches(" +- speech begins at \\d+ ms"))
                    .anySatisfy(line -> assertThat(line).matches(" +- speech ends at \\d+ ms"))
                    .anySatisfy(line -> assertThat(line).matches(" +- item item_\\w+ begins"))
                    .anySatisfy(line -> assertThat(line).matches(" +- response resp_\\w+ is completed"));
            assertThat(turnsIn(AudioFile.read(answer))).isEqualTo(1);
        }
    }

    @Test
    void findsNothingWrongWhereAllIsThere() {
        try (var service = Emulator.start(Scenario.paymentDesk())) {
            var run = CommandRun.of("doctor", "--base-url", service.uri().toString(), "--database", NO_DATABASE_NEEDED);

            assertThat(run.err()).isEmpty();
            assertThat(run.status()).as(String.join("\n", run.out())).isZero();
            assertThat(run.out()).anySatisfy(line -> assertThat(line).startsWith("ok       java"))
                    .anySatisfy(line -> assertThat(line).startsWith("ok       service")
                            .contains(service.uri().toString()))
                    .anySatisfy(line -> assertThat(line).matches("ok       clock +within 1 s of the service's"))
                    .anySatisfy(line -> assertThat(line).contains("port", "3100"))
                    .anySatisfy(line -> assertThat(line).startsWith("ok       database"))
                    .anySatisfy(line -> assertThat(line).contains("audio"))
                    .anySatisfy(line -> assertThat(line).contains("webhooks"));
        }
    }

    @Test
    void comparesTheClockWithThatOfAServiceItIsToldToTrust() {
        var authority = folder.resolve("ca.pem");
        var settings = Emulator.Settings.of(Scenario.paymentDesk())
                .withTls(new Tls.LocalAuthority(folder.resolve("authority"), Optional.of(authority)));
        try (var service = Emulator.start(settings)) {
            var run = CommandRun.of("doctor", "--base-url", service.uri().toString(), "--ca-file", authority.toString(),
                    "--database", NO_DATABASE_NEEDED);

            assertThat(run.out()).anySatisfy(line -> assertThat(line).startsWith("ok       service"))
                    .anySatisfy(line -> assertThat(line).matches("ok       clock +within 1 s of the service's"));
        }
    }

    @Test
    void saysThatThereIsNoAuthorityToTrust() {
        var run = CommandRun.of("doctor", "--base-url", "https://127.0.0.1:1/v1", "--ca-file",
                folder.resolve("missing.pem").toString(), "--database", NO_DATABASE_NEEDED);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).anySatisfy(line -> assertThat(line).startsWith("problem  service")
                .contains("missing.pem"))
                .anySatisfy(line -> assertThat(line).startsWith("ok       database"));
    }

    @Test
    void saysWhatToDoAboutEachThingThatIsWrong() {
        var run = CommandRun.of("doctor", "--base-url", "http://127.0.0.1:1/v1", "--database", "ledger.db");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).anySatisfy(line -> assertThat(line).startsWith("problem  service")
                .contains("cannot connect"))
                .anySatisfy(line -> assertThat(line).startsWith("problem  database").contains("expected a JDBC URL"));
    }

    @Test
    void saysWhichServiceIsHalfConfigured() throws Exception {
        try (var doctor = ChildProcess.start(Map.of("AZURE_OPENAI_API_KEY", "0123456789"), Main.class, "doctor",
                "--offline", "--database", NO_DATABASE_NEEDED)) {
            assertThat(doctor.line()).startsWith("ok       java");
            assertThat(doctor.line()).startsWith("problem  service").contains("AZURE_OPENAI_ENDPOINT is not");
            assertThat(doctor.endsWithin(10_000)).as("ends within 10 s").isTrue();
            assertThat(doctor.status()).isEqualTo(1);
        }
    }

    @Test
    void saysWhereAnAnswerCannotBeWritten() throws IOException {
        var input = folder.resolve("silence.wav");
        Wav.write(input, Pcm.silence(16_000, Duration.ofMillis(200)));
        var output = folder.resolve("no/such/folder/answer.wav");

        assertThat(failing("talk", "--input", input.toString(), "--output", output.toString(), "--base-url",
                "http://127.0.0.1:1/v1", "--database", NO_DATABASE_NEEDED).complaint()).contains(output.toString(),
                        "no such folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "empty", "truncated", "text", "folder"})
    void saysWhatIsWrongWithARecording(String kind) throws IOException {
        var input = folder.resolve(kind + ".wav");
        switch (kind) {
            case "empty" -> Files.createFile(input);
            case "truncated" -> Files.write(input, Arrays.copyOf(Files.readAllBytes(question()), 4_000));
            case "text" -> Files.writeString(input, "This is no recording, whatever its name says.\n".repeat(10));
            case "folder" -> Files.createDirectory(input);
            default -> assertThat(input).doesNotExist();
        }

        // Nobody is asked to connect for the sake of a file that cannot be read.
        var run = failing("talk", "--input", input.toString(), "--base-url", "http://127.0.0.1:1/v1", "--database",
                NO_DATABASE_NEEDED);

        assertThat(run.complaint()).contains(input.toString(), "expected", "found");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void listsTheSoundDevicesOfThisMachine() {
        var run = CommandRun.of("talk", "--devices");

        assertThat(run.status()).as("status, with %s", run.err()).isZero();
        assertThat(run.out()).contains("Microphones:", "Loudspeakers:");
    }

    @Test
    void saysWhichMicrophoneIsNotThere() {
        var run = failing("talk", "--input-device", "no such microphone", "--base-url", "http://127.0.0.1:1/v1",
                "--database", NO_DATABASE_NEEDED);

        assertThat(run.complaint()).contains("microphone", "expected", "found", "fits none of");
    }

    @Test
    void saysThatNobodyAnswersThere() throws IOException {
        int port;
        try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }

        var run = failing("talk", "--input", question().toString(), "--base-url", "http://127.0.0.1:" + port + "/v1",
                "--database", NO_DATABASE_NEEDED);

        assertThat(run.complaint()).contains("cannot connect to ws://127.0.0.1:" + port);
    }

    @Test
    void saysThatTheKeyIsNotTaken() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        server.start();
        try {
            var run = failing("talk", "--input", question().toString(), "--base-url",
                    "http://127.0.0.1:" + server.getAddress().getPort() + "/v1", "--database", NO_DATABASE_NEEDED);

            assertThat(run.complaint()).contains("expected ws://127.0.0.1", "found HTTP 401", "check the API key");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void refusesAKeyThatIsNoneWithoutShowingIt() throws Exception {
        try (var talk = ChildProcess.start(Map.of("OPENAI_API_KEY", "sk-verysecret\nsk-another"), Main.class, "talk",
                "--input", question().toString(), "--base-url", "http://127.0.0.1:1/v1", "--database",
                NO_DATABASE_NEEDED)) {

            assertThat(talk.endsWithin(10_000)).as("ends within 10 s").isTrue();
            assertThat(talk.status()).isEqualTo(2);
            assertThat(talk.complaints().lines()).singleElement()
                    .asString()
                    .contains("expected an API key", "Try: parley talk --help")
                    .doesNotContain("secret");
        }
    }

    @Test
    void saysThatTheServiceDiedInTheMiddleOfAnAnswer() throws Exception {
        try (var service = Emulator.start(Scenario.paymentDesk())) {
            service.warmUp();
            var death = Thread.ofVirtual().start(() -> {
                Eventually.await("an answer", Duration.ofSeconds(20),
                        () -> service.sessions()
                                .stream()
                                .anyMatch(log -> log.sentTypes().contains("response.output_audio.delta")),
                        service::sessions);
                service.cutConnections();
            });

            var run = talkTo(service.uri().toString(), question(), "--reconnect", "0");

            assertThat(death.join(Duration.ofSeconds(5))).as("the service has died").isTrue();
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.complaint()).startsWith("parley: ").contains("the service ended the session");
        }
    }

    /// Runs a command that has to fail in the proper way.
    private static CommandRun failing(String... args) {
        var run = CommandRun.of(args);

        assertThat(run.status()).as("status, with %s", run.err()).isEqualTo(1);
        assertThat(run.complaint()).startsWith("parley: ").hasSizeGreaterThan("parley: ".length() + 20);
        return run;
    }

    private static CommandRun talkTo(String url, Path input, String... more) {
        var args = new ArrayList<>(List.of("talk", "--over", "websocket", "--input", input.toString(), "--base-url",
                url, "--database", NO_DATABASE_NEEDED));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    private Path question() throws IOException {
        var file = folder.resolve("question.wav");
        Wav.write(file, FreeTtsVoice.caller().speak("yes please"));
        return file;
    }

    private static int turnsIn(Pcm audio) {
        var padded = Resampler.convert(audio, Pcm.REALTIME_RATE)
                .then(Pcm.silence(Pcm.REALTIME_RATE, Duration.ofSeconds(
                        2)));
        return (int) new SpeechDetector(Pcm.REALTIME_RATE,
                new SpeechDetector.Settings(0.5, Duration.ofMillis(300), Duration.ofMillis(900)))
                .process(padded)
                .stream()
                .filter(SpeechDetector.Started.class::isInstance)
                .count();
    }
}
