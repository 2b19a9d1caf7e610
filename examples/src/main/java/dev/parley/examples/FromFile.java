package dev.parley.examples;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.Pace;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeException;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Says a recorded question, answers the function the model calls for it, keeps the spoken reply: `FromFile question.wav`.
///
/// The reply is written to `output.raw`: 16 bit, 24 kHz, mono. The program ends by itself once the recording was sent and
/// everything in it was answered.
public final class FromFile {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path OUTPUT = Path.of("output.raw");
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    /// So long after the last reply the next words of the recording would have been noticed.
    private static final Duration QUIET = Duration.ofSeconds(2);

    private static final SessionConfig SESSION = SessionConfig.builder()
            .instructions(
                    "You are a cheerful helper who talks like a pirate. Say that you are about to look something up,"
                            + " then use a tool for it whenever there is one.")
            .voice("alloy")
            .inputEncoding(AudioEncoding.PCMA)
            .outputEncoding(AudioEncoding.PCM)
            .transcription("whisper-1")
            .tools(List.of(new FunctionTool("get_weather_for_location", "Gets the weather at a place.",
                    JSON.readTree("""
                            {"type":"object","properties":{
                              "location":{"type":"string","description":"Town and country, such as Lisbon, Portugal"},
                              "unit":{"type":"string","enum":["c","f"]}},
                            "required":["location","unit"]}"""))))
            .build();

    private FromFile() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("expected a WAV file, found " + args.length + " arguments");
        }
        var question = Path.of(args[0]);
        var builder = RealtimeClient.fromEnvironment(System.getenv());
        try (var client = builder.build();
                var session = client.connect();
                var reply = Files.newOutputStream(OUTPUT)) {
            System.out.println("Connected to " + client.description());
            session.configure(SESSION);
            session.add(Item.userText("I am choosing clothes for a trip."));
            var sent = CompletableFuture.runAsync(() -> send(question, session));
            new FromFile().follow(session, sent, reply);
        }
        System.out.println("Saved " + OUTPUT + ": " + Files.size(OUTPUT) + " bytes");
    }

    private static void send(Path question, RealtimeSession session) {
        try (var recording = Recording.open(question, AudioEncoding.PCMA)) {
            // In real time: speech that comes faster makes the service cut its own replies off.
            session.sendAudio(recording, AudioEncoding.PCMA, Pace.REALTIME);
        } catch (IOException e) {
            throw new CompletionException("cannot send " + question, e);
        }
    }

    private void follow(RealtimeSession session, CompletableFuture<Void> sent, OutputStream reply)
            throws IOException {
        var replied = false;
        while (true) {
            var event = session.next(replied ? QUIET : LONGEST_WAIT);
            if (event.isEmpty()) {
                if (replied && !sent.isDone() && session.closed().isEmpty()) {
                    // The reply was faster than the rest of the recording.
                    continue;
                }
                break;
            }
            show(event.get());
            switch (event.get()) {
                case ServerEvent.OutputAudioDelta sound -> reply.write(sound.audio());
                case ServerEvent.OutputItemDone done when done.item() instanceof Item.FunctionCall call ->
                    session.add(Item.functionCallOutput(call.callId(), weather(call.arguments())));
                case ServerEvent.ResponseDone done when !done.response().functionCalls().isEmpty() ->
                    session.respond();
                case ServerEvent.ResponseDone _ -> replied = true;
                case ServerEvent.SpeechStarted _ -> replied = false;
                default -> {}
            }
        }
        if (!replied) {
            throw new RealtimeException("expected a reply, but the session " + session.closed()
                    .map(close -> "ended with " + close)
                    .orElse("has been silent for " + LONGEST_WAIT.toSeconds() + " s"));
        }
        sent.join();
    }

    private static void show(ServerEvent event) {
        switch (event) {
            case ServerEvent.SessionCreated created ->
                System.out.println("Session " + created.session().id().orElse("without an id"));
            case ServerEvent.SpeechStarted speech ->
                System.out.println("Speech begins at " + speech.audioStartMs() + " ms");
            case ServerEvent.SpeechStopped speech -> System.out.println("Speech ends at " + speech.audioEndMs()
                    + " ms");
            case ServerEvent.OutputItemAdded added -> System.out.println("Item begins"
                    + (added.item() instanceof Item.FunctionCall call ? ": function " + call.name() : ""));
            case ServerEvent.OutputTranscriptDelta words -> System.out.print(words.delta());
            case ServerEvent.FunctionArgumentsDelta arguments -> System.out.print(arguments.delta());
            case ServerEvent.OutputItemDone done -> {
                System.out.println();
                System.out.println("Item of " + done.responseId() + " is done");
                if (done.item() instanceof Item.Message message) {
                    System.out.println(message.role() + ": " + message.text());
                }
            }
            case ServerEvent.InputTranscriptCompleted heard -> System.out.println("caller: " + heard.transcript());
            case ServerEvent.ResponseDone done -> System.out.println("Response " + done.response().status());
            // Most errors leave the session open; one that does not is followed by its end.
            case ServerEvent.ErrorEvent refused -> System.out.println("Error: " + refused.error().message());
            default -> {}
        }
    }

    /// What the function gives: made up, but of the place and in the unit that were asked for.
    private static String weather(String arguments) {
        var asked = JSON.readTree(arguments);
        var location = asked.path("location").asString("");
        if (location.isBlank()) {
            return error("expected a location, found " + asked);
        }
        int celsius = 10 + Math.floorMod(location.hashCode(), 15);
        var unit = asked.path("unit").asString("c");
        return JSON.writeValueAsString(JSON.createObjectNode()
                .put("location", location)
                .put("temperature", unit.equals("f") ? celsius * 9 / 5 + 32 : celsius)
                .put("unit", unit)
                .put("sky", "sunny"));
    }

    private static String error(String message) {
        JsonNode error = JSON.createObjectNode().put("error", message);
        return error.toString();
    }
}
