package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.ServerEvent;
import org.junit.jupiter.api.Test;

class AudioDeltaTest {
    @Test
    void isTheFrameThatAJsonWriterMakes() {
        for (int length : new int[]{0, 2, 480, 7_680}) {
            var delta = new ServerEvent.OutputAudioDelta(new ServerEvent.Part("resp_00a1", "item_00b2", 3, 1),
                    new byte[length]);

            assertThat(AudioDelta.frame("event_00c3", delta)).isEqualTo(delta.toJson("event_00c3"));
        }
    }
}
