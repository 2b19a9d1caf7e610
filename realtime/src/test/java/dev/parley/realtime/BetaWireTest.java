package dev.parley.realtime;

import static dev.parley.realtime.Frames.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BetaWireTest {
    private static final String SESSION = """
            {"type":"session.created","event_id":"event_1","session":{"id":"sess_7","object":"realtime.session","model":\
            "gpt-4o-realtime-preview","expires_at":1795003600,"modalities":["audio","text"],"instructions":"Be kind.",\
            "voice":"alloy","turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,\
            "silence_duration_ms":200},"input_audio_format":"g711_ulaw","output_audio_format":"pcm16",\
            "input_audio_transcription":{"model":"whisper-1"},"tool_choice":"auto","temperature":0.8,\
            "max_response_output_tokens":"inf","tools":[]}}""";

    private final BetaWire wire = new BetaWire();

    private static String item(String type, String status, String content) {
        return "{\"type\":\"" + type + "\",\"event_id\":\"e\",\"response_id\":\"resp_7\",\"output_index\":0,"
                + "\"previous_item_id\":\"item_U7\",\"item\":{\"id\":\"item_M7\",\"type\":\"message\",\"status\":\""
                + status + "\",\"role\":\"assistant\",\"content\":[" + content + "]}}";
    }

    @Test
    void readsAFlatSession() {
        var session = ((ServerEvent.SessionCreated) wire.read(SESSION).getFirst()).session();

        assertThat(session.id()).contains("sess_7");
        assertThat(session.voice()).contains("alloy");
        assertThat(session.outputModalities()).containsExactly("audio");
        assertThat(session.inputEncoding()).contains(AudioEncoding.PCMU);
        assertThat(session.outputEncoding()).contains(AudioEncoding.PCM);
        assertThat(session.transcriptionModel()).contains("whisper-1");
        assertThat(session.turnDetection()).contains(TurnDetection.ServerVad.DEFAULT);
        assertThat(session.raw().get("temperature").doubleValue()).isEqualTo(0.8);
        assertThat(session.raw().has("turn_detection")).isFalse();
    }

    @Test
    void writesAFlatSession() {
        var update = new ClientEvent.SessionUpdate(SessionConfig.builder()
                .instructions("Be kind.")
                .outputModality("audio")
                .voice("alloy")
                .inputEncoding(AudioEncoding.PCMA)
                .outputEncoding(AudioEncoding.PCM)
                .transcription("whisper-1")
                .turnDetection(TurnDetection.ServerVad.DEFAULT)
                .maxOutputTokens(100)
                .reasoning(ReasoningEffort.LOW)
                .mcpServers(List.of(McpServer.listedBefore("shop")))
                .build());

        assertThat(json(wire.write(update))).isEqualTo(json("""
                {"type":"session.update","session":{"instructions":"Be kind.","modalities":["audio","text"],"voice":\
                "alloy","input_audio_format":"g711_alaw","output_audio_format":"pcm16","input_audio_transcription":\
                {"model":"whisper-1"},"turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,\
                "silence_duration_ms":200,"create_response":true,"interrupt_response":true},\
                "max_response_output_tokens":100,"tools":[]}}"""));
        assertThat(update.session().reasoningEffort()).as("the event is left alone").contains(ReasoningEffort.LOW);
    }

    @Test
    void aTranscriptionSessionHasEventsOfItsOwn() {
        var update = new ClientEvent.SessionUpdate(SessionConfig.transcriptionOnly()
                .transcription("whisper-1")
                .build());

        assertThat(json(wire.write(update))).isEqualTo(json(
                """
                        {"type":"transcription_session.update","session":{"input_audio_transcription":{"model":"whisper-1"}}}"""));
        var read = wire.read("""
                {"type":"transcription_session.updated","session":{"id":"sess_7","input_audio_format":"pcm16"}}""");
        assertThat(((ServerEvent.SessionUpdated) read.getFirst()).session().isTranscriptionOnly()).isTrue();
    }

    @Test
    void writesAFlatResponse() {
        var create = new ClientEvent.ResponseCreate(ResponseConfig.builder()
                .outputModality("text")
                .voice("alloy")
                .maxOutputTokens(7)
                .metadata(Map.of("topic", "spam"))
                .input(List.of(Item.assistantText("Hello.")))
                .build());

        assertThat(json(wire.write(create))).isEqualTo(json("""
                {"type":"response.create","response":{"modalities":["text"],"voice":"alloy","max_output_tokens":7,\
                "metadata":{"topic":"spam"},"input":[{"type":"message","role":"assistant","content":[{"type":"text",\
                "text":"Hello."}]}]}}"""));
        assertThat(wire.write(new ClientEvent.ResponseCreate())).isEqualTo("{\"type\":\"response.create\"}");
    }

    @Test
    void writesItemsInItsWords() {
        assertThat(wire.write(new ClientEvent.ItemCreate(Item.assistantText("Hello."))))
                .contains("{\"type\":\"text\",\"text\":\"Hello.\"}");
        assertThat(wire.write(new ClientEvent.ItemCreate(Item.userText("Hello.")))).contains("input_text");
    }

    @ParameterizedTest
    @CsvSource({"response.text.delta, OutputTextDelta", "response.audio.done, OutputAudioDone",
            "response.audio_transcript.delta, OutputTranscriptDelta", "response.output_text.delta, OutputTextDelta",
            "input_audio_buffer.cleared, InputCleared", "later, Unknown"})
    void readsEventsByTheirGaNames(String type, String expected) {
        var event = wire.read("{\"type\":\"" + type + "\",\"response_id\":\"r\",\"item_id\":\"i\",\"delta\":\"x\"}");

        assertThat(event).singleElement()
                .satisfies(read -> assertThat(read.getClass().getSimpleName()).isEqualTo(expected));
    }

    @Test
    void aFinishedItemIsAddedAndDone() {
        var events = wire.read(item("conversation.item.created", "completed", "{\"type\":\"text\",\"text\":\"Hi\"}"));

        assertThat(events).hasSize(2);
        assertThat(events.getFirst()).isInstanceOf(ServerEvent.ItemAdded.class);
        assertThat(((Item.Message) ((ServerEvent.ItemDone) events.getLast()).item()).content().getFirst())
                .isEqualTo(new Content.OutputText("Hi"));
    }

    @Test
    void anItemBeingWrittenIsDoneWhenItsOutputIs() {
        assertThat(wire.read(item("conversation.item.created", "in_progress", ""))).singleElement()
                .isInstanceOf(ServerEvent.ItemAdded.class);

        var events = wire.read(item("response.output_item.done", "completed", "{\"type\":\"audio\"}"));

        assertThat(events.getFirst()).isInstanceOf(ServerEvent.OutputItemDone.class);
        assertThat(events.getLast()).isInstanceOfSatisfying(ServerEvent.ItemDone.class,
                done -> assertThat(done.previousItemId()).isEqualTo("item_U7"));
        assertThat(wire.read(item("response.output_item.done", "completed", ""))).hasSize(1);
    }

    @Test
    void readsAFlatResponse() {
        var done = (ServerEvent.ResponseDone) wire.read("""
                {"type":"response.done","response":{"id":"resp_7","status":"completed","modalities":["text"],"voice":\
                "alloy","output_audio_format":"g711_ulaw","temperature":0.8,"output":[{"type":"message","role":\
                "assistant","content":[{"type":"audio","transcript":"Hi"}]}]}}""").getFirst();

        assertThat(done.response().messages().getFirst().content().getFirst()).isInstanceOf(Content.OutputAudio.class);
        assertThat(done.response().raw().at("/audio/output")).isEqualTo(json("""
                {"voice":"alloy","format":{"type":"audio/pcmu"}}"""));
        assertThat(done.response().raw().get("output_modalities")).hasSize(1);
    }

    @Test
    void theSessionSpeaksIt() {
        var socket = new FakeWebSocket();
        var session = new RealtimeSession(new RealtimeSession.Limits(4, 4, 1_000, Duration.ofMillis(200), Duration
                .ofMinutes(1)),
                new BetaWire(), new TrafficObserver() {});
        session.start(socket);
        session.inbox().add(item("conversation.item.created", "completed", ""));

        session.send(new ClientEvent.ItemCreate(Item.assistantText("Hello.")));
        session.close();

        assertThat(socket.sent).singleElement().asString().contains("\"type\":\"text\"");
        assertThat(session.next(Duration.ofSeconds(5))).containsInstanceOf(ServerEvent.ItemAdded.class);
        assertThat(session.next(Duration.ofSeconds(5))).containsInstanceOf(ServerEvent.ItemDone.class);
    }

    @Test
    void damagedFramesAreEventsOfSomeKind() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var frames = List.of(SESSION, item("conversation.item.created", "in_progress", "{\"type\":\"audio\"}"),
                item("response.output_item.done", "completed", "{\"type\":\"text\",\"text\":\"x\"}"),
                Frames.server("response.done"));
        for (int round = 0; round < 30_000; round++) {
            var frame = FrameFuzzTest.damaged(frames.get(random.nextInt(frames.size())), random);
            try {
                assertThat(wire.read(frame)).isNotEmpty();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + frame, e);
            }
        }
    }
}
