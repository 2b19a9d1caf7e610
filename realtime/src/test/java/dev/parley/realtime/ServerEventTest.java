package dev.parley.realtime;

import static dev.parley.realtime.Frames.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerEventTest {
    private static final ServerEvent.Part PART = new ServerEvent.Part("resp_7", "item_M7", 0, 0);

    private static <T extends ServerEvent> T parse(Class<T> type, String wireName) {
        return type.cast(ServerEvent.parse(Frames.server(wireName)));
    }

    private static ServerEvent.ResponseDone done(String responseId) {
        return Frames.ofServer()
                .stream()
                .map(ServerEvent::parse)
                .filter(ServerEvent.ResponseDone.class::isInstance)
                .map(ServerEvent.ResponseDone.class::cast)
                .filter(event -> event.response().id().equals(responseId))
                .findFirst()
                .orElseThrow();
    }

    // Values

    @Test
    void readsTheSession() {
        var session = parse(ServerEvent.SessionCreated.class, "session.created").session();

        assertThat(session.id()).contains("sess_7");
        assertThat(session.model()).contains("gpt-realtime-2.1");
        assertThat(session.instructions()).contains("Be kind.");
        assertThat(session.voice()).contains("alloy");
        assertThat(session.outputModalities()).containsExactly("audio");
        assertThat(session.inputEncoding()).contains(AudioEncoding.PCM);
        assertThat(session.outputEncoding()).contains(AudioEncoding.PCM);
        assertThat(session.transcriptionModel()).isEmpty();
        assertThat(session.turnDetection()).contains(TurnDetection.ServerVad.DEFAULT);
        assertThat(session.tools()).isEmpty();
    }

    @Test
    void readsWhenTheCallerSpoke() {
        var started = parse(ServerEvent.SpeechStarted.class, "input_audio_buffer.speech_started");
        var stopped = parse(ServerEvent.SpeechStopped.class, "input_audio_buffer.speech_stopped");
        var committed = parse(ServerEvent.InputCommitted.class, "input_audio_buffer.committed");

        assertThat(started.itemId()).isEqualTo("item_U7");
        assertThat(started.audioStartMs()).isEqualTo(640);
        assertThat(stopped.audioEndMs()).isEqualTo(2_100);
        assertThat(committed.itemId()).isEqualTo("item_U7");
        assertThat(committed.previousItemId()).isNull();
    }

    @Test
    void readsItems() {
        var added = parse(ServerEvent.ItemAdded.class, "conversation.item.added");
        var call = Frames.ofServer()
                .stream()
                .map(ServerEvent::parse)
                .filter(ServerEvent.OutputItemDone.class::isInstance)
                .map(event -> ((ServerEvent.OutputItemDone) event).item())
                .filter(Item.FunctionCall.class::isInstance)
                .findFirst()
                .map(Item.FunctionCall.class::cast)
                .orElseThrow();

        assertThat(added.previousItemId()).isNull();
        assertThat(added.item().id()).contains("item_U7");
        assertThat(added.item().status()).contains("completed");
        assertThat(((Item.Message) added.item()).role()).isEqualTo("user");
        assertThat(((Item.Message) added.item()).text()).isEmpty();
        assertThat(call.callId()).isEqualTo("call_K7");
        assertThat(call.name()).isEqualTo("create_payment_request");
        assertThat(call.arguments()).isEqualTo("{\"amount\":7}");
    }

    @Test
    void readsWhatWasSaid() {
        assertThat(parse(ServerEvent.InputTranscriptCompleted.class,
                "conversation.item.input_audio_transcription.completed").transcript()).isEqualTo("Please pay.");
        assertThat(parse(ServerEvent.InputTranscriptDelta.class,
                "conversation.item.input_audio_transcription.delta").delta()).isEqualTo("Please");
        assertThat(parse(ServerEvent.InputTranscriptFailed.class,
                "conversation.item.input_audio_transcription.failed").error().code()).isEqualTo("audio_unintelligible");
        assertThat(parse(ServerEvent.OutputTranscriptDelta.class, "response.output_audio_transcript.delta").delta())
                .isEqualTo("It is");
        assertThat(parse(ServerEvent.OutputTranscriptDone.class, "response.output_audio_transcript.done").transcript())
                .isEqualTo("It is paid.");
        assertThat(parse(ServerEvent.OutputTextDone.class, "response.output_text.done").text())
                .isEqualTo("It is paid.");
    }

    @Test
    void readsSound() {
        var delta = parse(ServerEvent.OutputAudioDelta.class, "response.output_audio.delta");

        assertThat(delta.at()).isEqualTo(PART);
        assertThat(delta.audio()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void readsFunctionCalls() {
        var done = parse(ServerEvent.FunctionArgumentsDone.class, "response.function_call_arguments.done");

        assertThat(done.callId()).isEqualTo("call_K7");
        assertThat(done.name()).isEqualTo("create_payment_request");
        assertThat(done.arguments()).isEqualTo("{\"amount\":7}");
        assertThat(done.responseId()).isEqualTo("resp_7");
        assertThat(done.outputIndex()).isEqualTo(1);
    }

    @Test
    void readsACompletedResponse() {
        var response = done("resp_7").response();

        assertThat(response.status()).isEqualTo(Response.Status.COMPLETED);
        assertThat(response.isInConversation()).isTrue();
        assertThat(response.output()).singleElement().isInstanceOf(Item.Message.class);
        assertThat(response.reason()).isEmpty();
        assertThat(response.failure()).isEmpty();
        var usage = response.usage();
        assertThat(usage).isNotNull();
        assertThat(usage.totalTokens()).isEqualTo(75);
        assertThat(usage.cachedTokens()).isEqualTo(10);
        assertThat(usage.inputAudioTokens()).isEqualTo(20);
        assertThat(usage.outputAudioTokens()).isEqualTo(17);
    }

    @Test
    void readsResponsesThatEndedEarly() {
        assertThat(done("resp_8").response().status()).isEqualTo(Response.Status.CANCELLED);
        assertThat(done("resp_8").response().reason()).contains("turn_detected");
        assertThat(done("resp_8").response().usage()).isNull();
        assertThat(done("resp_9").response().status()).isEqualTo(Response.Status.FAILED);
        assertThat(done("resp_9").response().failure()).contains("overloaded");
    }

    @Test
    void readsErrors() {
        var error = parse(ServerEvent.ErrorEvent.class, "error").error();

        assertThat(error.is(RealtimeError.CANCEL_NOT_ACTIVE)).isTrue();
        assertThat(error.message()).isEqualTo("Cancellation failed: no active response found");
        assertThat(error.param()).isNull();
        assertThat(error.eventId()).isNull();
    }

    // What this side writes

    static Stream<Arguments> eventsOfOurOwn() {
        var user = Item.message("user", new Content.InputAudio(null)).with("item_U7", "completed");
        var error = new RealtimeError("invalid_request_error", "response_cancel_not_active",
                "Cancellation failed: no active response found", null, null);
        var session = parse(ServerEvent.SessionCreated.class, "session.created").session();
        var created = json(Frames.server("response.created")).get("response");
        var audio = Json.object().put("type", "audio").put("transcript", "");
        var spoken = Json.object().put("type", "audio").put("transcript", "It is paid.");
        var begun = Item.message("assistant").with("item_M7", "in_progress");
        var message = Item.message("assistant", new Content.OutputAudio("It is paid.")).with("item_M7", "completed");
        return Stream.of(
                new ServerEvent.SessionCreated(session),
                new ServerEvent.SessionUpdated(session),
                new ServerEvent.ErrorEvent(error),
                new ServerEvent.RateLimitsUpdated(40_000, 39_900, 0.15),
                new ServerEvent.ConversationCreated("conv_7"),
                new ServerEvent.ItemCreated("item_U7", Item.of(json(Frames.server("conversation.item.created"))
                        .withObject("/item"))),
                new ServerEvent.InputTranscriptDelta("item_U7", 0, "Please"),
                new ServerEvent.InputTranscriptSegment("item_U7", 0, "seg_7", "A", "Please pay.", 0.25, 1.5),
                new ServerEvent.TimeoutTriggered("item_U8", 13_216, 19_232),
                new ServerEvent.DtmfReceived("9", Instant.ofEpochSecond(1_795_003_600)),
                new ServerEvent.OutputBufferStarted("resp_7"),
                new ServerEvent.OutputBufferStopped("resp_7"),
                new ServerEvent.OutputBufferCleared("resp_7"),
                new ServerEvent.McpListToolsInProgress("mcpl_7"),
                new ServerEvent.McpListToolsCompleted("mcpl_7"),
                new ServerEvent.McpListToolsFailed("mcpl_8"),
                new ServerEvent.McpArgumentsDone("resp_7", "mcp_7", 0, "{\"what\":\"tea\"}"),
                new ServerEvent.McpCallInProgress("mcp_7", 0),
                new ServerEvent.McpCallCompleted("mcp_7", 0),
                new ServerEvent.McpCallFailed("mcp_7", 0),
                new ServerEvent.SpeechStarted("item_U7", 640),
                new ServerEvent.SpeechStopped("item_U7", 2_100),
                new ServerEvent.InputCommitted("item_U7", null),
                new ServerEvent.InputCleared(),
                new ServerEvent.ItemAdded(null, user),
                new ServerEvent.ItemDone(null, user),
                new ServerEvent.ItemTruncated("item_M7", 0, 1_180),
                new ServerEvent.ItemDeleted("item_M7"),
                new ServerEvent.InputTranscriptCompleted("item_U7", 0, "Please pay.", 1.5),
                new ServerEvent.InputTranscriptFailed("item_U7", 0, "audio_unintelligible", "too noisy"),
                new ServerEvent.ResponseCreated(created),
                new ServerEvent.OutputItemAdded("resp_7", 0, begun),
                new ServerEvent.OutputItemDone("resp_7", 0, message),
                new ServerEvent.ContentPartAdded(PART, audio),
                new ServerEvent.ContentPartDone(PART, spoken),
                new ServerEvent.OutputTextDelta(PART, "It"),
                new ServerEvent.OutputTextDone(PART, "It is paid."),
                new ServerEvent.OutputAudioDelta(PART, new byte[]{0, 1, 2, 3}),
                new ServerEvent.OutputAudioDone(PART),
                new ServerEvent.OutputTranscriptDone(PART, "It is paid."),
                new ServerEvent.FunctionArgumentsDelta("resp_7", "item_F7", 1, "call_K7", "{\"amount\":"),
                new ServerEvent.FunctionArgumentsDone("resp_7", "item_F7", 1, "call_K7", "create_payment_request",
                        "{\"amount\":7}"))
                .map(event -> Arguments.of(event.type(), event));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("eventsOfOurOwn")
    void whatCodeCreatesIsWhatTheWireBrings(String type, ServerEvent event) {
        var golden = json(Frames.server(type)).without(List.of("event_id", "obfuscation"));

        assertThat(json(event.toJson())).isEqualTo(golden);
        assertThat(ServerEvent.parse(event.toJson())).isEqualTo(event);
    }

    // Bad input

    static List<Arguments> malformedFrames() {
        return List.of(Arguments.of("", "nothing"),
                Arguments.of("   ", "nothing"),
                Arguments.of("not json", "Unrecognized token"),
                Arguments.of("[]", "an array"),
                Arguments.of("42", "an integer"),
                Arguments.of("\"text\"", "a string"),
                Arguments.of("null", "null"),
                Arguments.of("{\"type\":\"response.done\"", "end-of-input"),
                Arguments.of("{\"type\":\"input_audio_buffer.cleared\"} {}", "Trailing"),
                Arguments.of("{\"type\":NaN}", "NaN"),
                Arguments.of("{}", "Missing required parameter: 'type'."),
                Arguments.of("{\"type\":7}", "Invalid type for 'type': expected a string, but got an integer instead."),
                Arguments.of("{\"type\":\"response.done\"}", "Missing required parameter: 'response'."),
                Arguments.of("{\"type\":\"response.done\",\"response\":[]}", "'response': expected an object"),
                Arguments.of("{\"type\":\"response.done\",\"response\":{\"id\":\"r\",\"output\":[3]}}",
                        "'response.output[0]': expected an object"),
                Arguments.of("{\"type\":\"conversation.item.added\",\"item\":{\"type\":\"message\",\"role\":null}}",
                        "Missing required parameter: 'item.role'."),
                Arguments.of(
                        "{\"type\":\"input_audio_buffer.speech_started\",\"item_id\":\"i\",\"audio_start_ms\":1.5}",
                        "'audio_start_ms': expected an integer, but got a decimal number"),
                Arguments.of("{\"type\":\"conversation.item.truncated\",\"item_id\":\"i\",\"audio_end_ms\":1,"
                        + "\"content_index\":99999999999}", "'content_index': integer above maximum value"),
                Arguments.of("{\"type\":\"conversation.item.truncated\",\"item_id\":\"i\",\"audio_end_ms\":1,"
                        + "\"content_index\":-1}", "'content_index': integer below minimum value"),
                Arguments.of("{\"type\":\"input_audio_buffer.speech_started\",\"item_id\":\"i\",\"audio_start_ms\":"
                        + "9".repeat(40) + "}", "'audio_start_ms'"),
                Arguments.of("{\"type\":\"session.created\",\"session\":{\"type\":\"realtime\",\"audio\":{\"input\":{"
                        + "\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":1e999}}}}}",
                        "'session.audio.input.turn_detection.threshold': decimal above maximum value"),
                Arguments.of("{\"type\":\"response.output_audio.delta\",\"response_id\":\"r\",\"item_id\":\"i\","
                        + "\"delta\":\"no base64!\"}", "'delta'. Expected base64"));
    }

    @ParameterizedTest
    @MethodSource("malformedFrames")
    void whatCannotBeReadSaysWhy(String frame, String why) {
        var event = ServerEvent.parse(frame);

        assertThat(event).isInstanceOfSatisfying(ServerEvent.Malformed.class,
                malformed -> assertThat(malformed.problem()).contains(why));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "{\"type\":\"error\",\"error\":{\"x\":["})
    void deepNestingIsMalformed(String opening) {
        var event = ServerEvent.parse(opening.repeat(100_000));

        assertThat(event).isInstanceOf(ServerEvent.Malformed.class);
    }

    @Test
    void everyFrameCutAnywhereIsMalformed() {
        for (var frame : Frames.ofServer()) {
            for (int length = 0; length < frame.length(); length++) {
                assertThat(ServerEvent.parse(frame.substring(0, length))).isInstanceOf(ServerEvent.Malformed.class);
            }
        }
    }

    @Test
    void readsAnEventOfFiveMegabytes() {
        var audio = new byte[5 << 20];
        audio[audio.length - 1] = 7;

        var event = ServerEvent.parse(new ServerEvent.OutputAudioDelta(PART, audio).toJson());

        assertThat(event).isInstanceOfSatisfying(ServerEvent.OutputAudioDelta.class,
                delta -> assertThat(delta.audio()).isEqualTo(audio));
    }

    @Test
    void aTextCutInTheMiddleOfACharacterCanStillBeSent() {
        var event = new ServerEvent.OutputTextDone(PART, "caf\u00e9 \ud83d\ude00 \ud83d");

        assertThat(event.toJson()).contains("caf\u00e9 \ud83d\ude00 ?").doesNotContain("\ud83d\"");
    }

    @Test
    void readsRateLimits() {
        assertThat(event("event_59", ServerEvent.RateLimitsUpdated.class).rateLimits()).containsExactly(
                new RateLimit("requests", 200, 199, Duration.ofMillis(60_500)),
                new RateLimit("tokens", 40_000, 0, Duration.ZERO));
    }

    @Test
    void rateLimitsAreReadWhateverTheyHold() {
        var event = ServerEvent.parse("""
                {"type":"rate_limits.updated","rate_limits":[{"name":"x","reset_seconds":-1},\
                {"name":"y","reset_seconds":1e300,"limit":1}]}""");

        assertThat(((ServerEvent.RateLimitsUpdated) event).rateLimits()).extracting(RateLimit::reset)
                .containsExactly(Duration.ZERO, Duration.ofSeconds(1_000_000_000));
    }

    @Test
    void readsTwoMessagesOfOneResponse() {
        var messages = done("resp_13").response().messages();

        assertThat(messages).extracting(Item.Message::text).containsExactly("One moment.", "It is paid.");
        assertThat(messages).extracting(message -> message.phase().orElse(""))
                .containsExactly("commentary", "final_answer");
        assertThat(done("resp_7").response().messages().getFirst().phase()).isEmpty();
    }

    @Test
    void readsWhatEachKindOfTokenCost() {
        var usage = Objects.requireNonNull(done("resp_13").response().usage());

        assertThat(List.of(usage.inputTextTokens(), usage.inputAudioTokens(), usage.inputImageTokens()))
                .containsExactly(20L, 15L, 5L);
        assertThat(List.of(usage.cachedTextTokens(), usage.cachedAudioTokens(), usage.cachedImageTokens()))
                .containsExactly(4L, 3L, 2L);
        assertThat(usage.outputTextTokens()).isEqualTo(6);
    }

    @Test
    void readsWhatTranscribingCost() {
        var byTokens = event("event_58", ServerEvent.InputTranscriptCompleted.class);

        assertThat(byTokens.usage()).isEqualTo(new TranscriptionUsage.Tokens(22, 13, 0, 13, 9));
        assertThat(byTokens.logprobs().orElseThrow().path(0).path("token").asString()).isEqualTo("Please");
        assertThat(event("event_10", ServerEvent.InputTranscriptCompleted.class).usage())
                .isEqualTo(new TranscriptionUsage.Seconds(1.5));
        assertThat(event("event_10", ServerEvent.InputTranscriptCompleted.class).logprobs()).isEmpty();
    }

    @Test
    void transcriptionUsageOfTheFutureIsKept() {
        var event = (ServerEvent.InputTranscriptCompleted) ServerEvent.parse(
                Frames.server("conversation.item.input_audio_transcription.completed").replace("duration", "words"));

        assertThat(event.usage()).isInstanceOfSatisfying(TranscriptionUsage.Unknown.class,
                usage -> assertThat(usage.type()).isEqualTo("words"));
    }

    @Test
    void readsWhatHappensOnATelephone() {
        var key = parse(ServerEvent.DtmfReceived.class, "input_audio_buffer.dtmf_event_received");
        var timeout = parse(ServerEvent.TimeoutTriggered.class, "input_audio_buffer.timeout_triggered");

        assertThat(key.key()).isEqualTo("9");
        assertThat(key.receivedAt()).isEqualTo(Instant.ofEpochSecond(1_795_003_600));
        assertThat(key.eventId()).isEmpty();
        assertThat(timeout.audioEndMs() - timeout.audioStartMs()).isEqualTo(6_016);
    }

    @Test
    void readsWhatAnMcpServerOffers() {
        var listed = (Item.McpListTools) event("event_46", ServerEvent.ItemDone.class).item();

        assertThat(listed.serverLabel()).isEqualTo("shop");
        assertThat(listed.tools()).extracting(Item.ImportedTool::name).containsExactly("find", "pay");
        assertThat(listed.tools().getFirst().description()).isEqualTo("Finds.");
        assertThat(listed.tools().getFirst().inputSchema().at("/properties/what/type").asString()).isEqualTo("string");
        assertThat(listed.tools().getLast().description()).isNull();
    }

    @Test
    void readsCallsOfAnMcpServer() {
        var answered = (Item.McpCall) event("event_54", ServerEvent.OutputItemDone.class).item();
        var failed = (Item.McpCall) event("event_55", ServerEvent.OutputItemDone.class).item();
        var asked = (Item.McpApprovalRequest) event("event_56", ServerEvent.OutputItemDone.class).item();

        assertThat(answered.output()).isEqualTo("[\"green\"]");
        assertThat(answered.approvalRequestId()).isEqualTo("mcpr_7");
        assertThat(answered.error()).isNull();
        assertThat(failed.error()).isEqualTo(new Item.McpError("http_error", OptionalInt.of(503), "busy"));
        assertThat(asked.name()).isEqualTo("pay");
        assertThat(asked.arguments()).isEqualTo("{\"amount\":7}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"it broke\"", "{\"message\":\"it broke\"}",
            "{\"type\":7,\"code\":\"x\",\"message\":\"it broke\"}"})
    void anMcpErrorIsReadWhateverItsShape(String error) {
        var item = (Item.McpCall) Item.of(json(
                "{\"type\":\"mcp_call\",\"server_label\":\"s\",\"name\":\"n\",\"error\":" + error + "}"));

        assertThat(Objects.requireNonNull(item.error()).message()).isEqualTo("it broke");
    }

    @Test
    void theShortNamesOfPartsMeanWhatTheRoleSays() {
        var heard = (Item.Message) parse(ServerEvent.ItemRetrieved.class, "conversation.item.retrieved").item();
        var written = (Item.Message) parse(ServerEvent.ItemCreated.class, "conversation.item.created").item();

        assertThat(heard.content()).singleElement()
                .isInstanceOfSatisfying(Content.InputAudio.class,
                        audio -> assertThat(audio.audio()).isEqualTo("AAECAw=="));
        assertThat(heard.text()).isEqualTo("Please pay.");
        assertThat(written.content()).singleElement().isInstanceOf(Content.OutputText.class);
    }

    private static <T extends ServerEvent> T event(String id, Class<T> type) {
        return Frames.ofServer()
                .stream()
                .map(ServerEvent::parse)
                .filter(event -> event.eventId().filter(id::equals).isPresent())
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
