package dev.parley.agent;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The conversation as the service has it, item by item: who said what, how far it got, and how much was heard.
///
/// It is told what the service says and what is sent to it; it asks nobody. Words are kept although the service forgets
/// those of an item that is cut. What the caller heard of the words of such an item is estimated from how much of its
/// sound was heard, down to the last whole word. Where the sound does not pass here, as over WebRTC, its length is unknown;
/// that of an item that is cut is then taken to be what its words take. Thread-safe.
public final class ConversationMirror {
    private final AudioEncoding encoding;
    private final List<Entry> entries = new ArrayList<>();

    /// @param encoding of the sound the model makes
    public ConversationMirror(AudioEncoding encoding) {
        this.encoding = encoding;
    }

    /// Takes note of what the service says.
    public synchronized void on(ServerEvent event) {
        switch (event) {
            case ServerEvent.ItemAdded added -> put(added.item(), added.raw());
            case ServerEvent.ItemCreated created -> put(created.item(), created.raw());
            case ServerEvent.ItemDone done -> put(done.item(), done.raw());
            case ServerEvent.OutputItemDone done -> find(done.item().id().orElse("")).ifPresent(
                    entry -> entry.update(done.item()));
            case ServerEvent.ItemDeleted deleted -> entries.removeIf(entry -> entry.id.equals(deleted.itemId()));
            case ServerEvent.ItemTruncated cut -> cut(cut.itemId(), cut.audioEndMs());
            case ServerEvent.InputTranscriptDelta delta ->
                said(delta.itemId(), delta.contentIndex(), delta.delta(), false);
            case ServerEvent.InputTranscriptCompleted all ->
                said(all.itemId(), all.contentIndex(), all.transcript().strip(), true);
            case ServerEvent.OutputTranscriptDelta delta -> said(delta.at(), delta.delta(), false);
            case ServerEvent.OutputTranscriptDone all -> said(all.at(), all.transcript(), true);
            case ServerEvent.OutputTextDelta delta -> said(delta.at(), delta.delta(), false);
            case ServerEvent.OutputTextDone all -> said(all.at(), all.text(), true);
            case ServerEvent.OutputAudioDelta audio ->
                find(audio.at().itemId()).ifPresent(entry -> entry.bytes += bytes(audio.delta()));
            default -> {
                // Changes no item.
            }
        }
    }

    /// Takes note of what is sent to the service: a truncation says what was heard before the service confirms it.
    public synchronized void sent(ClientEvent event) {
        if (event instanceof ClientEvent.ItemTruncate cut) {
            cut(cut.itemId(), cut.audioEndMs());
        }
    }

    /// The items as they are now, in the order of the conversation.
    public synchronized List<MirroredItem> items() {
        return entries.stream()
                .map(entry -> new MirroredItem(entry.item, entry.text(),
                        Duration.ofMillis(Math.max(made(entry), heard(entry))), Duration.ofMillis(heard(entry))))
                .toList();
    }

    /// The conversation as it can be kept and brought into another session: words in place of sound, and of what the agent
    /// said only what was heard.
    public synchronized ConversationSnapshot snapshot() {
        return new ConversationSnapshot(entries.stream().map(this::heardOnly).toList());
    }

    private void put(Item item, JsonNode event) {
        var id = item.id().orElse("");
        var known = find(id);
        if (known.isPresent()) {
            known.get().update(item);
            return;
        }
        var previous = event.get("previous_item_id");
        // Null says that it is the first; an item after one we do not know goes where new items go.
        int at = previous != null && previous.isNull() ? 0 : entries.size();
        for (int i = 0; i < entries.size() && previous != null; i++) {
            if (entries.get(i).id.equals(previous.asString(""))) {
                at = i + 1;
            }
        }
        entries.add(at, new Entry(id, item));
    }

    private void said(ServerEvent.Part at, String words, boolean isAll) {
        said(at.itemId(), at.contentIndex(), words, isAll);
    }

    private void said(String itemId, int contentIndex, String words, boolean isAll) {
        find(itemId).ifPresent(entry -> {
            var soFar = isAll ? "" : entry.words.getOrDefault(contentIndex, "");
            entry.words.put(contentIndex, soFar + words);
        });
    }

    private void cut(String itemId, long heardMillis) {
        find(itemId).ifPresent(entry -> entry.heardMillis = heardMillis);
    }

    private Optional<Entry> find(String itemId) {
        return entries.stream().filter(entry -> entry.id.equals(itemId)).findFirst();
    }

    private long millis(long bytes) {
        return bytes * 1_000 / encoding.bytesPerSecond();
    }

    private long made(Entry entry) {
        return entry.bytes == 0 && entry.heardMillis != null ? Words.millis(entry.text()) : millis(entry.bytes);
    }

    /// A service may count the sound of a piece that never reached us.
    private long heard(Entry entry) {
        if (entry.heardMillis == null) {
            return made(entry);
        }
        return entry.bytes == 0 ? entry.heardMillis : Math.min(entry.heardMillis, made(entry));
    }

    /// How many bytes so much base64 holds.
    private static long bytes(String base64) {
        long padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return base64.length() / 4 * 3L - padding;
    }

    private Item heardOnly(Entry entry) {
        if (!(entry.item instanceof Item.Message message)) {
            return entry.item;
        }
        var json = (ObjectNode) message.raw().deepCopy();
        var content = ToolJson.NODES.arrayNode();
        var kind = message.role().equals("assistant") ? "output_audio" : "input_audio";
        for (int i = 0; i < Math.max(message.content().size(), entry.parts()); i++) {
            var part = json.path("content").get(i) instanceof ObjectNode there
                    ? there
                    : ToolJson.NODES.objectNode().put("type", kind);
            content.add(withWords(part, entry.words(i), entry));
        }
        json.set("content", content);
        return Item.of(json);
    }

    private ObjectNode withWords(ObjectNode part, @Nullable String words, Entry entry) {
        part.remove("audio");
        if (words != null) {
            var heard = entry.heardMillis == null ? words : Words.heard(words, heard(entry), made(entry));
            part.put(part.path("type").asString("").endsWith("text") ? "text" : "transcript", heard);
        }
        return part;
    }

    private static final class Entry {
        private final String id;
        private Item item;
        /// What was said or written, by content part, as its own events tell it.
        private final TreeMap<Integer, String> words = new TreeMap<>();
        private long bytes;
        private @Nullable Long heardMillis;

        Entry(String id, Item item) {
            this.id = id;
            this.item = item;
        }

        /// An item that has been cut comes without its words, and does not take ours away.
        void update(Item newer) {
            item = newer;
        }

        int parts() {
            return words.isEmpty() ? 0 : words.lastKey() + 1;
        }

        @Nullable
        String words(int contentIndex) {
            var told = words.get(contentIndex);
            if (told != null) {
                return told;
            }
            var part = item.raw().path("content").path(contentIndex);
            var own = part.path("transcript").asString(part.path("text").asString(""));
            return own.isEmpty() ? null : own;
        }

        String text() {
            var all = new StringBuilder();
            var parts = item instanceof Item.Message message ? message.content().size() : 0;
            for (int i = 0; i < Math.max(parts, parts()); i++) {
                var part = words(i);
                all.append(part == null ? "" : part);
            }
            return all.toString();
        }
    }
}
