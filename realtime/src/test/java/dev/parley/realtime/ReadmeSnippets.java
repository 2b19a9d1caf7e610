package dev.parley.realtime;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/// What the README shows, compiled. [ReadmeTest] holds the two together: a block there is text here, indentation aside.
final class ReadmeSnippets {
    private ReadmeSnippets() {}

    static void spokenAnswer(Map<String, String> env, Path file) throws IOException {
        try (var client = RealtimeClient.fromEnvironment(env).build();
                var session = client.connect();
                var answer = Files.newOutputStream(file)) {
            session.configure(SessionConfig.builder().instructions("Be brief.").voice("marin").build());
            session.add(Item.userText("Which mountain on Mars is the tallest?"));
            session.respond();
            for (var event : session.events()) {
                if (event instanceof ServerEvent.OutputAudioDelta delta) {
                    answer.write(delta.audio()); // 16-bit samples, 24 kHz, mono
                } else if (event instanceof ServerEvent.ResponseDone) {
                    break;
                }
            }
        }
    }

    static void tools(Session session) {
        var schema = JsonMapper.shared().readTree("{\"type\":\"object\",\"properties\":{}}");
        var weather = new FunctionTool("get_weather", "Tells the weather.", schema);
        session.configure(SessionConfig.builder().tools(List.of(weather)).build());
        for (var event : session.events()) {
            switch (event) {
                case ServerEvent.ResponseDone done when !done.response().functionCalls().isEmpty() -> {
                    for (var call : done.response().functionCalls()) {
                        session.add(Item.functionCallOutput(call.callId(), "{\"sky\":\"clear\"}"));
                    }
                    session.respond(); // once, however many were called
                }
                case ServerEvent.ErrorEvent error -> System.err.println(error.error().message());
                case ServerEvent.Unknown unknown -> System.err.println("new: " + unknown.type());
                default -> {
                    // As you like.
                }
            }
        }
        System.out.println(session.closed().orElseThrow()); // close code 1000
    }

    static void audio(Session session, InputStream recording, byte[] microphone) throws IOException {
        session.sendAudio(recording, AudioEncoding.PCM, Pace.REALTIME); // returns when it was spoken
        var result = session.trySend(new ClientEvent.InputAppend(microphone)); // does not wait
        if (!result.isQueued()) {
            System.err.println("the network is slow: " + result.queueLength() + " frames wait");
        }
    }

    static void manualTurns(Session session) {
        session.configure(SessionConfig.builder().turnDetection(new TurnDetection.Manual()).build());
        session.commitAudio(); // what was sent is a turn
        session.respond(ResponseConfig.builder().outputModality("text").build());
        session.cancelResponse();
        session.truncate("item_1", Duration.ofMillis(1_180)); // what of it was heard
    }

    static void otherWaysToRead(Session session, Flow.Subscriber<ServerEvent> subscriber) {
        session.listen(event -> System.out.println(event.type())); // on a thread of its own
        session.publisher().subscribe(subscriber); // as much as it asks for
    }

    static void lasting(RealtimeClient client) {
        try (var session = client.connect(ReconnectPolicy.DEFAULT, change -> System.err.println(change))) {
            session.events().forEach(event -> System.out.println(event.type()));
        }
    }

    static void limits() {
        var limits = RealtimeSession.Limits.DEFAULT
                .withQueues(256, 1_024)
                .withKeepAlive(Duration.ofSeconds(20))
                .withFirstEvent(Duration.ofSeconds(15))
                .withIdle(Duration.ofSeconds(60));
        var client = RealtimeClient.builder().connectTimeout(Duration.ofSeconds(15)).limits(limits).build();
        client.close();
    }

    static void azure(Supplier<String> entra) {
        var client = RealtimeClient.builder()
                .azure(URI.create("https://example.openai.azure.com"), "my-deployment")
                .tokenSupplier(entra) // asked at every connect and reconnect
                .build();
        System.out.println(client.description());
        client.close();
    }

    static void translation(RealtimeClient client, InputStream speech) throws IOException {
        try (var translation = client.translate()) {
            translation.configure(TranslationConfig.into("es"));
            translation.sendAudio(speech, Pace.REALTIME);
            translation.finish();
            for (var event : translation.events()) {
                if (event instanceof TranslationEvent.OutputTranscriptDelta words) {
                    System.out.print(words.delta());
                }
            }
        }
    }

    static void webhooks(String secret, byte[] body, Map<String, String> headers) {
        var verifier = new WebhookVerifier(secret, InstantSource.system()); // one for all requests
        if (verifier.verify(body, headers::get) instanceof WebhookEvent.RealtimeCallIncoming call) {
            System.out.println("ringing: " + call.callId());
        }
    }

    static void rest() {
        try (var calls = RealtimeClient.builder().apiKey("sk-...").calls()) {
            var session = SessionConfig.builder().model("gpt-realtime-2.1").build();
            var secret = calls.createClientSecret(session, Duration.ofMinutes(1)); // for a browser
            System.out.println(secret.expiresAt());
            calls.accept("rtc_1", session);
            calls.refer("rtc_1", "tel:+15550100");
            calls.hangUp("rtc_1");
        }
    }
}
