package dev.parley.emulator;

import dev.parley.realtime.ServerEvent;

/// The frame of a `response.output_audio.delta`, put together without a JSON writer: of the frames that leave, nine in ten
/// are this one, and nothing in it needs an escape, for its ids are of the emulator's making and its sound is base64.
final class AudioDelta {
    private AudioDelta() {}

    /// As [ServerEvent#toJson(String)] has it.
    static String frame(String eventId, ServerEvent.OutputAudioDelta delta) {
        var at = delta.at();
        return "{\"type\":\"response.output_audio.delta\",\"event_id\":\"" + eventId + "\",\"response_id\":\""
                + at.responseId() + "\",\"item_id\":\"" + at.itemId() + "\",\"output_index\":" + at.outputIndex()
                + ",\"content_index\":" + at.contentIndex() + ",\"delta\":\"" + delta.delta() + "\"}";
    }
}
