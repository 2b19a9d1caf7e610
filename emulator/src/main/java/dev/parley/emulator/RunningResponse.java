package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
    /// Words in one delta of an answer without sound.
    private static final int WORDS = 4;
    /// Characters in one delta of a call's arguments.
    private static final int ARGUMENTS = 16;

    private final String id;
    private final Ids ids;
    private final ResponsePlan plan;
    private final AudioFormat format;
    private final Pacing pacing;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final List<Item> output = new ArrayList<>();
    private Duration scheduled = Duration.ZERO;
    private @Nullable OpenMessage open;
    private @Nullable OpenCall openCall;
    /// Whether what is said next goes on with a message that was begun.
    private boolean saying;
    /// The phase of that message.
    private Optional<Mind.Phase> phase = Optional.empty();
    private int items;
    private boolean concluded;
    private boolean exhausted;
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

        record Arguments(String delta) implements Emission {}

        record CallEnds() implements Emission {}
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
        private final List<Sound> sound = new ArrayList<>();
        private long soundBytes;
        private final Item empty;
        private boolean partBegun;

        OpenMessage(String itemId, Item empty, int index) {
            this.itemId = itemId;
            this.empty = empty;
            this.index = index;
        }
    }

    /// A call being written, and what of its arguments has been sent.
    private record OpenCall(Call call, int index, StringBuilder arguments) {}

    RunningResponse(String id, Ids ids, ResponsePlan plan, Pacing pacing) {
        this.id = id;
        this.ids = ids;
        this.plan = plan;
        this.format = plan.format();
        this.pacing = pacing;
    }

    String id() {
        return id;
    }

    ResponsePlan plan() {
        return plan;
    }

    /// Whether everything was thought and written.
    boolean isOver() {
        return concluded && steps.isEmpty();
    }

    List<Item> output() {
        return List.copyOf(output);
    }

    /// Whether it grew as long as it may, and was cut short.
    boolean isExhausted() {
        return exhausted;
    }

    /// Length of the sound that was sent.
    Duration sound() {
        return format.duration(outputAudioBytes);
    }

    /// What was sent so far.
    Tokens tokens() {
        return tokens(0, 0);
    }

    private Tokens tokens(int moreText, int moreSound) {
        return Tokens.ofText(outputTextLength + moreText)
                .plus(Tokens.spoken(format.duration(outputAudioBytes + moreSound)));
    }

    /// Says this next, in the message that was begun or a new one.
    ///
    /// @param said the phase it is of, where phases are told apart; it is the answer unless it says otherwise
    /// @param sound the voice's rendering of `text`, in the response's format; empty for text
    /// @param elapsed since the response began to be written
    void say(String text, Optional<Mind.Phase> said, Sound sound, Duration elapsed) {
        catchUp(elapsed);
        var told = plan.hasPhases()
                ? said.or(() -> Optional.of(Mind.Phase.FINAL_ANSWER))
                : Optional.<Mind.Phase>empty();
        if (!told.equals(phase)) {
            endSaying();
            phase = told;
        }
        var goesOn = saying;
        if (!goesOn) {
            saying = true;
            step(new Emission.ItemBegins(ids.next("item"), message(told), items++));
            step(new Emission.PartBegins());
        }
        var words = (goesOn ? " " + text : text).split("(?<=\\s)", -1);
        if (plan.isSpoken()) {
            speak(words, sound);
        } else {
            pieces(words, (words.length + WORDS - 1) / WORDS).forEach(piece -> step(new Emission.Words(piece)));
        }
    }

    private void speak(String[] words, Sound sound) {
        int chunk = (int) format.bytes(pacing.delta());
        int chunks = Math.max(1, (sound.length() + chunk - 1) / chunk);
        var pieces = pieces(words, chunks);
        for (int i = 0; i < chunks; i++) {
            if (i < pieces.size()) {
                step(new Emission.Words(pieces.get(i)));
            }
            if (i * chunk < sound.length()) {
                var piece = sound.slice(i * chunk, (i + 1) * chunk);
                step(new Emission.Sounding(piece));
                scheduled = scheduled.plus(pacing.after(format.duration(piece.length())));
            }
        }
    }

    private static Item message(Optional<Mind.Phase> phase, Content... content) {
        var message = Item.message("assistant", content);
        return phase.<Item>map(told -> Item.of(((ObjectNode) message.raw().deepCopy())
                .put("phase", told.name().toLowerCase(Locale.ROOT)))).orElse(message);
    }

    /// Calls a function next.
    void call(String name, String arguments, Duration elapsed) {
        catchUp(elapsed);
        endSaying();
        step(new Emission.CallBegins(new Call(ids.next("item"), ids.next("call"), name, arguments), items++));
        int from = 0;
        while (from < arguments.length()) {
            int to = Math.min(from + ARGUMENTS, arguments.length());
            if (to < arguments.length() && Character.isLowSurrogate(arguments.charAt(to))) {
                to++;
            }
            step(new Emission.Arguments(arguments.substring(from, to)));
            from = to;
        }
        step(new Emission.CallEnds());
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

    /// The words in at most `count` pieces, as even as can be. Spoken words run ahead of the sound.
    private static List<String> pieces(String[] words, int count) {
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
        var emission = steps.remove().emission;
        if (isTooMuch(emission)) {
            exhausted = true;
            cancel(sink);
            return;
        }
        switch (emission) {
            case Emission.ItemBegins(var itemId, var item, var index) -> {
                open = new OpenMessage(itemId, item, index);
                begin(sink, itemId, item.with(itemId, "in_progress"), index);
            }
            case Emission.PartBegins() -> beginPart(sink);
            case Emission.Words(var delta) -> words(sink, delta);
            case Emission.Sounding(var audio) -> sound(sink, audio);
            case Emission.MessageEnds() -> endMessage(sink, "completed");
            case Emission.CallBegins(var call, var index) -> {
                openCall = new OpenCall(call, index, new StringBuilder());
                begin(sink, call.itemId, call.item("", "in_progress"), index);
            }
            case Emission.Arguments(var delta) -> arguments(sink, delta);
            case Emission.CallEnds() -> endCall(sink, "completed");
        }
    }

    /// Whether this would make the response longer than it may be.
    private boolean isTooMuch(Emission emission) {
        if (plan.maxOutputTokens().isEmpty()) {
            return false;
        }
        var then = switch (emission) {
            case Emission.Words(var delta) -> tokens(delta.length(), 0);
            case Emission.Arguments(var delta) -> tokens(delta.length(), 0);
            case Emission.Sounding(var audio) -> tokens(0, audio.length());
            case Emission.ItemBegins _,Emission.PartBegins _,Emission.MessageEnds _ -> Tokens.NONE;
            case Emission.CallBegins _,Emission.CallEnds _ -> Tokens.NONE;
        };
        return then.total() > plan.maxOutputTokens().getAsInt();
    }

    /// Ends the response early: what has begun is closed, marked incomplete; the rest is dropped.
    void cancel(Sink sink) {
        steps.clear();
        if (open != null) {
            endMessage(sink, "incomplete");
        }
        if (openCall != null) {
            endCall(sink, "incomplete");
        }
    }

    /// Where events go, and what the conversation learns.
    interface Sink {
        void send(ServerEvent event);

        void sound(ServerEvent.Part at, Sound audio, AudioFormat format);

        void itemBegins(String itemId, Item item);

        /// An item being written has sounded this long.
        void itemSounds(String itemId, Duration soFar);

        void itemEnds(Ended ended);
    }

    private void begin(Sink sink, String itemId, Item item, int index) {
        sink.send(new ServerEvent.OutputItemAdded(id, index, item));
        if (plan.isInConversation()) {
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
        sink.send(plan.isSpoken()
                ? new ServerEvent.OutputTranscriptDelta(at(), delta)
                : new ServerEvent.OutputTextDelta(at(),
                        delta));
    }

    private void sound(Sink sink, Sound audio) {
        var message = openMessage();
        message.sound.add(audio);
        message.soundBytes += audio.length();
        outputAudioBytes += audio.length();
        if (plan.isInConversation()) {
            sink.itemSounds(message.itemId, format.duration(message.soundBytes));
        }
        sink.sound(at(), audio, format);
    }

    private void endMessage(Sink sink, String status) {
        var message = openMessage();
        var words = message.words.toString().strip();
        if (message.partBegun) {
            if (plan.isSpoken()) {
                sink.send(new ServerEvent.OutputAudioDone(at()));
                sink.send(new ServerEvent.OutputTranscriptDone(at(), words));
            } else {
                sink.send(new ServerEvent.OutputTextDone(at(), words));
            }
            sink.send(new ServerEvent.ContentPartDone(at(), part(words)));
        }
        var item = message.empty.with(message.itemId, status);
        if (message.partBegun) {
            var content = plan.isSpoken() ? new Content.OutputAudio(words) : new Content.OutputText(words);
            ((ObjectNode) item.raw()).putArray("content").add(content.raw());
            item = Item.of((ObjectNode) item.raw());
        }
        open = null;
        end(sink, message.itemId, item, message.index,
                plan.isInConversation() ? Sound.joined(message.sound) : Sound.NONE);
    }

    private void arguments(Sink sink, String delta) {
        var writing = openCall();
        writing.arguments.append(delta);
        outputTextLength += delta.length();
        sink.send(new ServerEvent.FunctionArgumentsDelta(id, writing.call.itemId, writing.index, writing.call.callId,
                delta));
    }

    private void endCall(Sink sink, String status) {
        var written = openCall();
        var call = written.call;
        openCall = null;
        var arguments = written.arguments.toString();
        if (status.equals("completed")) {
            sink.send(new ServerEvent.FunctionArgumentsDone(id, call.itemId, written.index, call.callId, call.name,
                    arguments));
        }
        end(sink, call.itemId, call.item(arguments, status), written.index, Sound.NONE);
    }

    private void end(Sink sink, String itemId, Item item, int index, Sound audio) {
        output.add(item);
        sink.send(new ServerEvent.OutputItemDone(id, index, item));
        if (plan.isInConversation()) {
            sink.itemEnds(new Ended(itemId, item, audio, format));
        }
    }

    private ServerEvent.Part at() {
        var message = openMessage();
        return new ServerEvent.Part(id, message.itemId, message.index, 0);
    }

    private JsonNode part(String words) {
        return plan.isSpoken()
                ? object(part -> part.put("type", "audio").put("transcript", words))
                : object(part -> part.put("type", "text").put("text", words));
    }

    private OpenMessage openMessage() {
        if (open == null) {
            throw new IllegalStateException("no message is being written in " + id);
        }
        return open;
    }

    private OpenCall openCall() {
        if (openCall == null) {
            throw new IllegalStateException("no call is being written in " + id);
        }
        return openCall;
    }

    private static ObjectNode object(UnaryOperator<ObjectNode> members) {
        return members.apply(JsonNodeFactory.instance.objectNode());
    }
}
