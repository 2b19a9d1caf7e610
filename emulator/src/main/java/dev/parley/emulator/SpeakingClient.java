package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.Wav;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.speech.FreeTtsVoice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A client of the Realtime service for tests: it says something and waits for the answer.
///
/// ```java
/// try (var caller = SpeakingClient.connect(emulator)) {
///     var answer = caller.say("hello there");
///     assertThat(answer.words()).startsWith("Hello.");
/// }
/// ```
///
/// Every wait has a deadline, and whatever does not happen in time is an `AssertionError` that says what did. One thread
/// at a time uses it. Closing it ends its session.
public final class SpeakingClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /// More silence than ends a turn, unless the session wants more than this.
    private static final Duration PAUSE = Duration.ofMillis(700);
    private static final AudioFormat FORMAT = AudioFormat.REALTIME_PCM;
    private static final int MOST_EVENTS = 100_000;

    private final RealtimeClient client;
    private final RealtimeSession session;
    private final FreeTtsVoice voice = FreeTtsVoice.caller();
    private Duration patience = PATIENCE;

    /// What came of one turn.
    ///
    /// @param heard what the service made out of what was said; empty when it did not, or was written to
    /// @param words what was answered, as text or as the transcript of what was spoken
    /// @param audio what was answered, at 24 kHz; empty for text
    /// @param calls the functions to call
    /// @param failure why there is no answer, or not all of it
    /// @param events everything that arrived from when it was said until the answer was over
    public record Answer(Optional<String> heard, String words, Pcm audio, List<Item.FunctionCall> calls,
            Optional<String> failure, List<ServerEvent> events) {
        public Answer {
            calls = List.copyOf(calls);
            events = List.copyOf(events);
        }
    }

    private SpeakingClient(RealtimeClient client) {
        this.client = client;
        this.session = client.connect();
    }

    /// A client in a session of its own, whose audio is transcribed.
    public static SpeakingClient connect(Emulator emulator) {
        var plain = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("emulator");
        var client = emulator.sslContext().map(plain::sslContext).orElse(plain).build();
        try {
            var caller = new SpeakingClient(client);
            caller.until(ServerEvent.SessionCreated.class);
            return caller.configure(SessionConfig.builder().transcription("whisper-1").build());
        } catch (RuntimeException | Error e) {
            client.close();
            throw e;
        }
    }

    /// Changes how long it waits, 10 s at first.
    public SpeakingClient withPatience(Duration longest) {
        patience = longest;
        return this;
    }

    /// Changes the session, and waits until the change is in force.
    public SpeakingClient configure(SessionConfig update) {
        session.send(new ClientEvent.SessionUpdate(update));
        until(ServerEvent.SessionUpdated.class);
        return this;
    }

    /// Lets the service call these functions.
    public SpeakingClient offer(FunctionTool... tools) {
        return configure(SessionConfig.builder().tools(List.of(tools)).build());
    }

    /// Says this aloud, and waits for the answer. The session has to answer by itself, as it does unless told otherwise.
    public Answer say(String words) {
        return play(voice.speak(words));
    }

    /// Plays a recording, and waits for the answer.
    ///
    /// @param wav a WAV file
    public Answer play(Path wav) {
        try {
            return play(Wav.read(wav));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot play " + wav, e);
        }
    }

    /// Plays a sound at any rate, and waits for the answer.
    public Answer play(Pcm sound) {
        var heard = Resampler.convert(sound.mono(), FORMAT.rate()).then(Pcm.silence(FORMAT.rate(), PAUSE));
        session.sendAudio(FORMAT.encode(heard));
        return answer();
    }

    /// Writes this, and waits for the answer.
    public Answer write(String words) {
        session.send(new ClientEvent.ItemCreate(Item.userText(words)));
        session.send(new ClientEvent.ResponseCreate());
        return answer();
    }

    /// Tells what a function gave back, and waits for the answer.
    public Answer giveBack(Item.FunctionCall call, String output) {
        session.send(new ClientEvent.ItemCreate(Item.functionCallOutput(call.callId(), output)));
        session.send(new ClientEvent.ResponseCreate());
        return answer();
    }

    /// Waits for the next answer, such as one that an event sent through [#session()] asks for.
    public Answer answer() {
        return answer(until(ServerEvent.ResponseDone.class));
    }

    /// The session, for whatever is not here. What is read from it is missing in the next answer.
    public RealtimeSession session() {
        return session;
    }

    @Override
    public void close() {
        try {
            session.close();
        } finally {
            client.close();
        }
    }

    private List<ServerEvent> until(Class<? extends ServerEvent> type) {
        var events = new ArrayList<ServerEvent>();
        long deadline = System.nanoTime() + patience.toNanos();
        while (events.isEmpty() || !type.isInstance(events.getLast())) {
            var rest = Duration.ofNanos(deadline - System.nanoTime());
            var next = rest.isPositive() && events.size() < MOST_EVENTS
                    ? session.next(rest)
                    : Optional.<ServerEvent>empty();
            events.add(next.orElseThrow(() -> new AssertionError("expected " + type.getSimpleName() + " within "
                    + patience.toMillis() + " ms, found " + told(events))));
        }
        return events;
    }

    private String told(List<ServerEvent> events) {
        var types = events.stream().map(event -> event.raw().path("type").asString("")).distinct().toList();
        return (types.isEmpty() ? "nothing" : "only " + String.join(", ", types)) + session.closed()
                .map(close -> "; the session ended with " + close)
                .orElse("");
    }

    private static Answer answer(List<ServerEvent> events) {
        var heard = Optional.<String>empty();
        var words = new StringBuilder();
        var sound = new ByteArrayOutputStream();
        for (var event : events) {
            switch (event) {
                case ServerEvent.InputTranscriptCompleted completed -> heard = Optional.of(completed.transcript());
                case ServerEvent.OutputTextDone done -> add(words, done.text());
                case ServerEvent.OutputTranscriptDone done -> add(words, done.transcript());
                case ServerEvent.OutputAudioDelta delta -> sound.writeBytes(delta.audio());
                default -> {
                    // In the list, for whoever wants it.
                }
            }
        }
        var response = ((ServerEvent.ResponseDone) events.getLast()).response();
        return new Answer(heard, words.toString(), FORMAT.decode(sound.toByteArray()), response.functionCalls(),
                response.failure(), events);
    }

    private static void add(StringBuilder words, String more) {
        words.append(words.isEmpty() ? "" : " ").append(more);
    }
}
