package dev.parley.agent;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ServerEvent;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What the service says in these tests, made short.
final class ConversationEvents {
    private ConversationEvents() {}

    static ServerEvent sessionCreated() {
        return ServerEvent.parse("""
                {"type":"session.created","session":{"type":"realtime","id":"sess_1"}}""");
    }

    static ServerEvent sessionUpdated() {
        return ServerEvent.parse("""
                {"type":"session.updated","session":{"type":"realtime","id":"sess_1"}}""");
    }

    static ServerEvent speechStarted(String itemId) {
        return new ServerEvent.SpeechStarted(itemId, 0);
    }

    static ServerEvent speechStopped(String itemId) {
        return new ServerEvent.SpeechStopped(itemId, 1_000);
    }

    static ServerEvent responseCreated(String id) {
        return response("response.created", id, "in_progress", List.of());
    }

    static ServerEvent responseDone(String id, String status, Item... output) {
        return response("response.done", id, status, List.of(output));
    }

    /// A response beside the conversation.
    static ServerEvent outOfBand(String type, String id) {
        return ServerEvent.parse("""
                {"type":"%s","response":{"id":"%s","status":"completed","output":[],"conversation_id":null}}"""
                .formatted(type, id));
    }

    /// A response beside the conversation, with the labels it was asked for with.
    static ServerEvent aside(String type, String id, String status, JsonNode labels) {
        return ServerEvent.parse("""
                {"type":"%s","response":{"id":"%s","status":"%s","output":[],"conversation_id":null,"metadata":%s}}"""
                .formatted(type, id, status, labels));
    }

    static ServerEvent responseFailed(String id, String message) {
        return ServerEvent.parse("""
                {"type":"response.done","response":{"id":"%s","status":"failed","output":[],"conversation_id":"conv_1",
                 "status_details":{"type":"failed","error":{"type":"server_error","code":null,"message":"%s"}}}}"""
                .formatted(id, message));
    }

    private static ServerEvent response(String type, String id, String status, List<Item> output) {
        return ServerEvent.parse("""
                {"type":"%s","response":{"id":"%s","status":"%s","output":[%s],"conversation_id":"conv_1"}}"""
                .formatted(type, id, status,
                        output.stream().map(item -> item.raw().toString()).collect(Collectors.joining(","))));
    }

    static Item.FunctionCall call(String callId, String status) {
        return (Item.FunctionCall) Item.functionCall(callId, "lookup", "{}").with("item_" + callId, status);
    }

    static ServerEvent argumentsDone(String responseId, String callId, String name, String arguments) {
        return new ServerEvent.FunctionArgumentsDone(responseId, "item_" + callId, 0, callId, name, arguments);
    }

    static ServerEvent outputItemDone(String responseId, Item item) {
        return new ServerEvent.OutputItemDone(responseId, 0, item);
    }

    /// The service has taken a tool's output into the conversation.
    static ServerEvent outputAccepted(String callId) {
        return new ServerEvent.ItemAdded(null, Item.functionCallOutput(callId, "ok")
                .with("out_" + callId, "completed"));
    }

    /// So many milliseconds of an answer's sound.
    static ServerEvent audio(String responseId, String itemId, int millis) {
        return new ServerEvent.OutputAudioDelta(new ServerEvent.Part(responseId, itemId, 0, 0),
                new byte[AudioEncoding.PCM.bytesPerSecond() * millis / 1_000]);
    }

    static ServerEvent error(String code, String eventId) {
        return new ServerEvent.ErrorEvent(new RealtimeError("invalid_request_error", code, "no: " + code, null,
                eventId));
    }

    static ServerEvent error(String code) {
        return new ServerEvent.ErrorEvent(new RealtimeError("invalid_request_error", code, "no: " + code, null, null));
    }
}
