package dev.parley.gateway;

import dev.parley.venue.DatabaseException;
import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import dev.parley.venue.Venue;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/// Says how the gateway is, what it does, and what it has done.
final class HealthApi {
    private static final Logger LOG = LoggerFactory.getLogger(HealthApi.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Parley</title>
            <style>body { font: 1rem/1.5 sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style>
            <h1>Parley</h1>
            <p>This is the backend of a voice-run till. There is no till page here yet: this page is all there is to see.
            Programs use <a href="openapi.json">the API</a>: its tools, the short-lived keys for browsers, and the stream of
            what happens. <a href="health">Its health</a>; <a href="metrics">its metrics</a>.</p>
            </html>
            """;

    private final Venue venue;
    private final Meters meters;
    private final InstantSource clock;
    private final Supplier<String> description;

    /// @param description of the API
    HealthApi(Venue venue, Meters meters, InstantSource clock, Supplier<String> description) {
        this.venue = venue;
        this.meters = meters;
        this.clock = clock;
        this.description = description;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/health", "health", "Whether the gateway and its database work.", this::health)
                        .open()
                        .answers("""
                                {"type":"object","required":["status","timestamp"],"properties":{
                                  "status":{"const":"ok"},"timestamp":{"type":"string","format":"date-time"}}}""")
                        .refuses(ErrorCode.BUSY),
                Route.get("/api/realtime/health", "realtimeHealth", "Whether the gateway works.", HealthApi::realtime)
                        .open()
                        .answers("""
                                {"type":"object","required":["status","service"],"properties":{
                                  "status":{"const":"ok"},"service":{"const":"openai-realtime"}}}"""),
                Route.get("/metrics", "metrics", "Figures for Prometheus.", context -> context.contentType(
                        "text/plain; version=0.0.4; charset=utf-8").result(meters.text()))
                        .answersAs("text/plain"),
                Route.get("/openapi.json", "describe", "This description.", context -> Answers.text(context, 200,
                        description.get()))
                        .open()
                        .answers("{\"type\":\"object\"}"),
                Route.get("/", "page", "A page that says what this is.", context -> context.html(PAGE))
                        .open()
                        .answersAs("text/html"));
    }

    private static void realtime(Context context) {
        Answers.json(context, JsonNodeFactory.instance.objectNode()
                .put("status", "ok")
                .put("service", "openai-realtime"));
    }

    private void health(Context context) {
        try {
            // A database that hangs is one that does not work.
            CompletableFuture.runAsync(venue::ask, task -> Thread.ofVirtual().name("health").start(task))
                    .orTimeout(PATIENCE.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof DatabaseException || e
                    .getCause() instanceof java.util.concurrent.TimeoutException) {
                LOG.warn("health: {}", e.getCause().getMessage() == null
                        ? "no answer within " + PATIENCE
                        : e.getCause()
                                .getMessage());
                throw new Refusal(ErrorCode.BUSY, "The database does not answer.");
            }
            throw e;
        }
        Answers.json(context, JsonNodeFactory.instance.objectNode()
                .put("status", "ok")
                .put("timestamp", clock.instant().toString()));
    }
}
