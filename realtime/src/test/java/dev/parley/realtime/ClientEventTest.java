package dev.parley.realtime;

import static dev.parley.realtime.Frames.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClientEventTest {
    static List<Arguments> eventsOfOurOwn() {
        return List.of(
                Arguments.of(new ClientEvent.SessionUpdate(SessionConfig.builder().voice("marin").build()),
                        """
                                {"type":"session.update","session":{"type":"realtime","audio":{"output":{"voice":"marin"}}}}"""),
                Arguments.of(new ClientEvent.InputAppend(new byte[]{0, 1, 2, 3}), """
                        {"type":"input_audio_buffer.append","audio":"AAECAw=="}"""),
                Arguments.of(new ClientEvent.InputCommit(), "{\"type\":\"input_audio_buffer.commit\"}"),
                Arguments.of(new ClientEvent.InputClear(), "{\"type\":\"input_audio_buffer.clear\"}"),
                Arguments.of(new ClientEvent.ItemCreate(Item.functionCallOutput("call_K7", "{\"state\":\"ok\"}")), """
                        {"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"call_K7",\
                        "output":"{\\"state\\":\\"ok\\"}"}}"""),
                Arguments.of(new ClientEvent.ItemCreate("root", Item.systemText("Today is Monday.")), """
                        {"type":"conversation.item.create","previous_item_id":"root","item":{"type":"message",\
                        "role":"system","content":[{"type":"input_text","text":"Today is Monday."}]}}"""),
                Arguments.of(new ClientEvent.ItemRetrieve("item_M7"), """
                        {"type":"conversation.item.retrieve","item_id":"item_M7"}"""),
                Arguments.of(new ClientEvent.ItemTruncate("item_M7", 0, 1_180), """
                        {"type":"conversation.item.truncate","item_id":"item_M7","content_index":0,\
                        "audio_end_ms":1180}"""),
                Arguments.of(new ClientEvent.ItemDelete("item_M7"), """
                        {"type":"conversation.item.delete","item_id":"item_M7"}"""),
                Arguments.of(new ClientEvent.ResponseCreate(), "{\"type\":\"response.create\"}"),
                Arguments.of(new ClientEvent.ResponseCreate(ResponseConfig.builder().instructions("Hi.").build()), """
                        {"type":"response.create","response":{"instructions":"Hi."}}"""),
                Arguments.of(new ClientEvent.ResponseCancel(), "{\"type\":\"response.cancel\"}"),
                Arguments.of(new ClientEvent.ResponseCancel("resp_7"), """
                        {"type":"response.cancel","response_id":"resp_7"}"""),
                Arguments.of(new ClientEvent.OutputBufferClear(), "{\"type\":\"output_audio_buffer.clear\"}"),
                Arguments.of(new ClientEvent.ItemCreate(Item.mcpApproval("mcpa_7", "mcpr_7", false)), """
                        {"type":"conversation.item.create","item":{"id":"mcpa_7","type":"mcp_approval_response",\
                        "approval_request_id":"mcpr_7","approve":false}}"""),
                Arguments.of(new ClientEvent.ItemCreate(Item.userImage("data:image/png;base64,AAAA", "What is it?")),
                        """
                                {"type":"conversation.item.create","item":{"type":"message","role":"user","content":[\
                                {"type":"input_image","image_url":"data:image/png;base64,AAAA"},\
                                {"type":"input_text","text":"What is it?"}]}}"""));
    }

    @ParameterizedTest
    @MethodSource("eventsOfOurOwn")
    void whatCodeCreatesIsWhatTheWireBrings(ClientEvent event, String frame) {
        assertThat(event.toJson()).isEqualTo(frame);
        assertThat(ClientEvent.parse(frame)).isEqualTo(event);
    }

    @Test
    void readsASessionUpdate() {
        var session = ((ClientEvent.SessionUpdate) ClientEvent.parse(Frames.ofClient().getFirst())).session();

        assertThat(session.inputEncoding()).contains(AudioEncoding.PCMU);
        assertThat(session.outputEncoding()).isEmpty();
        assertThat(session.transcriptionModel()).contains("whisper-1");
        assertThat(session.turnDetection()).contains(new TurnDetection.Manual());
        assertThat(session.tools()).singleElement().satisfies(tool -> {
            assertThat(tool.name()).isEqualTo("create_payment_request");
            assertThat(tool.parameters().path("required").path(0).asString()).isEqualTo("amount");
        });
    }

    @Test
    void anIdOfTheClientsChoiceComesSecondAndReplacesTheOneBefore() {
        var event = new ClientEvent.ItemDelete("item_M7").withEventId("first").withEventId("second");

        assertThat(event).isInstanceOf(ClientEvent.ItemDelete.class);
        assertThat(event.eventId()).contains("second");
        assertThat(event.toJson())
                .isEqualTo("{\"type\":\"conversation.item.delete\",\"event_id\":\"second\",\"item_id\":\"item_M7\"}");
    }

    @Test
    void anUnknownTypeIsKeptAsItCame() {
        var frame = "{\"type\":\"session.close\",\"event_id\":\"x\",\"more\":[1]}";

        var event = ClientEvent.parse(frame);

        assertThat(event).isInstanceOf(ClientEvent.Unknown.class);
        assertThat(event.toJson()).isEqualTo(frame);
    }

    static List<Arguments> malformedFrames() {
        return List.of(Arguments.of("", "invalid_json", null),
                Arguments.of("{", "invalid_json", null),
                Arguments.of("[1]", "invalid_json", null),
                Arguments.of("1e400", "invalid_json", null),
                Arguments.of("{\"type\":\"response.create\",\"x\":NaN}", "invalid_json", null),
                Arguments.of("[".repeat(100_000), "invalid_json", null),
                Arguments.of("{\"event_id\":\"x\"}", "invalid_event", null),
                Arguments.of("{\"type\":{}}", "invalid_type", "type"),
                Arguments.of("{\"type\":\"session.update\"}", "missing_required_parameter", "session"),
                Arguments.of("{\"type\":\"session.update\",\"session\":{}}", "missing_required_parameter",
                        "session.type"),
                Arguments.of(update("\"instructions\":7"), "invalid_type", "session.instructions"),
                Arguments.of(update("\"output_modalities\":\"audio\""), "invalid_type", "session.output_modalities"),
                Arguments.of(update("\"output_modalities\":[{}]"), "invalid_type", "session.output_modalities[0]"),
                Arguments.of(update("\"audio\":[]"), "invalid_type", "session.audio"),
                Arguments.of(update("\"audio\":{\"input\":{\"format\":{\"type\":\"audio/opus\"}}}"), "invalid_value",
                        "session.audio.input.format.type"),
                Arguments.of(vad("{}"), "missing_required_parameter", "session.audio.input.turn_detection.type"),
                Arguments.of(vad("{\"type\":\"server_vad\",\"threshold\":\"high\"}"), "invalid_type",
                        "session.audio.input.turn_detection.threshold"),
                Arguments.of(vad("{\"type\":\"server_vad\",\"threshold\":1.5}"), "decimal_above_max_value",
                        "session.audio.input.turn_detection.threshold"),
                Arguments.of(vad("{\"type\":\"server_vad\",\"threshold\":-0.5}"), "decimal_below_min_value",
                        "session.audio.input.turn_detection.threshold"),
                Arguments.of(vad("{\"type\":\"server_vad\",\"silence_duration_ms\":-1}"), "integer_below_min_value",
                        "session.audio.input.turn_detection.silence_duration_ms"),
                Arguments.of(update("\"tools\":[{\"type\":\"function\"}]"), "missing_required_parameter",
                        "session.tools[0].name"),
                Arguments.of(update("\"tools\":[{\"type\":\"function\",\"name\":\"" + "x".repeat(65) + "\"}]"),
                        "invalid_value", "session.tools[0].name"),
                Arguments.of(update("\"tools\":[{\"type\":\"function\",\"name\":\"x\",\"parameters\":[]}]"),
                        "invalid_type", "session.tools[0].parameters"),
                Arguments.of("{\"type\":\"input_audio_buffer.append\"}", "missing_required_parameter", "audio"),
                Arguments.of("{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"function_call_output\","
                        + "\"call_id\":\"c\"}}", "missing_required_parameter", "item.output"),
                Arguments.of("{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":\"user\","
                        + "\"content\":[{\"type\":\"input_text\"}]}}", "missing_required_parameter",
                        "item.content[0].text"),
                Arguments.of(item("{\"type\":\"mcp_approval_response\",\"approval_request_id\":\"r\"}"),
                        "missing_required_parameter", "item.approve"),
                Arguments.of(item("{\"type\":\"mcp_approval_response\",\"approval_request_id\":\"r\",\"approve\":1}"),
                        "invalid_type", "item.approve"),
                Arguments.of(item("{\"type\":\"item_reference\"}"), "missing_required_parameter", "item.id"),
                Arguments.of(item("{\"type\":\"mcp_list_tools\",\"server_label\":\"s\",\"tools\":[{}]}"),
                        "missing_required_parameter", "item.tools[0].name"),
                Arguments.of(item("{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_image\"}]}"),
                        "missing_required_parameter", "item.content[0].image_url"),
                Arguments.of("{\"type\":\"conversation.item.truncate\",\"item_id\":\"i\",\"audio_end_ms\":1.5}",
                        "invalid_type", "audio_end_ms"),
                Arguments.of("{\"type\":\"conversation.item.truncate\",\"item_id\":\"i\",\"audio_end_ms\":1,"
                        + "\"content_index\":3000000000}", "integer_above_max_value", "content_index"),
                Arguments.of("{\"type\":\"response.create\",\"response\":\"now\"}", "invalid_type", "response"));
    }

    private static String item(String item) {
        return "{\"type\":\"conversation.item.create\",\"item\":" + item + "}";
    }

    private static String update(String member) {
        return "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\"," + member + "}}";
    }

    private static String vad(String detection) {
        return update("\"audio\":{\"input\":{\"turn_detection\":" + detection + "}}");
    }

    @ParameterizedTest
    @MethodSource("malformedFrames")
    void whatCannotBeReadSaysWhatIsWrongInTheProtocolsWords(String frame, String code, @Nullable String param) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> ClientEvent.parse(frame))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.param().orElse(null)).isEqualTo(param);
                });
    }

    @Test
    void aNumberOutOfRangeIsNamedAsTheServiceNamesIt() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> ClientEvent.parse(vad("{\"type\":\"server_vad\",\"silence_duration_ms\":-11}")))
                .withMessage("Invalid 'session.audio.input.turn_detection.silence_duration_ms': integer below minimum "
                        + "value. Expected a value >= 0, but got -11 instead.");
    }

    @Test
    void audioThatIsNotBase64IsRefusedWhenItIsUsed() {
        var event = (ClientEvent.InputAppend) ClientEvent.parse("""
                {"type":"input_audio_buffer.append","audio":"no base64!"}""");

        assertThatExceptionOfType(ProtocolException.class).isThrownBy(event::bytes)
                .satisfies(e -> assertThat(e.param()).contains("audio"));
    }

    @Test
    void arraysGivenAreNotKept() {
        var audio = new byte[]{0, 1, 2, 3};
        var event = new ClientEvent.InputAppend(audio);

        audio[0] = 9;

        assertThat(event.bytes()).containsExactly(0, 1, 2, 3);
        assertThat(json(event.toJson()).path("audio").asString()).isEqualTo("AAECAw==");
    }
}
