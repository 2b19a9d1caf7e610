package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.venue.Venue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A gateway to a venue of a test's own, used as programs and pages use it.
final class TestGateway implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final Venue venue;
    final Gateway gateway;
    final ApiContract contract;
    private final HttpClient http = HttpClient.newHttpClient();

    TestGateway() {
        this(settings -> settings);
    }

    TestGateway(UnaryOperator<GatewaySettings> change) {
        this(Venue.inMemory(Venue.Options.DEFAULT), change);
    }

    /// Closes the venue too.
    TestGateway(Venue venue, UnaryOperator<GatewaySettings> change) {
        this.venue = venue;
        gateway = Gateway.start(venue, change.apply(GatewaySettings.DEFAULT));
        contract = new ApiContract(gateway.description());
    }

    /// What came back.
    record Reply(int status, Map<String, String> headers, String text) {
        JsonNode json() {
            return JSON.readTree(text);
        }
    }

    Reply get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    /// JSON is written with single quotes.
    Reply post(String path, String json, String... headers) {
        return send("POST", path, json.replace('\'', '"'), headers);
    }

    Reply tool(String session, String name, String args) {
        return post("/api/realtime/execute-tool", "{'name':'" + name + "','args':" + args + ",'sessionId':'" + session
                + "'}");
    }

    Reply send(String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(gateway.uri() + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            var response = http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            var all = new HashMap<String, String>();
            response.headers().map().forEach((name, values) -> all.put(name, values.getFirst()));
            var reply = new Reply(response.statusCode(), all, response.body());
            contract.check(method, path, body, reply);
            return reply;
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// A page's stream of events.
    Events stream(String session, String... headers) throws Exception {
        return new Events(http, URI.create(gateway.uri() + "/api/events/stream?session=" + session), headers);
    }

    /// Events as they come.
    static final class Events implements AutoCloseable {
        private final HttpResponse<java.io.InputStream> response;
        private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

        record Event(String id, String type, JsonNode data) {}

        Events(HttpClient http, URI uri, String... headers) throws Exception {
            var request = HttpRequest.newBuilder(uri);
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            response = http.send(request.build(), BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                var fields = new HashMap<String, String>();
                for (String line; (line = lines.readLine()) != null;) {
                    if (line.isEmpty() && !fields.isEmpty()) {
                        events.add(new Event(fields.getOrDefault("id", ""), fields.getOrDefault("event", ""), JSON
                                .readTree(
                                        fields.getOrDefault("data", "null"))));
                        fields.clear();
                    } else if (line.startsWith(":")) {
                        events.add(new Event("", "comment", JSON.nullNode()));
                    } else if (line.contains(": ")) {
                        fields.put(line.substring(0, line.indexOf(": ")), line.substring(line.indexOf(": ") + 2));
                    }
                }
            } catch (IOException e) {
                // The stream is over.
            }
            events.add(new Event("", "end", JSON.nullNode()));
        }

        Event next() throws InterruptedException {
            var event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("an event within " + PATIENCE).isNotNull();
            return event;
        }

        Event next(String type) throws InterruptedException {
            for (int i = 0; i < 1_000; i++) {
                var event = next();
                if (event.type().equals(type)) {
                    return event;
                }
                assertThat(event.type()).as("before " + type).isNotEqualTo("end");
            }
            throw new AssertionError("expected " + type + " among 1000 events, found none");
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    @Override
    public void close() {
        gateway.close();
        venue.close();
        http.shutdownNow();
    }
}
