package dev.parley.emulator;

import static dev.parley.emulator.VirtualSession.types;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.node.JsonNodeFactory;

/// Section 8 of the protocol's reference: each mistake is answered in the service's words, and the session goes on.
class EmulatedSessionErrorsTest {
    private static final String VAD = "session.audio.input.turn_detection";
    private static final String LONG_ID = "i".repeat(33);

    /// A frame and the error that answers it.
    private record Mistake(String frame, String code, @Nullable String param, String message) {
        @Override
        public String toString() {
            return frame;
        }
    }

    static final List<Mistake> MISTAKES = List.of(
            new Mistake("{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"temperature\":0.8}}",
                    "unknown_parameter", "session.temperature", "Unknown parameter: 'session.temperature'."),
            new Mistake(session("\"audio\":{\"loud\":true}"), "unknown_parameter", "session.audio.loud",
                    "Unknown parameter: 'session.audio.loud'."),
            new Mistake(session("\"audio\":{\"output\":{\"pitch\":2}}"), "unknown_parameter",
                    "session.audio.output.pitch", "Unknown parameter: 'session.audio.output.pitch'."),
            new Mistake(detection("\"type\":\"semantic_vad\",\"threshold\":0.5"), "unknown_parameter",
                    VAD + ".threshold", "Unknown parameter: '" + VAD + ".threshold'."),
            new Mistake(session("\"audio\":{\"input\":{\"transcription\":{\"model\":\"whisper-1\",\"enabled\":true}}}"),
                    "unknown_parameter",
                    "session.audio.input.transcription.enabled",
                    "Unknown parameter: 'session.audio.input.transcription.enabled'."),
            new Mistake(session("\"audio\":{\"input\":{\"noise_reduction\":{\"type\":\"near_field\",\"loud\":1}}}"),
                    "unknown_parameter",
                    "session.audio.input.noise_reduction.loud",
                    "Unknown parameter: 'session.audio.input.noise_reduction.loud'."),
            new Mistake(session("\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcmu\",\"rate\":8000}}}"),
                    "unknown_parameter",
                    "session.audio.input.format.rate", "Unknown parameter: 'session.audio.input.format.rate'."),
            new Mistake(session("\"audio\":{\"output\":{\"voice\":{\"id\":\"voice_a\",\"pitch\":1}}}"),
                    "unknown_parameter",
                    "session.audio.output.voice.pitch", "Unknown parameter: 'session.audio.output.voice.pitch'."),
            new Mistake(session("\"tools\":[{\"type\":\"function\",\"name\":\"x\",\"strict\":true}]"),
                    "unknown_parameter",
                    "session.tools[0].strict", "Unknown parameter: 'session.tools[0].strict'."),
            new Mistake(session("\"tool_choice\":{\"type\":\"function\",\"name\":\"x\",\"also\":\"y\"}"),
                    "unknown_parameter",
                    "session.tool_choice.also", "Unknown parameter: 'session.tool_choice.also'."),
            new Mistake(session(
                    "\"truncation\":{\"type\":\"retention_ratio\",\"retention_ratio\":0.5,\"token_limits\":{\"pre\":1}}"),
                    "unknown_parameter",
                    "session.truncation.token_limits.pre", "Unknown parameter: 'session.truncation.token_limits.pre'."),
            new Mistake(session("\"tracing\":{\"workflow_name\":\"x\",\"colour\":\"red\"}"), "unknown_parameter",
                    "session.tracing.colour", "Unknown parameter: 'session.tracing.colour'."),
            new Mistake(session("\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"}"), "unknown_parameter",
                    "session.reasoning.summary", "Unknown parameter: 'session.reasoning.summary'."),
            new Mistake(session("\"prompt\":{\"id\":\"pmpt_a\",\"colour\":\"red\"}"), "unknown_parameter",
                    "session.prompt.colour", "Unknown parameter: 'session.prompt.colour'."),
            new Mistake(session("\"audio\":{\"output\":{\"speed\":0.1}}"), "decimal_below_min_value",
                    "session.audio.output.speed",
                    "Invalid 'session.audio.output.speed': decimal below minimum value. Expected a value >= 0.25, but got 0.1 instead."),
            new Mistake(session("\"audio\":{\"output\":{\"speed\":2}}"), "decimal_above_max_value",
                    "session.audio.output.speed",
                    "Invalid 'session.audio.output.speed': decimal above maximum value. Expected a value <= 1.5, but got 2 instead."),
            new Mistake(session("\"audio\":{\"output\":{\"voice\":\"kevin\"}}"), "invalid_value",
                    "session.audio.output.voice",
                    "Invalid value: 'kevin'. Supported values are: 'alloy',"),
            new Mistake(session("\"audio\":{\"input\":{\"noise_reduction\":{\"type\":\"loud\"}}}"), "invalid_value",
                    "session.audio.input.noise_reduction.type",
                    "Invalid value: 'loud'. Supported values are: 'near_field', 'far_field'."),
            new Mistake(session(
                    "\"audio\":{\"input\":{\"turn_detection\":{\"type\":\"server_vad\",\"idle_timeout_ms\":4999}}}"),
                    "integer_below_min_value", "session.audio.input.turn_detection.idle_timeout_ms",
                    "Invalid 'session.audio.input.turn_detection.idle_timeout_ms': integer below minimum value. Expected a value >= 5000, but got 4999 instead."),
            new Mistake(session(
                    "\"audio\":{\"input\":{\"turn_detection\":{\"type\":\"server_vad\",\"idle_timeout_ms\":30001}}}"),
                    "integer_above_max_value", "session.audio.input.turn_detection.idle_timeout_ms",
                    "Invalid 'session.audio.input.turn_detection.idle_timeout_ms': integer above maximum value."),
            new Mistake(session(
                    "\"audio\":{\"input\":{\"turn_detection\":{\"type\":\"semantic_vad\",\"eagerness\":\"soon\"}}}"),
                    "invalid_value", "session.audio.input.turn_detection.eagerness",
                    "Invalid value: 'soon'. Supported values are: 'low', 'medium', 'high'"),
            new Mistake(session("\"max_output_tokens\":0"), "integer_below_min_value", "session.max_output_tokens",
                    "Invalid 'session.max_output_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead."),
            new Mistake(session("\"max_output_tokens\":4097"), "integer_above_max_value", "session.max_output_tokens",
                    "Invalid 'session.max_output_tokens': integer above maximum value. Expected a value <= 4096,"),
            new Mistake(session("\"tool_choice\":\"banana\""), "invalid_value", "session.tool_choice",
                    "Invalid value: 'banana'. Supported values are: 'auto', 'none', 'required'."),
            new Mistake(session("\"truncation\":\"some\""), "invalid_value", "session.truncation",
                    "Invalid value: 'some'. Supported values are: 'auto', 'disabled'."),
            new Mistake(session("\"truncation\":{\"type\":\"retention_ratio\",\"retention_ratio\":1.5}"),
                    "decimal_above_max_value", "session.truncation.retention_ratio",
                    "Invalid 'session.truncation.retention_ratio': decimal above maximum value."),
            new Mistake(session("\"reasoning\":{\"effort\":\"huge\"}"), "invalid_value", "session.reasoning.effort",
                    "Invalid value: 'huge'. Supported values are: 'minimal',"),
            new Mistake(session("\"include\":[\"everything\"]"), "invalid_value", "session.include[0]",
                    "Invalid value: 'everything'. Supported values are: 'item.input_audio_transcription.logprobs'."),
            new Mistake(session("\"model\":\"gpt-4o-realtime-preview\""), "cannot_update_model", "session.model",
                    "Cannot update a session's model from 'gpt-realtime' to 'gpt-4o-realtime-preview'."),
            new Mistake(session("\"tools\":[{\"type\":\"banana\"}]"), "invalid_value", "session.tools[0].type",
                    "Invalid value: 'banana'. Supported values are: 'function', 'mcp'."),
            new Mistake("{\"type\":\"response.create\",\"response\":{\"temperature\":0.8}}", "unknown_parameter",
                    "response.temperature",
                    "Unknown parameter: 'response.temperature'."),
            new Mistake("{\"type\":\"response.create\",\"response\":{\"voice\":\"sage\"}}", "unknown_parameter",
                    "response.voice",
                    "Unknown parameter: 'response.voice'."),
            new Mistake("{\"type\":\"response.create\",\"response\":{\"modalities\":[\"text\"]}}", "unknown_parameter",
                    "response.modalities",
                    "Unknown parameter: 'response.modalities'."),
            new Mistake("{\"type\":\"response.create\",\"response\":{\"audio\":{\"output\":{\"speed\":1}}}}",
                    "unknown_parameter", "response.audio.output.speed",
                    "Unknown parameter: 'response.audio.output.speed'."),
            new Mistake("{\"type\":\"response.create\",\"response\":{\"audio\":{\"input\":{}}}}", "unknown_parameter",
                    "response.audio.input",
                    "Unknown parameter: 'response.audio.input'."),
            new Mistake(
                    "{\"type\":\"response.create\",\"response\":{\"input\":[{\"type\":\"message\",\"role\":\"user\",\"mood\":\"x\",\"content\":[]}]}}",
                    "unknown_parameter", "response.input[0].mood",
                    "Unknown parameter: 'response.input[0].mood'."),
            new Mistake(
                    "{\"type\":\"response.create\",\"response\":{\"tools\":[{\"type\":\"function\",\"name\":\"x\",\"strict\":true}]}}",
                    "unknown_parameter", "response.tools[0].strict",
                    "Unknown parameter: 'response.tools[0].strict'."),
            new Mistake("{\"type\":\"response.create\",\"response\":{\"conversation\":\"other\"}}", "invalid_value",
                    "response.conversation",
                    "Invalid value: 'other'. Supported values are: 'auto', 'none'."),
            new Mistake("{\"type\":\"response.create\",\"response\":{\"max_output_tokens\":5000}}",
                    "integer_above_max_value", "response.max_output_tokens",
                    "Invalid 'response.max_output_tokens': integer above maximum value."),
            new Mistake("{\"type\":\"response.create\",\"response\":{\"metadata\":{\"a\":7}}}", "invalid_type",
                    "response.metadata.a",
                    "Invalid type for 'response.metadata.a': expected a string, but got an integer instead."),
            new Mistake("{\"type\":\"session.update\",\"session\":{\"instructions\":\"x\"}}",
                    "missing_required_parameter", "session.type", "Missing required parameter: 'session.type'."),
            new Mistake("{\"type\":\"session.update\"}", "missing_required_parameter", "session",
                    "Missing required parameter: 'session'."),
            new Mistake("{\"type\":\"session.update\",\"session\":{\"type\":\"transcription\"}}", "invalid_parameter",
                    null,
                    "Passing a transcription session update event to a realtime session is not allowed."),
            new Mistake("{\"type\":\"session.update\",\"session\":{\"type\":\"banana\"}}", "invalid_value",
                    "session.type", "Invalid value: 'banana'. Supported values are: 'realtime'."),
            new Mistake("{\"type\":\"banana.peel\"}", "invalid_value", "type",
                    "Invalid value: 'banana.peel'. Supported values are: 'session.update',"),
            new Mistake("{\"type\":\"transcription_session.update\"}", "invalid_value", "type",
                    "Invalid value: 'transcription_session.update'. Supported values are:"),
            new Mistake("{\"type\":\"output_audio_buffer.clear\"}", "invalid_value", "type",
                    "Invalid value: 'output_audio_buffer.clear'."),
            new Mistake("{\"event_id\":\"x\"}", "invalid_event", null, "The 'type' field is missing."),
            new Mistake("{\"type\":7}", "invalid_type", "type",
                    "Invalid type for 'type': expected a string, but got an integer instead."),
            new Mistake("{\"type\":", "invalid_json", null, "Invalid JSON: expected one JSON object, but "),
            new Mistake("", "invalid_json", null, "Invalid JSON: expected one JSON object, but "),
            new Mistake("[1]", "invalid_json", null,
                    "Invalid JSON: expected one JSON object, but got an array instead."),
            new Mistake("[".repeat(5_000), "invalid_json", null, "Invalid JSON: expected one JSON object, but "),
            new Mistake(session("\"output_modalities\":[\"text\",\"audio\"]"), "invalid_value",
                    "session.output_modalities", "Invalid value: '[\"text\",\"audio\"]'. Supported values are:"),
            new Mistake(session("\"audio\":{\"input\":{\"format\":{\"type\":\"mp3\"}}}"), "invalid_value",
                    "session.audio.input.format.type",
                    "Invalid value: 'mp3'. Supported values are: 'audio/pcm', 'audio/pcmu', 'audio/pcma'."),
            new Mistake(session("\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcm\",\"rate\":16000}}}"),
                    "invalid_value", "session.audio.input.format.rate",
                    "Invalid value: '16000'. Supported values are: 24000."),
            new Mistake(detection("\"type\":\"none\""), "invalid_value", VAD + ".type",
                    "Invalid value: 'none'. Supported values are: 'semantic_vad', 'server_vad'."),
            new Mistake(detection("\"type\":\"server_vad\",\"threshold\":1.5"), "decimal_above_max_value",
                    VAD + ".threshold", "Invalid '" + VAD
                            + ".threshold': decimal above maximum value. Expected a value <= 1, but got 1.5 instead."),
            new Mistake(detection("\"type\":\"server_vad\",\"threshold\":-0.5"), "decimal_below_min_value",
                    VAD + ".threshold", "Invalid '" + VAD
                            + ".threshold': decimal below minimum value. Expected a value >= 0, but got -0.5 instead."),
            new Mistake(detection("\"type\":\"server_vad\",\"prefix_padding_ms\":-1"), "integer_below_min_value",
                    VAD + ".prefix_padding_ms", "Invalid '" + VAD + ".prefix_padding_ms': integer below minimum value."
                            + " Expected a value >= 0, but got -1 instead."),
            new Mistake(detection("\"type\":\"server_vad\",\"silence_duration_ms\":9000000000"),
                    "integer_above_max_value", VAD + ".silence_duration_ms", "Invalid '" + VAD
                            + ".silence_duration_ms': integer above maximum value."),
            new Mistake(detection("\"type\":\"server_vad\",\"silence_duration_ms\":\"long\""), "invalid_type",
                    VAD + ".silence_duration_ms",
                    "Invalid type for '" + VAD + ".silence_duration_ms': expected an integer, but got a string"),
            new Mistake(session("\"tools\":[{\"type\":\"function\",\"name\":\"no spaces please\"}]"), "invalid_value",
                    "session.tools[0].name", "Invalid value: 'no spaces please'."),
            new Mistake("{\"type\":\"input_audio_buffer.append\"}", "missing_required_parameter", "audio",
                    "Missing required parameter: 'audio'."),
            new Mistake("{\"type\":\"input_audio_buffer.append\",\"audio\":\"***\"}", "invalid_value", "audio",
                    "Invalid 'audio'. Expected base64-encoded audio bytes."),
            new Mistake(new ClientEvent.InputCommit().toJson(), "input_audio_buffer_commit_empty", null,
                    "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio,"
                            + " but buffer only has 0.00ms of audio."),
            new Mistake(new ClientEvent.ResponseCancel().toJson(), "response_cancel_not_active", null,
                    "Cancellation failed: no active response found"),
            new Mistake("{\"type\":\"response.create\",\"response\":{\"output_modalities\":[\"smell\"]}}",
                    "invalid_value", "response.output_modalities",
                    "Invalid value: '[\"smell\"]'. Supported values are:"),
            new Mistake("{\"type\":\"response.create\",\"response\":{\"output_modalities\":[{}]}}", "invalid_type",
                    "response.output_modalities[0]", "Invalid type for 'response.output_modalities[0]': expected a"
                            + " string, but got an object instead."),
            new Mistake(new ClientEvent.ItemDelete("nobody").toJson(), "item_delete_invalid_item_id", null,
                    "Error deleting item: the item with id 'nobody' does not exist."),
            new Mistake(new ClientEvent.ItemRetrieve("nobody").toJson(), "item_retrieve_invalid_item_id", null,
                    "Error retrieving item: the item with id 'nobody' does not exist."),
            new Mistake(new ClientEvent.ItemTruncate("nobody", 0, 10).toJson(), "item_truncate_invalid_item_id", null,
                    "Error truncating item: the item with id 'nobody' does not exist."),
            new Mistake(new ClientEvent.ItemTruncate("seed", 0, -11).toJson(), "integer_below_min_value",
                    "audio_end_ms",
                    "Invalid 'audio_end_ms': integer below minimum value. Expected a value >= 0, but got -11 instead."),
            new Mistake("{\"type\":\"conversation.item.truncate\",\"item_id\":\"seed\",\"content_index\":0,"
                    + "\"audio_end_ms\":10.5}", "invalid_type", "audio_end_ms",
                    "Invalid type for 'audio_end_ms': expected an integer, but got a decimal number instead."),
            new Mistake("{\"type\":\"conversation.item.truncate\",\"item_id\":\"seed\",\"content_index\":99999999999,"
                    + "\"audio_end_ms\":10}", "integer_above_max_value", "content_index",
                    "Invalid 'content_index': integer above maximum value."),
            new Mistake(new ClientEvent.ItemTruncate("seed", 0, 10).toJson(), "unsupported_content_type", null,
                    "Only model output audio messages can be truncated"),
            new Mistake(item("seed", "hello"), "item_create_duplicate_item_id", null,
                    "Error adding item: an item with id 'seed' already exists."),
            new Mistake(item(LONG_ID, "hello"), "string_above_max_length", "item.id",
                    "Invalid 'item.id': string too long. Expected a string with maximum length 32, but got a string"
                            + " with length 33 instead."),
            new Mistake("{\"type\":\"conversation.item.create\",\"previous_item_id\":\"nobody\",\"item\":{\"type\":"
                    + "\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"x\"}]}}",
                    "item_create_invalid_previous_item_id", null,
                    "Error adding item: the previous item with id 'nobody' does not exist."),
            new Mistake(new ClientEvent.ItemCreate(Item.functionCallOutput("call_x", "{}")).toJson(),
                    "invalid_tool_call_id", null, "Tool call ID 'call_x' not found in conversation."),
            new Mistake(new ClientEvent.ItemCreate(Item.functionCallOutput(LONG_ID, "{}")).toJson(),
                    "string_above_max_length", "item.call_id", "Invalid 'item.call_id': string too long."),
            new Mistake("{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":\"assistant\","
                    + "\"content\":[{\"type\":\"output_audio\",\"transcript\":\"x\"}]}}", "invalid_value",
                    "item.content[0].type", "Invalid value: 'output_audio'. Supported values are: 'output_text'."),
            new Mistake("{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":\"user\","
                    + "\"content\":[{\"type\":\"input_text\"}]}}", "missing_required_parameter", "item.content[0].text",
                    "Missing required parameter: 'item.content[0].text'."));

    @ParameterizedTest
    @FieldSource("MISTAKES")
    void saysWhatIsWrongAndGoesOn(Mistake mistake) {
        var session = VirtualSession.ofText();
        session.frame(item("seed", "good morning"));

        var answer = session.frame(mistake.frame);
        var turn = session.textTurn("hello there");

        assertThat(types(answer)).containsExactly("error");
        var error = ((ServerEvent.ErrorEvent) answer.getFirst()).error();
        assertThat(error.type()).isEqualTo("invalid_request_error");
        assertThat(error.code()).isEqualTo(mistake.code);
        assertThat(error.param()).isEqualTo(mistake.param);
        assertThat(error.message()).startsWith(mistake.message);
        assertThat(error.message()).doesNotContain("\n").hasSizeLessThan(1_000);
        assertThat(types(turn)).contains("response.output_text.done").endsWith("response.done", "rate_limits.updated");
    }

    @Test
    void refusesASecondAnswerWhileOneIsBeingWritten() {
        var session = VirtualSession.open(Scenario.paymentDesk());
        session.textTurnBegins("what can you do");
        var running = session.last(ServerEvent.ResponseCreated.class).response().id();

        var error = error(session.send(new ClientEvent.ResponseCreate()));
        session.passUntilQuiet();

        assertThat(error.code()).isEqualTo(RealtimeError.ACTIVE_RESPONSE);
        assertThat(error.message()).isEqualTo("Conversation already has an active response in progress: " + running
                + ". Wait until the response is finished before creating a new one.");
        assertThat(session.all(ServerEvent.ResponseDone.class)).hasSize(1);
    }

    @Test
    void saysHowMuchAudioIsThereWhenItIsTooLittle() {
        var session = VirtualSession.ofText().withoutTurnDetection();
        session.play(Speech.silence(40));

        var error = error(session.send(new ClientEvent.InputCommit()));

        assertThat(error.message()).endsWith("but buffer only has 40.00ms of audio.");
    }

    @Test
    void refusesToCutWhatTheCallerSaid() {
        var session = VirtualSession.ofText().withoutTurnDetection();
        session.play(Speech.silence(400));
        session.send(new ClientEvent.InputCommit());

        var error = error(session.send(new ClientEvent.ItemTruncate(
                session.last(ServerEvent.InputCommitted.class).itemId(), 0, 100)));

        assertThat(error.message()).isEqualTo("Only model output audio messages can be truncated");
    }

    @Test
    void cutsAsFarAsThereIsSoundAndSaysSoFirst() {
        var session = VirtualSession.open(Scenario.paymentDesk().withPace(0));
        session.textTurn("hello there");
        var itemId = session.last(ServerEvent.OutputItemDone.class).item().id().orElseThrow();
        long length = session.all(ServerEvent.OutputAudioDelta.class)
                .stream()
                .mapToLong(delta -> delta.audio().length)
                .sum() / 48;

        var events = session.send(new ClientEvent.ItemTruncate(itemId, 0, 1_000_000).withEventId("mine"));

        assertThat(types(events)).containsExactly("error", "conversation.item.truncated");
        var error = error(events);
        assertThat(error.code()).isEqualTo("invalid_value");
        assertThat(error.message()).isEqualTo("Audio content of " + length + "ms is already shorter than 1000000ms");
        assertThat(error.eventId()).isNull();
        assertThat(((ServerEvent.ItemTruncated) events.getLast()).audioEndMs()).isEqualTo(length);
    }

    @Test
    void cutsByTheFormatTheMessageWasSpokenIn() {
        var session = VirtualSession.open(Scenario.paymentDesk().withPace(0));
        session.textTurn("hello there");
        var itemId = session.last(ServerEvent.OutputItemDone.class).item().id().orElseThrow();
        session.frame(session("\"audio\":{\"output\":{\"format\":{\"type\":\"audio/pcmu\"}}}"));

        session.send(new ClientEvent.ItemTruncate(itemId, 0, 500));
        var retrieved = session.send(new ClientEvent.ItemRetrieve(itemId)).getFirst();

        var audio = retrieved.raw().path("item").path("content").path(0).path("audio").stringValue();
        assertThat(java.util.Base64.getDecoder().decode(audio)).hasSize(500 * 48);
    }

    @Test
    void keepsTheVoiceOnceItHasSpoken() {
        for (var voice : List.of("\"sage\"", "{\"id\":\"voice_mine\"}")) {
            var session = VirtualSession.open(Scenario.paymentDesk().withPace(0));
            var before = session.frame(session("\"audio\":{\"output\":{\"voice\":\"echo\"}}"));
            session.textTurn("hello there");

            var changed = session.frame(session("\"audio\":{\"output\":{\"voice\":" + voice + "}}"));
            var same = session.frame(session("\"audio\":{\"output\":{\"voice\":\"echo\"}}"));

            assertThat(types(before)).containsExactly("session.updated");
            assertThat(error(changed).code()).isEqualTo("cannot_update_voice");
            assertThat(error(changed).message())
                    .isEqualTo("Cannot update a conversation's voice if assistant audio is present.");
            assertThat(types(same)).containsExactly("session.updated");
        }
    }

    @Test
    void takesAnUpdateAsAWholeOrNotAtAll() {
        var session = VirtualSession.ofText();
        var before = session.last(ServerEvent.SessionUpdated.class).session();

        var refused = session.frame(session("\"instructions\":\"Be rude.\",\"tool_choice\":\"none\","
                + "\"tools\":[{\"type\":\"function\",\"name\":\"\"}]"));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().build()));

        assertThat(types(refused)).containsExactly("error");
        assertThat(session.last(ServerEvent.SessionUpdated.class).session()).isEqualTo(before);
    }

    @Test
    void namesTheEventAFrameIsRefusedFor() {
        var session = VirtualSession.ofText();

        var unread = error(session.frame("{\"event_id\":\"mine\",\"type\":\"session.update\"}"));
        var unknown = error(session.frame("{\"event_id\":\"mine\",\"type\":\"banana\"}"));
        var output = error(session.send(new ClientEvent.ItemCreate(Item.functionCallOutput("call_x", "{}"))
                .withEventId("mine")));

        assertThat(List.of(unread, unknown, output)).extracting(RealtimeError::eventId).containsOnly("mine");
    }

    @Test
    void namesNoEventForWhatFailsLaterInProcessing() {
        var session = VirtualSession.ofText();

        var commit = error(session.send(new ClientEvent.InputCommit().withEventId("mine")));
        var cancel = error(session.send(new ClientEvent.ResponseCancel().withEventId("mine")));
        var truncate = error(session.send(new ClientEvent.ItemTruncate("nobody", 0, 1).withEventId("mine")));

        assertThat(List.of(commit, cancel, truncate)).extracting(RealtimeError::eventId).containsOnlyNulls();
    }

    @Test
    void cancelsOnlyTheResponseThatIsNamed() {
        var session = VirtualSession.open(Scenario.paymentDesk());
        session.textTurnBegins("what can you do");

        var refused = session.frame("{\"type\":\"response.cancel\",\"response_id\":\"resp_other\"}");

        assertThat(error(refused).code()).isEqualTo(RealtimeError.CANCEL_NOT_ACTIVE);
        assertThat(session.all(ServerEvent.ResponseDone.class)).isEmpty();
    }

    @Test
    void limitsWhatAResponseIsLabelledWith() {
        var session = VirtualSession.ofText();
        var many = new StringBuilder();
        for (int i = 0; i < 17; i++) {
            many.append(i == 0 ? "" : ",").append("\"key").append(i).append("\":\"x\"");
        }

        for (var metadata : List.of(many.toString(), "\"" + "k".repeat(65) + "\":\"x\"",
                "\"k\":\"" + "v".repeat(513) + "\"")) {
            var error = error(session.frame("{\"type\":\"response.create\",\"response\":{\"metadata\":{" + metadata
                    + "}}}"));
            assertThat(error.param()).startsWith("response.metadata");
            assertThat(error.code()).endsWith(metadata.length() < 600 && metadata.contains("key1")
                    ? "above_max_properties"
                    : "above_max_length");
        }
    }

    @Test
    void limitsTheIdOfAnEvent() {
        var session = VirtualSession.ofText();

        var long512 = session.send(new ClientEvent.InputClear().withEventId("e".repeat(512)));
        var error = error(session.send(new ClientEvent.InputClear().withEventId("e".repeat(513))));
        var number = error(session.frame("{\"type\":\"input_audio_buffer.clear\",\"event_id\":7}"));

        assertThat(types(long512)).containsExactly("input_audio_buffer.cleared");
        assertThat(error.code()).isEqualTo("string_above_max_length");
        assertThat(error.param()).isEqualTo("event_id");
        assertThat(number.code()).isEqualTo("invalid_type");
    }

    @Test
    void takesFifteenMebibytesOfAudioAtOnceAndNoMore() {
        var session = VirtualSession.ofText().withoutTurnDetection();

        var most = session.send(new ClientEvent.InputAppend(new byte[15 << 20]));
        var error = error(session.send(new ClientEvent.InputAppend(new byte[(15 << 20) + 2])));

        assertThat(most).isEmpty();
        assertThat(error.param()).isEqualTo("audio");
        assertThat(error.message()).contains("15728640");
    }

    @Test
    void keepsTracingAsItIsOnceItIsOn() {
        var session = VirtualSession.ofText();

        var on = session.frame(session("\"tracing\":\"auto\""));
        var same = session.frame(session("\"tracing\":\"auto\""));
        var off = error(session.frame(session("\"tracing\":null")));
        var named = error(session.frame(session("\"tracing\":{\"workflow_name\":\"x\"}")));

        assertThat(types(on)).containsExactly("session.updated");
        assertThat(types(same)).containsExactly("session.updated");
        assertThat(off.code()).isEqualTo(named.code()).isEqualTo("cannot_update_tracing");
    }

    @Test
    void takesABigItem() {
        var session = VirtualSession.ofText();

        var events = session.send(new ClientEvent.ItemCreate(Item.userText("word ".repeat(50_000))));
        var turn = session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder()
                .set("metadata", JsonNodeFactory.instance.nullNode())
                .build()));

        assertThat(types(events)).containsExactly("conversation.item.added", "conversation.item.done");
        assertThat(types(turn)).contains("response.done");
    }

    private static RealtimeError error(List<ServerEvent> events) {
        assertThat(events).isNotEmpty().first().isInstanceOf(ServerEvent.ErrorEvent.class);
        return ((ServerEvent.ErrorEvent) events.getFirst()).error();
    }

    private static String session(String members) {
        return "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\"," + members + "}}";
    }

    private static String detection(String members) {
        return session("\"audio\":{\"input\":{\"turn_detection\":{" + members + "}}}");
    }

    private static String item(String id, String text) {
        return "{\"type\":\"conversation.item.create\",\"item\":{\"id\":\"" + id
                + "\",\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"" + text
                + "\"}]}}";
    }
}
