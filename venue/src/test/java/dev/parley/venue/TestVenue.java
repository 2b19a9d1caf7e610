package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.ToolCall;
import dev.parley.agent.ToolGuard;
import dev.parley.agent.ToolLimits;
import dev.parley.agent.ToolResult;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A venue of a test's own, whose tools are called as a model calls them, and whose time the test moves.
final class TestVenue implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-06-05T18:00:00Z"));
    private final Venue venue;
    private final Toolbox toolbox;
    private final Map<String, ToolRunner> sessions = new HashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<VenueEvent> events = new CopyOnWriteArrayList<>();

    TestVenue(Engine engine) {
        this(engine.url());
    }

    TestVenue(String url) {
        this(url, "t-" + UUID.randomUUID());
    }

    TestVenue(String url, String id) {
        InstantSource clock = now::get;
        this.venue = Venue.open(url, Venue.Options.DEFAULT.withId(id)
                .withName("Test Bar")
                .withClock(clock));
        this.toolbox = venue.toolbox(ToolSet.EXTENDED);
        venue.feed().listen(numbered -> events.add(numbered.event()));
    }

    Venue venue() {
        return venue;
    }

    Till till() {
        return venue.till();
    }

    void pass(Duration time) {
        now.updateAndGet(then -> then.plus(time));
    }

    Instant now() {
        return now.get();
    }

    /// What has been told on the feed so far, of these types.
    List<VenueEvent> events(String type) {
        return events.stream().filter(event -> event.type().equals(type)).toList();
    }

    /// Another place to keep stock at; gives its id.
    String location(String name) {
        return perform(transaction -> {
            var id = transaction.newId("loc");
            transaction.db()
                    .execute("""
                            INSERT INTO locations (id, venue_id, name, folded_name, is_default, active)
                            VALUES (?, ?, ?, ?, FALSE, TRUE)""", id, transaction.venue().id(), name, Folded.of(name));
            transaction.catalogueChanged();
            return id;
        });
    }

    <T> T perform(Function<Transaction, T> work) {
        return till().perform("test", work);
    }

    /// Calls a tool in session `s` with a call id of its own; arguments are JSON with single quotes.
    ToolResult call(String name, String arguments) {
        return call("s", name, arguments);
    }

    ToolResult call(String session, String name, String arguments) {
        return call(session, "call-" + calls.incrementAndGet(), name, arguments);
    }

    ToolResult call(String session, String callId, String name, String arguments) {
        ToolRunner runner;
        synchronized (sessions) {
            runner = sessions.computeIfAbsent(session, this::runner);
        }
        var result = new CompletableFuture<ToolResult>();
        runner.submit(new ToolCall(callId, name, arguments.replace('\'', '"')), result::complete);
        return result.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    /// Calls a tool with a runner that remembers nothing, as after a restart.
    ToolResult callAfresh(String session, String callId, String name, String arguments) {
        try (var runner = runner(session)) {
            var result = new CompletableFuture<ToolResult>();
            runner.submit(new ToolCall(callId, name, arguments.replace('\'', '"')), result::complete);
            return result.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
        }
    }

    /// Forgets what the runners remember of their calls, as a restart does.
    void restartSessions() {
        synchronized (sessions) {
            sessions.values().forEach(ToolRunner::close);
            sessions.clear();
        }
    }

    private ToolRunner runner(String session) {
        return new ToolRunner(toolbox, session, ToolGuard.NONE, ToolLimits.defaults()
                .withDeadline(PATIENCE)
                .withConcurrent(1_000), InstantSource.system());
    }

    /// The answer of a call that is expected to succeed.
    JsonNode done(String name, String arguments) {
        return done("s", name, arguments);
    }

    JsonNode done(String session, String name, String arguments) {
        var result = call(session, name, arguments);
        assertThat(result.succeeded()).as(name + arguments + ": " + result.output()).isTrue();
        return JSON.readTree(result.output());
    }

    /// What a call that is expected to be refused was told: `error`, `code`, `details`, `retryable`.
    JsonNode refused(String name, String arguments) {
        return refused("s", name, arguments);
    }

    JsonNode refused(String session, String name, String arguments) {
        var result = call(session, name, arguments);
        assertThat(result.succeeded()).as(name + arguments + ": " + result.output()).isFalse();
        return JSON.readTree(result.output());
    }

    /// A JSON object written with single quotes.
    static ObjectNode json(String text) {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }

    @Override
    public void close() {
        sessions.values().forEach(ToolRunner::close);
        venue.close();
    }
}
