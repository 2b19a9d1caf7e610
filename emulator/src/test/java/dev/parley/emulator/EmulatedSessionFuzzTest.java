package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.InputTranscription;
import dev.parley.realtime.Item;
import dev.parley.realtime.McpServer;
import dev.parley.realtime.NoiseReduction;
import dev.parley.realtime.Prompt;
import dev.parley.realtime.ReasoningEffort;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.ToolChoice;
import dev.parley.realtime.Truncation;
import dev.parley.realtime.TurnDetection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Frames as no client should send them: whatever comes, the session answers and lives.
class EmulatedSessionFuzzTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int FRAMES = 800;
    /// What has no answer when it is right: audio, and a message that only the far side knows the meaning of.
    private static final Set<String> SILENT = Set.of("input_audio_buffer.append");

    private static final List<ClientEvent> VALID = List.of(
            new ClientEvent.SessionUpdate(SessionConfig.builder()
                    .instructions("Be kind.")
                    .outputModality("text")
                    .voice("sage")
                    .inputEncoding(AudioEncoding.PCM)
                    .outputEncoding(AudioEncoding.PCMU)
                    .transcription("whisper-1")
                    .turnDetection(TurnDetection.ServerVad.DEFAULT)
                    .tools(List.of(new FunctionTool("create_payment_request", "", NODES.objectNode())))
                    .toolChoice("auto")
                    .build()),
            new ClientEvent.SessionUpdate(SessionConfig.builder()
                    .turnDetection(new TurnDetection.SemanticVad(TurnDetection.Eagerness.AUTO, true, true))
                    .build()),
            new ClientEvent.SessionUpdate(SessionConfig.builder().turnDetection(new TurnDetection.Manual()).build()),
            new ClientEvent.InputAppend(new byte[9_600]), new ClientEvent.InputAppend(new byte[4_801]),
            new ClientEvent.InputCommit(), new ClientEvent.InputClear(),
            new ClientEvent.ItemCreate(Item.userText("what can you do")),
            new ClientEvent.ItemCreate(Item.userText("create a payment request for twenty euros")),
            new ClientEvent.ItemCreate("root", Item.systemText("Be brief.")),
            new ClientEvent.ItemCreate(Item.assistantText("Hello.")),
            new ClientEvent.ItemCreate(Item.functionCall("call_a", "create_payment_request", "{}")),
            new ClientEvent.ItemCreate(Item.functionCallOutput("call_a", "{\"error\":\"no\"}")),
            new ClientEvent.ItemRetrieve("item_a"), new ClientEvent.ItemTruncate("item_a", 0, 500),
            new ClientEvent.ItemDelete("item_a"), new ClientEvent.ResponseCreate(),
            new ClientEvent.ResponseCreate(ResponseConfig.builder()
                    .instructions("Say hello.")
                    .outputModality("text")
                    .set("conversation", NODES.stringNode("none"))
                    .set("metadata", NODES.objectNode().put("a", "b"))
                    .build()),
            new ClientEvent.SessionUpdate(SessionConfig.builder()
                    .inputTranscription(InputTranscription.with("gpt-4o-transcribe").in("en").prompted("Parley"))
                    .noiseReduction(NoiseReduction.farField().withStrength(0.5))
                    .include(List.of(SessionConfig.TRANSCRIPTION_LOGPROBS))
                    .turnDetection(TurnDetection.ServerVad.DEFAULT.withIdleTimeout(Duration.ofSeconds(5)))
                    .speed(1.2)
                    .maxOutputTokens(60)
                    .toolChoice(new ToolChoice.Function("create_payment_request"))
                    .truncation(new Truncation.RetentionRatio(0.5, OptionalInt.of(200)))
                    .reasoning(ReasoningEffort.LOW)
                    .parallelToolCalls(false)
                    .prompt(new Prompt("pmpt_a", "2", Map.of("name", "Ann")))
                    .build()),
            new ClientEvent.SessionUpdate(SessionConfig.builder().truncation(new Truncation.Auto()).build()),
            new ClientEvent.SessionUpdate(SessionConfig.builder()
                    .mcpServers(List.of(McpServer.at("shop", URI.create("https://shop.invalid/mcp"))
                            .headers(Map.of("X-Key", "x"))
                            .allowedTools(List.of("find"))
                            .approvalNeverFor(List.of("find"))
                            .build()))
                    .build()),
            new ClientEvent.SessionUpdate(SessionConfig.transcriptionOnly()
                    .transcription("gpt-realtime-whisper")
                    .inputEncoding(AudioEncoding.PCMA)
                    .build()),
            new ClientEvent.ItemCreate(Item.userImage("data:image/png;base64,AAAA", "look")),
            new ClientEvent.ItemCreate(Item.mcpApproval("item_b", "request_a", true)),
            new ClientEvent.ItemCreate(Item.of(NODES.objectNode()
                    .put("type", "message")
                    .put("role", "user")
                    .set("content", NODES.arrayNode()
                            .add(NODES.objectNode().put("type", "input_audio").put("audio", "AAAAAAAA"))))),
            new ClientEvent.ResponseCreate(ResponseConfig.builder()
                    .outOfBand()
                    .input(List.of(Item.reference("item_a"), Item.userText("hello there"),
                            Item.functionCallOutput("call_a", "{}")))
                    .outputEncoding(AudioEncoding.PCMA)
                    .voice("alloy")
                    .tools(List.of(new FunctionTool("lookup", "", NODES.objectNode())))
                    .toolChoice(new ToolChoice.Required())
                    .maxOutputTokens(30)
                    .build()),
            new ClientEvent.ResponseCancel(), new ClientEvent.ResponseCancel("resp_a"));

    @ParameterizedTest
    @CsvSource({"1, STRICT", "2, STRICT", "3, LENIENT", "20261121, LENIENT"})
    void answersWhateverItIsSentAndGoesOn(long seed, Strictness strictness) {
        var session = VirtualSession.open(Opening.of("gpt-realtime-2").with(strictness), new ScenarioMind(Scenario
                .paymentDesk()));

        fuzz(session, seed);

        session.passUntilQuiet();
        session.send(new ClientEvent.ResponseCancel());
        session.frame(
                "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"output_modalities\":[\"text\"],"
                        + "\"max_output_tokens\":\"inf\",\"truncation\":\"auto\",\"tool_choice\":\"auto\"}}");
        var turn = session.textTurn("what can you do");
        assertThat(VirtualSession.types(turn)).as("seed " + seed)
                .contains("response.output_text.done", "response.done");
    }

    @ParameterizedTest
    @CsvSource({"4, STRICT", "5, LENIENT"})
    void writesDownWhateverItIsSentAndGoesOn(long seed, Strictness strictness) {
        var session = VirtualSession.open(Opening.transcription().with(strictness), Minds.saying("yes"));

        fuzz(session, seed);

        assertThat(VirtualSession.types(session.send(new ClientEvent.SessionUpdate(SessionConfig.transcriptionOnly()
                .build())))).as("seed " + seed).containsExactly("session.updated");
    }

    private static void fuzz(VirtualSession session, long seed) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var ids = new ArrayList<>(List.of("item_a"));

        for (int i = 0; i < FRAMES; i++) {
            var frame = mutated(random, ids);
            try {
                var answer = session.frame(frame);
                assertThat(answer.isEmpty() && !mayBeSilent(frame)).as("no answer to " + frame).isFalse();
                session.pass(Duration.ofMillis(random.nextInt(300)));
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + seed + ", frame " + i + ": " + frame, e);
            }
            if (i % 50 == 0) {
                session.all(ServerEvent.ItemAdded.class)
                        .stream()
                        .skip(Math.max(0, ids.size() - 1))
                        .forEach(added -> ids
                                .add(added.item().id().orElseThrow()));
            }
        }
    }

    private static boolean mayBeSilent(String frame) {
        return SILENT.stream().anyMatch(frame::contains);
    }

    private static String mutated(RandomGenerator random, List<String> ids) {
        var frame = (ObjectNode) JSON.readTree(VALID.get(random.nextInt(VALID.size())).toJson());
        if (frame.has("item_id") && random.nextInt(4) > 0) {
            frame.put("item_id", ids.get(random.nextInt(ids.size())));
        }
        for (int changes = random.nextInt(3); changes > 0; changes--) {
            change(frame, random);
        }
        var text = JSON.writeValueAsString(frame);
        return random.nextInt(20) == 0 ? garbled(text, random) : text;
    }

    /// Changes one member somewhere in the document.
    private static void change(JsonNode node, RandomGenerator random) {
        if (node instanceof ObjectNode object && !object.isEmpty()) {
            var names = List.copyOf(object.propertyNames());
            var name = names.get(random.nextInt(names.size()));
            var value = object.get(name);
            if (value.isContainer() && !value.isEmpty() && random.nextInt(4) > 0) {
                change(value, random);
                return;
            }
            switch (random.nextInt(4)) {
                case 0 -> object.remove(name);
                case 1 -> object.set("x" + name, value);
                default -> object.set(name, anything(random));
            }
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            int index = random.nextInt(array.size());
            if (array.get(index).isContainer() && random.nextInt(4) > 0) {
                change(array.get(index), random);
            } else {
                array.set(index, anything(random));
            }
        }
    }

    private static JsonNode anything(RandomGenerator random) {
        return switch (random.nextInt(14)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextInt(-5, 1_000));
            case 3 -> NODES.numberNode(random.nextLong());
            case 4 -> NODES.numberNode(random.nextDouble(-2, 2));
            case 5 -> NODES.numberNode(new java.math.BigDecimal("1e400"));
            case 6 -> NODES.numberNode(java.math.BigInteger.TWO.pow(200));
            case 7 -> NODES.stringNode("");
            case 8 -> NODES.stringNode("x".repeat(random.nextInt(100)));
            case 9 -> NODES.stringNode("\u0000\ud800 \"\\");
            case 10 -> NODES.arrayNode();
            case 11 -> NODES.arrayNode().add(NODES.objectNode()).add("audio").add(3);
            case 12 -> NODES.objectNode();
            default -> NODES.objectNode().put("type", "banana").set("deep", NODES.arrayNode().add(1));
        };
    }

    private static String garbled(String text, RandomGenerator random) {
        int at = random.nextInt(text.length());
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + (char) random.nextInt(0xD800) + text.substring(at + 1);
            default -> text + text;
        };
    }
}
