package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One response on its way out: the ladder of events from `response.output_item.added` to `response.output_item.done`,
/// each with the moment it is due, and the shorter ladder that closes it early.
///
/// The order of events is that of live traffic. Confined to the session's thread.
final class RunningResponse {
    /// Sound in one `response.output_audio.delta`.
    private static final Duration CHUNK = Duration.ofMillis(100);

    private final String id;
    private final Ids ids;
    private final boolean inConversation;
    private final boolean spoken;
    private final AudioFormat format;
    private final double pace;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final List<Item> output = new ArrayList<>();
    private Duration scheduled = Duration.ZERO;
    private @Nullable OpenMessage open;
    /// Whether what is said next goes on with a message that was begun.
    private boolean saying;
    private int items;
    private boolean concluded;
    private long outputTextLength;
    private long outputAudioBytes;

    /// An event, and when it is due, counted from the moment the response began to be written.
    record Step(Duration at, Emission emission) {}

    /// What a step does: the event to send, as it stands at that moment.
    sealed interface Emission {
        record ItemBegins(String itemId, Item item, int index) implements Emission {}

        record PartBegins() implements Emission {}

        record Words(String delta) implements Emission {}

        record Sounding(Sound audio) implements Emission {}

        record MessageEnds() implements Emission {}

        record CallBegins(Call call, int index) implements Emission {}

        record Arguments(Call call, int index) implements Emission {}
    }

    /// A function call and the ids it goes by.
    record Call(String itemId, String callId, String name, String arguments) {
        Item item(String argumentsSoFar, String status) {
            return Item.functionCall(callId, name, argumentsSoFar).with(itemId, status);
        }
    }

    /// What the session must know of a message that has ended, however it did.
    record Ended(String itemId, Item item, Sound audio, AudioFormat format) {}

    /// A message being written, and what of it has been sent.
    private static final class OpenMessage {
        private final String itemId;
        private final int index;
        private final StringBuilder words = new StringBuilder();
        private final ByteArrayOutputStream sound = new ByteArrayOutputStream();
        private boolean partBegun;

        OpenMessage(String itemId, int index) {
            this.itemId = itemId;
            this.index = index;
        }
    }

    RunningResponse(String id, Ids ids, boolean inConversation, boolean spoken, AudioFormat format, double pace) {
        this.id = id;
        this.ids = ids;
        this.inConversation = inConversation;
        this.spoken = spoken;
        this.format = format;
        this.pace = pace;
    }

    String id() {
        return id;
    }

    boolean isInConversation() {
        return inConversation;
    }

    boolean isSpoken() {
        return spoken;
    }

    AudioFormat format() {
        return format;
    }

    /// Whether everything was thought and written.
    boolean isOver() {
        return concluded && steps.isEmpty();
    }

    List<Item> output() {
        return List.copyOf(output);
    }

    long outputTextTokens() {
        return (outputTextLength + 3) / 4;
    }

    /// One token for 50 ms of the assistant's sound.
    long outputAudioTokens() {
        return format.duration(outputAudioBytes).toMillis() / 50;
    }

    /// Says this next, in the message that was begun or a new one.
    ///
    /// @param sound the voice's rendering of `text`, in the response's format; empty for text
    /// @param elapsed since the response began to be written
    void say(String text, Sound sound, Duration elapsed) {
        catchUp(elapsed);
        var goesOn = saying;
        if (!goesOn) {
            saying = true;
            step(new Emission.ItemBegins(ids.next("item"), Item.message("assistant"), items++));
            step(new Emission.PartBegins());
        }
        int chunk = (int) format.bytes(CHUNK);
        int chunks = spoken ? Math.max(1, (sound.length() + chunk - 1) / chunk) : 1;
        var words = pieces(goesOn ? " " + text : text, chunks);
        for (int i = 0; i < chunks; i++) {
            if (i < words.size()) {
                step(new Emission.Words(words.get(i)));
            }
            if (spoken && i * chunk < sound.length()) {
                var piece = sound.slice(i * chunk, (i + 1) * chunk);
                step(new Emission.Sounding(piece));
                if (pace > 0) {
                    scheduled = scheduled.plusNanos((long) (format.duration(piece.length()).toNanos() / pace));
                }
            }
        }
    }

    /// Calls a function next.
    void call(String name, String arguments, Duration elapsed) {
        catchUp(elapsed);
        endSaying();
        var call = new Call(ids.next("item"), ids.next("call"), name, arguments);
        step(new Emission.CallBegins(call, items));
        step(new Emission.Arguments(call, items++));
    }

    /// Nothing more will be said or called.
    void conclude(Duration elapsed) {
        catchUp(elapsed);
        endSaying();
        concluded = true;
    }

    private void endSaying() {
        if (saying) {
            saying = false;
            step(new Emission.MessageEnds());
        }
    }

    /// What was thought late is written late.
    private void catchUp(Duration elapsed) {
        if (scheduled.compareTo(elapsed) < 0) {
            scheduled = elapsed;
        }
    }

    private void step(Emission emission) {
        steps.add(new Step(scheduled, emission));
    }

    /// The text in at most `count` pieces of whole words, as even as can be. Words run ahead of the sound.
    private static List<String> pieces(String text, int count) {
        var words = text.split("(?<=\\s)", -1);
        int perPiece = Math.max(1, (words.length + count - 1) / count);
        var pieces = new ArrayList<String>();
        for (int i = 0; i < words.length; i += perPiece) {
            pieces.add(String.join("", Arrays.copyOfRange(words, i, Math.min(words.length, i + perPiece))));
        }
        return pieces;
    }

    /// When the next event is due; null when there is none yet.
    @Nullable
    Duration nextAt() {
        var next = steps.peek();
        return next == null ? null : next.at;
    }

    /// Takes the next step: its events, given to `sink`.
    void advance(Sink sink) {
        switch (steps.remove().emission) {
            case Emission.ItemBegins(var itemId, var item, var index) -> {
                open = new OpenMessage(itemId, index);
                begin(sink, itemId, item.with(itemId, "in_progress"), index);
            }
            case Emission.PartBegins() -> beginPart(sink);
            case Emission.Words(var delta) -> words(sink, delta);
            case Emission.Sounding(var audio) -> sound(sink, audio);
            case Emission.MessageEnds() -> endMessage(sink, "completed");
            case Emission.CallBegins(var call, var index) ->
                begin(sink, call.itemId, call.item("", "in_progress"), index);
            case Emission.Arguments(var call, var index) -> arguments(sink, call, index);
        }
    }

    /// Ends the response early: what has begun is closed, marked incomplete; the rest is dropped.
    void cancel(Sink sink) {
        steps.clear();
        if (open != null) {
            endMessage(sink, "incomplete");
        }
    }

    /// Where events go, and what the conversation learns.
    interface Sink {
        void send(ServerEvent event);

        void itemBegins(String itemId, Item item);

        void itemEnds(Ended ended);
    }

    private void begin(Sink sink, String itemId, Item item, int index) {
        sink.send(new ServerEvent.OutputItemAdded(id, index, item));
        if (inConversation) {
            sink.itemBegins(itemId, item);
        }
    }

    private void beginPart(Sink sink) {
        openMessage().partBegun = true;
        sink.send(new ServerEvent.ContentPartAdded(at(), part("")));
    }

    private void words(Sink sink, String delta) {
        openMessage().words.append(delta);
        outputTextLength += delta.length();
        sink.send(spoken
                ? new ServerEvent.OutputTranscriptDelta(at(), delta)
                : new ServerEvent.OutputTextDelta(at(),
                        delta));
    }

    private void sound(Sink sink, Sound audio) {
        var bytes = audio.toBytes();
        openMessage().sound.writeBytes(bytes);
        outputAudioBytes += bytes.length;
        sink.send(new ServerEvent.OutputAudioDelta(at(), bytes));
    }

    private void endMessage(Sink sink, String status) {
        var message = openMessage();
        var words = message.words.toString().strip();
        if (message.partBegun) {
            if (spoken) {
                sink.send(new ServerEvent.OutputAudioDone(at()));
                sink.send(new ServerEvent.OutputTranscriptDone(at(), words));
            } else {
                sink.send(new ServerEvent.OutputTextDone(at(), words));
            }
            sink.send(new ServerEvent.ContentPartDone(at(), part(words)));
        }
        var content = spoken ? new Content.OutputAudio(words) : new Content.OutputText(words);
        var item = (message.partBegun ? Item.message("assistant", content) : Item.message("assistant"))
                .with(message.itemId, status);
        open = null;
        end(sink, message.itemId, item, message.index,
                Sound.copyOf(message.sound.toByteArray()));
    }

    private void arguments(Sink sink, Call call, int index) {
        outputTextLength += call.arguments.length();
        sink.send(new ServerEvent.FunctionArgumentsDelta(id, call.itemId, index, call.callId, call.arguments));
        sink.send(new ServerEvent.FunctionArgumentsDone(id, call.itemId, index, call.callId, call.name,
                call.arguments));
        end(sink, call.itemId, call.item(call.arguments, "completed"), index, Sound.NONE);
    }

    private void end(Sink sink, String itemId, Item item, int index, Sound audio) {
        output.add(item);
        sink.send(new ServerEvent.OutputItemDone(id, index, item));
        if (inConversation) {
            sink.itemEnds(new Ended(itemId, item, audio, format));
        }
    }

    private ServerEvent.Part at() {
        var message = openMessage();
        return new ServerEvent.Part(id, message.itemId, message.index, 0);
    }

    private JsonNode part(String words) {
        return spoken
                ? object(part -> part.put("type", "audio").put("transcript", words))
                : object(part -> part.put("type", "text").put("text", words));
    }

    private OpenMessage openMessage() {
        if (open == null) {
            throw new IllegalStateException("no message is being written in " + id);
        }
        return open;
    }

    private static ObjectNode object(UnaryOperator<ObjectNode> members) {
        return members.apply(JsonNodeFactory.instance.objectNode());
    }
}
