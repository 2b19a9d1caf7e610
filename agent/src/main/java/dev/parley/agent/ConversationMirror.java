package dev.parley.agent;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.ConversationItems;
import dev.parley.realtime.ServerEvent;
import java.util.List;

/// The conversation of a call as the service has it, item by item: who said what, how far it got, and how much was heard.
///
/// It is told what the service says and what is sent to it; it asks nobody. What the caller heard of the words of an item
/// that was cut is estimated from how much of its sound was heard, down to the last whole word. Thread-safe.
public final class ConversationMirror {
    /// Guarded by this.
    private final ConversationItems conversation;

    /// @param encoding of the sound the model makes
    public ConversationMirror(AudioEncoding encoding) {
        this.conversation = new ConversationItems(encoding);
    }

    /// Takes note of what the service says.
    public synchronized void on(ServerEvent event) {
        conversation.received(event);
    }

    /// Takes note of what is sent to the service: a truncation says what was heard before the service confirms it.
    public synchronized void sent(ClientEvent event) {
        conversation.sent(event);
    }

    /// The items as they are now, in the order of the conversation.
    public synchronized List<MirroredItem> items() {
        return conversation.items().stream().map(item -> {
            var id = item.id().orElseThrow();
            return new MirroredItem(item, conversation.words(id), conversation.audio(id), conversation.heard(id));
        }).toList();
    }

    /// The conversation as it can be kept and brought into another session: words in place of sound, and of what the agent
    /// said only what was heard.
    public synchronized ConversationSnapshot snapshot() {
        return new ConversationSnapshot(conversation.heard());
    }
}
