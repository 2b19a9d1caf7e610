package dev.parley.emulator;

import static dev.parley.emulator.FakeModels.bytes;
import static dev.parley.emulator.FakeModels.json;
import static dev.parley.emulator.FakeModels.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.emulator.Mind.Situation;
import dev.parley.emulator.Mind.Thought;
import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.Wav;
import dev.parley.realtime.Content;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.ToolChoice;
import dev.parley.speech.Hearing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Remote ears, mind and voices against small servers that speak OpenAI's HTTP interface, well and badly.
@Timeout(30)
class RemoteFacultiesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String CHAT = "/chat/completions";
    private static final String EARS = "/audio/transcriptions";
    private static final String SPEECH = "/audio/speech";
    private static final String SSE = "text/event-stream; charset=utf-8";
    private static final Pcm SOUND = Pcm.copyOf(24_000, (short) 1, (short) -2, (short) 3);

    private final FakeModels models = FakeModels.open();
    private final List<RemoteService> services = new ArrayList<>();

    @AfterEach
    void stop() {
        services.forEach(RemoteService::close);
        models.close();
    }

    // Ears

    @Test
    void sendsAWavFileAndHearsTheWordsInJson() throws IOException {
        models.on(EARS, json(200, "{\"text\":\" hello there \"}"));

        var hearing = new RemoteEars(service(models.endpoint().withKey("sk-secret"))).hear(SOUND);

        assertThat(hearing).isEqualTo(new Hearing.Understood("hello there", 1));
        var asked = models.asked().getFirst();
        var form = new String(asked.body(), StandardCharsets.ISO_8859_1);
        assertThat(asked.headers().getFirst("Authorization")).isEqualTo("Bearer sk-secret");
        assertThat(form).contains("name=\"model\"\r\n\r\ntiny\r\n").contains("filename=\"speech.wav\"");
        var file = Arrays.copyOfRange(asked.body(), form.indexOf("RIFF"), asked.body().length);
        assertThat(Wav.read(new ByteArrayInputStream(file))).isEqualTo(SOUND);
    }

    @Test
    void hearsTheWordsOfAStream() {
        models.on(EARS, stream(SSE, "data: {\"type\":\"transcript.text.delta\",\"delta\":\"he\"}\n\nda",
                "ta: {\"type\":\"transcript.text.delta\",\"delta\":\"llo\"}\n\n: a comment\n\n",
                "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello.\"}\n\n"));

        assertThat(new RemoteEars(service(models.endpoint())).hear(SOUND)).isEqualTo(new Hearing.Understood("Hello.",
                1));
    }

    @Test
    void understandsNothingInNoWords() {
        models.on(EARS, json(200, "{\"text\":\"\"}"));

        assertThat(new RemoteEars(service(models.endpoint())).hear(SOUND)).isEqualTo(new Hearing.NotUnderstood());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not json", "{}", "{\"text\":5}", "[]"})
    void refusesTranscriptsThatAreNone(String body) {
        models.on(EARS, json(200, body));

        assertThatThrownBy(() -> new RemoteEars(service(models.endpoint())).hear(SOUND)).isInstanceOf(
                FacultyException.class)
                .hasMessageContaining("expected ")
                .hasMessageContaining(EARS);
    }

    @Test
    void refusesAStreamThatBreaksOffOrTellsOfAnError() {
        models.on(EARS, stream(SSE, "data: {\"type\":\"transcript.text.delta\",\"delta\":\"he\"}\n\n"));
        assertThatThrownBy(() -> new RemoteEars(service(models.endpoint())).hear(SOUND)).isInstanceOf(
                FacultyException.class);

        models.on(EARS, stream(SSE, "data: {\"error\":{\"message\":\"he said hello\"}}\n\n"));
        assertThatThrownBy(() -> new RemoteEars(service(models.endpoint())).hear(SOUND)).isInstanceOf(
                FacultyException.class)
                .hasMessageNotContaining("he said hello");
    }

    // Mind

    @Test
    void saysEachSentenceAsSoonAsItIsComplete() throws InterruptedException {
        var second = new CountDownLatch(1);
        models.on(CHAT, exchange -> {
            var out = FakeModels.begin(exchange, SSE);
            out.write((delta("Hello Dr. Who. How ") + delta("are")).getBytes(StandardCharsets.UTF_8));
            out.flush();
            // Not before the first sentence was said.
            second.await(10, TimeUnit.SECONDS);
            out.write((delta(" you? Fine") + finish("stop") + "data: [DONE]\n\n").getBytes(StandardCharsets.UTF_8));
        });
        var said = new ArrayList<String>();

        mind().respond(asking("hi"), thought -> {
            said.add(((Thought.Say) thought).text());
            second.countDown();
        });

        assertThat(said).containsExactly("Hello Dr. Who.", "How are you?", "Fine");
    }

    @Test
    void callsFunctionsPutTogetherByIndex() throws InterruptedException {
        models.on(CHAT, stream(SSE, call(0, "call_a", "weather", "") + call(1, "call_b", "time", "{\"zo"),
                call(0, null, null, "{\"city\":") + call(1, null, null, "ne\":1}") + call(0, null, null, "\"Rome\"}"),
                finish("tool_calls") + "data: [DONE]\n\n"));

        assertThat(thoughts(asking("hi"))).containsExactly(new Thought.CallFunction("weather", "{\"city\":\"Rome\"}"),
                new Thought.CallFunction("time", "{\"zone\":1}"));
    }

    @Test
    void understandsAServerThatDoesNotStream() throws InterruptedException {
        models.on(CHAT, json(200, "{\"choices\":[{\"message\":{\"content\":\"One. Two.\",\"tool_calls\":[{\"function\":"
                + "{\"name\":\"f\",\"arguments\":\"\"}}]}}]}"));

        assertThat(thoughts(asking("hi"))).containsExactly(new Thought.Say("One."), new Thought.Say("Two."),
                new Thought.CallFunction("f", "{}"));
    }

    @Test
    void tellsTheConversationItsToolsAndItsChoice() throws InterruptedException {
        models.on(CHAT, stream(SSE, delta("ok") + finish("stop")));
        var conversation = List.<Item>of(Item.userText("weather in Rome?"), Item.functionCall("call_1", "weather",
                "{}"),
                Item.functionCall("call_2", "time", "{}"), Item.functionCallOutput("call_2", "noon"),
                Item.functionCallOutput("call_1", "sunny"), Item.assistantText("Sunny."),
                Item.functionCall("call_3", "never_answered", "{}"), Item.message("user",
                        new Content.InputAudio(null)));
        var tool = new FunctionTool("weather", "Tells it", JSON.readTree("{}"));

        thoughts(new Situation("Be kind.", conversation, List.of(tool), Optional.empty(), true, List.of(),
                new ToolChoice.Function("weather")));

        var json = JSON.readTree(models.asked().getFirst().text());
        assertThat(json.path("model").stringValue()).isEqualTo("tiny");
        assertThat(json.path("stream").booleanValue()).isTrue();
        assertThat(json.path("messages").valueStream().map(JsonNode::toString)).containsExactly(
                "{\"role\":\"system\",\"content\":\"Be kind.\"}",
                "{\"role\":\"user\",\"content\":\"weather in Rome?\"}",
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}},{\"id\":\"call_2\",\"type\":"
                        + "\"function\",\"function\":{\"name\":\"time\",\"arguments\":\"{}\"}}]}",
                "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"sunny\"}",
                "{\"role\":\"tool\",\"tool_call_id\":\"call_2\",\"content\":\"noon\"}",
                "{\"role\":\"assistant\",\"content\":\"Sunny.\"}", "{\"role\":\"user\",\"content\":\"(inaudible)\"}");
        assertThat(json.path("tools").toString()).isEqualTo(
                "[{\"type\":\"function\",\"function\":{\"name\":\"weather\","
                        + "\"description\":\"Tells it\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]");
        assertThat(json.path("tool_choice").toString()).isEqualTo(
                "{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}");
    }

    @Test
    void offersNoToolsWhenNoneMayBeCalled() throws InterruptedException {
        models.on(CHAT, stream(SSE, delta("ok") + finish("stop")));
        var tool = new FunctionTool("weather", "", JSON.readTree("{}"));

        thoughts(new Situation("", List.of(), List.of(tool), Optional.empty(), true, List.of(), new ToolChoice.None()));

        assertThat(models.asked().getFirst().text()).doesNotContain("tool");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "data: nonsense\n\n", "data: {\"error\":{\"message\":\"no\"}}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"Half a sen\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":5000}]}}]}\n\ndata: [DONE]\n\n",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}}]}\n\n"
                    + "data: [DONE]\n\n"})
    void refusesStreamsThatMakeNoSense(String body) {
        models.on(CHAT, stream(SSE, body));

        assertThatThrownBy(() -> thoughts(asking("hi"))).isInstanceOf(FacultyException.class)
                .hasMessageContaining("expected ");
    }

    @Test
    void refusesAnAnswerThatDoesNotEnd() {
        models.on(CHAT, exchange -> {
            var out = FakeModels.begin(exchange, SSE);
            var piece = delta("x".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 1_000; i++) {
                out.write(piece);
            }
        });

        assertThatThrownBy(() -> thoughts(asking("hi"))).isInstanceOf(FacultyException.class)
                .hasMessageContaining("expected at most 8388608 bytes");
    }

    // Voices

    @Test
    void speaksPcmAt24KilohertzInTheVoiceAskedFor() throws InterruptedException {
        models.on(SPEECH, exchange -> {
            var out = FakeModels.begin(exchange, "audio/pcm");
            for (byte one : SOUND.toLittleEndian()) {
                out.write(one);
                out.flush();
            }
        });

        assertThat(new RemoteVoices(service(models.endpoint()), Optional.empty()).speak("Hello.", "marin")).isEqualTo(
                SOUND);
        assertThat(JSON.readTree(models.asked().getFirst().text())).isEqualTo(JSON.readTree(
                "{\"model\":\"tiny\",\"input\":\"Hello.\",\"voice\":\"marin\",\"response_format\":\"pcm\"}"));
    }

    @Test
    void speaksWavAtAnyRateInAVoiceOfItsOwn() throws Exception {
        var file = Files.createTempFile("voice", ".wav");
        var at16 = Pcm.copyOf(16_000, (short) 5, (short) 6);
        Wav.write(file, at16);
        models.on(SPEECH, bytes(200, "audio/wav", Files.readAllBytes(file)));
        Files.delete(file);

        assertThat(new RemoteVoices(service(models.endpoint()), Optional.of("bella")).speak("Hello.", "marin"))
                .isEqualTo(at16);
        assertThat(models.asked().getFirst().text()).contains("\"voice\":\"bella\"");
    }

    @Test
    void refusesSoundThatIsNone() {
        for (var answer : List.of(json(200, "{\"detail\":\"no such voice\"}"), bytes(200, "audio/pcm"),
                bytes(200, "audio/wav", "RIFF....WAVEfmt ".getBytes(StandardCharsets.US_ASCII)))) {
            models.on(SPEECH, answer);

            assertThatThrownBy(() -> new RemoteVoices(service(models.endpoint()), Optional.empty()).speak("Hello.",
                    "marin"))
                    .isInstanceOf(FacultyException.class)
                    .hasMessageStartingWith("expected PCM or WAV in the answer to POST /audio/speech, found ");
        }
    }

    @Test
    void asksNobodyToSayNothing() throws InterruptedException {
        assertThat(new RemoteVoices(service(models.endpoint()), Optional.empty()).speak("  ", "marin").isEmpty())
                .isTrue();
        assertThat(models.asked()).isEmpty();
    }

    // When the service is unwell

    @Test
    void saysHowAServiceRefusesAndNeitherTheKeyNorTheWords() {
        models.on(CHAT, json(500,
                "{\"error\":{\"message\":\"cannot digest 'my secret words'\",\"code\":\"out_of_memory\"}}"));
        var mind = new RemoteMind(service(models.endpoint().withKey("sk-secret")));

        assertThatThrownBy(() -> mind.respond(asking("my secret words"), _ -> {})).isInstanceOf(FacultyException.class)
                .hasMessageContaining("to succeed, found HTTP 500: out_of_memory")
                .hasMessageNotContaining("secret");
        assertThat(models.endpoint().withKey("sk-secret").toString()).doesNotContain("secret").contains("with a key");
    }

    @Test
    void givesUpOnAServiceThatDoesNotAnswer() {
        models.on(CHAT, models.silence());
        var impatient = models.endpoint().withPatience(Duration.ofSeconds(5), Duration.ofMillis(150));

        assertThatThrownBy(() -> new RemoteMind(service(impatient)).respond(asking("hi"), _ -> {}))
                .isInstanceOf(FacultyException.class)
                .hasMessageContaining("within 150 ms, found none");
    }

    @Test
    void givesUpOnAServiceThatFallsSilentInTheMiddle() {
        models.on(CHAT, exchange -> {
            var out = FakeModels.begin(exchange, SSE);
            out.write(delta("One. ").getBytes(StandardCharsets.UTF_8));
            out.flush();
            models.awaitEnd();
        });
        var impatient = models.endpoint().withPatience(Duration.ofSeconds(5), Duration.ofMillis(150));
        var said = new ArrayList<Thought>();

        assertThatThrownBy(() -> new RemoteMind(service(impatient)).respond(asking("hi"),
                said::add))
                .isInstanceOf(FacultyException.class)
                .hasMessageContaining("to go on within 150 ms, found silence");
        assertThat(said).containsExactly(new Thought.Say("One."));
    }

    @Test
    void saysThatNothingAnswersThere() throws IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var nowhere = RemoteEndpoint.of(URI.create("http://127.0.0.1:" + port + "/v1"), "tiny");

        assertThatThrownBy(() -> new RemoteVoices(service(nowhere), Optional.empty()).speak("Hello.", "marin"))
                .isInstanceOf(FacultyException.class)
                .hasMessageContaining("Is the service running?");
    }

    @Test
    void abortsTheRequestWhenInterrupted() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var aborted = new CountDownLatch(1);
        models.on(CHAT, exchange -> {
            var out = FakeModels.begin(exchange, SSE);
            try {
                while (true) {
                    out.write(delta("One. ").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            } catch (IOException e) {
                aborted.countDown();
                throw e;
            }
        });
        var wasInterrupted = new AtomicBoolean();
        var mind = mind();
        var thinker = Thread.ofVirtual().start(() -> {
            try {
                mind.respond(asking("hi"), _ -> begun.countDown());
            } catch (InterruptedException _) {
                wasInterrupted.set(true);
            }
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).as("the answer begins").isTrue();

        thinker.interrupt();

        assertThat(thinker.join(Duration.ofSeconds(10))).as("the mind stops thinking").isTrue();
        assertThat(wasInterrupted).isTrue();
        assertThat(aborted.await(10, TimeUnit.SECONDS)).as("the request is aborted").isTrue();
    }

    @Test
    void refusesAddressesAndKeysThatAreNone() {
        for (var address : List.of("ftp://example.org", "localhost", "http:///v1", "http://user:secret@example.org")) {
            assertThatThrownBy(() -> RemoteEndpoint.of(URI.create(address), "tiny")).as(address)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret");
        }
        assertThatThrownBy(() -> models.endpoint().withKey("sk secret\n")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    // The pure parts

    @Test
    void readsServerSentEventsHoweverTheyAreCut() {
        var bytes = "data: {\"é\":1}\r\n\r\ndata:two\ndata: lines\n\nevent: x\nid: 7\n: c\n\ndata: last".getBytes(
                StandardCharsets.UTF_8);
        for (int size = 1; size <= bytes.length; size++) {
            var stream = new EventStream();
            var events = new ArrayList<String>();
            for (var in = ByteBuffer.wrap(bytes); in.hasRemaining();) {
                var piece = new byte[Math.min(size, in.remaining())];
                in.get(piece);
                events.addAll(stream.add(piece));
            }
            events.addAll(stream.end());

            assertThat(events).as("in pieces of " + size).containsExactly("{\"é\":1}", "two\nlines", "last");
        }
    }

    @Test
    void cutsSentencesHoweverTheTextArrives() {
        var text = "Hello! It costs $3.50, e.g. today. Mr. J. Smith said \"yes.\" Really?\n1. First point\nDone… 好的。再见";
        for (int size = 1; size <= text.length(); size++) {
            var sentences = new Sentences();
            var cut = new ArrayList<String>();
            for (int at = 0; at < text.length(); at += size) {
                cut.addAll(sentences.add(text.substring(at, Math.min(at + size, text.length()))));
            }
            sentences.rest().ifPresent(cut::add);

            assertThat(cut).as("in pieces of " + size)
                    .containsExactly("Hello!", "It costs $3.50, e.g. today.", "Mr. J. Smith said \"yes.\"", "Really?",
                            "1. First point", "Done…", "好的。", "再见");
        }
    }

    // In the emulator

    @Test
    void servesAsARealtimeServerInFrontOfThree() {
        models.on(EARS, json(200, "{\"text\":\"good evening\"}"))
                .on(CHAT, stream(SSE, delta("Good evening. Welcome.") + finish("stop") + "data: [DONE]\n\n"))
                .on(SPEECH, bytes(200, "audio/pcm", Speech.silence(200).toLittleEndian()));
        var faculties = Faculties.plain()
                .withRemoteEars(models.endpoint())
                .withRemoteMind(models.endpoint())
                .withRemoteVoice(models.endpoint(), "bella");

        try (var emulator = Emulator.start(Emulator.Settings.plain().withFaculties(faculties));
                var caller = SpeakingClient.connect(emulator)) {
            var answer = caller.say("good evening");

            assertThat(answer.heard()).hasValue("good evening");
            assertThat(answer.words()).isEqualTo("Good evening. Welcome.");
            assertThat(answer.audio().duration()).isEqualTo(Duration.ofMillis(400));
            assertThat(answer.audio().rate()).isEqualTo(AudioFormat.REALTIME_PCM.rate());
        }
    }

    @Test
    void failsTheResponseAndGoesOnWithTheSession() {
        var answers = Collections.synchronizedList(new ArrayList<>(List.of(json(500, "{}"),
                stream(SSE, delta("Here again.") + finish("stop")))));
        models.on(CHAT, exchange -> answers.removeFirst().to(exchange));
        var faculties = Faculties.plain().withRemoteMind(models.endpoint());

        try (var emulator = Emulator.start(Emulator.Settings.plain().withFaculties(faculties));
                var caller = SpeakingClient.connect(emulator)) {
            assertThat(caller.write("hello").failure()).hasValueSatisfying(failure -> assertThat(failure).contains(
                    "The server had an error"));
            assertThat(caller.write("hello").words()).isEqualTo("Here again.");
        }
    }

    @Test
    void saysThatTheEarsAreOutOfOrderAndAnswersAllTheSame() {
        models.on(EARS, json(503, "{\"error\":{\"code\":\"loading\"}}"));
        var faculties = Faculties.plain().withRemoteEars(models.endpoint());
        var logged = new CopyOnWriteArrayList<LogRecord>();
        var logger = Logger.getLogger(FacultiesAtWork.class.getName());
        var handler = collecting(logged);
        logger.addHandler(handler);

        try (var emulator = Emulator.start(Emulator.Settings.plain().withFaculties(faculties));
                var caller = SpeakingClient.connect(emulator)) {
            var answer = caller.say("good evening");

            assertThat(answer.words()).isEqualTo("I heard you, but I could not make out the words.");
            assertThat(answer.events()).filteredOn(ServerEvent.InputTranscriptFailed.class::isInstance)
                    .singleElement()
                    .extracting(event -> ((ServerEvent.InputTranscriptFailed) event).error().type())
                    .isEqualTo("server_error");
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(logged).singleElement().satisfies(entry -> {
            assertThat(entry.getLevel()).isEqualTo(Level.WARNING);
            assertThat(entry.getThrown()).as("what is no bug of ours has no stack trace").isNull();
        });
    }

    @Test
    void leavesNoThreadBehindAndServesTheNextEmulatorToo() {
        models.on(CHAT, exchange -> stream(SSE, delta("Yes.") + finish("stop")).to(exchange));
        var faculties = Faculties.plain().withRemoteMind(models.endpoint());
        var before = httpThreads();

        for (int i = 0; i < 2; i++) {
            try (var emulator = Emulator.start(Emulator.Settings.plain().withFaculties(faculties));
                    var caller = SpeakingClient.connect(emulator)) {
                caller.configure(SessionConfig.builder().outputModality("text").build());
                assertThat(caller.write("hello").words()).isEqualTo("Yes.");
            }
        }

        assertThat(httpThreads()).isSubsetOf(before);
    }

    /// The threads HTTP clients have of their own; those of one that was closed have a moment to end.
    private static Set<Thread> httpThreads() {
        var threads = Thread.getAllStackTraces()
                .keySet()
                .stream()
                .filter(thread -> thread.getName().contains("SelectorManager"))
                .collect(Collectors.toSet());
        threads.removeIf(thread -> {
            try {
                return thread.join(Duration.ofMillis(100));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return threads;
    }

    private static Handler collecting(List<LogRecord> logged) {
        return new Handler() {
            @Override
            public void publish(LogRecord entry) {
                logged.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    private RemoteService service(RemoteEndpoint endpoint) {
        var service = new RemoteService(endpoint);
        services.add(service);
        return service;
    }

    private Mind mind() {
        return new RemoteMind(service(models.endpoint()));
    }

    private List<Thought> thoughts(Situation situation) throws InterruptedException {
        var thoughts = new ArrayList<Thought>();
        mind().respond(situation, thoughts::add);
        return thoughts;
    }

    private static Situation asking(String words) {
        return new Situation("", List.of(Item.userText(words)), List.of(), Optional.of(words), true, List.of());
    }

    private static String delta(String content) {
        var json = JSON.createObjectNode();
        json.putArray("choices").addObject().put("index", 0).putObject("delta").put("content", content);
        return "data: " + json + "\n\n";
    }

    private static String call(int index, @Nullable String id,
            @Nullable String name, String arguments) {
        var json = JSON.createObjectNode();
        var call = json.putArray("choices").addObject().putObject("delta").putArray("tool_calls").addObject();
        call.put("index", index);
        var function = call.putObject("function").put("arguments", arguments);
        if (id != null) {
            call.put("id", id).put("type", "function");
            function.put("name", name);
        }
        return "data: " + json + "\n\n";
    }

    private static String finish(String reason) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}\n\n";
    }
}
