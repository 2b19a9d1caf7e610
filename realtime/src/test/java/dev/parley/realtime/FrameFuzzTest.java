package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Frames that were damaged on the way. Whatever they look like, reading them ends in an event or in the protocol's own
/// exception, and what was read can be looked at and written.
class FrameFuzzTest {
    private static final int ROUNDS = 60_000;
    private static final List<String> VALUES = List.of("null", "true", "-1", "0.5", "1e999", "99999999999999999999",
            "\"\"",
            "\"\\ud800\"", "[]", "[null]", "[[]]", "{}", "{\"type\":null}", "{\"type\":\"server_vad\",\"threshold\":9}",
            "{\"type\":\"message\",\"role\":\"user\",\"content\":[{}]}");

    @Test
    void damagedServerFramesAreEventsOfSomeKind() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var frames = Frames.ofServer();

        for (int round = 0; round < ROUNDS; round++) {
            var frame = damaged(frames.get(random.nextInt(frames.size())), random);
            try {
                lookAt(ServerEvent.parse(frame));
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + frame, e);
            }
        }
    }

    @Test
    void damagedClientFramesAreEventsOrProtocolExceptions() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var frames = Frames.ofClient();

        for (int round = 0; round < ROUNDS; round++) {
            var frame = damaged(frames.get(random.nextInt(frames.size())), random);
            try {
                lookAt(ClientEvent.parse(frame));
            } catch (ProtocolException e) {
                assertThat(e.code()).as("seed %d, round %d", seed, round).isNotEmpty();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + frame, e);
            }
        }
    }

    private static void lookAt(ServerEvent event) {
        event.eventId();
        event.type();
        event.toJson("event_x");
        switch (event) {
            case ServerEvent.SessionCreated created -> lookAt(created.session());
            case ServerEvent.SessionUpdated updated -> lookAt(updated.session());
            case ServerEvent.ResponseDone done -> lookAt(done.response());
            case ServerEvent.ResponseCreated created -> lookAt(created.response());
            case ServerEvent.ItemAdded added -> lookAt(added.item());
            case ServerEvent.ItemDone done -> lookAt(done.item());
            case ServerEvent.OutputItemDone done -> lookAt(done.item());
            case ServerEvent.InputTranscriptCompleted completed -> completed.logprobs();
            case ServerEvent.RateLimitsUpdated updated -> updated.rateLimits().forEach(RateLimit::toJson);
            case ServerEvent.OutputAudioDelta delta -> delta.audio();
            default -> {
                // Nothing more to look at.
            }
        }
        if (!(event instanceof ServerEvent.Malformed)) {
            assertThat(ServerEvent.parse(event.toJson())).hasSameClassAs(event);
        }
    }

    private static void lookAt(ClientEvent event) {
        event.withEventId("x").toJson();
        switch (event) {
            case ClientEvent.SessionUpdate update -> lookAt(update.session());
            case ClientEvent.ItemCreate create -> lookAt(create.item());
            case ClientEvent.ResponseCreate create -> lookAt(create.response());
            default -> {
                // Nothing more to look at.
            }
        }
        assertThat(ClientEvent.parse(event.toJson())).hasSameClassAs(event);
    }

    private static void lookAt(ResponseConfig response) {
        assertThat(Stream.of(response.instructions(), response.outputModalities(), response.voice(),
                response.outputEncoding(), response.metadata(), response.input(), response.tools(),
                response.toolChoice(), response.maxOutputTokens(), response.toBuilder(), response.toString()))
                .doesNotContainNull();
    }

    private static void lookAt(SessionConfig session) {
        assertThat(Stream.of(session.id(), session.model(), session.instructions(), session.voice(),
                session.outputModalities(), session.inputEncoding(), session.outputEncoding(),
                session.transcriptionModel(), session.turnDetection(), session.tools(), session.merge(session),
                session.mcpServers(), session.toolChoice(), session.truncation(), session.tracing(), session.prompt(),
                session.inputTranscription(), session.noiseReduction(), session.speed(), session.maxOutputTokens(),
                session.include(), session.reasoningEffort(), session.expiresAt(), session.parallelToolCalls(),
                session.toBuilder().voice("x").toolChoice("auto").toString())).doesNotContainNull();
    }

    private static void lookAt(Response response) {
        assertThat(Stream.of(response.reason(), response.failure(), response.functionCalls(),
                response.messages())).doesNotContainNull();
        response.isInConversation();
        if (response.usage() != null) {
            response.usage().inputImageTokens();
        }
        response.output().forEach(FrameFuzzTest::lookAt);
    }

    private static void lookAt(Item item) {
        item.status();
        item.with("item_x", "completed");
        if (item instanceof Item.Message message) {
            message.text();
            message.phase();
        }
    }

    static String damaged(String frame, Random random) {
        var damaged = frame;
        for (int times = 1 + random.nextInt(3); times > 0 && !damaged.isEmpty(); times--) {
            int at = random.nextInt(damaged.length());
            damaged = switch (random.nextInt(6)) {
                case 0 -> damaged.substring(0, at);
                case 1 -> damaged.substring(0, at) + damaged.substring(at + 1);
                case 2 -> damaged.substring(0, at) + (char) random.nextInt(256) + damaged.substring(at + 1);
                case 3 -> damaged.substring(0, at) + damaged.substring(random.nextInt(damaged.length()));
                default -> withOtherValue(damaged, at, VALUES.get(random.nextInt(VALUES.size())));
            };
        }
        return damaged;
    }

    /// Puts another value where a member's begins, so that the frame stays JSON and only its meaning is damaged.
    private static String withOtherValue(String frame, int from, String value) {
        int colon = frame.indexOf("\":", from);
        if (colon < 0) {
            return frame;
        }
        int start = colon + 2;
        int end = start;
        int depth = 0;
        boolean quoted = false;
        while (end < frame.length()) {
            char c = frame.charAt(end);
            if (c == '"' && frame.charAt(end - 1) != '\\') {
                quoted = !quoted;
            } else if (!quoted && (c == '{' || c == '[')) {
                depth++;
            } else if (!quoted && (c == '}' || c == ']') && depth-- == 0) {
                break;
            } else if (!quoted && c == ',' && depth == 0) {
                break;
            }
            end++;
        }
        return frame.substring(0, start) + value + frame.substring(end);
    }
}
