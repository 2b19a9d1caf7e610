package dev.parley.agent;

import dev.parley.realtime.Item;
import java.time.Duration;

/// An item of the conversation as a [ConversationMirror] knows it.
///
/// @param item as the service last told of it
/// @param text what was said or written, as far as it is known; empty for items that are not messages
/// @param audio how much sound the model has made for it; zero for the caller's own, and where sound does not come in events,
///         unless it was cut: then an estimate
/// @param heard how much of that the caller heard; all of it unless it was cut
public record MirroredItem(Item item, String text, Duration audio, Duration heard) {
    /// The role of a message, the type of anything else: `user`, `assistant`, `system`, `function_call` and so on.
    public String role() {
        return item instanceof Item.Message message ? message.role() : item.raw().path("type").asString("");
    }

    /// `in_progress`, `completed` or `incomplete`.
    public String status() {
        return item.status().orElse("completed");
    }

    /// Whether the caller heard less than the model made.
    public boolean isCut() {
        return heard.compareTo(audio) < 0;
    }

    /// Leaves the words out.
    @Override
    public String toString() {
        return "MirroredItem[" + item.id().orElse("?") + ", " + role() + ", " + status() + ", heard " + heard.toMillis()
                + " of " + audio.toMillis() + " ms]";
    }
}
