package dev.parley.realtime;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// How each type on the wire is read. A new event is one record in [ServerEvent] and one line here.
final class ServerEventReaders {
    static final Map<String, Function<Fields, ServerEvent>> BY_TYPE = Map.ofEntries(
            entry("conversation.created", ServerEvent.ConversationCreated::new),
            entry("conversation.item.created", ServerEvent.ItemCreated::new),
            entry("conversation.item.input_audio_transcription.segment", ServerEvent.InputTranscriptSegment::new),
            entry("input_audio_buffer.timeout_triggered", ServerEvent.TimeoutTriggered::new),
            entry("input_audio_buffer.dtmf_event_received", ServerEvent.DtmfReceived::new),
            entry("output_audio_buffer.started", ServerEvent.OutputBufferStarted::new),
            entry("output_audio_buffer.stopped", ServerEvent.OutputBufferStopped::new),
            entry("output_audio_buffer.cleared", ServerEvent.OutputBufferCleared::new),
            entry("mcp_list_tools.in_progress", ServerEvent.McpListToolsInProgress::new),
            entry("mcp_list_tools.completed", ServerEvent.McpListToolsCompleted::new),
            entry("mcp_list_tools.failed", ServerEvent.McpListToolsFailed::new),
            entry("response.mcp_call_arguments.delta", ServerEvent.McpArgumentsDelta::new),
            entry("response.mcp_call_arguments.done", ServerEvent.McpArgumentsDone::new),
            entry("response.mcp_call.in_progress", ServerEvent.McpCallInProgress::new),
            entry("response.mcp_call.completed", ServerEvent.McpCallCompleted::new),
            entry("response.mcp_call.failed", ServerEvent.McpCallFailed::new),
            entry("session.created", ServerEvent.SessionCreated::new),
            entry("session.updated", ServerEvent.SessionUpdated::new),
            entry("error", ServerEvent.ErrorEvent::new),
            entry("rate_limits.updated", ServerEvent.RateLimitsUpdated::new),
            entry("input_audio_buffer.speech_started", ServerEvent.SpeechStarted::new),
            entry("input_audio_buffer.speech_stopped", ServerEvent.SpeechStopped::new),
            entry("input_audio_buffer.committed", ServerEvent.InputCommitted::new),
            entry("input_audio_buffer.cleared", ServerEvent.InputCleared::new),
            entry("conversation.item.added", ServerEvent.ItemAdded::new),
            entry("conversation.item.done", ServerEvent.ItemDone::new),
            entry("conversation.item.retrieved", ServerEvent.ItemRetrieved::new),
            entry("conversation.item.truncated", ServerEvent.ItemTruncated::new),
            entry("conversation.item.deleted", ServerEvent.ItemDeleted::new),
            entry("conversation.item.input_audio_transcription.delta", ServerEvent.InputTranscriptDelta::new),
            entry("conversation.item.input_audio_transcription.completed", ServerEvent.InputTranscriptCompleted::new),
            entry("conversation.item.input_audio_transcription.failed", ServerEvent.InputTranscriptFailed::new),
            entry("response.created", ServerEvent.ResponseCreated::new),
            entry("response.done", ServerEvent.ResponseDone::new),
            entry("response.output_item.added", ServerEvent.OutputItemAdded::new),
            entry("response.output_item.done", ServerEvent.OutputItemDone::new),
            entry("response.content_part.added", ServerEvent.ContentPartAdded::new),
            entry("response.content_part.done", ServerEvent.ContentPartDone::new),
            entry("response.output_text.delta", ServerEvent.OutputTextDelta::new),
            entry("response.output_text.done", ServerEvent.OutputTextDone::new),
            entry("response.output_audio.delta", ServerEvent.OutputAudioDelta::new),
            entry("response.output_audio.done", ServerEvent.OutputAudioDone::new),
            entry("response.output_audio_transcript.delta", ServerEvent.OutputTranscriptDelta::new),
            entry("response.output_audio_transcript.done", ServerEvent.OutputTranscriptDone::new),
            entry("response.function_call_arguments.delta", ServerEvent.FunctionArgumentsDelta::new),
            entry("response.function_call_arguments.done", ServerEvent.FunctionArgumentsDone::new));

    private ServerEventReaders() {}

    /// Reads an event that is JSON already.
    static ServerEvent read(ObjectNode json) {
        try {
            var fields = Fields.of(json);
            var reader = BY_TYPE.get(fields.string("type"));
            return reader == null ? new ServerEvent.Unknown(json) : reader.apply(fields);
        } catch (ProtocolException e) {
            return new ServerEvent.Malformed(e.getMessage(), json);
        }
    }
}
