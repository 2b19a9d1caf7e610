package dev.parley.bench.load;

import dev.parley.emulator.Emulator;
import dev.parley.emulator.Faculties;
import dev.parley.emulator.Mind;
import dev.parley.emulator.Scenario;
import dev.parley.media.Pcm;
import dev.parley.speech.Hearing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The emulator as a process of its own, with scripted ears, one thing to say, and sound that tells where in the answer
/// it belongs.
///
/// The first line it prints is its address. Then it answers questions by lines: `cpu` used so far, `usage` of the process
/// after a collection, `received` appends, `deaf` for the address of a [DeafPeer]. It ends with its input.
final class LoadService {
    private static final Logger QUIET = Logger.getLogger("");

    private LoadService() {}

    /// Starts the service and tells its address.
    ///
    /// @param args pace of the answers, milliseconds of sound in an event, milliseconds of sound in an answer
    public static void main(String... args) throws IOException {
        // Where it listens is told below.
        QUIET.setLevel(Level.WARNING);
        var pace = Double.parseDouble(args[0]);
        var delta = Duration.ofMillis(Long.parseLong(args[1]));
        var answer = MarkedSound.of(delta, Duration.ofMillis(Long.parseLong(args[2])));
        var scenario = Scenario.paymentDesk().withPace(pace).withDelta(delta);
        var settings = Emulator.Settings.of(scenario).withFaculties(faculties(scenario, answer));
        try (var emulator = Emulator.start(settings);
                var deaf = DeafPeer.start();
                var questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(emulator.uri());
            for (var question = questions.readLine(); question != null; question = questions.readLine()) {
                System.out.println(switch (question) {
                    case "cpu" -> Figures.none().with("cpu", ThisProcess.cpuNanos()).toLine();
                    case "usage" -> usage().toLine();
                    case "received" -> received(emulator).toLine();
                    case "deaf" -> deaf.uri();
                    default -> throw new IllegalArgumentException("expected cpu, usage, received or deaf, found "
                            + question);
                });
            }
        }
    }

    static Child start(double pace, Duration delta, Duration answer) throws IOException {
        return Child.start(LoadService.class, Double.toString(pace), Long.toString(delta.toMillis()), Long.toString(
                answer.toMillis()));
    }

    private static Faculties faculties(Scenario scenario, Pcm answer) {
        return Faculties.offline(scenario)
                .withEars(_ -> new Hearing.Understood("good morning", 1))
                .withMinds(() -> (_, out) -> out.accept(new Mind.Thought.Say("Listen.")))
                .withVoices((_, _) -> answer);
    }

    private static Figures usage() {
        return Figures.none()
                .with("cpu", ThisProcess.cpuNanos())
                .with("heap", ThisProcess.liveHeap())
                .with("threads", ThisProcess.platformThreads());
    }

    private static Figures received(Emulator emulator) {
        return Figures.none()
                .with("appends", emulator.sessions()
                        .stream()
                        .mapToLong(log -> log.received("input_audio_buffer.append").size())
                        .sum());
    }
}
