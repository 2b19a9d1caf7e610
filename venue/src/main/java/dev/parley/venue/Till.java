package dev.parley.venue;

import dev.parley.agent.ToolCallContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Carries out tool calls on a venue's database: each in one transaction, once per session and `call_id`,
/// one after the other within a session, and told on the feed when it is on disk. Thread-safe.
final class Till {
    private static final Logger LOG = LoggerFactory.getLogger(Till.class);
    /// Reads numbers as they were written, so that what is told again is told in the same words.
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    /// Arguments that are nobody's to read later.
    private static final String PIN = "manager_pin";

    private final Database database;
    private final String venueId;
    private final VenueFeed feed;
    private final InstantSource clock;
    private final Optional<Badge> badge;
    private final SessionLocks sessions;
    private final AtomicReference<@Nullable Versioned> catalogue;

    private record Versioned(long version, Catalogue catalogue) {}

    Till(Database database, String venueId, VenueFeed feed, InstantSource clock) {
        this(database, venueId, feed, clock, Optional.empty(), new SessionLocks(), new AtomicReference<>());
    }

    private Till(Database database, String venueId, VenueFeed feed, InstantSource clock, Optional<Badge> badge,
            SessionLocks sessions, AtomicReference<@Nullable Versioned> catalogue) {
        this.database = database;
        this.venueId = venueId;
        this.feed = feed;
        this.clock = clock;
        this.badge = badge;
        this.sessions = sessions;
        this.catalogue = catalogue;
    }

    /// The same till, for those with this badge.
    Till with(Badge shown) {
        return new Till(database, venueId, feed, clock, Optional.of(shown), sessions, catalogue);
    }

    /// What came of a call, and what is to be told of it.
    private record Outcome(@Nullable ObjectNode answer, @Nullable Refusal refusal, List<VenueEvent> events) {}

    /// Undoes a transaction, for another that is carried out instead.
    private static final class Undone extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Function<Handle, Outcome> instead;

        Undone(Function<Handle, Outcome> instead) {
            super(null, null, false, false);
            this.instead = instead;
        }
    }

    /// Runs a tool's work, unless its call has been answered before; then that answer is given once more.
    ///
    /// @throws Refusal if it is refused, now or when it first came; what it wrote is undone
    ObjectNode call(ToolCallContext call, Function<Transaction, Answer> work) {
        var began = clock.instant();
        Outcome outcome;
        try (var _ = sessions.enter(call.conversation())) {
            outcome = settle(call, work, began);
        }
        feed.publish(outcome.events);
        if (outcome.refusal != null) {
            throw outcome.refusal;
        }
        if (outcome.answer == null) {
            throw new IllegalStateException("expected an answer or a refusal, found neither");
        }
        return outcome.answer;
    }

    /// Runs the work of a request that is no tool call.
    ///
    /// @throws Refusal if the work refuses; what it wrote is undone
    <T> T perform(String sessionId, Function<Transaction, T> work) {
        record Done<T>(T value, List<VenueEvent> events) {}
        Done<T> done;
        try (var _ = sessions.enter(sessionId)) {
            done = asking(() -> database.inTransaction(db -> {
                var now = clock.instant();
                var transaction = enter(db, sessionId, Optional.empty(), now);
                return new Done<>(work.apply(transaction), transaction.events());
            }));
        }
        feed.publish(done.events());
        return done.value();
    }

    /// Answers a question of a program that is nobody's session and changes nothing.
    <T> T read(Function<Transaction, T> question) {
        return asking(() -> database.inTransaction(db -> {
            var venue = db.createQuery("SELECT * FROM venues WHERE id = :id")
                    .bind("id", venueId)
                    .map((row, _) -> VenueSettings.read(row))
                    .one();
            return question.apply(begin(db, Session.READER, venue, Optional.empty(), clock.instant()));
        }));
    }

    private static <T> T asking(java.util.function.Supplier<T> question) {
        try {
            return question.get();
        } catch (DatabaseException e) {
            if (e.isPassing()) {
                LOG.warn("{}", e.getMessage());
                throw new Refusal(ErrorCode.BUSY, "The till is busy; please try again in a moment.");
            }
            throw e;
        }
    }

    /// What is refused is undone as a whole, and written down in a transaction of its own. So is what was done before.
    private Outcome settle(ToolCallContext call, Function<Transaction, Answer> work, Instant began) {
        try {
            return asking(() -> database.inTransaction(db -> carryOut(db, call, work, began)));
        } catch (Undone undone) {
            return asking(() -> database.inTransaction(undone.instead::apply));
        }
    }

    /// A call is known by its record, which is written last: whose id is taken then has been here before, and all it has done
    /// this time is undone. To look first would cost every call for the sake of the few that come again.
    private Outcome carryOut(Handle db, ToolCallContext call, Function<Transaction, Answer> work, Instant began) {
        var transaction = enter(db, call.conversation(), Optional.of(call.callId()), clock.instant());
        if (transaction.session().endedAt().isPresent()) {
            return answered(db, call).orElseGet(() -> new Outcome(null, new Refusal(ErrorCode.SESSION_ENDED,
                    "This session has ended; start a new one."), List.of()));
        }
        start(transaction, call);
        Answer answer;
        try {
            answer = work.apply(transaction);
        } catch (Refusal refusal) {
            throw new Undone(other -> refuse(other, call, refusal, began));
        }
        if (!record(transaction, call, began, answer.json(), null)) {
            throw new Undone(other -> answered(other, call).orElseThrow());
        }
        finish(transaction, call, "done");
        return new Outcome(answer.json(), null, transaction.events());
    }

    private Outcome refuse(Handle db, ToolCallContext call, Refusal refusal, Instant began) {
        var transaction = enter(db, call.conversation(), Optional.of(call.callId()), clock.instant());
        start(transaction, call);
        if (!record(transaction, call, began, said(refusal), refusal)) {
            return answered(db, call).orElseThrow();
        }
        finish(transaction, call, refusal.code().toString());
        return new Outcome(null, refusal, transaction.events());
    }

    private Transaction enter(Handle db, String sessionId, Optional<String> callId, Instant now) {
        var entered = Session.enter(db, venueId, sessionId, now, database.isShared());
        var session = badge.map(entered.session()::with).orElse(entered.session());
        return begin(db, session, entered.venue(), callId, now);
    }

    private static void start(Transaction transaction, ToolCallContext call) {
        transaction.publish("tool.started", JsonNodeFactory.instance.objectNode()
                .put("name", call.name())
                .put("call_id", call.callId()));
    }

    private static void finish(Transaction transaction, ToolCallContext call, String how) {
        transaction.publish("tool.finished", JsonNodeFactory.instance.objectNode()
                .put("name", call.name())
                .put("call_id", call.callId())
                .put("outcome", how));
    }

    private static ObjectNode said(Refusal refusal) {
        var json = JSON.createObjectNode().put("error", refusal.sentence());
        json.set("details", JSON.valueToTree(refusal.details()));
        return json;
    }

    private Transaction begin(Handle db, Session session, VenueSettings venue, Optional<String> callId, Instant now) {
        return new Transaction(db, now, venue, session, callId, catalogue(db, venue.catalogueVersion()),
                () -> CatalogueReader.read(db, venueId));
    }

    private Catalogue catalogue(Handle db, long version) {
        var known = catalogue.get();
        if (known != null && known.version == version) {
            return known.catalogue;
        }
        var read = CatalogueReader.read(db, venueId);
        catalogue.set(new Versioned(version, read));
        return read;
    }

    /// What this call was answered when it came before.
    private Optional<Outcome> answered(Handle db, ToolCallContext call) {
        return db.createQuery("""
                SELECT name, arguments, status, error_code, result FROM tool_calls
                WHERE venue_id = :venue AND session_id = :session AND call_id = :call""")
                .bind("venue", venueId)
                .bind("session", call.conversation())
                .bind("call", call.callId())
                .map((row, _) -> {
                    if (!row.getString("name").equals(call.name())
                            || !JSON.readTree(row.getString("arguments")).equals(withoutPin(call.arguments()))) {
                        return new Outcome(null, new Refusal(ErrorCode.IDEMPOTENCY_CONFLICT, "The call_id "
                                + call.callId()
                                + " was used before with another name or other arguments; use a new call_id."), List
                                        .of());
                    }
                    var result = (ObjectNode) JSON.readTree(row.getString("result"));
                    return row.getString("status").equals("done")
                            ? new Outcome(result, null, List.of())
                            : new Outcome(null, again(row.getString("error_code"), result), List.of());
                })
                .findOne();
    }

    private static JsonNode withoutPin(JsonNode arguments) {
        return arguments.has(PIN) ? ((ObjectNode) arguments.deepCopy()).put(PIN, "****") : arguments;
    }

    private static Refusal again(String code, JsonNode said) {
        Map<String, Object> details = JSON.convertValue(said.path("details"), JSON.getTypeFactory()
                .constructMapType(java.util.LinkedHashMap.class, String.class, Object.class));
        return new Refusal(ErrorCode.valueOf(code.toUpperCase(java.util.Locale.ROOT)), said.path("error").asString(),
                details);
    }

    /// @return false if the call has a record
    private boolean record(Transaction transaction, ToolCallContext call, Instant began, ObjectNode result,
            @Nullable Refusal refusal) {
        return transaction.db()
                .createUpdate("""
                        INSERT INTO tool_calls (id, venue_id, session_id, call_id, name, arguments, status, error_code,
                            result, started_at, duration_us)
                        VALUES (:id, :venue, :session, :call, :name, :arguments, :status, :code, :result, :began,
                            :took) ON CONFLICT DO NOTHING""")
                .bind("id", transaction.newId("tcl"))
                .bind("venue", venueId)
                .bind("session", call.conversation())
                .bind("call", call.callId())
                .bind("name", call.name())
                .bind("arguments", withoutPin(call.arguments()).toString())
                .bind("status", refusal == null ? "done" : "refused")
                .bind("code", refusal == null ? null : refusal.code().toString())
                .bind("result", result.toString())
                .bind("began", Times.toColumn(began))
                .bind("took", Duration.between(began, clock.instant()).toNanos() / 1_000)
                .execute() == 1;
    }
}
