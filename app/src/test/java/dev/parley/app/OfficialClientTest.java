package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.okhttp.OkHttpClient;
import com.openai.core.ClientOptions;
import com.openai.core.JsonObject;
import com.openai.core.JsonString;
import com.openai.core.JsonValue;
import com.openai.core.http.WebSocketWriteNotAttempted;
import com.openai.helpers.RealtimeConnection;
import com.openai.helpers.RealtimeWebSocketOptions;
import com.openai.models.realtime.AudioTranscription;
import com.openai.models.realtime.ConversationItemCreateEvent;
import com.openai.models.realtime.ConversationItemDeleteEvent;
import com.openai.models.realtime.ConversationItemRetrieveEvent;
import com.openai.models.realtime.ConversationItemTruncateEvent;
import com.openai.models.realtime.InputAudioBufferAppendEvent;
import com.openai.models.realtime.InputAudioBufferClearEvent;
import com.openai.models.realtime.InputAudioBufferCommitEvent;
import com.openai.models.realtime.RealtimeAudioConfig;
import com.openai.models.realtime.RealtimeAudioConfigInput;
import com.openai.models.realtime.RealtimeAudioInputTurnDetection;
import com.openai.models.realtime.RealtimeClientEvent;
import com.openai.models.realtime.RealtimeConversationItemFunctionCallOutput;
import com.openai.models.realtime.RealtimeConversationItemUserMessage;
import com.openai.models.realtime.RealtimeFunctionTool;
import com.openai.models.realtime.RealtimeResponse;
import com.openai.models.realtime.RealtimeServerEvent;
import com.openai.models.realtime.RealtimeSessionCreateRequest;
import com.openai.models.realtime.RealtimeSessionCreateRequest.OutputModality;
import com.openai.models.realtime.ResponseCancelEvent;
import com.openai.models.realtime.ResponseCreateEvent;
import com.openai.models.realtime.SessionUpdateEvent;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.speech.FreeTtsVoice;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// OpenAI's own Java client talks to the emulator. Whatever it receives has to pass the validation of its typed models:
/// required members present, of the right type, no event, item or enum constant that the models do not know.
class OfficialClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Map<String, Integer> SEEN = new TreeMap<>();

    private static Emulator emulator;

    private final List<RealtimeServerEvent> received = new ArrayList<>();
    private OkHttpClient http;
    private RealtimeConnection connection;

    @BeforeAll
    static void startEmulator() {
        emulator = Emulator.start(Scenario.paymentDesk().withPace(0));
        emulator.warmUp();
    }

    @AfterAll
    static void stopEmulator() {
        emulator.close();
        System.out.println("Events validated by the official client's models: " + SEEN);
    }

    @BeforeEach
    void connect() {
        connectTo(emulator);
    }

    private void connectTo(Emulator server) {
        http = OkHttpClient.builder().timeout(PATIENCE).build();
        var options = ClientOptions.builder()
                .httpClient(http)
                .baseUrl(server.uri().toString())
                .apiKey("sk-test")
                .build();
        connection = RealtimeConnection.connect(options,
                RealtimeWebSocketOptions.builder().model("gpt-realtime").build());
    }

    @AfterEach
    void disconnect() {
        connection.close();
        http.close();
    }

    @Test
    void holdsATextTurn() {
        until(RealtimeServerEvent::isSessionCreated);
        configure(session().addOutputModality(OutputModality.TEXT));

        write("good morning");
        respond();

        until(RealtimeServerEvent::isRateLimitsUpdated);
        assertThat(types()).containsSubsequence("session.created", "session.updated", "conversation.item.added",
                "conversation.item.done", "response.created", "response.output_item.added", "conversation.item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.done",
                "response.content_part.done", "response.output_item.done", "conversation.item.done", "response.done",
                "rate_limits.updated");
        assertThat(received.stream().flatMap(event -> event.responseOutputTextDone().stream()))
                .singleElement()
                .satisfies(done -> assertThat(done.text())
                        .isEqualTo("Hello. Shall I create a payment request for you?"));
    }

    @Test
    void holdsAnAudioTurn() {
        until(RealtimeServerEvent::isSessionCreated);
        configure(listening());

        say("what can you do for me");

        until(RealtimeServerEvent::isRateLimitsUpdated);
        assertThat(types()).containsSubsequence("input_audio_buffer.speech_started",
                "input_audio_buffer.speech_stopped",
                "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done", "response.created",
                "response.output_item.added", "conversation.item.added", "response.content_part.added",
                "response.output_audio_transcript.delta", "response.output_audio.delta", "response.output_audio.done",
                "response.output_audio_transcript.done", "response.content_part.done", "response.output_item.done",
                "conversation.item.done", "response.done", "rate_limits.updated");
        assertThat(received.stream()
                .flatMap(event -> event.conversationItemInputAudioTranscriptionCompleted().stream()))
                .singleElement()
                .satisfies(heard -> assertThat(heard.transcript()).isEqualTo("what can you do for me"));
        assertThat(spoken()).startsWith("I can create payment requests in dollars");
        assertThat(sound().duration()).isGreaterThan(Duration.ofSeconds(5));
        assertThat(sound().rms()).isGreaterThan(0.01);
    }

    @Test
    void holdsAToolCall() {
        until(RealtimeServerEvent::isSessionCreated);
        configure(listening().addTool(paymentTool()));

        say("please create a payment request for forty nine dollars and ninety five cents");
        until(RealtimeServerEvent::isRateLimitsUpdated);
        var call = received.stream()
                .flatMap(event -> event.responseFunctionCallArgumentsDone().stream())
                .findFirst()
                .orElseThrow(() -> new AssertionError("expected a function call, found " + types()));
        answer(call.callId(), """
                {"order_id":"1001","amount":"49.95","currency":"USD","state":"pending"}""");
        respond();

        until(RealtimeServerEvent::isResponseOutputAudioTranscriptDone);
        until(RealtimeServerEvent::isRateLimitsUpdated);
        assertThat(call.name()).isEqualTo("create_payment_request");
        assertThat(call.arguments()).contains("49.95", "USD");
        assertThat(spoken()).contains("49.95", "order number is").isNotBlank();
        assertThat(sound().rms()).isGreaterThan(0.01);
    }

    @Test
    void learnsOfEverythingElseThatMayHappen() {
        until(RealtimeServerEvent::isSessionCreated);
        configure(listening());

        say("what is the airspeed of a swallow");
        until(RealtimeServerEvent::isConversationItemInputAudioTranscriptionFailed);
        until(RealtimeServerEvent::isRateLimitsUpdated);
        var answer = received.stream()
                .flatMap(event -> event.responseOutputItemDone().stream())
                .map(done -> done.item().asRealtimeConversationItemAssistantMessage().id().orElseThrow())
                .findFirst()
                .orElseThrow();
        send(RealtimeClientEvent.ofConversationItemRetrieve(ConversationItemRetrieveEvent.builder()
                .itemId(answer)
                .build()));
        until(RealtimeServerEvent::isConversationItemRetrieved);
        send(RealtimeClientEvent.ofConversationItemTruncate(ConversationItemTruncateEvent.builder()
                .itemId(answer)
                .contentIndex(0)
                .audioEndMs(500)
                .build()));
        until(RealtimeServerEvent::isConversationItemTruncated);
        send(RealtimeClientEvent.ofConversationItemDelete(ConversationItemDeleteEvent.builder()
                .itemId(answer)
                .build()));
        until(RealtimeServerEvent::isConversationItemDeleted);
        send(RealtimeClientEvent.ofInputAudioBufferCommit(InputAudioBufferCommitEvent.builder().build()));
        until(RealtimeServerEvent::isInputAudioBufferCommitted);
        send(RealtimeClientEvent.ofInputAudioBufferClear(InputAudioBufferClearEvent.builder().build()));
        until(RealtimeServerEvent::isInputAudioBufferCleared);
        send(RealtimeClientEvent.ofResponseCancel(ResponseCancelEvent.builder().build()));
        until(RealtimeServerEvent::isError);

        assertThat(received.getLast().asError().error().code()).contains("response_cancel_not_active");
    }

    @Test
    void learnsThatItsResponseWasCancelled() {
        try (var unhurried = Emulator.start(Scenario.paymentDesk().withPace(1))) {
            disconnect();
            connectTo(unhurried);
            until(RealtimeServerEvent::isSessionCreated);
            respond();
            until(RealtimeServerEvent::isResponseOutputAudioDelta);

            send(RealtimeClientEvent.ofResponseCancel(ResponseCancelEvent.builder().build()));

            until(RealtimeServerEvent::isResponseDone);
            assertThat(received.getLast().asResponseDone().response().status())
                    .contains(RealtimeResponse.Status.CANCELLED);
        }
    }

    private void configure(RealtimeSessionCreateRequest.Builder session) {
        send(RealtimeClientEvent.ofSessionUpdate(SessionUpdateEvent.builder().session(session.build()).build()));
        until(RealtimeServerEvent::isSessionUpdated);
    }

    private static RealtimeSessionCreateRequest.Builder session() {
        return RealtimeSessionCreateRequest.builder().instructions("You are the voice of a payment desk.");
    }

    private static RealtimeSessionCreateRequest.Builder listening() {
        var detection = RealtimeAudioInputTurnDetection.ServerVad.builder()
                .threshold(0.5)
                .prefixPaddingMs(300)
                .silenceDurationMs(500)
                .createResponse(true)
                .interruptResponse(true)
                .build();
        return session().addOutputModality(OutputModality.AUDIO)
                .audio(RealtimeAudioConfig.builder()
                        .input(RealtimeAudioConfigInput.builder()
                                .turnDetection(detection)
                                .transcription(AudioTranscription.builder().model("gpt-4o-mini-transcribe").build())
                                .build())
                        .build());
    }

    private static RealtimeFunctionTool paymentTool() {
        return RealtimeFunctionTool.builder()
                .type(RealtimeFunctionTool.Type.FUNCTION)
                .name("create_payment_request")
                .description("Creates a payment request.")
                .parameters(JsonValue.from(Map.of("type", "object", "properties",
                        Map.of("amount", Map.of("type", "number"), "currency", Map.of("type", "string")))))
                .build();
    }

    private void write(String text) {
        var content = RealtimeConversationItemUserMessage.Content.builder()
                .type(RealtimeConversationItemUserMessage.Content.Type.INPUT_TEXT)
                .text(text)
                .build();
        create(ConversationItemCreateEvent.builder()
                .item(RealtimeConversationItemUserMessage.builder().addContent(content).build()));
    }

    private void answer(String callId, String output) {
        create(ConversationItemCreateEvent.builder()
                .item(RealtimeConversationItemFunctionCallOutput.builder().callId(callId).output(output).build()));
    }

    private void create(ConversationItemCreateEvent.Builder item) {
        send(RealtimeClientEvent.ofConversationItemCreate(item.build()));
        until(RealtimeServerEvent::isConversationItemDone);
    }

    private void respond() {
        send(RealtimeClientEvent.ofResponseCreate(ResponseCreateEvent.builder().build()));
    }

    private void say(String words) {
        var speech = FreeTtsVoice.caller().speak(words);
        var turn = Resampler.convert(Pcm.silence(speech.rate(), Duration.ofMillis(500))
                .then(speech)
                .then(Pcm.silence(speech.rate(), Duration.ofMillis(1_000))), Pcm.REALTIME_RATE).toLittleEndian();
        int piece = 4_800;
        for (int at = 0; at < turn.length; at += piece) {
            var audio = Arrays.copyOfRange(turn, at, Math.min(at + piece, turn.length));
            send(RealtimeClientEvent.ofInputAudioBufferAppend(InputAudioBufferAppendEvent.builder()
                    .audio(Base64.getEncoder().encodeToString(audio))
                    .build()));
        }
    }

    /// The client has no send queue: it refuses a frame while the one before is on its way.
    private void send(RealtimeClientEvent event) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                connection.send(event);
                return;
            } catch (RuntimeException e) {
                if (!(e instanceof WebSocketWriteNotAttempted) || System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(100_000);
            }
        }
    }

    /// Receives up to an event of this kind and validates all that comes.
    private void until(Predicate<RealtimeServerEvent> wanted) {
        RealtimeServerEvent event;
        do {
            event = receive();
            var type = type(event);
            assertThat(event.isValid()).as("%s is valid: %s", type, event).isTrue();
            event.validate();
            SEEN.merge(type, 1, Integer::sum);
            received.add(event);
        } while (!wanted.test(event));
    }

    private RealtimeServerEvent receive() {
        return connection.receiveAsync()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(failure -> {
                    throw new AssertionError("expected another event after " + types(), failure);
                })
                .join();
    }

    private List<String> types() {
        return received.stream().map(OfficialClientTest::type).toList();
    }

    private static String type(RealtimeServerEvent event) {
        return event._json()
                .map(json -> json instanceof JsonObject object ? object.values().get("type") : null)
                .map(type -> type instanceof JsonString name ? name.value() : null)
                .orElse("an event without a type");
    }

    private String spoken() {
        return received.stream()
                .flatMap(event -> event.responseOutputAudioTranscriptDone().stream())
                .map(done -> done.transcript())
                .findFirst()
                .orElse("");
    }

    private Pcm sound() {
        var bytes = new ByteArrayOutputStream();
        received.stream()
                .flatMap(event -> event.responseOutputAudioDelta().stream())
                .forEach(delta -> bytes.writeBytes(Base64.getDecoder().decode(delta.delta())));
        return Pcm.ofLittleEndian(Pcm.REALTIME_RATE, bytes.toByteArray());
    }
}
