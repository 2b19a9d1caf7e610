package dev.parley.realtime;

import static dev.parley.realtime.Frames.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class SessionConfigTest {
    private static SessionConfig live() {
        return ((ServerEvent.SessionCreated) ServerEvent.parse(Frames.server("session.created"))).session();
    }

    private static SessionConfig update(String members) {
        return SessionConfig.of(json("{\"type\":\"realtime\"" + members + "}"));
    }

    @Test
    void anUpdateOfTheVoiceLeavesEverythingElse() {
        var merged = live().merge(SessionConfig.builder().voice("marin").build());

        assertThat(merged.voice()).contains("marin");
        assertThat(merged.toBuilder().voice("alloy").build()).isEqualTo(live());
    }

    @Test
    void anEmptyUpdateChangesNothing() {
        assertThat(live().merge(update(""))).isEqualTo(live());
    }

    @Test
    void mergingLeavesBothDocumentsAlone() {
        var before = live();
        var update = update(",\"audio\":{\"input\":{\"noise_reduction\":{\"type\":\"near_field\"}}}");

        var merged = before.merge(update)
                .merge(update(",\"audio\":{\"input\":{\"noise_reduction\":{\"strength\":2}}}"));

        assertThat(merged.raw().at("/audio/input/noise_reduction"))
                .isEqualTo(json("{\"type\":\"near_field\",\"strength\":2}"));
        assertThat(before).isEqualTo(live());
        assertThat(update.raw().at("/audio/input/noise_reduction")).isEqualTo(json("{\"type\":\"near_field\"}"));
    }

    @Test
    void aDetectorOfTheSameKindIsChangedMemberByMember() {
        var merged = live().merge(update(
                ",\"audio\":{\"input\":{\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.8}}}"));

        assertThat(merged.turnDetection()).contains(new TurnDetection.ServerVad(0.8,
                TurnDetection.ServerVad.DEFAULT.prefixPadding(), TurnDetection.ServerVad.DEFAULT.silence(), true,
                true));
    }

    @Test
    void aDetectorOfAnotherKindReplacesTheOneBefore() {
        var merged = live().merge(update(
                ",\"audio\":{\"input\":{\"turn_detection\":{\"type\":\"semantic_vad\",\"eagerness\":\"low\"}}}"));

        assertThat(merged.raw().at("/audio/input/turn_detection"))
                .isEqualTo(json("{\"type\":\"semantic_vad\",\"eagerness\":\"low\"}"));
    }

    @Test
    void aFormatOfAnotherKindLeavesNoRateBehind() {
        var merged = live().merge(SessionConfig.builder().inputEncoding(AudioEncoding.PCMU).build());

        assertThat(merged.raw().at("/audio/input/format")).isEqualTo(json("{\"type\":\"audio/pcmu\"}"));
        assertThat(merged.outputEncoding()).contains(AudioEncoding.PCM);
    }

    @Test
    void nullSwitchesOff() {
        var transcribed = live().merge(SessionConfig.builder().transcription("whisper-1").build());

        var merged = transcribed.merge(SessionConfig.builder()
                .transcription(null)
                .turnDetection(new TurnDetection.Manual())
                .build());

        assertThat(transcribed.transcriptionModel()).contains("whisper-1");
        assertThat(merged.transcriptionModel()).isEmpty();
        assertThat(merged.turnDetection()).contains(new TurnDetection.Manual());
    }

    @Test
    void listsAndChoicesOfToolsAreReplaced() {
        var first = update(",\"tools\":[{\"type\":\"function\",\"name\":\"a\"},{\"type\":\"function\",\"name\":\"b\"}],"
                + "\"tool_choice\":{\"type\":\"mcp\",\"server_label\":\"shop\",\"name\":\"a\"}");

        var merged = first.merge(update(",\"tools\":[{\"type\":\"function\",\"name\":\"c\"}],"
                + "\"tool_choice\":{\"type\":\"mcp\",\"server_label\":\"shop\"}"));

        assertThat(merged.tools()).extracting(FunctionTool::name).containsExactly("c");
        assertThat(merged.raw().get("tool_choice")).isEqualTo(json("{\"type\":\"mcp\",\"server_label\":\"shop\"}"));
        assertThat(merged.merge(update(",\"tools\":[]")).tools()).isEmpty();
    }

    @Test
    void buildsWhatItReads() {
        var tool = new FunctionTool("lookup", "Looks up.", json("{\"type\":\"object\",\"properties\":{}}"));

        var config = SessionConfig.builder()
                .instructions("Be brief.")
                .outputModality("audio")
                .inputEncoding(AudioEncoding.PCMA)
                .tools(List.of(tool))
                .toolChoice("required")
                .build();

        assertThat(config.tools()).containsExactly(tool);
        assertThat(config.inputEncoding()).contains(AudioEncoding.PCMA);
        assertThat(config.outputModalities()).containsExactly("audio");
        assertThat(config.turnDetection()).isEmpty();
        assertThat(SessionConfig.of(json(config.raw().toString()))).isEqualTo(config).hasSameHashCodeAs(config);
    }

    @Test
    void aToolWithoutANameIsTheCallersMistake() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new FunctionTool(" ", "", Json.object()));
    }
}
