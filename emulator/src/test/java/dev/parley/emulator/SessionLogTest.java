package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import java.time.Instant;
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

    @Test
    void givesACopyThatDoesNotChange() {
        log.received(NOON, new ClientEvent.InputClear().raw());

        var before = log.entries();
        log.received(NOON, new ClientEvent.InputClear().raw());

        assertThat(before).hasSize(1);
    }
}
