package dev.parley.agent;

import dev.parley.realtime.Close;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionChange;
import java.util.List;

/// What a [Conversation] is told.
sealed interface Input {
    /// The service said something.
    record Received(ServerEvent event) implements Input {}

    /// A tool has answered; exactly one of these follows each [Effect.RunTool].
    record ToolFinished(String callId, String output) implements Input {}

    /// Playing stopped: the items that were cut, in the order of play. Exactly one of these follows each
    /// [Effect.StopPlayout], without cuts when nothing was playing.
    record PlayoutStopped(List<Cut> cuts) implements Input {
        public PlayoutStopped {
            cuts = List.copyOf(cuts);
        }
    }

    /// The session has lost its socket, or has another.
    record SessionChanged(SessionChange change) implements Input {}

    /// The session takes the caller's sound more slowly than it comes, and some was dropped.
    record SoundDropped() implements Input {}

    /// The session is over.
    record SessionEnded(Close close) implements Input {}

    /// The caller, or whoever runs the call, ends it.
    record HangUp(String by) implements Input {}

    /// Time has passed; see [Conversation#wakeAt()].
    record Tick() implements Input {}

    /// An item whose sound was cut short.
    record Cut(String itemId, int contentIndex, long heardMillis) {}
}
