package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.ServerEvent;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private final Strangers strangers = new Strangers();

    private static ServerEvent event(String type) {
        return ServerEvent.parse("{\"type\":\"" + type + "\",\"event_id\":\"event_1\"}");
    }

    @Test
    void x3EachTypeThatNobodyKnowsIsToldOnce() {
        assertThat(strangers.meet(event("session.telepathy"))).contains("session.telepathy");
        assertThat(strangers.meet(event("session.telepathy"))).isEmpty();
        assertThat(strangers.meet(event("response.dreamt"))).contains("response.dreamt");
        assertThat(strangers.meet(event("input_audio_buffer.cleared"))).as("an old acquaintance").isEmpty();
        assertThat(strangers.meet(ServerEvent.parse("no JSON"))).as("no type at all").isEmpty();
    }

    @Test
    void aServiceThatMakesTypesUpFillsNeitherLogNorMemory() {
        var told = IntStream.range(0, 1_000)
                .filter(i -> strangers.meet(event("made.up." + i)).isPresent())
                .count();

        assertThat(told).isEqualTo(100);
        assertThat(new Strangers().meet(event("x".repeat(10_000))).orElseThrow()).hasSizeLessThan(80);
    }
}
