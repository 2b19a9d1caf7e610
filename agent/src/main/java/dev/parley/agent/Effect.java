package dev.parley.agent;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.ServerEvent;

/// What a [Conversation] wants done, in this order.
sealed interface Effect {
    /// Send this to the service.
    record Send(ClientEvent event) implements Effect {}

    /// Let the caller's audio through from now on.
    record Listen() implements Effect {}

    /// Let the caller hear this.
    record Play(ServerEvent.OutputAudioDelta audio) implements Effect {}

    /// No more sound of this part will come.
    record FinishPlaying(String itemId, int contentIndex) implements Effect {}

    /// Be silent at once, and report what was cut with [Input.PlayoutStopped].
    record StopPlayout() implements Effect {}

    /// Let the caller hear again what a service that plays by itself sends.
    record ResumePlayout() implements Effect {}

    /// Run a tool, and report its answer with [Input.ToolFinished].
    record RunTool(String callId, String name, String arguments) implements Effect {}

    /// Give a running tool up; its answer is still reported with [Input.ToolFinished], once.
    record CancelTool(String callId) implements Effect {}

    /// Tell whoever watches.
    record Publish(CallEvent event) implements Effect {}

    /// The call is over: close everything.
    record End(Ending ending) implements Effect {}
}
