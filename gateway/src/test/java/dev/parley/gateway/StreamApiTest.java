package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.venue.VenueEvent;
import dev.parley.venue.VenueFeed;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;

/// What pages are told.
@Timeout(60)
class StreamApiTest {
    private static final TestGateway GATEWAY = new TestGateway();

    @AfterAll
    static void close() {
        GATEWAY.close();
    }

    private static void go(String session, String screen) {
        assertThat(GATEWAY.tool(session, "navigate_to_screen", "{'screen':'" + screen + "'}").status()).isEqualTo(200);
    }

    @Test
    void v19TellsASessionWhatHappensInIt() throws Exception {
        try (var events = GATEWAY.stream("page")) {
            assertThat(events.next().type()).isEqualTo("connected");

            go("somebody-else", "menu");
            go("page", "tabs");

            assertThat(events.next().type()).isEqualTo("tool.started");
            var navigate = events.next("ui.navigate");
            assertThat(navigate.data().path("data").path("screen").asString()).isEqualTo("tabs");
            assertThat(navigate.data().path("session_id").asString()).isEqualTo("page");
            assertThat(navigate.id()).matches("[0-9]+");
        }
    }

    @Test
    void tellsWhoComesBackWhatTheyMissed() throws Exception {
        String seen;
        try (var events = GATEWAY.stream("back")) {
            go("back", "menu");
            seen = events.next("ui.navigate").id();
        }
        go("back", "tabs");

        try (var events = GATEWAY.stream("back", "Last-Event-ID", seen)) {
            assertThat(events.next().type()).isEqualTo("connected");
            assertThat(events.next().type()).isEqualTo("tool.finished");
            assertThat(events.next("ui.navigate").data().path("data").path("screen").asString()).isEqualTo("tabs");
        }
    }

    @Test
    void canBeResumedFromItsFirstEvent() throws Exception {
        String seen;
        try (var events = GATEWAY.stream("first")) {
            seen = events.next().id();
        }
        go("first", "menu");

        try (var events = GATEWAY.stream("first", "Last-Event-ID", seen)) {
            assertThat(events.next("ui.navigate").data().path("data").path("screen").asString()).isEqualTo("menu");
        }
    }

    @Test
    void saysThatEventsAreGone() throws Exception {
        try (var events = GATEWAY.stream("old", "Last-Event-ID", "1")) {
            assertThat(events.next().type()).isEqualTo("connected");
            assertThat(events.next().type()).isEqualTo("events.missed");
        }
    }

    @Test
    void ven1AsksForASession() {
        var reply = GATEWAY.get("/api/events/stream");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").asString()).isEqualTo("Session ID required");
        assertThat(GATEWAY.get("/api/events/stream?session=s", "Last-Event-ID", "x").status()).isEqualTo(400);
    }

    @Test
    void dropsAPageThatDoesNotReadWhileNobodyWaitsForIt() throws Exception {
        var stream = new EventStream("slow", Duration.ofSeconds(30));
        stream.begin(0, new VenueFeed.Missed(List.of(), true));
        var reads = new CountDownLatch(1);
        var written = new ByteArrayOutputStream();
        var writing = new CountDownLatch(1);
        var page = new FilterOutputStream(written) {
            @Override
            public void write(byte[] bytes) throws IOException {
                writing.countDown();
                try {
                    assertThat(reads.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                out.write(bytes);
            }
        };
        var writer = CompletableFuture.runAsync(() -> {
            try {
                stream.writeTo(page);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(writing.await(20, TimeUnit.SECONDS)).isTrue();

        // Returns, though nothing is read.
        for (int i = 1; i <= 10_000; i++) {
            stream.offer(new VenueFeed.Numbered(i, new VenueEvent("stock.changed", "other", Instant.EPOCH,
                    JsonNodeFactory.instance.objectNode())));
        }
        reads.countDown();

        writer.get(20, TimeUnit.SECONDS);
        var text = written.toString(StandardCharsets.UTF_8);
        assertThat(text).startsWith("id: 0\nevent: connected\n");
        assertThat(text.lines().filter(line -> line.startsWith("event: ")).toList()).hasSizeLessThan(300)
                .last()
                .isEqualTo("event: dropped");
    }

    @Test
    void sendsACommentWhenNothingHappens() throws Exception {
        var stream = new EventStream("quiet", Duration.ofMillis(1));
        var written = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes) throws IOException {
                super.write(bytes);
                stream.end();
            }
        };

        stream.writeTo(written);

        assertThat(written.toString(StandardCharsets.UTF_8)).startsWith(": still here\n\n").contains("event: closing");
    }

    @Test
    void tellsPagesThatItCloses() throws Exception {
        try (var gateway = new TestGateway(); var events = gateway.stream("s")) {
            events.next("connected");

            var began = System.nanoTime();
            gateway.gateway.close();

            assertThat(events.next().type()).isEqualTo("closing");
            assertThat(events.next().type()).isEqualTo("end");
            assertThat(System.nanoTime() - began).as("ns to close").isLessThan(2_000_000_000L);
        }
    }
}
