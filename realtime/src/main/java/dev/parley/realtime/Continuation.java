package dev.parley.realtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Decides how one conversation goes on over several sessions: whether and when to open another, what to say in it so that it
/// stands where the last one stood, and what of its answers is news.
///
/// To the reader a replacement is not visible in the events. The fresh session's `session.created`, and its answers to what
/// only repeats, are kept from it; what it has seen begin, it sees end: a response that was cut off is given a
/// `response.done` that failed with `connection_lost`, a caller who was speaking is said to have stopped. Where the service
/// plays its sound itself, as over WebRTC, that of an answer ends with the connection: it is said to have been cleared, and
/// of the answer only the words are restored for which there was time. What was asked
/// for and never answered is asked for again: items, the configuration, a response that had not begun. That holds for a
/// response nobody has to ask for, too: when the caller's turn was over and the service would have answered by itself, the
/// fresh session is asked to, if it could be given the caller's words. Without words there would be nothing to answer.
///
/// Pure, and told the time; not thread-safe.
final class Continuation {
    static final String CONNECTION_LOST = "connection_lost";
    private static final String EXPIRED = "session_expired";

    private final ReconnectPolicy policy;
    private final Kind kind;
    private final RandomGenerator random;
    private final ConversationItems items = new ConversationItems();

    // What the client wants
    private @Nullable SessionConfig config;
    private int unconfirmedUpdates;
    private final List<ClientEvent> unansweredRequests = new ArrayList<>();

    // Where the conversation stands
    private final Map<String, Response> running = new LinkedHashMap<>();
    private ServerEvent.@Nullable SpeechStarted speaking;
    /// What the service plays at the moment, where it does, by response.
    private final Map<String, Playing> playing = new LinkedHashMap<>();
    /// Where the sound began that was made last.
    private ServerEvent.@Nullable Part sound;
    /// The turn of the caller's that ended last, and whether the service owes an answer to it.
    private @Nullable String lastTurn;
    private boolean isOwedAnswer;
    private boolean isManual;
    private boolean answersByItself;
    private boolean hasUncommittedAudio;
    private Instant lastActivity;

    // The session of the moment
    private Instant opened;
    private @Nullable Instant expires;
    private @Nullable Instant rotateNotBefore;
    /// What the service said that only a person can mend.
    private @Nullable RealtimeError fatal;
    private @Nullable Instant lost;
    private int attempt;

    // What is not news
    private boolean hasBegun;
    private boolean hidesUpdated;
    private final Set<String> repeated = new HashSet<>();
    /// What sessions after the first were given in words.
    private final Set<String> written = new HashSet<>();

    /// What a socket is opened to.
    enum Kind {
        /** A session of its own, which begins empty. */
        OWN,
        /** A call that goes on without it, and has the conversation. */
        CALL
    }

    /// @param itemId of the answer, or of its first part; empty if it is not known
    private record Playing(String itemId, Instant since) {}

    /// What to do about a session that is over.
    sealed interface Next {
        /// Open another after `delay`.
        record Open(Duration delay, int attempt) implements Next {}

        /// Nothing.
        record GiveUp(Close close) implements Next {}
    }

    /// How a fresh session begins.
    ///
    /// @param requests what to send, in order
    /// @param farewells what to tell the reader first, to end what the last session left open
    /// @param items how many items are among the requests
    record Opening(List<ClientEvent> requests, List<ServerEvent> farewells, int items) {}

    Continuation(ReconnectPolicy policy, Kind kind, RandomGenerator random, Instant now) {
        this.policy = policy;
        this.kind = kind;
        this.random = random;
        this.opened = now;
        this.lastActivity = now;
    }

    // What is said

    /// Whether the reader is to see this event.
    boolean received(ServerEvent event, Instant now) {
        boolean isRepeated = isRepeated(event);
        items.received(event);
        switch (event) {
            case ServerEvent.SessionCreated created -> {
                session(created.session());
                hasBegun = true;
            }
            case ServerEvent.SessionUpdated updated -> {
                session(updated.session());
                unconfirmedUpdates = Math.max(0, unconfirmedUpdates - 1);
            }
            case ServerEvent.SpeechStarted started -> {
                speaking = started;
                isOwedAnswer = false;
                lastActivity = now;
            }
            case ServerEvent.SpeechStopped stopped -> {
                speaking = null;
                lastTurn = stopped.itemId();
                lastActivity = now;
            }
            case ServerEvent.InputCommitted committed -> {
                // What the client commits itself is answered when it asks for that.
                isOwedAnswer = answersByItself && committed.itemId().equals(lastTurn);
                hasUncommittedAudio = false;
                lastActivity = now;
            }
            case ServerEvent.InputCleared _ -> {
                hasUncommittedAudio = false;
                lastActivity = now;
            }
            case ServerEvent.ResponseCreated created -> {
                running.put(created.response().id(), created.response());
                isOwedAnswer &= !created.response().isInConversation();
                if (!unansweredRequests.isEmpty()) {
                    unansweredRequests.removeFirst();
                }
                lastActivity = now;
            }
            case ServerEvent.ResponseDone done -> {
                running.remove(done.response().id());
                lastActivity = now;
            }
            case ServerEvent.ContentPartAdded part when part.partType().equals("audio") -> {
                if (!belongsTo(part.at().responseId(), sound)) {
                    sound = part.at();
                }
            }
            case ServerEvent.OutputBufferStarted started -> {
                var of = started.responseId();
                playing.putIfAbsent(of, new Playing(sound != null && belongsTo(of, sound) ? sound.itemId() : "", now));
                lastActivity = now;
            }
            case ServerEvent.OutputBufferStopped stopped -> played(stopped.responseId(), now);
            case ServerEvent.OutputBufferCleared cleared -> played(cleared.responseId(), now);
            case ServerEvent.ErrorEvent refused -> refused(refused.error());
            default -> {
                // Of no consequence here.
            }
        }
        return !isRepeated;
    }

    /// Whether the service can do what this asks. It cannot cut an item that it was given in words, for there is no sound to
    /// it; the cut counts for the next session.
    boolean isForService(ClientEvent event) {
        return !(event instanceof ClientEvent.ItemTruncate cut && written.contains(cut.itemId()));
    }

    /// What was queued for the session of the moment, or is only [noted][#isForService].
    void sent(ClientEvent event, Instant now) {
        items.sent(event);
        switch (event) {
            case ClientEvent.SessionUpdate update -> {
                config = config == null ? update.session() : config.merge(update.session());
                unconfirmedUpdates++;
            }
            case ClientEvent.ResponseCreate create -> {
                unansweredRequests.add(create);
                lastActivity = now;
            }
            case ClientEvent.InputAppend _ -> hasUncommittedAudio = true;
            case ClientEvent.ItemCreate _ -> lastActivity = now;
            default -> {
                // Of no consequence here.
            }
        }
    }

    private void session(SessionConfig session) {
        expires = session.expiresAt().orElse(expires);
        session.turnDetection().ifPresent(detection -> {
            isManual = detection instanceof TurnDetection.Manual;
            answersByItself = !session.isTranscriptionOnly() && switch (detection) {
                case TurnDetection.ServerVad vad -> vad.createResponse();
                case TurnDetection.SemanticVad vad -> vad.createResponse();
                case TurnDetection.Manual _,TurnDetection.Unknown _ -> false;
            };
        });
    }

    private void played(String responseId, Instant now) {
        playing.remove(responseId);
        lastActivity = now;
    }

    private static boolean belongsTo(String responseId, ServerEvent.@Nullable Part part) {
        return part != null && part.responseId().equals(responseId);
    }

    private void refused(RealtimeError error) {
        fatal = policy.retry().isWorthRetrying(error) ? fatal : error;
        isOwedAnswer &= !error.is(RealtimeError.ACTIVE_RESPONSE);
        if (error.is(RealtimeError.ACTIVE_RESPONSE) && !unansweredRequests.isEmpty()) {
            unansweredRequests.removeFirst();
        }
        unansweredRequests.removeIf(request -> request.eventId().equals(Optional.ofNullable(error.eventId()))
                && error.eventId() != null);
    }

    private boolean isRepeated(ServerEvent event) {
        return switch (event) {
            case ServerEvent.SessionCreated _ -> hasBegun;
            case ServerEvent.SessionUpdated _ -> {
                boolean hidden = hidesUpdated;
                hidesUpdated = false;
                yield hidden;
            }
            case ServerEvent.ItemAdded added -> isRepeated(added.item());
            case ServerEvent.ItemDone done -> {
                boolean known = isRepeated(done.item());
                done.item().id().ifPresent(repeated::remove);
                yield known;
            }
            // Its end is dealt with here.
            case ServerEvent.ErrorEvent error -> error.error().is(EXPIRED);
            default -> false;
        };
    }

    private boolean isRepeated(Item item) {
        return item.id().map(repeated::contains).orElse(false);
    }

    // What is decided

    /// The session of the moment is over.
    Next ended(Close close, Instant now) {
        if (!now.isBefore(opened.plus(policy.retry().longest()))) {
            attempt = 0;
        }
        lost = lost == null ? now : lost;
        if (fatal != null) {
            return new Next.GiveUp(because(close, fatal));
        }
        boolean isWorthIt = policy.retry().isWorthRetrying(close) || close.code() == Close.GOING_AWAY;
        return isWorthIt ? again(close) : new Next.GiveUp(close);
    }

    private static Close because(Close close, RealtimeError error) {
        var name = Objects.requireNonNullElse(error.code(), error.type());
        return new Close(close.code(), close.reason().isEmpty() ? name : name + ", then: " + close.reason());
    }

    /// Opening another failed.
    Next refused(ConnectException failure) {
        var why = new Close(Close.ABNORMAL, failure.getMessage());
        boolean isWorthIt = failure.error().map(policy.retry()::isWorthRetrying).orElse(true)
                && (failure.status().isEmpty() || policy.retry().isWorthRetrying(failure.status().getAsInt()));
        return isWorthIt ? again(why) : new Next.GiveUp(why);
    }

    private Next again(Close close) {
        if (attempt >= policy.attempts()) {
            return new Next.GiveUp(close);
        }
        attempt++;
        return new Next.Open(policy.waitBefore(attempt, random), attempt);
    }

    /// A fresh session is open; gives what to say in it.
    Opening opening(Instant now) {
        var farewells = farewells(lost == null ? now : lost);
        lost = null;
        var requests = new ArrayList<ClientEvent>();
        repeated.clear();
        hidesUpdated = false;
        if (config != null && kind == Kind.OWN) {
            requests.add(new ClientEvent.SessionUpdate(config));
            hidesUpdated = unconfirmedUpdates == 0;
            unconfirmedUpdates = 1;
        }
        var restored = restored();
        restored.forEach(item -> requests.add(new ClientEvent.ItemCreate(item)));
        int count = restored.size();
        requests.addAll(unansweredRequests);
        if (isOwedAnswer && isAmong(restored, lastTurn) && unansweredRequests.stream()
                .noneMatch(
                        Continuation::isForConversation)) {
            requests.add(new ClientEvent.ResponseCreate());
        }
        opened = now;
        lastActivity = now;
        expires = null;
        rotateNotBefore = null;
        fatal = null;
        hasUncommittedAudio = false;
        return new Opening(List.copyOf(requests), farewells, count);
    }

    private static boolean isAmong(List<Item> items, @Nullable String id) {
        return items.stream().anyMatch(item -> item.id().filter(name -> name.equals(id)).isPresent());
    }

    private static boolean isForConversation(ClientEvent request) {
        return request instanceof ClientEvent.ResponseCreate create && !create.response().isOutOfBand();
    }

    private List<Item> restored() {
        if (config != null && config.isTranscriptionOnly()) {
            return List.of();
        }
        var restored = items.restorable();
        var news = items.unconfirmed();
        if (kind == Kind.CALL) {
            return restored.stream().filter(item -> item.id().map(news::contains).orElse(false)).toList();
        }
        restored.forEach(item -> item.id().filter(id -> !news.contains(id)).ifPresent(repeated::add));
        repeated.forEach(written::add);
        return restored;
    }

    /// @param end when the last session was lost
    private List<ServerEvent> farewells(Instant end) {
        var farewells = new ArrayList<ServerEvent>();
        // Over a socket that joined a call nothing was played: it goes on.
        if (kind == Kind.OWN) {
            playing.forEach((response, heard) -> {
                items.heard(heard.itemId, Duration.between(heard.since, end));
                farewells.add(new ServerEvent.OutputBufferCleared(response));
            });
        }
        playing.clear();
        if (speaking != null) {
            farewells.add(new ServerEvent.SpeechStopped(speaking.itemId(), speaking.audioStartMs()));
            speaking = null;
        }
        for (var response : running.values()) {
            var json = ((ObjectNode) response.raw()).deepCopy().put("status", "failed");
            json.putObject("status_details")
                    .put("type", "failed")
                    .putObject("error")
                    .put("type", "connection_error")
                    .put("code", CONNECTION_LOST)
                    .put("message", "The connection was lost before the response was complete.");
            farewells.add(new ServerEvent.ResponseDone(json));
        }
        running.clear();
        return List.copyOf(farewells);
    }

    // Before a session expires

    /// Whether to replace the session of the moment now.
    boolean isTimeToRotate(Instant now) {
        return isQuiet() && rotation().map(at -> !now.isBefore(at)).orElse(false);
    }

    /// When that may next be so without anything being said; empty when something must be said first.
    Optional<Instant> looksAgain() {
        return isQuiet() ? rotation() : Optional.empty();
    }

    /// The fresh session could not be had.
    void rotationFailed(Instant now) {
        rotateNotBefore = now.plus(policy.retry().longest());
    }

    private boolean isQuiet() {
        return running.isEmpty() && playing.isEmpty() && speaking == null && !isOwedAnswer && unansweredRequests
                .isEmpty()
                && !(isManual && hasUncommittedAudio);
    }

    private Optional<Instant> rotation() {
        if (expires == null) {
            return Optional.empty();
        }
        // A session is given some time of its own, for the two clocks may differ by more than it is given.
        var due = latest(expires.minus(policy.rotateBefore()), opened.plus(policy.rotateBefore()));
        var quiet = latest(due, lastActivity.plus(policy.quiet()));
        return Optional.of(rotateNotBefore == null ? quiet : latest(quiet, rotateNotBefore));
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
