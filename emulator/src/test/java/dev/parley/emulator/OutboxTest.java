package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/// When frames leave, in virtual time.
class OutboxTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String TRANSCRIBED = "conversation.item.input_audio_transcription.completed";

    private final Outbox outbox = new Outbox();

    @Test
    void sendsAtOnceInOrder() {
        add("a", NOON);
        add("b", NOON);

        assertThat(leaving(NOON)).containsExactly("a", "b");
        assertThat(outbox.wakeAt()).isEmpty();
    }

    @Test
    void sendsNothingWhileItStalls() {
        outbox.stallUntil(NOON.plusSeconds(2));
        add("a", NOON);

        assertThat(leaving(NOON.plusMillis(1_999))).isEmpty();
        assertThat(outbox.wakeAt()).hasValue(NOON.plusSeconds(2));
        assertThat(leaving(NOON.plusSeconds(2))).containsExactly("a");
    }

    @Test
    void sendsOneAtATimeWhenItIsSlow() {
        outbox.slow(Duration.ofMillis(100), NOON);
        add("a", NOON);
        add("b", NOON);

        assertThat(leaving(NOON.plusMillis(99))).isEmpty();
        assertThat(leaving(NOON.plusMillis(150))).containsExactly("a");
        assertThat(outbox.wakeAt()).hasValue(NOON.plusMillis(250));
        assertThat(leaving(NOON.plusMillis(250))).containsExactly("b");
    }

    @Test
    void letsOthersOvertakeALateTranscription() {
        outbox.delayTranscriptions(Duration.ofMillis(500));
        add(TRANSCRIBED, NOON);
        add("response.created", NOON);

        assertThat(leaving(NOON)).containsExactly("response.created");
        assertThat(outbox.wakeAt()).hasValue(NOON.plusMillis(500));
        assertThat(leaving(NOON.plusMillis(500))).containsExactly(TRANSCRIBED);
    }

    @Test
    void isFullWhenTooMuchWaits() {
        outbox.stallUntil(NOON.plusSeconds(1));
        for (int i = 0; i < 4_096; i++) {
            assertThat(outbox.isFull()).isFalse();
            add("a", NOON);
        }

        assertThat(outbox.isFull()).isTrue();
        assertThat(leaving(NOON.plusSeconds(1))).hasSize(4_096);
        assertThat(outbox.isFull()).isFalse();
    }

    @Test
    void givesUpWhatIsLeftAtTheEnd() {
        outbox.delayTranscriptions(Duration.ofMillis(500));
        outbox.stallUntil(NOON.plusSeconds(1));
        add(TRANSCRIBED, NOON);
        add("a", NOON);

        assertThat(outbox.rest()).extracting(Outbox.Frame::text).containsExactly("a", TRANSCRIBED);
        assertThat(outbox.rest()).isEmpty();
    }

    private void add(String type, Instant now) {
        outbox.add(new Outbox.Frame(type, JsonNodeFactory.instance.objectNode(), type), now);
    }

    private List<String> leaving(Instant now) {
        var left = new ArrayList<String>();
        for (var next = outbox.next(now); next.isPresent(); next = outbox.next(now)) {
            left.add(next.get().text());
        }
        return left;
    }
}
