package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SessionLogTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String SOUND = "U09VTkQ=".repeat(1_000);

    private final SessionLog log = new SessionLog("sess_a");

    @Test
    void keepsWhatPassedInOrder() {
        log.received(NOON, new ClientEvent.ResponseCreate().raw());
        log.sent(NOON.plusMillis(1), new ServerEvent.InputCleared().raw());

        assertThat(log.sessionId()).isEqualTo("sess_a");
        assertThat(log.entries()).extracting(SessionLog.Entry::type)
                .containsExactly("response.create", "input_audio_buffer.cleared");
        assertThat(log.entries()).extracting(SessionLog.Entry::at).containsExactly(NOON, NOON.plusMillis(1));
        assertThat(log.sentTypes()).containsExactly("input_audio_buffer.cleared");
    }

    @Test
    void findsWhatTheClientSentByItsType() {
        log.received(NOON, new ClientEvent.ItemCreate(Item.userText("one")).raw());
        log.received(NOON, new ClientEvent.ResponseCreate().raw());
        log.received(NOON, new ClientEvent.ItemCreate(Item.userText("two")).raw());

        assertThat(log.received("conversation.item.create"))
                .extracting(event -> event.path("item").path("content").path(0).path("text").stringValue())
                .containsExactly("one", "two");
        assertThat(log.received("conversation.item.delete")).isEmpty();
    }

    @Test
    void leavesOutTheSoundOfTheCaller() {
        log.received(NOON, new ClientEvent.InputAppend(new byte[4_800]).raw());

        assertThat(log.received("input_audio_buffer.append").getFirst().path("audio").stringValue())
                .isEqualTo("6400 characters");
    }

    @Test
    void leavesOutTheSoundOfTheAnswer() {
        log.sent(NOON, new ServerEvent.OutputAudioDelta(new ServerEvent.Part("resp_a", "item_a", 0, 0),
                new byte[4_800]).raw());

        assertThat(log.entries().getFirst().event().path("delta").stringValue()).isEqualTo("6400 characters");
    }

    @Test
    void leavesOutTheSoundWithinAnItem() {
        var item = (ObjectNode) JSON.readTree("{\"id\":\"item_a\",\"type\":\"message\",\"role\":\"user\",\"content\":"
                + "[{\"type\":\"input_audio\",\"transcript\":\"hello\",\"audio\":\"" + SOUND + "\"}]}");
        log.sent(NOON, new ServerEvent.ItemRetrieved(Item.of(item)).raw());
        log.received(NOON, new ClientEvent.ItemCreate(Item.of(item)).raw());

        assertThat(log.entries()).hasSize(2).allSatisfy(entry -> {
            var part = entry.event().path("item").path("content").path(0);
            assertThat(part.path("audio").stringValue()).isEqualTo("8000 characters");
            assertThat(part.path("transcript").stringValue()).isEqualTo("hello");
        });
        assertThat(item.toString()).as("the item itself").contains(SOUND);
    }

    @Test
    void keepsOnlyTheBeginningOfWhatIsNoJson() {
        log.received(NOON, SessionDefaults.readOrText("{".repeat(1_000_000)));

        assertThat(log.entries().getFirst().event().toString()).hasSizeLessThan(2_000).startsWith("\"{{{");
    }

    @Test
    void keepsTheTextOfADelta() {
        log.sent(NOON, new ServerEvent.OutputTextDelta(new ServerEvent.Part("resp_a", "item_a", 0, 0), "hello").raw());

        assertThat(log.entries().getFirst().event().path("delta").stringValue()).isEqualTo("hello");
    }

    @Test
    void dropsTheOldestWhenThereAreTooMany() {
        for (int i = 0; i < 10_005; i++) {
            log.received(NOON.plusMillis(i), new ClientEvent.InputClear().raw());
        }

        assertThat(log.entries()).hasSize(10_000);
        assertThat(log.entries().getFirst().at()).isEqualTo(NOON.plusMillis(5));
        assertThat(log.entries().getLast().at()).isEqualTo(NOON.plusMillis(10_004));
    }

    /// Sound both ways, of several answers, with ids and without, among other events: kept together, told apart.
    @Test
    void tellsEachPieceOfSoundAsItPassed() {
        var expected = new ArrayList<SessionLog.Entry>();
        for (int i = 0; i < 11_000; i++) {
            var at = NOON.plusNanos(1_000_001L * i);
            var event = JSON.createObjectNode();
            switch (i % 7) {
                case 0 -> event.put("type", "input_audio_buffer.append").put("event_id", 7).put("audio", "AA");
                case 1 -> event.put("type", "input_audio_buffer.append").put("audio", "A".repeat(i % 50));
                case 2 -> event.put("type", "input_audio_buffer.append")
                        .put("event_id", "mine_" + i)
                        .put("audio", "AAAA");
                case 3, 4, 5 -> event.put("type", "response.output_audio.delta")
                        .put("event_id", "event_" + i)
                        .put("item_id", "item_" + i / 100)
                        .put("delta", "B".repeat(i % 50));
                default -> event.put("type", i % 500 == 6 ? "response.done" : "response.audio.delta").put("delta", "C");
            }
            var kept = event.deepCopy();
            for (var field : List.of("audio", "delta")) {
                if (event.has(field) && !event.path("type").stringValue().equals("response.done")) {
                    kept.put(field, event.path(field).stringValue().length() + " characters");
                }
            }
            if (i % 7 < 3) {
                log.received(at, event);
                expected.add(new SessionLog.Entry.Received(at, kept));
            } else {
                log.sent(at, event);
                expected.add(new SessionLog.Entry.Sent(at, kept));
            }
        }

        var newest = expected.subList(1_000, 11_000);
        assertThat(log.entries()).isEqualTo(newest);
        assertThat(log.received("input_audio_buffer.append")).isEqualTo(newest.stream()
                .filter(SessionLog.Entry.Received.class::isInstance)
                .map(SessionLog.Entry::event)
                .toList());
    }

    @Test
    void givesACopyThatDoesNotChange() {
        log.received(NOON, new ClientEvent.InputClear().raw());

        var before = log.entries();
        log.received(NOON, new ClientEvent.InputClear().raw());

        assertThat(before).hasSize(1);
    }
}
