package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.media.Wav;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.venue.PaymentLedger;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The payment assistant over WebRTC, as somebody at a terminal uses it.
@Timeout(120)
class TalkOverWebRtcTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private Path saying(String words) throws IOException {
        var file = folder.resolve("question.wav");
        Wav.write(file, FreeTtsVoice.caller().speak(words));
        return file;
    }

    private static List<String> talk(Emulator service, Path input, String database, String... more) {
        var args = new ArrayList<>(List.of("talk", "--over", "webrtc", "--input", input.toString(), "--base-url",
                service.uri().toString(), "--database", database));
        args.addAll(List.of(more));
        return args;
    }

    private static CommandRun run(List<String> arguments) {
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    /// Slow, about 15 s, for a reason: it is spoken, and RTP keeps real time.
    @Test
    void takesAPaymentRequestBySpeech() throws IOException {
        var database = "jdbc:h2:mem:talk_over_webrtc";
        var answer = folder.resolve("answer.wav");
        try (var ledger = PaymentLedger.open(database); var service = Emulator.start(Scenario.paymentDesk())) {
            service.warmUp();
            var question = saying("please create a payment request for forty nine dollars and ninety five cents");

            var run = run(talk(service, question, database, "--output", answer.toString(), "--linger", "0", "--events",
                    "--voice", "shimmer"));

            assertThat(run.err()).isEmpty();
            assertThat(run.status()).as(String.join("\n", run.out())).isZero();
            assertThat(run.out())
                    .anySatisfy(line -> assertThat(line).startsWith("Service: ").endsWith(", over WebRTC"))
                    .anySatisfy(line -> assertThat(line).contains("caller  please create a payment request for"))
                    .anySatisfy(line -> assertThat(line).contains("tool    create_payment_request"))
                    .anySatisfy(line -> assertThat(line).contains(
                            "agent   Your payment request for 49.95 USD is ready"))
                    .anySatisfy(line -> assertThat(line).matches(" +- response resp_\\w+ was played to its end"));
            assertThat(ledger.list(10)).singleElement()
                    .satisfies(payment -> assertThat(payment.money().minorUnits()).isEqualTo(4_995));
            assertThat(Wav.read(answer).rms()).as("level of the answer").isGreaterThan(0.01);
            var log = service.sessions().getFirst();
            assertThat(log.callId()).isPresent();
            assertThat(log.received("session.update").getFirst().toString()).contains("\"voice\":\"shimmer\"",
                    "create_payment_request");
            assertThat(log.received("input_audio_buffer.append")).as("sound among the events").isEmpty();
            assertThat(log.received("response.create")).as("requests to go on after the tool").hasSize(1);
        }
    }

    /// The model ends the conversation when the caller wants to; nothing has to be understood for that here.
    @Test
    void az4EndsWhenTheModelSaysThatThisWasAll() throws IOException {
        var scenario = folder.resolve("farewell.yaml");
        Files.writeString(scenario, """
                name: farewell
                greeting: Goodbye.
                otherwise: Goodbye.
                answers:
                  - hear: [goodbye]
                    call:
                      tool: user_wants_to_finish_conversation
                      with: {}
                    say: Goodbye.
                """);
        try (var service = Emulator.start(Scenario.load(scenario))) {
            service.warmUp();

            var run = run(talk(service, saying("goodbye"), "jdbc:h2:mem:farewell", "--linger", "30", "--instructions",
                    "Be brief."));

            assertThat(run.out()).anySatisfy(
                    line -> assertThat(line).contains("tool    user_wants_to_finish_conversation"));
            assertThat(service.sessions().getFirst().received("session.update").getFirst().toString())
                    .contains("Be brief.");
        }
    }

    @Test
    void hangsUpWhenInterrupted() throws Exception {
        try (var service = Emulator.start(Scenario.paymentDesk())) {
            var arguments = talk(service, saying("please create a payment request"), "jdbc:h2:mem:ctrl_c", "--linger",
                    "60");
            try (var child = ChildProcess.start(Map.of(), Main.class, arguments.toArray(String[]::new))) {
                var line = child.line();
                for (int i = 0; i < 20 && !line.contains("the agent is ready"); i++) {
                    line = child.line();
                }
                assertThat(line).contains("the agent is ready");
                var log = service.sessions().getFirst();

                child.terminate();

                assertThat(child.endsWithin(4_000)).as("ends within 4 s").isTrue();
                assertThat(child.status()).isEqualTo(143);
                log.awaitClosed(PATIENCE);
            }
        }
    }

    @Test
    void saysWhyItCannotCall() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        server.start();
        var url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
        try {
            var run = CommandRun.of("talk", "--over", "webrtc", "--input", saying("hello").toString(), "--base-url",
                    url,
                    "--database", "jdbc:h2:mem:refused");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.complaint()).contains("cannot connect to " + url + "/realtime/calls", "found HTTP 401",
                    "check the API key");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void azuresPreviewCannotBeCalled() throws Exception {
        var arguments = new String[]{"talk", "--over", "webrtc", "--dialect", "beta", "--input",
                saying("hello").toString()};
        try (var talk = ChildProcess.start(Map.of("AZURE_OPENAI_ENDPOINT", "https://example.openai.azure.com",
                "AZURE_OPENAI_API_KEY", "0123456789"), Main.class, arguments)) {
            assertThat(talk.endsWithin(20_000)).isTrue();
            assertThat(talk.status()).isEqualTo(2);
            assertThat(talk.complaints()).contains("expected the GA dialect for calls at Azure");
        }
    }
}
