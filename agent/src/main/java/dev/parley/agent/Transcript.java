package dev.parley.agent;

import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Both sides' words in the order of the conversation.
///
/// The caller's words are made out beside the answer and often arrive after it. A line is therefore held until all
/// lines before it are known, or have been waited for long enough. Confined to the conversation's thread.
final class Transcript {
    static final Duration PATIENCE = Duration.ofSeconds(8);

    private final boolean callerIsTranscribed;
    /// Items not yet published, in conversation order.
    private final List<Line> lines = new ArrayList<>();
    /// Items that have or had their line.
    private final Set<String> known = new HashSet<>();

    Transcript(boolean callerIsTranscribed) {
        this.callerIsTranscribed = callerIsTranscribed;
    }

    /// Takes note of `event` and gives the lines that have become due.
    List<CallEvent> on(ServerEvent event, Instant now) {
        switch (event) {
            case ServerEvent.InputCommitted committed when callerIsTranscribed ->
                // The words may be known before the item is: make room for them now.
                insert(new Line(committed.itemId(), true, now.plus(PATIENCE)), committed.previousItemId());
            case ServerEvent.ItemAdded added when added.item() instanceof Item.Message message ->
                add(added.previousItemId(), message, now);
            case ServerEvent.ItemDone done when done.item() instanceof Item.Message message
                    && "assistant".equals(message.role()) ->
                complete(message.id().orElse(""), spoken(message.id().orElse(""), message.text()));
            case ServerEvent.OutputTranscriptDelta delta -> partly(delta.at(), delta.delta(), now);
            case ServerEvent.OutputTextDelta delta -> partly(delta.at(), delta.delta(), now);
            case ServerEvent.OutputTranscriptDone done ->
                complete(done.at().itemId(), spoken(done.at().itemId(), done.transcript()));
            case ServerEvent.OutputTextDone done -> complete(done.at().itemId(), spoken(done.at().itemId(), done
                    .text()));
            case ServerEvent.InputTranscriptCompleted completed -> complete(completed.itemId(),
                    new CallEvent.CallerSaid(completed.itemId(), completed.transcript().strip()));
            case ServerEvent.InputTranscriptFailed failed -> complete(failed.itemId(),
                    new CallEvent.CallerNotUnderstood(failed.itemId(), failed.error().message()));
            case ServerEvent.ResponseDone done -> over(done.response().id());
            case ServerEvent.ItemDeleted deleted -> lines.removeIf(line -> line.itemId.equals(deleted.itemId()));
            default -> {
                // No words in it.
            }
        }
        return due(now);
    }

    /// The lines that are due because time has passed.
    List<CallEvent> due(Instant now) {
        var due = new ArrayList<CallEvent>();
        while (!lines.isEmpty() && lines.getFirst().isDue(now)) {
            due.addAll(lines.removeFirst().published());
        }
        return due;
    }

    /// Takes note that an answer was cut, which is told after its words: at once, if these have been told already.
    List<CallEvent> cut(CallEvent.Interrupted interruption) {
        for (var line : lines) {
            if (line.itemId.equals(interruption.itemId())) {
                line.interruption = interruption;
                return List.of();
            }
        }
        return List.of(interruption);
    }

    /// All that is left, because nothing more will come.
    List<CallEvent> rest() {
        var rest = lines.stream().flatMap(line -> line.published().stream()).toList();
        lines.clear();
        return rest;
    }

    /// When [#due] should next be asked; empty when nothing is waiting.
    Optional<Instant> wakeAt() {
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines.getFirst().deadline);
    }

    private void add(@Nullable String previousItemId, Item.Message message, Instant now) {
        var isCaller = "user".equals(message.role());
        if (!isCaller && !"assistant".equals(message.role())) {
            return;
        }
        var line = new Line(message.id().orElse(""), isCaller, now.plus(PATIENCE));
        if (isCaller && !isAwaited(message)) {
            line.words = new CallEvent.CallerSaid(line.itemId, message.text());
        }
        if (!insert(line, previousItemId) && line.words != null) {
            complete(line.itemId, line.words);
        }
    }

    /// False when the item has, or had, its line already.
    private boolean insert(Line line, @Nullable String previousItemId) {
        if (!known.add(line.itemId)) {
            return false;
        }
        int after = lines.size();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).itemId.equals(previousItemId)) {
                after = i + 1;
            }
        }
        lines.add(after, line);
        return true;
    }

    private boolean isAwaited(Item.Message message) {
        return callerIsTranscribed && message.content().stream().anyMatch(Content.InputAudio.class::isInstance)
                && message.text().isEmpty();
    }

    private void complete(String itemId, CallEvent words) {
        for (var line : lines) {
            if (line.itemId.equals(itemId) && line.words == null) {
                line.words = words;
                return;
            }
        }
    }

    /// An answer that is still coming is worth waiting for, however long it is.
    private void partly(ServerEvent.Part at, String words, Instant now) {
        for (var line : lines) {
            if (line.itemId.equals(at.itemId())) {
                line.responseId = at.responseId();
                line.soFar.append(words);
                line.deadline = now.plus(PATIENCE);
            }
        }
    }

    /// A response whose connection was lost leaves its lines without an end.
    private void over(String responseId) {
        for (var line : lines) {
            if (line.words == null && responseId.equals(line.responseId)) {
                line.words = line.bestKnown();
            }
        }
    }

    private static CallEvent spoken(String itemId, String text) {
        return new CallEvent.AgentSaid(itemId, text);
    }

    private static final class Line {
        private final String itemId;
        private final boolean isCaller;
        /// The answer it is part of, once that has brought something.
        private @Nullable String responseId;
        /// What an answer has brought until now.
        private final StringBuilder soFar = new StringBuilder();
        private Instant deadline;
        private @Nullable CallEvent words;
        private CallEvent.@Nullable Interrupted interruption;

        Line(String itemId, boolean isCaller, Instant deadline) {
            this.itemId = itemId;
            this.isCaller = isCaller;
            this.deadline = deadline;
        }

        private boolean isDue(Instant now) {
            return words != null || !now.isBefore(deadline);
        }

        /// What there is to say of it; nothing when nothing was said.
        private List<CallEvent> published() {
            return Stream.of(bestKnown(), interruption)
                    .flatMap(Stream::ofNullable)
                    .filter(Line::saysSomething)
                    .toList();
        }

        private static boolean saysSomething(CallEvent line) {
            return switch (line) {
                case CallEvent.CallerSaid said -> !said.text().isEmpty();
                case CallEvent.AgentSaid said -> !said.text().isEmpty();
                default -> true;
            };
        }

        private CallEvent bestKnown() {
            if (words != null) {
                return words;
            }
            return isCaller
                    ? new CallEvent.CallerNotUnderstood(itemId, "no transcript came")
                    : spoken(itemId, soFar.toString());
        }
    }
}
