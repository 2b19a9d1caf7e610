package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ServerEvent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/// The examples of docs/testing.md, and that they are what is printed there.
@Timeout(30)
class TestingDocTest {
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```java\\n(.*?)```");

    @Nested
    class Quick {
        @RegisterExtension
        static final EmulatorExtension SERVICE = EmulatorExtension.scripted("what is the weather in Paris");

        @Test
        void asksForTheWeather(Emulator emulator, SpeakingClient caller) {
            var parameters = new JsonMapper().readTree("""
                    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}""");
            caller.offer(new FunctionTool("get_weather", "Tells the weather in a city", parameters));

            var asked = caller.say("anything at all");
            assertThat(asked.heard()).hasValue("what is the weather in Paris");
            assertThat(asked.calls()).extracting(Item.FunctionCall::arguments).containsExactly("{\"city\":\"Paris\"}");

            var told = caller.giveBack(asked.calls().getFirst(), "{\"temperature\": 21, \"sky\": \"clear\"}");
            assertThat(told.words()).isEqualTo("Temperature 21, sky clear.");
            assertThat(told.audio().duration()).isGreaterThan(Duration.ofSeconds(1));

            assertThat(emulator.sessions().getFirst().received("response.create")).hasSize(1);
        }
    }

    /// Stands for an application under test.
    private static final class YourClient implements AutoCloseable {
        private final RealtimeClient client;

        YourClient(String address) {
            client = RealtimeClient.builder().baseUrl(URI.create(address)).apiKey("test").build();
        }

        void ask(String question) {
            try (var session = client.connect()) {
                session.send(new ClientEvent.ItemCreate(Item.userText(question)));
                session.send(new ClientEvent.ResponseCreate());
                for (int i = 0; i < 1_000; i++) {
                    if (session.next(Duration.ofSeconds(10)).orElseThrow() instanceof ServerEvent.ResponseDone) {
                        return;
                    }
                }
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    @Test
    void inspectsWhatAnyClientDid() {
        try (var emulator = Emulator.start(Scenario.paymentDesk().withPace(0));
                var client = new YourClient(emulator.uri().toString())) {
            client.ask("hello there");

            var session = emulator.sessions().getFirst();
            assertThat(session.received("conversation.item.create")).hasSize(1);
            assertThat(session.sentTypes()).contains("response.done");
        }
    }

    @Test
    void decidesWhatIsHeardThoughtAndSaid() {
        var faculties = Faculties.scripted(List.of("hello there", Faculties.NOT_UNDERSTOOD))
                .withMinds(() -> (situation, out) -> out.accept(new Mind.Thought.Say("You said "
                        + situation.lastWords().orElse("something") + ".")));

        try (var emulator = Emulator.start(Emulator.Settings.plain().withFaculties(faculties));
                var caller = SpeakingClient.connect(emulator)) {
            assertThat(caller.say("hello").words()).isEqualTo("You said hello there.");
            assertThat(caller.say("hello").words()).isEqualTo("You said something.");
        }
    }

    @Test
    void putsModelsOfYourOwnBehindTheEmulator() {
        var key = "sk-local";

        var service = RemoteEndpoint.of(URI.create("http://127.0.0.1:8000/v1"), "whisper-small").withKey(key);
        var faculties = Faculties.plain()
                .withRemoteEars(service)
                .withRemoteMind(RemoteEndpoint.of(URI.create("http://127.0.0.1:11434/v1"), "llama3.2"))
                .withRemoteVoice(RemoteEndpoint.of(URI.create("http://127.0.0.1:8880/v1"), "kokoro"), "af_heart");

        assertThat(faculties.ears().get()).isInstanceOf(RemoteEars.class);
        assertThat(faculties.minds().get()).isInstanceOf(RemoteMind.class);
        assertThat(faculties.voices()).isInstanceOf(RemoteVoices.class);
    }

    @Test
    void isWhatThePagesPrint() throws IOException {
        var page = Files.readString(Path.of("../docs/testing.md")) + Files.readString(Path.of("../docs/scenarios.md"));
        var source = plain(Files.readString(Path.of("src/test/java/dev/parley/emulator/TestingDocTest.java")));

        var examples = EXAMPLE.matcher(page).results().map(example -> example.group(1)).toList();

        assertThat(examples).hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(example -> assertThat(source).contains(plain(example)));
    }

    /// Without layout, which differs between a page and a class.
    private static String plain(String code) {
        return code.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining())
                .replaceAll("\\s+", "");
    }
}
