package dev.parley.realtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The conversation as the service has it, from what both sides said: the items in their order, the words of each, and how
/// much of an answer was made and heard.
///
/// Told every event of a session, it can say which items a fresh session must be given for the conversation to go on there
/// ([#restorable()]). What the client asks for counts as soon as it is asked: an item deleted, cut or added is so here
/// before the service confirms it, for the confirmation may never come. Items the client adds are known by their id and
/// left out if they have none, until the service names them. Words are kept although the service forgets those of an item
/// that is cut.
///
/// Pure; not thread-safe.
public final class ConversationItems {
    private static final String FIRST = "root";
    /// About 150 words a minute.
    private static final int MS_A_CHARACTER = 68;

    private final List<String> order = new ArrayList<>();
    private final Map<String, Entry> entries = new HashMap<>();
    private AudioEncoding output;

    private static final class Entry {
        private Item item;
        private final boolean isOurs;
        private boolean isAcknowledged;
        /// By content index; of what the service has not put into the item itself.
        private final TreeMap<Integer, StringBuilder> words = new TreeMap<>();
        private long audioBytes;
        private @Nullable Long heardMs;

        Entry(Item item, boolean isOurs) {
            this.item = item;
            this.isOurs = isOurs;
            this.isAcknowledged = !isOurs;
        }

        void say(int part, String more) {
            words.computeIfAbsent(part, _ -> new StringBuilder()).append(more);
        }

        void said(int part, String all) {
            words.put(part, new StringBuilder(all));
        }

        /// As many as there are, or were told of.
        int parts() {
            int there = item instanceof Item.Message message ? message.content().size() : 0;
            return words.isEmpty() ? there : Math.max(there, words.lastKey() + 1);
        }

        /// What was told of a part, or else what it says itself.
        String words(int part) {
            var told = words.get(part);
            if (told != null) {
                return told.toString();
            }
            var own = item.raw().path("content").path(part);
            return own.path("transcript").asString(own.path("text").asString(""));
        }

        String words() {
            var all = new StringBuilder();
            for (int part = 0; part < parts(); part++) {
                all.append(words(part));
            }
            return all.toString();
        }
    }

    /// Of a session whose sound is linear until it says otherwise.
    public ConversationItems() {
        this(AudioEncoding.PCM);
    }

    /// @param output encoding of the sound the model makes, until the session says otherwise
    public ConversationItems(AudioEncoding output) {
        this.output = output;
    }

    /// What the service said.
    public void received(ServerEvent event) {
        switch (event) {
            case ServerEvent.SessionCreated created -> speaks(created.session());
            case ServerEvent.SessionUpdated updated -> speaks(updated.session());
            case ServerEvent.ItemAdded added -> added(previous(added.previousItemId(), added.raw()), added.item());
            case ServerEvent.ItemCreated created ->
                added(previous(created.previousItemId(), created.raw()), created.item());
            case ServerEvent.ItemDone done -> changed(done.item());
            case ServerEvent.OutputItemDone done -> changed(done.item());
            case ServerEvent.FunctionArgumentsDone done -> called(done);
            case ServerEvent.InputTranscriptDelta delta ->
                entry(delta.itemId()).ifPresent(entry -> entry.say(delta.contentIndex(), delta.delta()));
            case ServerEvent.InputTranscriptCompleted done ->
                entry(done.itemId()).ifPresent(entry -> entry.said(done.contentIndex(), done.transcript().strip()));
            case ServerEvent.OutputTranscriptDelta delta -> say(delta.at(), delta.delta());
            case ServerEvent.OutputTranscriptDone done -> said(done.at(), done.transcript());
            case ServerEvent.OutputTextDelta delta -> say(delta.at(), delta.delta());
            case ServerEvent.OutputTextDone done -> said(done.at(), done.text());
            case ServerEvent.OutputAudioDelta delta ->
                entry(delta.at().itemId()).ifPresent(entry -> entry.audioBytes += bytes(delta.delta()));
            case ServerEvent.ItemTruncated cut -> heard(cut.itemId(), cut.audioEndMs());
            case ServerEvent.ItemDeleted deleted -> remove(deleted.itemId());
            default -> {
                // Changes no item.
            }
        }
    }

    /// What the client said.
    public void sent(ClientEvent event) {
        switch (event) {
            case ClientEvent.ItemCreate create -> create.item().id().ifPresent(id -> {
                if (!entries.containsKey(id)) {
                    insert(id, create.previousItemId(), new Entry(create.item(), true));
                }
            });
            case ClientEvent.ItemDelete delete -> remove(delete.itemId());
            case ClientEvent.ItemTruncate cut -> heard(cut.itemId(), cut.audioEndMs());
            default -> {
                // Changes no item.
            }
        }
    }

    /// The items, each as it was last seen.
    public List<Item> items() {
        return order.stream().map(id -> known(id).item).toList();
    }

    /// The words of a message as far as they are known: written, transcribed, or transcribed so far. Empty for an item
    /// that is not here.
    public String words(String itemId) {
        return entry(itemId).map(Entry::words).orElse("");
    }

    /// How much sound the model has made for an item.
    public Duration audio(String itemId) {
        return entry(itemId)
                .map(entry -> Duration.ofMillis(Math.max(madeMs(entry), heardMs(entry))))
                .orElse(Duration.ZERO);
    }

    /// How much of that the caller heard; all of it unless it was cut.
    public Duration heard(String itemId) {
        return entry(itemId).map(entry -> Duration.ofMillis(heardMs(entry))).orElse(Duration.ZERO);
    }

    /// The items without their sound, with their words in it, and of those of an answer that was cut only what was heard: a
    /// share of them as large as that of its sound, whole words only.
    public List<Item> heard() {
        return order.stream().map(id -> {
            var item = inWords(known(id));
            item.raw().path("content").forEach(part -> ((ObjectNode) part).remove("audio"));
            return item;
        }).toList();
    }

    /// What a client can create in a fresh session so that the conversation goes on there, in order and under the same
    /// ids: each item as [it is written][Item#written()], a call of a function with its output if there is one. Of an answer
    /// that was cut, the words that were heard are kept.
    public List<Item> restorable() {
        var calls = new HashSet<String>();
        var items = new ArrayList<Item>();
        for (var id : order) {
            inWords(known(id)).written()
                    .filter(item -> switch (item) {
                        case Item.FunctionCall call -> calls.add(call.callId());
                        case Item.FunctionCallOutput given -> calls.contains(given.callId());
                        default -> true;
                    })
                    .ifPresent(items::add);
        }
        return List.copyOf(items);
    }

    /// Ids of what the client added and the service has not confirmed.
    Set<String> unconfirmed() {
        var ids = new HashSet<String>();
        entries.forEach((id, entry) -> {
            if (!entry.isAcknowledged) {
                ids.add(id);
            }
        });
        return ids;
    }

    // Words

    private Item inWords(Entry entry) {
        if (!(entry.item instanceof Item.Message message)) {
            return entry.item;
        }
        var json = (ObjectNode) message.raw().deepCopy();
        var there = json.path("content");
        var content = json.arrayNode();
        for (int part = 0; part < entry.parts(); part++) {
            content.add(inWords(entry, part, there.get(part) instanceof ObjectNode object
                    ? object
                    : Json.object().put("type", message.role().equals("assistant") ? "output_audio" : "input_audio")));
        }
        json.set("content", content);
        return Item.of(json);
    }

    private ObjectNode inWords(Entry entry, int index, ObjectNode part) {
        var words = entry.words(index);
        if (!words.isEmpty()) {
            part.put(part.path("type").asString("").endsWith("text") ? "text" : "transcript",
                    entry.heardMs == null ? words : heard(words, heardMs(entry), madeMs(entry)));
        }
        return part;
    }

    /// The whole words that fit into the part of the sound that was heard. Words are taken to come at an even pace, which
    /// is as good as anybody knows: the protocol does not say when in the sound a word is said.
    static String heard(String words, long heardMs, long madeMs) {
        if (heardMs >= madeMs) {
            return heardMs > 0 ? words : "";
        }
        int end = (int) (words.length() * heardMs / madeMs);
        while (end > 0 && !Character.isWhitespace(words.charAt(end))) {
            end--;
        }
        return words.substring(0, end).strip();
    }

    /// Where the sound does not pass here, as over WebRTC, its length is unknown; that of an item that is cut is then taken to
    /// be what its words take.
    private long madeMs(Entry entry) {
        return entry.audioBytes == 0 && entry.heardMs != null
                ? (long) entry.words().length() * MS_A_CHARACTER
                : entry.audioBytes * 1_000 / output.bytesPerSecond();
    }

    /// A service may count the sound of a piece that never reached us.
    private long heardMs(Entry entry) {
        if (entry.heardMs == null) {
            return madeMs(entry);
        }
        return entry.audioBytes == 0 ? entry.heardMs : Math.min(entry.heardMs, madeMs(entry));
    }

    /// How many bytes so much base64 holds.
    private static long bytes(String base64) {
        long padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return base64.length() / 4 * 3L - padding;
    }

    // What happens to items

    private void speaks(SessionConfig session) {
        output = session.outputEncoding().orElse(output);
    }

    /// Null says that it is the first; that nothing is said, that it is the last.
    private static @Nullable String previous(@Nullable String told, JsonNode event) {
        return told == null && event.has("previous_item_id") ? FIRST : told;
    }

    private void added(@Nullable String previous, Item item) {
        item.id().ifPresent(id -> {
            var known = entries.get(id);
            if (known == null) {
                insert(id, previous, new Entry(item, false));
                return;
            }
            known.isAcknowledged = true;
            changed(item);
        });
    }

    /// What the client added is kept as it was given: the service leaves out its sound.
    private void changed(Item item) {
        item.id().flatMap(this::entry).filter(entry -> !entry.isOurs).ifPresent(entry -> entry.item = item);
    }

    /// The item itself says so later; whoever runs the function does not wait for that.
    private void called(ServerEvent.FunctionArgumentsDone done) {
        entry(done.itemId()).ifPresent(entry -> {
            if (entry.item instanceof Item.FunctionCall call) {
                var name = done.name().isEmpty() ? call.name() : done.name();
                entry.item = Item.functionCall(done.callId(), name, done.arguments()).with(done.itemId(), "completed");
            }
        });
    }

    /// @param previous null to come last
    private void insert(String id, @Nullable String previous, Entry entry) {
        int behind = previous == null ? order.size() - 1 : order.indexOf(previous);
        // An item behind one that is not here, because it was deleted, is taken to be the last.
        int at = FIRST.equals(previous) ? 0 : behind < 0 ? order.size() : behind + 1;
        order.add(at, id);
        entries.put(id, entry);
    }

    private void remove(String id) {
        order.remove(id);
        entries.remove(id);
    }

    /// Of an answer so much at the most was heard, for its sound ended then.
    void heard(String id, Duration most) {
        entry(id).ifPresent(entry -> entry.heardMs = Math.min(most.toMillis(),
                Objects.requireNonNullElse(entry.heardMs, Long.MAX_VALUE)));
    }

    private void heard(String id, long ms) {
        entry(id).ifPresent(entry -> entry.heardMs = ms);
    }

    private void say(ServerEvent.Part at, String more) {
        entry(at.itemId()).ifPresent(entry -> entry.say(at.contentIndex(), more));
    }

    private void said(ServerEvent.Part at, String all) {
        entry(at.itemId()).ifPresent(entry -> entry.said(at.contentIndex(), all));
    }

    private Optional<Entry> entry(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    private Entry known(String id) {
        return entry(id).orElseThrow();
    }
}
