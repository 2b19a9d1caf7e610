package dev.parley.realtime;

import static dev.parley.realtime.Frames.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames that hold much audio take a short way; nobody must be able to tell.
class AudioMemberTest {
    private static final byte[] AUDIO = new byte[3_001];
    private static final String BASE64;

    static {
        new Random(7).nextBytes(AUDIO);
        BASE64 = Base64.getEncoder().encodeToString(AUDIO);
    }

    private static String delta(String before, String delta, String after) {
        return "{\"type\":\"response.output_audio.delta\"," + before
                + "\"response_id\":\"resp_7\",\"item_id\":\"item_7\","
                + "\"output_index\":0,\"content_index\":0,\"delta\":\"" + delta + "\"" + after + "}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"x\":\"*\",", "\"x\":\"\\\"delta\\\":\\\"\",", "\"x\":{\"delta\":\"y\"},",
            "\"x\":[\"delta\",\"*\"],", "\"audio\":\"z\",", "\"delta\":\"replaced\","})
    void aLargeDeltaIsReadAndWrittenAsItIs(String before) {
        var frame = delta(before, BASE64, ",\"after\":[1,{\"deep\":null}]");

        var event = ServerEvent.parse(frame);

        assertThat(event).isInstanceOfSatisfying(ServerEvent.OutputAudioDelta.class, delta -> {
            assertThat(delta.audio()).isEqualTo(AUDIO);
            assertThat(delta.delta()).isEqualTo(BASE64);
        });
        assertThat(event.raw()).isEqualTo(json(frame));
        assertThat(json(event.toJson())).isEqualTo(json(frame));
        assertThat(json(event.toJson("event_new")).without("event_id")).isEqualTo(json(frame).without("event_id"));
    }

    @Test
    void theOrdinaryWayGivesAnEqualEvent() {
        var frame = delta("", BASE64, "");
        var spaced = frame.replace("\"delta\":\"", "\"delta\" : \"");

        assertThat(ServerEvent.parse(frame)).isEqualTo(ServerEvent.parse(spaced));
        assertThat(ServerEvent.parse(frame).raw().hashCode()).isEqualTo(ServerEvent.parse(spaced).raw().hashCode());
        assertThat(ServerEvent.parse(frame).toJson()).isEqualTo(frame);
    }

    @Test
    void escapesAndOtherDeltasTakeTheOrdinaryWay() {
        var escaped = delta("", "\\u0041" + BASE64.substring(1), "");
        var words = "{\"type\":\"response.output_text.delta\",\"response_id\":\"r\",\"item_id\":\"i\",\"delta\":\""
                + "so many words \\\"quoted\\\" ".repeat(100) + "\"}";

        assertThat(ServerEvent.parse(escaped)).isInstanceOf(ServerEvent.OutputAudioDelta.class);
        assertThat(ServerEvent.parse(words)).isInstanceOfSatisfying(ServerEvent.OutputTextDelta.class,
                text -> assertThat(text.delta()).startsWith("so many words \"quoted\" so"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"=", "\\", "\u00e9", "*", " ", "\n", "\"", "\u0000"})
    void whatIsNoAudioIsMalformedWhereverItStands(String wrong) {
        for (int at : new int[]{0, 1, 1_000, BASE64.length() - 4}) {
            var frame = delta("", BASE64.substring(0, at) + wrong + BASE64.substring(at + 1), "");

            assertThat(ServerEvent.parse(frame)).isInstanceOf(ServerEvent.Malformed.class);
        }
    }

    @Test
    void aFrameThatIsCutOffIsMalformed() {
        var frame = delta("", BASE64, "");
        for (int length : new int[]{600, frame.length() - 2, frame.length() - 1}) {
            assertThat(ServerEvent.parse(frame.substring(0, length))).isInstanceOf(ServerEvent.Malformed.class);
        }
        assertThat(ServerEvent.parse(frame + "x")).isEqualTo(ServerEvent.parse(frame.replace("\"delta\":",
                "\"delta\": ")
                + "x"));
    }

    @Test
    void anAppendIsWrittenAsAnyOther() {
        var audio = Arrays.copyOf(AUDIO, 2_000);
        var append = new ClientEvent.InputAppend(audio);
        var expected = "{\"type\":\"input_audio_buffer.append\",\"audio\":\""
                + Base64.getEncoder().encodeToString(audio) + "\"}";

        assertThat(append.toJson()).isEqualTo(expected);
        assertThat(append.withEventId("*").toJson()).isEqualTo(expected.replace("append\",",
                "append\",\"event_id\":\"*\","));
        assertThat(ClientEvent.parse(expected)).isEqualTo(append);
        assertThat(new BetaWire().write(append)).isEqualTo(expected);
    }
}
