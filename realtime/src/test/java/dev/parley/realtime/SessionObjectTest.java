package dev.parley.realtime;

import static dev.parley.realtime.Frames.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

/// Every member of the session object and of a response's overrides, set by its builder and read by its accessor.
class SessionObjectTest {
    private static final FunctionTool LOOKUP = new FunctionTool("lookup", "Looks up.", Json.object());
    private static final McpServer SHOP = McpServer.at("shop", URI.create("https://example.com/mcp"))
            .description("The shop.")
            .authorization("hunter2")
            .allowedTools(List.of("find"))
            .approvalNever()
            .build();

    private static SessionConfig session(String members) {
        return SessionConfig.of(json("{\"type\":\"realtime\"," + members + "}"));
    }

    private static SessionConfig written(SessionConfig config) {
        return SessionConfig.of(json(config.raw().toString()));
    }

    @Test
    void everyMemberIsReadAsItWasSet() {
        var transcription = new InputTranscription("gpt-transcribe", "en", List.of("en", "es"), List.of("Parley"),
                "A shop.", "low");
        var vad = TurnDetection.ServerVad.DEFAULT.withIdleTimeout(Duration.ofSeconds(6));
        var truncation = new Truncation.RetentionRatio(0.8, OptionalInt.of(8_000));
        var tracing = new Tracing.Named("calls", "shop", Map.of("shift", "late"));
        var prompt = new Prompt("pmpt_7", "2", Map.of("name", "Ada"));

        var session = written(SessionConfig.builder()
                .model("gpt-realtime-2.1")
                .inputTranscription(transcription)
                .noiseReduction(NoiseReduction.nearField().withStrength(0.5))
                .turnDetection(vad)
                .customVoice("voice_7")
                .speed(1.25)
                .outputEncoding(AudioEncoding.PCMU)
                .tools(List.of(LOOKUP))
                .mcpServers(List.of(SHOP))
                .toolChoice(new ToolChoice.Function("lookup"))
                .parallelToolCalls(false)
                .reasoning(ReasoningEffort.XHIGH)
                .maxOutputTokens(4_096)
                .truncation(truncation)
                .tracing(tracing)
                .include(List.of(SessionConfig.TRANSCRIPTION_LOGPROBS))
                .prompt(prompt)
                .build());

        assertThat(session.inputTranscription()).contains(transcription);
        assertThat(session.transcriptionModel()).contains("gpt-transcribe");
        assertThat(session.noiseReduction()).contains(new NoiseReduction("near_field", 0.5));
        assertThat(session.turnDetection()).contains(vad);
        assertThat(session.voice()).contains("voice_7");
        assertThat(session.speed()).hasValue(1.25);
        assertThat(session.outputEncoding()).contains(AudioEncoding.PCMU);
        assertThat(session.tools()).containsExactly(LOOKUP);
        assertThat(session.mcpServers()).containsExactly(SHOP);
        assertThat(session.toolChoice()).contains(new ToolChoice.Function("lookup"));
        assertThat(session.parallelToolCalls()).contains(false);
        assertThat(session.reasoningEffort()).contains(ReasoningEffort.XHIGH);
        assertThat(session.maxOutputTokens()).hasValue(4_096);
        assertThat(session.truncation()).contains(truncation);
        assertThat(session.tracing()).contains(tracing);
        assertThat(session.include()).containsExactly("item.input_audio_transcription.logprobs");
        assertThat(session.prompt()).contains(prompt);
        assertThat(session.isTranscriptionOnly()).isFalse();
    }

    @Test
    void whatWasNotSetIsEmpty() {
        var session = SessionConfig.builder().build();

        assertThat(Stream.of(session.inputTranscription(), session.noiseReduction(), session.voice(),
                session.toolChoice(), session.parallelToolCalls(), session.reasoningEffort(), session.truncation(),
                session.tracing(), session.prompt(), session.expiresAt())).allMatch(Optional::isEmpty);
        assertThat(session.speed()).isEmpty();
        assertThat(session.maxOutputTokens()).isEmpty();
        assertThat(session.include()).isEmpty();
    }

    @Test
    void readsALiveSession() {
        var session = ((ServerEvent.SessionCreated) ServerEvent.parse(Frames.server("session.created"))).session();

        assertThat(session.toolChoice()).contains(new ToolChoice.Auto());
        assertThat(session.truncation()).contains(new Truncation.Auto());
        assertThat(session.tracing()).contains(new Tracing.Off());
        assertThat(session.maxOutputTokens()).isEmpty();
        assertThat(session.speed()).hasValue(1);
        assertThat(session.expiresAt().orElseThrow()).isAfter(Instant.EPOCH);
    }

    @Test
    void aTranscriptionSessionHasAnInputAndNothingElse() {
        var session = SessionConfig.transcriptionOnly()
                .inputEncoding(AudioEncoding.PCM)
                .inputTranscription(InputTranscription.with("gpt-live-transcribe").in("en").prompted("names"))
                .turnDetection(new TurnDetection.Manual())
                .noiseReduction(null)
                .build();

        assertThat(session.raw()).isEqualTo(json("""
                {"type":"transcription","audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":\
                {"model":"gpt-live-transcribe","language":"en","prompt":"names"},"turn_detection":null,\
                "noise_reduction":null}}}"""));
        assertThat(session.isTranscriptionOnly()).isTrue();
        assertThat(session.noiseReduction()).isEmpty();
    }

    static List<ToolChoice> choices() {
        return List.of(new ToolChoice.Auto(), new ToolChoice.None(), new ToolChoice.Required(),
                new ToolChoice.Function("f"), new ToolChoice.Mcp("shop", null), new ToolChoice.Mcp("shop", "find"),
                new ToolChoice.Unknown(JsonNodeFactory.instance.stringNode("later")),
                new ToolChoice.Unknown(json("{\"type\":\"later\"}")));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void aChoiceOfToolIsReadAsItWasSet(ToolChoice choice) {
        assertThat(written(SessionConfig.builder().toolChoice(choice).build()).toolChoice()).contains(choice);
    }

    static List<Truncation> truncations() {
        return List.of(new Truncation.Auto(), new Truncation.Disabled(),
                new Truncation.RetentionRatio(0.5, OptionalInt.empty()),
                new Truncation.Unknown(json("{\"type\":\"later\"}")));
    }

    @ParameterizedTest
    @MethodSource("truncations")
    void aTruncationIsReadAsItWasSet(Truncation truncation) {
        assertThat(written(SessionConfig.builder().truncation(truncation).build()).truncation()).contains(truncation);
    }

    static List<Tracing> tracings() {
        return List.of(new Tracing.Off(), new Tracing.Auto(), new Tracing.Named(null, null, Map.of()),
                new Tracing.Unknown(JsonNodeFactory.instance.stringNode("later")));
    }

    @ParameterizedTest
    @MethodSource("tracings")
    void tracingIsReadAsItWasSet(Tracing tracing) {
        assertThat(written(SessionConfig.builder().tracing(tracing).build()).tracing()).contains(tracing);
    }

    @ParameterizedTest
    @CsvSource({"LOW, 8", "MEDIUM, 4", "HIGH, 2", "AUTO, 4"})
    void eagernessIsAWordAndALongestWait(TurnDetection.Eagerness eagerness, long seconds) {
        var detection = new TurnDetection.SemanticVad(eagerness, true, false);

        var session = written(SessionConfig.builder().turnDetection(detection).build());

        assertThat(session.turnDetection()).contains(detection);
        assertThat(eagerness.longestWait()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void functionsAndMcpServersAreReplacedApart() {
        var both = SessionConfig.builder().mcpServers(List.of(SHOP)).tools(List.of(LOOKUP)).build();

        var changed = both.toBuilder().tools(List.of()).build();

        assertThat(changed.tools()).isEmpty();
        assertThat(changed.mcpServers()).containsExactly(SHOP);
        assertThat(changed.toBuilder().mcpServers(List.of()).build().raw().get("tools")).isEmpty();
        assertThat(both.tools()).containsExactly(LOOKUP);
    }

    @Test
    void credentialsForMcpServersAreNotShown() {
        var withHeader = McpServer.connector("box", "connector_dropbox").headers(Map.of("X-Key", "hunter2")).build();
        var session = SessionConfig.builder().mcpServers(List.of(SHOP, withHeader)).build();
        var response = ResponseConfig.builder().mcpServers(List.of(SHOP, withHeader)).build();

        assertThat(Stream.of(SHOP, withHeader, session, response, new ClientEvent.SessionUpdate(session),
                new ClientEvent.ResponseCreate(response))).allSatisfy(shown -> assertThat(shown.toString())
                        .doesNotContain("hunter2"));
        assertThat(session.raw().toString()).contains("hunter2");
    }

    @Test
    void anMcpServerHasOnePlaceAndOneAuthorization() {
        assertThatIllegalArgumentException().isThrownBy(() -> McpServer.at("shop", URI.create("https://example.com"))
                .set("connector_id", JsonNodeFactory.instance.stringNode("x"))
                .build());
        assertThatIllegalArgumentException().isThrownBy(() -> McpServer.at("shop", URI.create("https://example.com"))
                .headers(Map.of("authorization", "hunter2"))
                .authorization("hunter2")
                .build()).satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
        assertThatIllegalArgumentException().isThrownBy(() -> McpServer.listedBefore(" "));
        assertThat(McpServer.listedBefore("shop").raw()).isEqualTo(json("""
                {"type":"mcp","server_label":"shop"}"""));
        assertThat(McpServer.connector("a", "b").approvalNeverFor(List.of("c")).build().raw()).isEqualTo(json(
                """
                        {"type":"mcp","server_label":"a","connector_id":"b","require_approval":{"never":{"tool_names":["c"]}}}"""));
    }

    @Test
    void aNumberOutOfRangeIsTheCallersMistake() {
        var session = SessionConfig.builder();

        assertThatIllegalArgumentException().isThrownBy(() -> session.speed(0.2));
        assertThatIllegalArgumentException().isThrownBy(() -> session.speed(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> session.maxOutputTokens(0));
        assertThatIllegalArgumentException().isThrownBy(() -> session.maxOutputTokens(4_097));
        assertThatIllegalArgumentException().isThrownBy(() -> session.outputModality("video"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Truncation.RetentionRatio(1.1, OptionalInt.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TurnDetection.ServerVad.DEFAULT.withIdleTimeout(Duration.ofSeconds(4)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"\"tool_choice\":7; session.tool_choice",
            "\"tool_choice\":{\"type\":\"function\"}; session.tool_choice.name",
            "\"truncation\":[]; session.truncation",
            "\"truncation\":{\"type\":\"retention_ratio\",\"retention_ratio\":2}; session.truncation.retention_ratio",
            "\"tracing\":1; session.tracing",
            "\"prompt\":{}; session.prompt.id",
            "\"reasoning\":\"high\"; session.reasoning",
            "\"max_output_tokens\":\"many\"; session.max_output_tokens",
            "\"max_output_tokens\":1.5; session.max_output_tokens",
            "\"parallel_tool_calls\":\"yes\"; session.parallel_tool_calls",
            "\"include\":\"all\"; session.include",
            "\"audio\":{\"output\":{\"speed\":\"fast\"}}; session.audio.output.speed",
            "\"audio\":{\"input\":{\"transcription\":\"on\"}}; session.audio.input.transcription",
            "\"audio\":{\"input\":{\"noise_reduction\":true}}; session.audio.input.noise_reduction",
            "\"audio\":{\"input\":{\"turn_detection\":{\"type\":\"server_vad\",\"idle_timeout_ms\":4999}}};"
                    + " session.audio.input.turn_detection.idle_timeout_ms",
            "\"audio\":{\"input\":{\"turn_detection\":{\"type\":\"semantic_vad\",\"eagerness\":\"very\"}}};"
                    + " session.audio.input.turn_detection.eagerness",
            "\"tools\":[{\"type\":\"mcp\"}]; session.tools[0].server_label"})
    void whatCannotBeReadIsNamedByItsPath(String member, String path) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> ClientEvent
                .parse("{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\"," + member + "}}"))
                .satisfies(e -> assertThat(e.param()).contains(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"reasoning\":{\"effort\":\"extreme\"}", "\"max_output_tokens\":null", "\"speed\":null",
            "\"expires_at\":9223372036854775807", "\"expires_at\":0", "\"reasoning\":null"})
    void whatTheServiceMaySayTomorrowIsNoReasonToRefuseASession(String member) {
        var session = session(member);

        assertThat(session.reasoningEffort()).isEmpty();
        assertThat(session.expiresAt()).isEmpty();
    }

    // Responses

    @Test
    void everyOverrideIsReadAsItWasSet() {
        var input = List.of(Item.reference("item_7"), Item.userText("Is this spam?"));

        var built = ResponseConfig.builder()
                .instructions("Judge.")
                .outputModality("text")
                .voice("marin")
                .outputEncoding(AudioEncoding.PCMA)
                .outOfBand()
                .metadata(Map.of("topic", "spam"))
                .input(input)
                .tools(List.of(LOOKUP))
                .toolChoice(new ToolChoice.None())
                .parallelToolCalls(true)
                .reasoning(ReasoningEffort.MINIMAL)
                .maxOutputTokens(10)
                .prompt(new Prompt("pmpt_7", null, Map.of()))
                .build();
        var response = ((ClientEvent.ResponseCreate) ClientEvent.parse(new ClientEvent.ResponseCreate(built).toJson()))
                .response();

        assertThat(response).isEqualTo(built).hasSameHashCodeAs(built);
        assertThat(response.instructions()).contains("Judge.");
        assertThat(response.outputModalities()).containsExactly("text");
        assertThat(response.voice()).contains("marin");
        assertThat(response.outputEncoding()).contains(AudioEncoding.PCMA);
        assertThat(response.isOutOfBand()).isTrue();
        assertThat(response.metadata()).containsExactly(Map.entry("topic", "spam"));
        assertThat(response.input().orElseThrow()).isEqualTo(input);
        assertThat(response.tools()).containsExactly(LOOKUP);
        assertThat(response.toolChoice()).contains(new ToolChoice.None());
        assertThat(response.maxOutputTokens()).hasValue(10);
    }

    @Test
    void anEmptyContextIsNotTheConversation() {
        assertThat(ResponseConfig.builder().input(List.of()).build().input()).contains(List.of());
        assertThat(ResponseConfig.DEFAULT.input()).isEmpty();
        assertThat(ResponseConfig.DEFAULT.toBuilder().build().isDefault()).isTrue();
    }

    @Test
    void labelsHaveLimits() {
        var response = ResponseConfig.builder();
        var many = Stream.iterate(0, i -> i < 17, i -> i + 1)
                .collect(Collectors.toMap(i -> "n" + i, i -> "v"));

        assertThatIllegalArgumentException().isThrownBy(() -> response.metadata(many)).withMessageContaining("17");
        assertThatIllegalArgumentException().isThrownBy(() -> response.metadata(Map.of("x".repeat(65), "")));
        assertThatIllegalArgumentException().isThrownBy(() -> response.metadata(Map.of("", "x".repeat(513))));
        assertThat(response.metadata(Map.of("x".repeat(64), "x".repeat(512))).build().metadata()).hasSize(1);
    }
}
