package dev.parley.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Who is writing the conversation, for only one response may at a time: whether we may ask for one, and how long we wait
/// for those that were asked for, are due, or have begun.
///
/// Pure: it is told the time, and tells what has expired. Confined to the conversation's thread.
final class ResponseSlot {
    static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(10);
    /// How long the end of the caller's turn is taken to promise a response that the server starts by itself.
    static final Duration AUTOMATIC_RESPONSE_TIMEOUT = Duration.ofSeconds(3);
    /// How long a response that has begun may bring nothing before it is cancelled.
    static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(30);
    /// How long it then has to end.
    static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(5);

    private static final String UNKNOWN = "a response we were only told of";

    private @Nullable String active;
    /// Until when our `response.create` may go unanswered; null when none is outstanding.
    private @Nullable Instant requestDeadline;
    /// Until when the server may take to start a response by itself; null when it is not expected to.
    private @Nullable Instant automaticDeadline;
    /// Until when the response we were only told of is taken to run.
    private @Nullable Instant unknownDeadline;
    /// Until when the active response must bring something.
    private @Nullable Instant silenceDeadline;
    /// Until when the response that was cancelled for its silence must end.
    private @Nullable Instant cancelDeadline;

    /// What did not happen in time.
    sealed interface Expired {
        /// No response followed our request.
        record Request() implements Expired {}

        /// A response has fallen silent, and is to be cancelled.
        record Silent(String responseId) implements Expired {}

        /// It did not even end then: the slot is free.
        record Lost(String responseId) implements Expired {}
    }

    /// Whether nobody writes, nor is about to.
    boolean isFree() {
        return active == null && requestDeadline == null && automaticDeadline == null;
    }

    boolean isBusy() {
        return active != null;
    }

    /// The response that writes; empty when there is none, or when its name is not known.
    Optional<String> active() {
        return Optional.ofNullable(active).filter(id -> !id.equals(UNKNOWN));
    }

    /// We have asked for a response.
    void request(Instant now) {
        requestDeadline = now.plus(RESPONSE_TIMEOUT);
    }

    /// The caller speaks: nothing is owed to the turn before.
    void turnBegins() {
        automaticDeadline = null;
    }

    /// The caller has finished, and the server is to answer.
    void answerIsDue(Instant now) {
        automaticDeadline = now.plus(AUTOMATIC_RESPONSE_TIMEOUT);
    }

    /// A response has begun.
    ///
    /// @return whether it is the one we asked for
    boolean begin(String responseId, Instant now) {
        // The end of the caller's turn starts the server's response before it takes up ours, which is refused or follows.
        var isOurs = requestDeadline != null && automaticDeadline == null;
        if (isOurs) {
            requestDeadline = null;
        }
        active = responseId;
        automaticDeadline = null;
        unknownDeadline = null;
        silenceDeadline = now.plus(SILENCE_TIMEOUT);
        cancelDeadline = null;
        return isOurs;
    }

    /// Something came of this response.
    void hear(String responseId, Instant now) {
        if (responseId.equals(active) && silenceDeadline != null) {
            silenceDeadline = now.plus(SILENCE_TIMEOUT);
        }
    }

    /// A response of the conversation has ended.
    void end(String responseId) {
        if (responseId.equals(active) || UNKNOWN.equals(active)) {
            free();
        }
        unknownDeadline = null;
    }

    /// We were told that a response is running.
    void refuse(Instant now) {
        if (requestDeadline == null) {
            // Not ours: the server was to answer the caller by itself, and cannot.
            automaticDeadline = null;
        }
        requestDeadline = null;
        if (active == null) {
            active = UNKNOWN;
            unknownDeadline = now.plus(RESPONSE_TIMEOUT);
        }
    }

    private void free() {
        active = null;
        silenceDeadline = null;
        cancelDeadline = null;
    }

    /// What has expired, and is dealt with as far as the slot goes.
    List<Expired> expire(Instant now) {
        var expired = new ArrayList<Expired>();
        if (isPast(requestDeadline, now)) {
            requestDeadline = null;
            expired.add(new Expired.Request());
        }
        if (isPast(automaticDeadline, now)) {
            automaticDeadline = null;
        }
        if (isPast(unknownDeadline, now)) {
            unknownDeadline = null;
            if (UNKNOWN.equals(active)) {
                free();
            }
        }
        if (active != null && isPast(cancelDeadline, now)) {
            expired.add(new Expired.Lost(active));
            free();
        } else if (active != null && isPast(silenceDeadline, now)) {
            silenceDeadline = null;
            cancelDeadline = now.plus(CANCEL_TIMEOUT);
            expired.add(new Expired.Silent(active));
        }
        return expired;
    }

    Stream<Instant> deadlines() {
        return Stream.of(requestDeadline, automaticDeadline, unknownDeadline, silenceDeadline, cancelDeadline)
                .flatMap(Stream::ofNullable);
    }

    private static boolean isPast(@Nullable Instant deadline, Instant now) {
        return deadline != null && !now.isBefore(deadline);
    }
}
