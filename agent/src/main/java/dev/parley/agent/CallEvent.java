package dev.parley.agent;

import dev.parley.realtime.Close;
import dev.parley.realtime.RateLimit;
import dev.parley.realtime.SessionChange;
import java.time.Duration;
import java.util.List;

/// Something that happened in a call and that people or programs watching it want to know.
public sealed interface CallEvent {
    /// The session has our settings; the caller is being listened to.
    record Ready(String sessionId) implements CallEvent {}

    record CallerStartedSpeaking() implements CallEvent {}

    record CallerStoppedSpeaking() implements CallEvent {}

    /// The caller's words. Lines of both sides come in the order of the conversation.
    record CallerSaid(String itemId, String text) implements CallEvent {}

    /// The caller spoke, but the words could not be made out.
    record CallerNotUnderstood(String itemId, String reason) implements CallEvent {}

    /// First sound of an answer; `afterCaller` counts from the end of the caller's turn, zero when none came before.
    record AgentStartedSpeaking(String itemId, Duration afterCaller) implements CallEvent {}

    /// The agent's words. All that was to be said; [Interrupted] tells if less was heard.
    record AgentSaid(String itemId, String text) implements CallEvent {}

    /// The caller spoke into an answer, of which only `heard` had been played.
    record Interrupted(String itemId, Duration heard) implements CallEvent {}

    record ToolCalled(String callId, String name, String arguments) implements CallEvent {}

    /// The output of a tool is on its way to the model, `took` after it was asked for.
    record ToolAnswered(String callId, String name, String output, Duration took) implements CallEvent {}

    /// A tool takes long, and the agent says so. The sentence is beside the conversation: it has no item there.
    record SaidMeanwhile(String callId, String sentence) implements CallEvent {}

    /// A response, or the transcription of an item, was billed.
    ///
    /// @param id of the response or the item
    /// @param total of the call until now
    record Charged(String id, Consumption used, Cost cost, Cost total) implements CallEvent {}

    /// What is left of the account's limits.
    record RateLimits(List<RateLimit> limits) implements CallEvent {
        public RateLimits {
            limits = List.copyOf(limits);
        }
    }

    /// The connection to the service is gone, and the call goes on: another is opened after `retryIn`.
    ///
    /// @param close how it ended, or why the last attempt failed
    /// @param attempt 1 for the first in a row
    record ConnectionLost(Close close, int attempt, Duration retryIn) implements CallEvent {}

    /// The call goes on in a fresh session, which was given the conversation.
    ///
    /// @param cause whether the one before was lost, or replaced before it expired
    /// @param items how many items the fresh session was given
    record SessionReplaced(SessionChange.Cause cause, int items) implements CallEvent {}

    /// Something went wrong, and the call goes on.
    record Problem(String message) implements CallEvent {}

    /// The call is over.
    record Ended(Ending ending) implements CallEvent {}
}
