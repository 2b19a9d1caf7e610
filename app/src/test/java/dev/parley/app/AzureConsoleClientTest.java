package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.emulator.Access;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Fault;
import dev.parley.emulator.Scenario;
import dev.parley.emulator.When;
import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.Close;
import dev.parley.realtime.Dialect;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.Pace;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.Session;
import dev.parley.realtime.SessionClosedException;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.ToolChoice;
import dev.parley.realtime.TrafficObserver;
import dev.parley.realtime.TurnDetection;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/// What the Azure console client's library can do (AZ-1 to AZ-9), ours can, against the emulator. The from-file program
/// itself (AZ-3) is `FromFile` of the examples; how a spoken conversation ends by its tool (AZ-4) is in [TalkOverWebRtcTest].
/// [AzureConsoleClientOverTlsTest] is all of this over TLS (AZ-10).
class AzureConsoleClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String HEARD = "please create a payment request for twenty euros";
    private static final FunctionTool PAYMENT = new FunctionTool("create_payment_request", "Creates a payment request.",
            new JsonMapper().readTree("""
                    {"type":"object","properties":{"amount":{"type":"number"},"currency":{"type":"string"}}}"""));
    private static final Pcm SPEECH = Resampler.convert(FreeTtsVoice.caller().speak(HEARD), 24_000)
            .then(Pcm.silence(24_000, Duration.ofSeconds(1)));

    private final List<ServerEvent> received = new ArrayList<>();
    private Emulator emulator;

    @BeforeEach
    void startEmulator() throws Exception {
        emulator = Emulator.start(settings());
    }

    @AfterEach
    void stopEmulator() {
        emulator.close();
    }

    Emulator.Settings settings() throws Exception {
        return Emulator.Settings.of(Scenario.paymentDesk().withPace(0))
                .withAccess(Access.OPEN.withBeta(Access.Beta.SPOKEN))
                .withEars(_ -> new Hearing.Understood(HEARD, 1));
    }

    RealtimeClient.Builder trusting(RealtimeClient.Builder builder) {
        return builder;
    }

    private RealtimeClient.Builder client() {
        return trusting(RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test").model("gpt-realtime"));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void az1EveryMethodOptionItemAndUpdateHasItsCounterpartInBothDialects(Dialect dialect) throws Exception {
        try (var client = client().dialect(dialect).build(); var session = client.connect()) {
            until(session, ServerEvent.SessionCreated.class);
            session.configure(SessionConfig.builder()
                    .instructions("Be brief.")
                    .voice("echo")
                    .inputEncoding(AudioEncoding.PCM)
                    .outputEncoding(AudioEncoding.PCMU)
                    .transcription("whisper-1")
                    .turnDetection(TurnDetection.ServerVad.DEFAULT.withSilence(Duration.ofMillis(400)))
                    .tools(List.of(PAYMENT))
                    .toolChoice(new ToolChoice.Function("create_payment_request"))
                    .toolChoice("auto")
                    .outputModality("audio")
                    .maxOutputTokens(4_000)
                    .build());
            var configured = until(session, ServerEvent.SessionUpdated.class).session();
            assertThat(configured.instructions()).contains("Be brief.");
            assertThat(configured.outputEncoding()).contains(AudioEncoding.PCMU);

            session.sendAudio(stream(), AudioEncoding.PCM, Pace.UNPACED);
            var call = (Item.FunctionCall) until(session, ServerEvent.OutputItemDone.class).item();
            until(session, ServerEvent.ResponseDone.class);
            session.add(Item.functionCallOutput(call.callId(), "{\"order_id\":\"7\",\"amount\":\"20.00\"}"));
            session.respond();
            until(session, ServerEvent.ResponseDone.class);
            var spoken = last(ServerEvent.OutputItemDone.class).item().id().orElseThrow();

            session.truncate(spoken, Duration.ofMillis(120));
            until(session, ServerEvent.ItemTruncated.class);
            session.add(Item.systemText("Be kind."));
            session.addAfter("root", Item.userText("good morning"));
            session.add(Item.assistantText("Good morning."));
            session.delete(spoken);
            until(session, ServerEvent.ItemDeleted.class);
            session.respond(ResponseConfig.builder().outputModality("text").instructions("In writing.").build());
            until(session, ServerEvent.ResponseDone.class);

            session.configure(SessionConfig.builder().turnDetection(new TurnDetection.Manual()).build());
            until(session, ServerEvent.SessionUpdated.class);
            session.sendAudio(bytes(SPEECH));
            session.commitAudio();
            until(session, ServerEvent.InputCommitted.class);
            session.clearAudio();
            until(session, ServerEvent.InputCleared.class);
            session.cancelResponse();
            until(session, ServerEvent.ErrorEvent.class);
            session.sendRaw("{\"type\":\"conversation.item.retrieve\",\"item_id\":\"nobody\"}");
            until(session, ServerEvent.ErrorEvent.class);
        }

        assertThat(received.stream().map(ServerEvent::getClass)).contains(ServerEvent.SessionCreated.class,
                ServerEvent.SessionUpdated.class, ServerEvent.ItemAdded.class, ServerEvent.ItemDone.class,
                ServerEvent.ItemDeleted.class, ServerEvent.ItemTruncated.class, ServerEvent.ResponseCreated.class,
                ServerEvent.ResponseDone.class, ServerEvent.RateLimitsUpdated.class, ServerEvent.OutputItemAdded.class,
                ServerEvent.OutputItemDone.class, ServerEvent.ContentPartAdded.class,
                ServerEvent.ContentPartDone.class, ServerEvent.OutputAudioDelta.class,
                ServerEvent.OutputAudioDone.class, ServerEvent.OutputTranscriptDelta.class,
                ServerEvent.OutputTranscriptDone.class, ServerEvent.OutputTextDelta.class,
                ServerEvent.OutputTextDone.class, ServerEvent.FunctionArgumentsDelta.class,
                ServerEvent.FunctionArgumentsDone.class, ServerEvent.SpeechStarted.class,
                ServerEvent.SpeechStopped.class, ServerEvent.InputTranscriptCompleted.class,
                ServerEvent.InputCommitted.class, ServerEvent.InputCleared.class, ServerEvent.ErrorEvent.class);
        assertThat(received).allSatisfy(event -> assertThat(event.raw().isObject()).isTrue())
                .noneMatch(event -> event instanceof ServerEvent.Malformed || event instanceof ServerEvent.Unknown);
    }

    @Test
    void az2TheEnvironmentChoosesTheServiceAndTheKeyIsNeverShownWhole() {
        var resource = emulator.uri().toString().replaceAll("/v1$", "");
        var withKey = Map.of("AZURE_OPENAI_ENDPOINT", resource, "AZURE_OPENAI_API_KEY", "0123456789abcdef",
                "AZURE_OPENAI_DEPLOYMENT", "gpt-realtime");

        try (var client = trusting(RealtimeClient.fromEnvironment(withKey)).build(); var session = client.connect()) {
            assertThat(until(session, ServerEvent.SessionCreated.class).session().model()).contains("gpt-realtime");
            assertThat(client.description()).contains(resource, "01234", "deployment gpt-realtime")
                    .doesNotContain("012345");
            assertThat(client.toString()).doesNotContain("01234");
        }
        assertThat(emulator.sessions()).singleElement();
        assertThatThrownBy(() -> RealtimeClient.fromEnvironment(Map.of("AZURE_OPENAI_ENDPOINT", resource)))
                .hasMessageContaining("AZURE_OPENAI_API_KEY")
                .hasMessageContaining("AZURE_OPENAI_USE_ENTRA");
        assertThatThrownBy(() -> RealtimeClient.fromEnvironment(Map.of())).hasMessageContaining("OPENAI_API_KEY")
                .hasMessageContaining("AZURE_OPENAI_ENDPOINT");
    }

    @Test
    void az2TokensAreAskedForAgainAtEveryConnect() {
        var asked = new AtomicInteger();
        var env = Map.of("AZURE_OPENAI_ENDPOINT", emulator.uri().toString().replaceAll("/v1$", ""),
                "AZURE_OPENAI_USE_ENTRA", "true", "AZURE_OPENAI_DEPLOYMENT", "gpt-realtime");

        try (var client = trusting(RealtimeClient.fromEnvironment(env))
                .tokenSupplier(() -> "token-" + asked.incrementAndGet())
                .build()) {
            for (int i = 0; i < 3; i++) {
                try (var session = client.connect()) {
                    until(session, ServerEvent.SessionCreated.class);
                }
            }
        }

        assertThat(asked).hasValue(3);
    }

    @Test
    void az5FramesAreSentRawWatchedAndKeptEvenIfNobodyKnowsThem() {
        Queue<String> sent = new ConcurrentLinkedQueue<>();
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        var observer = new TrafficObserver() {
            @Override
            public void onSent(String frame) {
                sent.add(frame);
            }

            @Override
            public void onReceived(String frame) {
                seen.add(frame);
            }
        };
        emulator.inject(new Fault.UnknownEvent("session.telepathy").when(When.sent("session.created")));

        try (var client = client().observer(observer).build(); var session = client.connect()) {
            var unknown = until(session, ServerEvent.Unknown.class);
            session.sendRaw("{\"type\":\"input_audio_buffer.clear\"}");
            until(session, ServerEvent.InputCleared.class);

            assertThat(unknown.type()).isEqualTo("session.telepathy");
        }
        assertThat(sent).containsExactly("{\"type\":\"input_audio_buffer.clear\"}");
        assertThat(seen).hasSameSizeAs(received).anyMatch(frame -> frame.contains("session.telepathy"));
    }

    @Test
    void x5WhatComesBeforeAnybodyListensIsNotLost() {
        emulator.inject(new Fault.UnknownEvent("session.telepathy").when(When.sent("session.created")));

        try (var client = client().build(); var session = client.connect()) {
            var log = emulator.sessions().getFirst();
            Eventually.await("two events without anybody asking", PATIENCE, () -> log.sentTypes()
                    .contains("session.telepathy"), log::sentTypes);

            assertThat(session.next(PATIENCE)).containsInstanceOf(ServerEvent.SessionCreated.class);
            assertThat(session.next(PATIENCE)).containsInstanceOf(ServerEvent.Unknown.class);
        }
    }

    @Test
    void az6TurnsAreDetectedOrTakenByHandAndItemsPutWhereTheyBelong() {
        try (var client = client().build(); var session = client.connect()) {
            session.configure(SessionConfig.builder()
                    .turnDetection(new TurnDetection.ServerVad(0.6, Duration.ofMillis(200), Duration.ofMillis(300),
                            false,
                            false))
                    .build());
            session.sendAudio(bytes(SPEECH));
            var stopped = until(session, ServerEvent.SpeechStopped.class);
            until(session, ServerEvent.ItemDone.class);
            session.configure(SessionConfig.builder()
                    .turnDetection(new TurnDetection.Manual())
                    .outputModality("text")
                    .build());
            for (var text : List.of("one", "two", "three")) {
                session.add(Item.userText(text).with("item_" + text, "completed"));
            }
            session.delete("item_two");
            until(session, ServerEvent.ItemDeleted.class);
            session.addAfter("item_one", Item.userText("between").with("item_between", "completed"));
            var between = until(session, ServerEvent.ItemAdded.class, added -> added.item()
                    .id()
                    .orElse("")
                    .equals(
                            "item_between"));
            session.retrieve("item_two");
            var gone = until(session, ServerEvent.ErrorEvent.class);
            session.respond();
            var done = until(session, ServerEvent.ResponseDone.class);

            assertThat(stopped.audioEndMs()).isPositive();
            assertThat(received.stream().takeWhile(event -> event != between)).as("nothing is answered unasked")
                    .noneMatch(ServerEvent.ResponseCreated.class::isInstance);
            assertThat(between.previousItemId()).isEqualTo("item_one");
            assertThat(gone.error().code()).isEqualTo("item_retrieve_invalid_item_id");
            assertThat(done.response().messages()).isNotEmpty();
        }
    }

    @Test
    void az7ABadCommandIsAnErrorThatNamesItAndTheSessionGoesOn() {
        try (var client = client().build(); var session = client.connect()) {
            session.sendRaw("{\"type\":\"session.update\",\"event_id\":\"mine\",\"session\":{\"type\":\"realtime\","
                    + "\"colour\":\"blue\"}}");
            var refused = until(session, ServerEvent.ErrorEvent.class).error();
            session.sendRaw("this is no JSON");
            until(session, ServerEvent.ErrorEvent.class);
            session.clearAudio();
            until(session, ServerEvent.InputCleared.class);

            assertThat(refused.eventId()).isEqualTo("mine");
            assertThat(refused.param()).isEqualTo("session.colour");
            assertThat(session.closed()).isEmpty();
        }
    }

    @Test
    void az8ChunksComeFromAnyThreadAnyNumberOfTimesButOneStreamAtATime() throws Exception {
        try (var client = client().build();
                var session = client.connect();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            session.configure(SessionConfig.builder().turnDetection(new TurnDetection.Manual()).build());
            var streaming = new CountDownLatch(1);
            var over = new CountDownLatch(1);
            var stream = threads.submit(() -> {
                session.sendAudio(new InputStream() {
                    @Override
                    public int read() {
                        streaming.countDown();
                        try {
                            assertThat(over.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("the stream is let go")
                                    .isTrue();
                        } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                        }
                        return -1;
                    }
                }, AudioEncoding.PCM, Pace.UNPACED);
                return true;
            });
            assertThat(streaming.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("a stream is being sent").isTrue();

            assertThatThrownBy(() -> session.sendAudio(stream(), AudioEncoding.PCM, Pace.UNPACED))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("one audio stream at a time");
            over.countDown();
            assertThat(stream.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            var chunk = new byte[48];
            for (int thread = 0; thread < 4; thread++) {
                var _ = threads.submit(() -> {
                    for (int i = 0; i < 2_500; i++) {
                        session.sendAudio(chunk);
                    }
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("all are sent").isTrue();
            session.commitAudio();
            until(session, ServerEvent.InputCommitted.class);

            assertThat(emulator.sessions().getFirst().received("input_audio_buffer.append").size())
                    .as("what the log still holds of 10,000 chunks")
                    .isGreaterThan(9_900);
        }
    }

    @Test
    void az9ClosingIsPromptDoneOnceAndSaysHowItEnded() {
        try (var client = client().build()) {
            var session = client.connect();
            until(session, ServerEvent.SessionCreated.class);
            long begun = System.nanoTime();

            var close = session.close(Close.NORMAL, "done");
            session.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
            assertThat(close.code()).isEqualTo(Close.NORMAL);
            assertThat(session.closed()).contains(close);
            assertThatThrownBy(session::respond).isInstanceOf(SessionClosedException.class);

            emulator.inject(new Fault.End(new Close(4_000, "invalid_request_error.missing_model"))
                    .when(When.received("response.create")));
            try (var refused = client.connect()) {
                refused.respond();
                refused.events().forEach(received::add);

                assertThat(refused.closed()).contains(new Close(4_000, "invalid_request_error.missing_model"));
            }
        }
    }

    private static InputStream stream() {
        return new ByteArrayInputStream(bytes(SPEECH));
    }

    private static byte[] bytes(Pcm audio) {
        return AudioFormat.REALTIME_PCM.encode(audio);
    }

    private <T extends ServerEvent> T last(Class<T> type) {
        return received.reversed().stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
    }

    private <T extends ServerEvent> T until(Session session, Class<T> type) {
        return until(session, type, _ -> true);
    }

    /// Reads until an event of this type.
    private <T extends ServerEvent> T until(Session session, Class<T> type, Predicate<T> fits) {
        while (true) {
            var event = session.next(PATIENCE)
                    .orElseThrow(() -> new AssertionError("expected " + type.getSimpleName() + ", found nothing after "
                            + received.stream().map(ServerEvent::type).toList() + "; " + session.closed()));
            received.add(event);
            if (type.isInstance(event) && fits.test(type.cast(event))) {
                return type.cast(event);
            }
        }
    }
}
