package dev.parley.realtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The conversation as the service has it, from what both sides said: the items in their order, and the words of each.
///
/// Told every event of a session, it can say which items a fresh session must be given for the conversation to go on there
/// ([#restorable()]). What the client asks for counts as soon as it is asked: an item deleted, cut or added is so here
/// before the service confirms it, for the confirmation may never come. Items the client adds are known by their id and
/// left out if they have none, until the service names them.
///
/// Pure; not thread-safe.
public final class ConversationItems {
    private static final int MAX_ID = 32;

    private final List<String> order = new ArrayList<>();
    private final Map<String, Entry> entries = new HashMap<>();
    private AudioEncoding output = AudioEncoding.PCM;

    private static final class Entry {
        private Item item;
        private final boolean isOurs;
        private boolean isAcknowledged;
        private boolean isWhole;
        /// By content index; of what the service has not put into the item itself.
        private final Map<Integer, StringBuilder> words = new TreeMap<>();
        private long audioBytes;
        private @Nullable Long heardMs;

        Entry(Item item, boolean isOurs) {
            this.item = item;
            this.isOurs = isOurs;
            this.isAcknowledged = !isOurs;
            update(item);
        }

        void update(Item newer) {
            item = newer;
            isWhole |= newer.status().map("completed"::equals).orElse(true);
        }

        void say(int part, String more) {
            words.computeIfAbsent(part, _ -> new StringBuilder()).append(more);
        }

        void said(int part, String all) {
            words.put(part, new StringBuilder(all));
        }
    }

    /// What the service said.
    public void received(ServerEvent event) {
        switch (event) {
            case ServerEvent.SessionCreated created -> speaks(created.session());
            case ServerEvent.SessionUpdated updated -> speaks(updated.session());
            case ServerEvent.ItemAdded added -> added(added.previousItemId(), added.item());
            case ServerEvent.ItemCreated created -> added(created.previousItemId(), created.item());
            case ServerEvent.ItemDone done -> changed(done.item());
            case ServerEvent.OutputItemDone done -> changed(done.item());
            case ServerEvent.FunctionArgumentsDone done -> called(done);
            case ServerEvent.InputTranscriptCompleted done ->
                entry(done.itemId()).ifPresent(entry -> entry.said(done.contentIndex(), done.transcript()));
            case ServerEvent.OutputTranscriptDelta delta -> say(delta.at(), delta.delta());
            case ServerEvent.OutputTranscriptDone done -> said(done.at(), done.transcript());
            case ServerEvent.OutputTextDelta delta -> say(delta.at(), delta.delta());
            case ServerEvent.OutputTextDone done -> said(done.at(), done.text());
            case ServerEvent.OutputAudioDelta delta ->
                entry(delta.at().itemId()).ifPresent(entry -> entry.audioBytes += delta.delta().length() * 3L / 4);
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
        return entry(itemId).map(ConversationItems::words).orElse("");
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

    /// What a client can create in a fresh session so that the conversation goes on there, in order and under the same
    /// ids.
    ///
    /// What was said is written: a caller's words as `input_text`, the assistant's as `output_text`, for that is all a
    /// client may give it. Of an answer that was cut, the words that were heard are kept: a share of them as large as that
    /// of its sound, whole words only. A call of a function is kept once it is complete, with its output if there is one.
    /// Left out is what has no words and what only the service can create, which is everything of MCP.
    public List<Item> restorable() {
        var calls = new HashSet<String>();
        var items = new ArrayList<Item>();
        for (var id : order) {
            var item = restorable(known(id), calls);
            if (item != null) {
                items.add(named(item, id));
            }
        }
        return List.copyOf(items);
    }

    private @Nullable Item restorable(Entry entry, Set<String> calls) {
        return switch (entry.item) {
            case Item.Message message when message.role().equals("assistant") -> {
                var heard = heard(entry);
                yield heard.isBlank() ? null : Item.assistantText(heard);
            }
            case Item.Message message -> written(entry, message);
            case Item.FunctionCall call -> entry.isWhole && calls.add(call.callId())
                    ? Item.functionCall(call.callId(), call.name(), call.arguments())
                    : null;
            case Item.FunctionCallOutput given -> calls.contains(given.callId())
                    ? Item.functionCallOutput(given.callId(), given.output())
                    : null;
            case Item.McpListTools _,Item.McpCall _,Item.McpApprovalRequest _,Item.McpApprovalResponse _ -> null;
            case Item.Reference _,Item.Unknown _ -> null;
        };
    }

    /// What the caller or the application said, in words.
    private static @Nullable Item written(Entry entry, Item.Message message) {
        var parts = new ArrayList<Content>();
        for (int i = 0; i < message.content().size(); i++) {
            switch (message.content().get(i)) {
                case Content.InputAudio audio -> {
                    var transcribed = entry.words.get(i);
                    var text = transcribed != null ? transcribed.toString() : audio.transcript();
                    if (text != null && !text.isBlank()) {
                        parts.add(new Content.InputText(text));
                    } else if (audio.audio() != null) {
                        parts.add(audio);
                    }
                }
                case Content.InputText text -> parts.add(text);
                case Content.InputImage image -> parts.add(image);
                case Content.OutputText _,Content.OutputAudio _,Content.Unknown _ -> {
                    // Not for a client to give.
                }
            }
        }
        return parts.isEmpty() ? null : Item.message(message.role(), parts.toArray(Content[]::new));
    }

    private String heard(Entry entry) {
        var words = words(entry);
        if (entry.heardMs == null) {
            return words;
        }
        long heard = entry.heardMs * output.bytesPerSecond() / 1_000;
        if (heard >= entry.audioBytes) {
            return entry.audioBytes == 0 ? "" : words;
        }
        int end = (int) (words.length() * heard / entry.audioBytes);
        while (end > 0 && !Character.isWhitespace(words.charAt(end))) {
            end--;
        }
        return words.substring(0, end).stripTrailing();
    }

    private static String words(Entry entry) {
        if (entry.words.isEmpty()) {
            return entry.item instanceof Item.Message message ? message.text() : "";
        }
        return String.join("", entry.words.values());
    }

    private static Item named(Item item, String id) {
        if (id.length() > MAX_ID) {
            return item;
        }
        var json = Json.object().put("id", id);
        json.setAll((ObjectNode) item.raw());
        return Item.of(json);
    }

    private void speaks(SessionConfig session) {
        output = session.outputEncoding().orElse(output);
    }

    private void added(@Nullable String previous, Item item) {
        item.id().ifPresent(id -> {
            var known = entries.get(id);
            if (known == null) {
                insert(id, previous == null ? "root" : previous, new Entry(item, false));
                return;
            }
            known.isAcknowledged = true;
            changed(item);
        });
    }

    /// What the client added is kept as it was given: the service leaves out its sound.
    private void changed(Item item) {
        item.id().flatMap(this::entry).filter(entry -> !entry.isOurs).ifPresent(entry -> entry.update(item));
    }

    /// The item itself says so later; whoever runs the function does not wait for that.
    private void called(ServerEvent.FunctionArgumentsDone done) {
        entry(done.itemId()).ifPresent(entry -> {
            if (entry.item instanceof Item.FunctionCall call) {
                var name = done.name().isEmpty() ? call.name() : done.name();
                entry.update(Item.functionCall(done.callId(), name, done.arguments()).with(done.itemId(), "completed"));
            }
        });
    }

    private void insert(String id, @Nullable String previous, Entry entry) {
        int behind = previous == null ? order.size() - 1 : order.indexOf(previous);
        // An item behind one that is not here, because it was deleted, is taken to be the last.
        int at = "root".equals(previous) ? 0 : behind < 0 ? order.size() : behind + 1;
        order.add(at, id);
        entries.put(id, entry);
    }

    private void remove(String id) {
        order.remove(id);
        entries.remove(id);
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
