package dev.parley.agent;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.TurnDetection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A Realtime service without a model, a network or a clock: the rules that matter to whoever talks to it.
///
/// One response writes the conversation at a time; a second `response.create` is refused. The caller's turns cancel and
/// create responses as the session's turn detection says. A response brings up to two messages and up to three calls,
/// in pieces, and now and then says something twice or something strange, or stops in the middle for good. Responses beside
/// the conversation run in parallel. Everything random comes from one seed.
final class ConversationServer {
    /// Who starts a response.
    enum Origin {
        CLIENT, TURN
    }

    private final ConversationWorld world;
    private final Random random;
    private final boolean createsResponses;
    private final boolean interruptsResponses;
    private int callsLeft = 8;
    private int ids;
    private @Nullable Running running;

    final List<String> conversation = new ArrayList<>();
    final Map<String, Integer> generatedMillis = new HashMap<>();
    final Set<String> completedCalls = new HashSet<>();
    /// Outputs accepted since the last response began.
    final Set<String> unansweredOutputs = new HashSet<>();
    final Set<String> outputsReceived = new HashSet<>();
    int refusedCreates;
    int lostResponses;
    /// Responses beside the conversation that run, with their labels.
    private final Map<String, JsonNode> asides = new HashMap<>();

    private static final class Running {
        private final String id;
        private final Origin origin;
        private final ArrayDeque<Runnable> steps = new ArrayDeque<>();
        private final List<Item> output = new ArrayList<>();
        private Item.@Nullable FunctionCall unfinishedCall;
        private boolean isBetweenEventsOfACall;
        private boolean isStalled;

        Running(String id, Origin origin) {
            this.id = id;
            this.origin = origin;
        }
    }

    ConversationServer(ConversationWorld world, Random random, TurnDetection.ServerVad vad) {
        this.world = world;
        this.random = random;
        this.createsResponses = vad.createResponse();
        this.interruptsResponses = vad.interruptResponse();
    }

    private void say(ServerEvent event) {
        world.toClient(event);
    }

    private String id(String prefix) {
        return prefix + ++ids;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    void open() {
        say(ConversationEvents.sessionCreated());
    }

    void receive(ClientEvent event) {
        switch (event) {
            case ClientEvent.SessionUpdate _ -> say(ConversationEvents.sessionUpdated());
            case ClientEvent.ItemCreate create -> itemCreate(create);
            case ClientEvent.ResponseCreate create when create.response().isOutOfBand() -> aside(create);
            case ClientEvent.ResponseCreate _ -> responseCreate();
            case ClientEvent.ResponseCancel cancel when asides.containsKey(cancel.responseId()) ->
                finishAside(cancel.responseId(), "cancelled");
            case ClientEvent.ResponseCancel cancel -> cancel(cancel.responseId());
            case ClientEvent.ItemTruncate truncate -> {
                world.check(truncate.audioEndMs() <= generatedMillis.getOrDefault(truncate.itemId(), -1),
                        "truncated beyond what was generated: " + truncate.raw());
                say(new ServerEvent.ItemTruncated(truncate.itemId(), truncate.contentIndex(), truncate.audioEndMs()));
            }
            default -> world.check(false, "sent something unexpected: " + event.raw());
        }
    }

    private void itemCreate(ClientEvent.ItemCreate create) {
        var output = (Item.FunctionCallOutput) create.item();
        world.check(outputsReceived.add(output.callId()), "answered twice: " + output.callId());
        if (chance(5)) {
            say(chance(50)
                    ? ConversationEvents.error("invalid_tool_call_id")
                    : ConversationEvents.error("invalid_tool_call_id", create.eventId().orElse("")));
            return;
        }
        unansweredOutputs.add(output.callId());
        var item = output.with(id("o"), "completed");
        say(new ServerEvent.ItemAdded(null, item));
        say(new ServerEvent.ItemDone(null, item));
    }

    private void responseCreate() {
        if (running == null) {
            begin(Origin.CLIENT);
            return;
        }
        refusedCreates++;
        world.check(running.origin == Origin.TURN, "asked for a response while one it had asked for was running");
        world.answerToCreate(ConversationEvents.error(RealtimeError.ACTIVE_RESPONSE));
    }

    private void cancel(@Nullable String id) {
        if (running == null || id != null && !id.equals(running.id)) {
            say(ConversationEvents.error(RealtimeError.CANCEL_NOT_ACTIVE));
        } else if (running.isStalled && chance(50)) {
            lose(running);
        } else {
            finish(running, "cancelled");
        }
    }

    /// Forgets a response, which may or may not have an end after all.
    private void lose(Running response) {
        lostResponses++;
        if (chance(50)) {
            world.in(random.nextInt(20_000), () -> finish(response, "cancelled"));
        }
        running = null;
    }

    // Beside the conversation

    private void aside(ClientEvent.ResponseCreate create) {
        if (chance(5)) {
            say(ConversationEvents.error("server_error", create.eventId().orElse("")));
            return;
        }
        var id = id("aside_");
        var labels = create.response().raw().get("metadata");
        asides.put(id, labels);
        say(ConversationEvents.aside("response.created", id, "in_progress", labels));
        var part = new ServerEvent.Part(id, id("x"), 0, 0);
        int at = 0;
        for (int pieces = random.nextInt(5); pieces > 0; pieces--) {
            at += random.nextInt(60);
            world.in(at, () -> {
                if (asides.containsKey(id)) {
                    say(new ServerEvent.OutputAudioDelta(part,
                            new byte[200 * AudioEncoding.PCM.bytesPerSecond() / 1_000]));
                }
            });
        }
        if (!chance(3)) {
            world.in(at + random.nextInt(100), () -> finishAside(id, "completed"));
        }
    }

    private void finishAside(@Nullable String id, String status) {
        var labels = asides.remove(id);
        if (labels != null && id != null) {
            say(ConversationEvents.aside("response.done", id, status, labels));
        }
    }

    // The caller

    /// One turn of the caller, ending after `millis`.
    void callerSpeaks(int millis, Runnable afterwards) {
        var item = id("u");
        say(ConversationEvents.speechStarted(item));
        if (interruptsResponses && running != null) {
            finish(running, "cancelled");
        }
        world.in(millis, () -> {
            callerStops(item);
            afterwards.run();
        });
    }

    private void callerStops(String item) {
        say(ConversationEvents.speechStopped(item));
        say(new ServerEvent.InputCommitted(item, conversation.isEmpty() ? null : conversation.getLast()));
        add(Item.message("user", new Content.InputAudio(null)).with(item, "completed"));
        if (chance(80)) {
            world.in(random.nextInt(3_000), () -> say(new ServerEvent.InputTranscriptCompleted(item, 0, "words", 1)));
        }
        if (!createsResponses) {
            return;
        }
        if (running == null) {
            begin(Origin.TURN);
        } else {
            say(ConversationEvents.error(RealtimeError.ACTIVE_RESPONSE));
        }
    }

    private void add(Item item) {
        say(new ServerEvent.ItemAdded(conversation.isEmpty() ? null : conversation.getLast(), item));
        conversation.add(item.id().orElseThrow());
    }

    // Responses

    private void begin(Origin origin) {
        var response = new Running(id("r"), origin);
        running = response;
        unansweredOutputs.clear();
        var created = ConversationEvents.responseCreated(response.id);
        if (origin == Origin.CLIENT) {
            world.answerToCreate(created);
        } else {
            say(created);
        }
        if (chance(85)) {
            planMessage(response);
        }
        for (int calls = Math.min(random.nextInt(4), callsLeft); calls > 0; calls--) {
            callsLeft--;
            planCall(response);
        }
        if (chance(10)) {
            planMessage(response);
        }
        next(response);
    }

    private void next(Running response) {
        world.in(random.nextInt(60), () -> {
            if (running != response) {
                return;
            }
            if (chance(1) && response.unfinishedCall == null && !response.isBetweenEventsOfACall) {
                response.isStalled = true;
                return;
            }
            if (chance(3)) {
                saySomethingStrange();
            }
            if (response.steps.isEmpty()) {
                finish(response, chance(5) ? "failed" : "completed");
            } else {
                response.steps.removeFirst().run();
                next(response);
            }
        });
    }

    private void planMessage(Running response) {
        var item = id("m");
        var part = new ServerEvent.Part(response.id, item, 0, 0);
        response.steps.add(() -> {
            var begun = Item.message("assistant").with(item, "in_progress");
            say(new ServerEvent.OutputItemAdded(response.id, 0, begun));
            add(begun);
        });
        for (int pieces = random.nextInt(7); pieces > 0; pieces--) {
            int millis = 10 + random.nextInt(150);
            response.steps.add(() -> {
                generatedMillis.merge(item, millis, Integer::sum);
                say(new ServerEvent.OutputTranscriptDelta(part, "word "));
                say(new ServerEvent.OutputAudioDelta(part,
                        new byte[millis * AudioEncoding.PCM.bytesPerSecond() / 1_000]));
            });
        }
        response.steps.add(() -> say(new ServerEvent.OutputTranscriptDone(part, "words")));
        response.steps.add(() -> {
            var message = Item.message("assistant", new Content.OutputAudio("words")).with(item, "completed");
            response.output.add(message);
            say(new ServerEvent.OutputItemDone(response.id, 0, message));
            say(new ServerEvent.ItemDone(null, message));
        });
    }

    private void planCall(Running response) {
        var callId = id("call_");
        var call = ConversationEvents.call(callId, "completed");
        response.steps.add(() -> {
            response.unfinishedCall = ConversationEvents.call(callId, "incomplete");
            say(new ServerEvent.OutputItemAdded(response.id, 0, ConversationEvents.call(callId, "in_progress")));
        });
        response.steps.add(() -> {
            response.unfinishedCall = null;
            response.isBetweenEventsOfACall = true;
            completedCalls.add(callId);
            response.output.add(call);
            for (int times = chance(20) ? 2 : 1; times > 0; times--) {
                say(ConversationEvents.argumentsDone(response.id, callId, chance(10) ? "" : "lookup", "{}"));
            }
        });
        response.steps.add(() -> {
            response.isBetweenEventsOfACall = false;
            for (int times = chance(20) ? 2 : 1; times > 0; times--) {
                say(new ServerEvent.OutputItemDone(response.id, 0, call));
            }
        });
    }

    private void finish(Running response, String status) {
        if (running == response) {
            running = null;
        }
        if (response.unfinishedCall != null) {
            say(new ServerEvent.OutputItemDone(response.id, 0, response.unfinishedCall));
            response.output.add(response.unfinishedCall);
        }
        say(ConversationEvents.responseDone(response.id, status, response.output.toArray(Item[]::new)));
        say(new ServerEvent.RateLimitsUpdated(40_000, 39_000, 0.1));
    }

    private void saySomethingStrange() {
        List<Consumer<String>> strange = List.of(
                id -> say(ServerEvent.parse("{\"type\":\"from.the.future\",\"id\":\"" + id + "\"}")),
                _ -> say(ServerEvent.parse("{\"type\":\"response.done\",\"response\":")),
                _ -> say(ServerEvent.parse("{\"type\":\"response.done\",\"response\":7}")),
                _ -> say(ConversationEvents.error("server_error")),
                _ -> say(ConversationEvents.error(RealtimeError.CANCEL_NOT_ACTIVE)),
                id -> say(ConversationEvents.outOfBand("response.created", id)),
                id -> say(ConversationEvents.outOfBand("response.done", id)));
        strange.get(random.nextInt(strange.size())).accept(id("strange_"));
    }
}
