package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Effect;
import dev.parley.emulator.EmulatedSession.Input;
import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.media.Pcm;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Content;
import dev.parley.realtime.Dialect;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import io.javalin.Javalin;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A session that is spoken to in beta: section 6 of the protocol's reference.
class BetaDialectTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// A session and its beta client, in no time at all.
    private static final class BetaCall {
        private final EmulatedSession session;
        private final BetaDialect dialect;
        private final Minds.Told mind;
        private final List<String> frames = new ArrayList<>();

        BetaCall(Opening opening, Minds.Told mind) {
            this.session = new EmulatedSession(opening, new Ids(new SplittableRandom(7)), Pacing.AT_ONCE, NOON);
            this.dialect = new BetaDialect(opening.strictness());
            this.mind = mind;
            carryOut(session.open());
        }

        List<JsonNode> send(String frame) {
            int before = frames.size();
            carryOut(session.on(dialect.read(frame.replace('\'', '"')), NOON));
            return frames.subList(before, frames.size()).stream().map(JSON::readTree).toList();
        }

        JsonNode last() {
            return JSON.readTree(frames.getLast());
        }

        private void carryOut(List<Effect> effects) {
            for (var effect : effects) {
                switch (effect) {
                    case Effect.Send(var eventId, var event) -> dialect.write(eventId, event).ifPresent(frames::add);
                    case Effect.Think think -> {
                        mind.respond(think.situation(), thought -> carryOut(session.on(new Input.Thought(think
                                .responseId(), voiced(thought, think)), NOON)));
                        carryOut(session.on(new Input.ThoughtEnded(think.responseId()), NOON));
                    }
                    case Effect.Hear _,Effect.StopThinking _,Effect.Play _,Effect.Close _ -> {
                        // Nobody is heard here.
                    }
                }
            }
        }

        private static EmulatedSession.Voiced voiced(Mind.Thought thought, Effect.Think think) {
            return switch (thought) {
                case Mind.Thought.Say(var text, var phase) -> new EmulatedSession.Voiced.Said(text, phase,
                        think.rendering()
                                .map(how -> how.of(Pcm.silence(24_000, Duration.ofMillis(200))))
                                .orElse(Sound.NONE));
                case Mind.Thought.CallFunction(var name, var arguments) ->
                    new EmulatedSession.Voiced.Called(name, arguments);
            };
        }
    }

    private static BetaCall call() {
        return new BetaCall(Opening.of("gpt-4o-realtime-preview"), Minds.saying("Hello."));
    }

    private static List<String> types(List<JsonNode> frames) {
        return frames.stream().map(frame -> frame.path("type").asString("")).toList();
    }

    @Test
    void showsTheSessionFlat() {
        var session = call().last().path("session");

        assertThat(session.propertyNames()).containsExactly("id", "object", "model", "expires_at", "modalities",
                "instructions", "voice", "turn_detection", "input_audio_format", "output_audio_format",
                "input_audio_transcription", "tool_choice", "temperature", "max_response_output_tokens", "tools");
        assertThat(session.path("modalities").toString()).isEqualTo("[\"audio\",\"text\"]");
        assertThat(session.path("input_audio_format").stringValue()).isEqualTo("pcm16");
        assertThat(session.path("temperature").doubleValue()).isEqualTo(0.8);
        assertThat(session.path("turn_detection").has("idle_timeout_ms")).isFalse();
    }

    @Test
    void takesAFlatUpdate() {
        var updated = call().send("{'type':'session.update','session':{'modalities':['text'],'instructions':'Be kind.',"
                + "'voice':'sage','input_audio_format':'g711_ulaw','output_audio_format':'g711_alaw',"
                + "'input_audio_transcription':{'model':'whisper-1'},'turn_detection':{'type':'none'},"
                + "'temperature':0.6,'max_response_output_tokens':100,'tool_choice':'none','tools':[]}}");

        assertThat(types(updated)).containsExactly("session.updated");
        var session = updated.getFirst().path("session");
        assertThat(session.path("modalities").toString()).isEqualTo("[\"text\"]");
        assertThat(session.path("instructions").stringValue()).isEqualTo("Be kind.");
        assertThat(session.path("voice").stringValue()).isEqualTo("sage");
        assertThat(session.path("input_audio_format").stringValue()).isEqualTo("g711_ulaw");
        assertThat(session.path("output_audio_format").stringValue()).isEqualTo("g711_alaw");
        assertThat(session.path("input_audio_transcription").toString()).isEqualTo("{\"model\":\"whisper-1\"}");
        assertThat(session.path("turn_detection").isNull()).isTrue();
        assertThat(session.path("temperature").doubleValue()).isEqualTo(0.6);
        assertThat(session.path("max_response_output_tokens").intValue()).isEqualTo(100);
    }

    @Test
    void answersInItsWords() {
        var call = call();

        var created = call.send("{'type':'conversation.item.create','item':{'type':'message','role':'user',"
                + "'content':[{'type':'input_text','text':'hello'}]}}");
        var answered = call.send("{'type':'response.create','response':{'modalities':['audio','text'],"
                + "'temperature':0.9,'output_audio_format':'g711_ulaw'}}");

        assertThat(types(created)).containsExactly("conversation.item.created");
        assertThat(types(answered)).containsExactly("response.created", "response.output_item.added",
                "conversation.item.created", "response.content_part.added", "response.audio_transcript.delta",
                "response.audio.delta", "response.audio.delta", "response.audio.done",
                "response.audio_transcript.done", "response.content_part.done", "response.output_item.done",
                "response.done", "rate_limits.updated");
        var response = answered.get(answered.size() - 2).path("response");
        assertThat(response.propertyNames()).containsExactly("object", "id", "status", "status_details", "output",
                "conversation_id", "modalities", "voice", "output_audio_format", "temperature", "max_output_tokens",
                "usage", "metadata");
        assertThat(response.path("output_audio_format").stringValue()).isEqualTo("g711_ulaw");
        assertThat(response.at("/output/0/content/0/type").stringValue()).isEqualTo("audio");
    }

    @Test
    void keepsTheEventsMembersAndTheirOrder() {
        var call = call();
        call.send("{'type':'session.update','session':{'modalities':['text']}}");

        var answered = call.send("{'type':'response.create'}");

        var delta = answered.stream()
                .filter(frame -> types(List.of(frame)).contains("response.text.delta"))
                .findFirst();
        assertThat(delta.orElseThrow().propertyNames()).containsExactly("type", "event_id", "response_id", "item_id",
                "output_index", "content_index", "delta");
    }

    @Test
    void takesWhatTheAssistantIsSaidToHaveWritten() {
        var created = call().send("{'type':'conversation.item.create','item':{'type':'message','role':'assistant',"
                + "'content':[{'type':'text','text':'hello'}]}}");

        assertThat(created.getFirst().at("/item/content/0").toString())
                .isEqualTo("{\"type\":\"text\",\"text\":\"hello\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "'type':'realtime' | unknown_parameter | session.type",
            "'output_modalities':['text'] | unknown_parameter | session.output_modalities",
            "'audio':{} | unknown_parameter | session.audio",
            "'reasoning':{'effort':'low'} | unknown_parameter | session.reasoning",
            "'max_output_tokens':7 | unknown_parameter | session.max_output_tokens",
            "'modalities':['audio'] | invalid_value | session.modalities",
            "'input_audio_format':'mp3' | invalid_value | session.input_audio_format",
            "'temperature':0.5 | decimal_below_min_value | session.temperature",
            "'temperature':1.3 | decimal_above_max_value | session.temperature",
            "'turn_detection':{'type':'server_vad','colour':1} | unknown_parameter | session.turn_detection.colour",
            "'input_audio_transcription':{'enabled':true} | unknown_parameter | session.input_audio_transcription.enabled",
            "'max_response_output_tokens':5000 | integer_above_max_value | session.max_response_output_tokens",
            "'speed':9 | decimal_above_max_value | session.speed",
            "'tools':[{'type':'mcp','server_label':'x','server_url':'y'}] | invalid_value | session.tools[0].type"})
    void callsMistakesByItsOwnNames(String member, String code, String param) {
        var refused = call().send("{'event_id':'mine','type':'session.update','session':{" + member + "}}");

        assertThat(types(refused)).containsExactly("error");
        var error = refused.getFirst().path("error");
        assertThat(error.path("code").stringValue()).isEqualTo(code);
        assertThat(error.path("param").stringValue()).isEqualTo(param);
        assertThat(error.path("event_id").stringValue()).isEqualTo("mine");
        if (code.equals("unknown_parameter")) {
            assertThat(error.path("message").stringValue()).isEqualTo("Unknown parameter: '" + param + "'.");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{'type':'response.create','response':{'output_modalities':['text']}} | response.output_modalities",
            "{'type':'response.create','response':{'audio':{}}} | response.audio",
            "{'type':'conversation.item.create','item':{'type':'message','role':'assistant','content':[{'type':'output_text','text':'x'}]}} | item.content[0].type",
            "{'type':'conversation.item.create','item':{'type':'message','role':'user','content':[{'type':'input_image','image_url':'x'}]}} | item.content[0].type"})
    void refusesGaInFramesOfEveryKind(String frame, String param) {
        var refused = call().send(frame);

        assertThat(types(refused)).containsExactly("error");
        assertThat(refused.getFirst().path("error").path("param").stringValue()).isEqualTo(param);
    }

    @Test
    void forgivesGaWhereItIsLenient() {
        var call = new BetaCall(Opening.of("gpt-4o-realtime-preview").with(Strictness.LENIENT), Minds.saying("Hello."));

        var updated = call.send("{'type':'session.update','session':{'type':'realtime','modalities':['audio'],"
                + "'voice':'sage','colour':'red'}}");

        assertThat(types(updated)).containsExactly("session.updated");
        assertThat(updated.getFirst().at("/session/voice").stringValue()).isEqualTo("sage");
    }

    @Test
    void hasTranscriptionSessionsOfItsOwn() {
        var call = new BetaCall(Opening.transcription(), Minds.saying("Hello."));
        assertThat(call.last().path("type").stringValue()).isEqualTo("transcription_session.created");
        assertThat(call.last().path("session").has("temperature")).isFalse();

        var updated = call.send("{'type':'transcription_session.update','session':{'input_audio_format':'g711_ulaw',"
                + "'input_audio_transcription':{'model':'gpt-4o-transcribe'}}}");
        var refused = call.send("{'type':'session.update','session':{'voice':'sage'}}");

        assertThat(types(updated)).containsExactly("transcription_session.updated");
        assertThat(updated.getFirst().at("/session/input_audio_format").stringValue()).isEqualTo("g711_ulaw");
        assertThat(refused.getFirst().path("error").path("message").stringValue()).isEqualTo(
                "Passing a realtime session update event to a transcription session is not allowed.");
    }

    @Test
    void refusesAnUpdateOfTheOtherKind() {
        var refused = call().send("{'type':'transcription_session.update','session':{}}");

        assertThat(refused.getFirst().path("error").path("message").stringValue()).isEqualTo(
                "Passing a transcription session update event to a realtime session is not allowed.");
    }

    @Test
    void saysNothingOfWhatBetaHasNot() {
        var dialect = new BetaDialect(Strictness.STRICT);

        assertThat(dialect.write("e", new ServerEvent.McpListToolsCompleted("item_a"))).isEmpty();
        assertThat(dialect.write("e", new ServerEvent.ItemDone(null, Item.userText("x")))).isEmpty();
        assertThat(dialect.write("e", new ServerEvent.InputCleared()))
                .hasValue("{\"type\":\"input_audio_buffer.cleared\",\"event_id\":\"e\"}");
    }

    @Test
    void keepsTheFrameAsItCameForWhoeverInspectsIt() {
        var frame = "{\"type\":\"session.update\",\"session\":{\"voice\":\"sage\"}}";

        assertThat(new BetaDialect(Strictness.STRICT).read(frame).json()).isEqualTo(JSON.readTree(frame));
    }

    /// Over a socket, because only our own client knows how it reads beta.
    @Test
    void isUnderstoodByOurClient() {
        var calls = new ArrayList<BetaCall>();
        var server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.jetty.host = "127.0.0.1";
            config.jetty.port = 0;
            config.routes.ws("/v1/realtime", ws -> {
                ws.onConnect(context -> {
                    calls.add(call());
                    context.send(calls.getFirst().frames.getFirst());
                });
                ws.onMessage(context -> {
                    var call = calls.getFirst();
                    int before = call.frames.size();
                    call.send(context.message());
                    call.frames.subList(before, call.frames.size()).forEach(context::send);
                });
            });
        });
        server.start();
        try (var client = RealtimeClient.builder()
                .baseUrl(URI.create("http://127.0.0.1:" + server.port() + "/v1"))
                .apiKey("key")
                .model("gpt-4o-realtime-preview")
                .dialect(Dialect.BETA)
                .build(); var session = client.connect()) {
            var opened = ((ServerEvent.SessionCreated) next(session)).session();
            session.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                    .outputModality("audio")
                    .voice("sage")
                    .inputEncoding(AudioEncoding.PCMA)
                    .turnDetection(new TurnDetection.Manual())
                    .maxOutputTokens(500)
                    .build()));
            var updated = ((ServerEvent.SessionUpdated) next(session)).session();
            session.send(new ClientEvent.ItemCreate(Item.assistantText("good day")));
            session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder().instructions("x").build()));
            var events = new ArrayList<ServerEvent>();
            do {
                events.add(next(session));
                assertThat(events.getLast()).isNotInstanceOfAny(ServerEvent.Malformed.class, ServerEvent.Unknown.class,
                        ServerEvent.ErrorEvent.class);
            } while (!(events.getLast() instanceof ServerEvent.RateLimitsUpdated));

            assertThat(opened.turnDetection()).hasValue(TurnDetection.ServerVad.DEFAULT);
            assertThat(updated.voice()).hasValue("sage");
            assertThat(updated.inputEncoding()).hasValue(AudioEncoding.PCMA);
            assertThat(updated.turnDetection()).hasValue(new TurnDetection.Manual());
            assertThat(updated.maxOutputTokens()).hasValue(500);
            assertThat(VirtualSession.ladder(events)).containsExactly("conversation.item.added",
                    "conversation.item.done", "response.created", "response.output_item.added",
                    "conversation.item.added", "response.content_part.added", "response.output_audio_transcript.delta",
                    "response.output_audio.delta", "response.output_audio.done",
                    "response.output_audio_transcript.done",
                    "response.content_part.done", "response.output_item.done", "conversation.item.done",
                    "response.done", "rate_limits.updated");
            var done = (ServerEvent.ResponseDone) events.get(events.size() - 2);
            assertThat(done.response().messages().getFirst().content().getFirst())
                    .isEqualTo(new Content.OutputAudio("Hello."));
        } finally {
            server.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7})
    void answersWhateverItIsSentAndGoesOn(long seed) {
        var random = new Random(seed);
        var frames = List.of("{'type':'session.update','session':{'modalities':['text'],'voice':'sage',"
                + "'turn_detection':{'type':'none'},'tools':[{'type':'function','name':'x'}],'temperature':0.7}}",
                "{'type':'response.create','response':{'modalities':['text'],'input':[{'type':'message',"
                        + "'role':'assistant','content':[{'type':'text','text':'x'}]}]}}",
                "{'type':'conversation.item.create','item':{'type':'message','role':'user','content':"
                        + "[{'type':'input_text','text':'x'}]}}");
        var call = call();
        for (int i = 0; i < 1_000; i++) {
            var frame = new StringBuilder(frames.get(random.nextInt(frames.size())));
            for (int cuts = random.nextInt(3); cuts > 0; cuts--) {
                int at = random.nextInt(frame.length());
                frame.replace(at, Math.min(frame.length(), at + random.nextInt(6)),
                        List.of("", "null", "{}", "[7]", "'type':").get(random.nextInt(5)));
            }
            try {
                assertThat(call.send(frame.toString())).isNotEmpty();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", frame " + i + ": " + frame, e);
            }
        }
    }

    private static ServerEvent next(RealtimeSession session) {
        return session.next(PATIENCE).orElseThrow(() -> new AssertionError("no event within " + PATIENCE));
    }

}
