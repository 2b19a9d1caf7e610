package dev.parley.emulator;

import dev.parley.emulator.EmulatedSession.Effect;
import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.McpServer;
import dev.parley.realtime.ProtocolException;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.speech.Hearing;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What becomes of the conversation's items beside responses: what the client does with them, what the caller's audio
/// becomes, and what the ears make of it. Confined to the session's thread.
final class Conversation {
    private final Ids ids;
    private final ItemList items;
    private final Attention attention;
    private final Transcriber transcriber;
    private final Consumer<ServerEvent> out;
    private final Consumer<Effect> asks;

    /// @param out where events go
    /// @param asks where goes what somebody else must do
    Conversation(Ids ids, ItemList items, Attention attention, Transcriber transcriber, Consumer<ServerEvent> out,
            Consumer<Effect> asks) {
        this.ids = ids;
        this.items = items;
        this.attention = attention;
        this.transcriber = transcriber;
        this.out = out;
        this.asks = asks;
    }

    // The caller's audio

    /// Audio becomes an item of the caller.
    void commit(String itemId, Pcm audio, SessionConfig config) {
        out.accept(new ServerEvent.InputCommitted(itemId, items.last()));
        var format = inputFormat(config);
        var entry = items.add(null, itemId, Item.message("user", new Content.InputAudio(null))
                .with(itemId, "completed"));
        items.sound(entry, Sound.copyOf(format.encode(audio)), format);
        announce(entry);
        attention.callerSpoke(itemId);
        transcriber.listens(itemId, entry.length(), config);
        hear(itemId, audio);
    }

    private void hear(String itemId, Pcm audio) {
        if (audio.frames() == 0) {
            heard(itemId, new Hearing.NotUnderstood());
        } else {
            asks.accept(new Effect.Hear(itemId, audio));
        }
    }

    /// The ears have made out, or not, what is said in an item.
    void heard(String itemId, Hearing hearing) {
        if (hearing instanceof Hearing.Understood understood) {
            attention.heard(itemId, understood.words());
            items.find(itemId).ifPresent(entry -> {
                entry.heard(understood.words());
                if (transcriber.isTold(itemId)) {
                    entry.become(Item.message("user", new Content.InputAudio(understood.words()))
                            .with(itemId, "completed"));
                }
            });
        }
        transcriber.heard(itemId, hearing);
    }

    // What the client does

    void create(@Nullable String previousItemId, Item given, SessionConfig config) {
        var id = given.id().orElseGet(() -> ids.next("item"));
        items.requireInsertable(id, previousItemId);
        var json = (ObjectNode) given.raw().deepCopy();
        var sound = takeAudio(json.path("content"));
        var item = SessionDefaults.item(json).with(id, "completed");
        switch (item) {
            case Item.Message message -> take(message, id);
            case Item.FunctionCallOutput output -> {
                items.requireCall(output.callId());
                attention.toolAnswered(new Mind.ToolOutput(output.callId(), output.output()));
            }
            case Item.FunctionCall _ -> {}
            case Item.McpListTools _ -> {}
            case Item.McpCall _ -> {}
            case Item.McpApprovalRequest _ -> {}
            case Item.McpApprovalResponse _ -> {}
            case Item.Reference _ -> {}
            // Kept for the client, like the six before it; means nothing to this model by itself.
            case Item.Unknown _ -> {}
        }
        var entry = items.add(previousItemId, id, item);
        if (sound.length > 0) {
            listen(entry, sound, inputFormat(config));
        }
        announce(entry);
    }

    private void take(Item.Message message, String id) {
        if ("user".equals(message.role())) {
            attention.callerWrote(id, message.text());
        }
    }

    /// Takes the sound out of the parts of an item, which are shown without it.
    private static byte[] takeAudio(JsonNode parts) {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.path(i) instanceof ObjectNode part && part.path("type").asString("").equals("input_audio")) {
                var audio = part.remove("audio");
                if (!part.has("transcript")) {
                    part.putNull("transcript");
                }
                if (audio != null && audio.isString()) {
                    all.writeBytes(decode(audio.stringValue(), "item.content[" + i + "].audio"));
                }
            }
        }
        return all.toByteArray();
    }

    private static byte[] decode(String audio, String at) {
        try {
            return Base64.getDecoder().decode(audio);
        } catch (IllegalArgumentException _) {
            throw new ProtocolException("invalid_value", at,
                    "Invalid '" + at + "'. Expected base64-encoded audio bytes.");
        }
    }

    private void listen(ItemList.Entry entry, byte[] bytes, AudioFormat format) {
        int sample = (int) format.bytes(Duration.ofSeconds(1)) / format.rate();
        var whole = Arrays.copyOf(bytes, bytes.length - bytes.length % sample);
        items.sound(entry, Sound.copyOf(whole), format);
        if (entry.item() instanceof Item.Message message && message.text().isEmpty()) {
            attention.callerSpoke(entry.id());
            transcriber.listensQuietly(entry.id(), entry.length());
            hear(entry.id(), format.decode(whole));
        }
    }

    /// Shows an item with its sound. The vendor's documentation shows the part under the short name `audio` here; its own
    /// clients' models accept only the name it has everywhere else.
    void retrieve(String itemId) {
        var entry = items.require(itemId, "retrieve", "retrieving");
        var shown = (ObjectNode) entry.item().raw().deepCopy();
        if (entry.audio().length() > 0) {
            for (var part : shown.path("content")) {
                if (part instanceof ObjectNode sounding && isAudio(part)) {
                    sounding.put("audio", Base64.getEncoder().encodeToString(entry.audio().toBytes()));
                    sounding.put("format", BetaObjects.format(entry.format()));
                    break;
                }
            }
        }
        out.accept(new ServerEvent.ItemRetrieved(SessionDefaults.item(shown)));
    }

    private static boolean isAudio(JsonNode part) {
        return part.path("type").asString("").endsWith("put_audio");
    }

    /// The caller spoke into a message of the model, of which so much had been sent.
    void interrupted(String itemId, Duration heard) {
        items.find(itemId).ifPresent(entry -> cut(entry, 0, heard.toMillis()));
    }

    private void cut(ItemList.Entry entry, int contentIndex, long endMs) {
        items.cut(entry, Duration.ofMillis(endMs));
        out.accept(new ServerEvent.ItemTruncated(entry.id(), contentIndex, endMs));
    }

    /// Cuts a message of the model to what was heard of it. One that is still being written ends where it is cut.
    ///
    /// @param problems told of what was wrong though it was done as far as it could be, as live traffic shows it
    void truncate(String itemId, int contentIndex, long audioEndMs, Consumer<ProtocolException> problems) {
        var entry = items.require(itemId, "truncate", "truncating");
        if (!(entry.item() instanceof Item.Message message && "assistant".equals(message.role())
                && message.content().stream().allMatch(Content.OutputAudio.class::isInstance))) {
            throw new ProtocolException("unsupported_content_type", null,
                    "Only model output audio messages can be truncated");
        }
        if (contentIndex > 0) {
            throw new ProtocolException("invalid_value", "content_index",
                    "Invalid 'content_index': the item has no audio part " + contentIndex + ". Expected 0.");
        }
        long length = entry.length().toMillis();
        if (audioEndMs > length) {
            problems.accept(new ProtocolException("invalid_value", null,
                    "Audio content of " + length + "ms is already shorter than " + audioEndMs + "ms"));
        }
        cut(entry, contentIndex, Math.min(audioEndMs, length));
    }

    void delete(String itemId) {
        items.require(itemId, "delete", "deleting");
        items.remove(itemId);
        attention.forget(itemId);
        transcriber.forget(itemId);
        out.accept(new ServerEvent.ItemDeleted(itemId));
    }

    /// An MCP server has, or has not, given its tools.
    void listTools(McpServer server) {
        var id = ids.next("item");
        out.accept(new ServerEvent.McpListToolsInProgress(id));
        if (!McpTools.isReachable(server)) {
            out.accept(new ServerEvent.McpListToolsFailed(id));
            return;
        }
        var list = BetaObjects.object().put("id", id).put("type", "mcp_list_tools").put("server_label", server.label());
        list.putArray("tools");
        announce(items.add(null, id, Item.of(list)));
        out.accept(new ServerEvent.McpListToolsCompleted(id));
    }

    private void announce(ItemList.Entry entry) {
        out.accept(new ServerEvent.ItemAdded(items.previous(entry.id()), entry.item()));
        out.accept(new ServerEvent.ItemDone(items.previous(entry.id()), entry.item()));
    }

    private static AudioFormat inputFormat(SessionConfig config) {
        return CallerAudio.format(config.inputEncoding().orElse(AudioEncoding.PCM));
    }
}
