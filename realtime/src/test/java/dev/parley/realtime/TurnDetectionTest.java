package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class TurnDetectionTest {
    static final List<TurnDetection> DETECTORS = List.of(TurnDetection.ServerVad.DEFAULT,
            new TurnDetection.ServerVad(0.9, Duration.ZERO, Duration.ofSeconds(1), false, true),
            new TurnDetection.SemanticVad(TurnDetection.Eagerness.LOW, true, false), new TurnDetection.Manual(),
            new TurnDetection.Unknown("telepathy", Frames.json("{\"type\":\"telepathy\",\"range\":3}")));

    @ParameterizedTest
    @FieldSource("DETECTORS")
    void survivesTheSessionDocument(TurnDetection detection) {
        var config = SessionConfig.builder().turnDetection(detection).build();

        var read = SessionConfig.of(Frames.json(config.raw().toString()));
        assertThat(read.turnDetection()).contains(detection);
        assertThat(read).isEqualTo(config);
    }

    @Test
    void isNullOnTheWireWhenTheClientDecides() {
        var config = SessionConfig.builder().turnDetection(new TurnDetection.Manual()).build();

        assertThat(config.raw().toString())
                .isEqualTo("{\"type\":\"realtime\",\"audio\":{\"input\":{\"turn_detection\":null}}}");
    }

    @Test
    void takesTheServicesDefaultsForWhatIsNotSaid() {
        var config = SessionConfig.of(Frames.json("""
                {"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad"}}}}"""));

        assertThat(config.turnDetection()).contains(TurnDetection.ServerVad.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.POSITIVE_INFINITY, Double.NaN})
    void aThresholdIsAProbability(double threshold) {
        assertThatIllegalArgumentException().isThrownBy(
                () -> new TurnDetection.ServerVad(threshold, Duration.ZERO, Duration.ZERO, true, true));
    }
}
