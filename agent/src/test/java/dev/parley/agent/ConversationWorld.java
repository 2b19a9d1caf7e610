package dev.parley.agent;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.TurnDetection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One call in virtual time: a [Conversation], a [ConversationServer], and between them a network that delays but keeps
/// the order, a loudspeaker that takes as long as the sound lasts, tools that take their time, and a caller who speaks
/// whenever they like. Checks on the way and at the end what must hold in every such call.
final class ConversationWorld {
    private static final int BYTES_PER_MILLI = AudioEncoding.PCM.bytesPerSecond() / 1_000;
    private static final int MAX_EVENTS = 20_000;

    private record Event(long at, long number, Runnable action) {}

    private record Sound(String item, long start, long end) {
        int heardBy(long now) {
            return (int) (Math.clamp(now, start, end) - start);
        }
    }

    private final long seed;
    private final Random random;
    private final ConversationServer server;
    private final Conversation conversation;
    private final boolean greets;
    private final ToolPolicy policy;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private long now;
    private long scheduled;
    private long lastToClient;
    private long lastToServer;
    private @Nullable Instant nextTick;
    private final int latency;
    private int turnsLeft;

    // What the client has seen and done, as an observer without its state would note it.
    private boolean confirmed;
    private boolean ended;
    private boolean callerSpeaking;
    private int createsSent;
    private int createsOutstanding;
    private final Set<String> openResponses = new HashSet<>();
    private final Set<String> interruptedResponses = new HashSet<>();
    private final Set<String> toolsRun = new HashSet<>();
    private final Set<String> toolsRunning = new HashSet<>();
    private final Set<String> toolsCancelled = new HashSet<>();
    private final Set<String> sentences = new HashSet<>();
    private final Set<String> openAsides = new HashSet<>();
    private final Set<String> voices = new LinkedHashSet<>();
    private final Set<String> voicesFallenSilent = new HashSet<>();
    private final Map<String, Long> truncatedTo = new HashMap<>();
    private final List<Sound> playing = new ArrayList<>();
    private final Map<String, Integer> heardMillis = new HashMap<>();
    private final List<String> told = new ArrayList<>();

    ConversationWorld(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.greets = random.nextBoolean();
        this.latency = random.nextInt(3) == 0 ? 800 : 120;
        this.turnsLeft = random.nextInt(5);
        var vad = TurnDetection.ServerVad.DEFAULT;
        // Most calls are as agents usually are; the others leave answering, or interrupting, or both, to the client.
        if (random.nextInt(3) == 0) {
            vad = new TurnDetection.ServerVad(0.5, vad.prefixPadding(), vad.silence(), random.nextBoolean(),
                    random.nextBoolean());
        }
        this.policy = policy(random);
        this.server = new ConversationServer(this, random, vad);
        this.conversation = new Conversation(
                new Agent("Be brief.", greets ? "Say hello." : null, "marin", "whisper-1", vad, List.of()),
                AudioEncoding.PCM, Playing.HERE, _ -> policy, Prices.NONE);
    }

    private static ToolPolicy policy(Random random) {
        var policy = ToolPolicy.DEFAULT;
        if (random.nextInt(3) == 0) {
            policy = policy.onBargeIn(BargeIn.CANCEL);
        }
        if (random.nextInt(3) == 0) {
            policy = policy.withProgress("One moment.", Duration.ofMillis(100 + random.nextInt(1_500)));
        }
        return policy;
    }

    void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError("seed " + seed + ", after " + now + " ms: " + otherwise);
        }
    }

    void in(long millis, Runnable action) {
        events.add(new Event(now + millis, scheduled++, action));
    }

    /// Runs the call until nothing more happens.
    void run() {
        try {
            runToRest();
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ", after " + now + " ms: " + e, e);
        }
        if (!ended) {
            checkAtRest();
        }
    }

    int requestsRefused() {
        return server.refusedCreates;
    }

    int itemsCut() {
        return truncatedTo.size();
    }

    int sentencesSaid() {
        return sentences.size();
    }

    int toolsCancelled() {
        return toolsCancelled.size();
    }

    int responsesLost() {
        return server.lostResponses;
    }

    private void runToRest() {
        on(new Input.Tick());
        server.open();
        if (random.nextInt(10) == 0) {
            in(random.nextInt(5_000), () -> on(new Input.HangUp("caller")));
        }
        for (int count = 0; !events.isEmpty(); count++) {
            check(count < MAX_EVENTS, "the call does not come to rest");
            var event = events.remove();
            now = event.at;
            event.action.run();
        }
    }

    // The network

    void toClient(ServerEvent event) {
        lastToClient = Math.max(lastToClient, now + 1 + random.nextInt(latency));
        in(lastToClient - now, () -> {
            observe(event);
            on(new Input.Received(event));
        });
    }

    /// What a `response.create` led to: a response, or its refusal.
    void answerToCreate(ServerEvent answer) {
        lastToClient = Math.max(lastToClient, now + 1 + random.nextInt(latency));
        in(lastToClient - now, () -> {
            createsOutstanding--;
            observe(answer);
            on(new Input.Received(answer));
        });
    }

    private void toServer(ClientEvent event) {
        lastToServer = Math.max(lastToServer, now + 1 + random.nextInt(latency));
        in(lastToServer - now, () -> server.receive(event));
    }

    private void observe(ServerEvent event) {
        switch (event) {
            case ServerEvent.SessionUpdated _ -> confirmed = true;
            case ServerEvent.SpeechStarted _ -> {
                callerSpeaking = true;
                interruptedResponses.addAll(openResponses);
                interruptedResponses.addAll(openAsides);
            }
            case ServerEvent.SpeechStopped _ -> callerSpeaking = false;
            case ServerEvent.ResponseCreated created when created.response().isInConversation() -> {
                openResponses.add(created.response().id());
                interruptedResponses.addAll(openAsides);
                if (callerSpeaking) {
                    interruptedResponses.add(created.response().id());
                }
            }
            case ServerEvent.ResponseCreated created -> {
                openAsides.add(created.response().id());
                if (callerSpeaking) {
                    interruptedResponses.add(created.response().id());
                }
            }
            case ServerEvent.ResponseDone done -> {
                openResponses.remove(done.response().id());
                openAsides.remove(done.response().id());
            }
            default -> {
                // Of no interest to these checks.
            }
        }
    }

    // The client's side

    private void on(Input input) {
        var effects = conversation.on(input, Instant.ofEpochMilli(now));
        checkCancelling(input, effects);
        check(!ended || effects.isEmpty(), "did something after the end: " + effects);
        for (var effect : effects) {
            check(!ended, "did something after the end: " + effect);
            carryOut(effect);
        }
        conversation.wakeAt().filter(at -> !at.equals(nextTick)).ifPresent(at -> {
            nextTick = at;
            in(Math.max(0, at.toEpochMilli() - now), () -> {
                nextTick = null;
                on(new Input.Tick());
            });
        });
    }

    /// The caller's speaking cancels what runs, if it is that kind of tool, and nothing else does.
    private void checkCancelling(Input input, List<Effect> effects) {
        var cancelled = effects.stream()
                .filter(Effect.CancelTool.class::isInstance)
                .map(effect -> ((Effect.CancelTool) effect).callId())
                .collect(Collectors.toSet());
        var speaks = input instanceof Input.Received(ServerEvent.SpeechStarted _) && !ended;
        var due = speaks && policy.onBargeIn() == BargeIn.CANCEL ? toolsRunning : Set.<String>of();
        check(cancelled.equals(due), "cancelled " + cancelled + " where " + due + " were to be");
    }

    private void toolFinishes(String callId, String output) {
        if (toolsRunning.remove(callId)) {
            on(new Input.ToolFinished(callId, output));
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Send(var event) -> send(event);
            case Effect.Listen() -> callerWaits();
            case Effect.Play(var audio) -> play(audio);
            case Effect.FinishPlaying _ -> {
                // Here every item may be stopped until it was heard to its end.
            }
            case Effect.StopPlayout() -> stopPlayout();
            case Effect.ResumePlayout() -> check(false, "resumed what only a service that plays could have stopped");
            case Effect.RunTool(var callId, _, _) -> {
                check(toolsRun.add(callId), "ran twice: " + callId);
                toolsRunning.add(callId);
                in(random.nextInt(2_000), () -> toolFinishes(callId, "output"));
            }
            case Effect.CancelTool(var callId) -> {
                toolsCancelled.add(callId);
                in(random.nextInt(20), () -> toolFinishes(callId, "cancelled"));
            }
            case Effect.Publish(var event) -> {
                switch (event) {
                    case CallEvent.CallerSaid said -> told.add(said.itemId());
                    case CallEvent.CallerNotUnderstood not -> told.add(not.itemId());
                    case CallEvent.AgentSaid said -> told.add(said.itemId());
                    default -> {
                        // Not a line.
                    }
                }
            }
            case Effect.End _ -> ended = true;
        }
    }

    private void send(ClientEvent event) {
        check(confirmed || event instanceof ClientEvent.SessionUpdate,
                "sent before the settings were confirmed: " + event.type());
        if (event instanceof ClientEvent.ResponseCreate create && create.response().isOutOfBand()) {
            checkSentence(create);
        } else if (event instanceof ClientEvent.ResponseCreate) {
            check(createsOutstanding == 0, "asked for a response while another request was outstanding");
            check(!callerSpeaking, "asked for a response while the caller was speaking");
            createsOutstanding++;
            createsSent++;
        } else if (event instanceof ClientEvent.ItemTruncate cut) {
            check(truncatedTo.put(cut.itemId(), cut.audioEndMs()) == null, "cut twice: " + cut.itemId());
            check(cut.audioEndMs() == heardMillis.getOrDefault(cut.itemId(), 0),
                    cut.itemId() + " was heard for " + heardMillis.get(cut.itemId()) + " ms, but cut to "
                            + cut.audioEndMs());
        } else if (event instanceof ClientEvent.ItemCreate create) {
            check(toolsRun.contains(((Item.FunctionCallOutput) create.item()).callId()), "answered a tool never run");
        }
        toServer(event);
    }

    private void checkSentence(ClientEvent.ResponseCreate create) {
        var callId = create.eventId().orElse("").replaceFirst("^progress_", "");
        check(toolsRunning.contains(callId), "spoke of a tool that does not run: " + callId);
        check(sentences.add(callId), "spoke twice of " + callId);
        check(!callerSpeaking, "spoke of a tool into the caller's words");
        check(createsOutstanding == 0, "spoke of a tool with a response about to come");
        check(policy.hasProgress() && create.raw().toString().contains("One moment."), "said " + create.raw());
    }

    private void callerWaits() {
        if (turnsLeft-- > 0) {
            // A cough is over before the client hears of it, so that its requests meet the answer to the cough.
            int speech = random.nextBoolean() ? 20 + random.nextInt(200) : 200 + random.nextInt(1_500);
            in(random.nextInt(3_000), () -> server.callerSpeaks(speech, this::callerWaits));
        }
    }

    private void play(ServerEvent.OutputAudioDelta audio) {
        var item = audio.at().itemId();
        check(!interruptedResponses.contains(audio.at().responseId()), "played an interrupted response: " + item);
        check(!voicesFallenSilent.contains(audio.at().responseId()), "two voices at once: " + item);
        if (voices.add(audio.at().responseId())) {
            voicesFallenSilent.addAll(voices);
            voicesFallenSilent.remove(audio.at().responseId());
        }
        check(!truncatedTo.containsKey(item), "played an item it had cut: " + item);
        long start = playing.isEmpty() ? now : Math.max(now, playing.getLast().end);
        var sound = new Sound(item, start, start + audio.audio().length / BYTES_PER_MILLI);
        playing.add(sound);
        in(sound.end - now, () -> {
            if (playing.remove(sound)) {
                heardMillis.merge(item, sound.heardBy(now), Integer::sum);
            }
        });
    }

    private void stopPlayout() {
        var cuts = new LinkedHashMap<String, Input.Cut>();
        for (var sound : playing) {
            heardMillis.merge(sound.item, sound.heardBy(now), Integer::sum);
            if (now < sound.end) {
                cuts.putIfAbsent(sound.item, new Input.Cut(sound.item, 0, heardMillis.get(sound.item)));
            }
        }
        playing.clear();
        in(random.nextInt(150), () -> on(new Input.PlayoutStopped(List.copyOf(cuts.values()))));
    }

    // What must hold in the end

    private void checkAtRest() {
        check(toolsRun.equals(server.completedCalls), "ran " + toolsRun + " of " + server.completedCalls);
        check(server.outputsReceived.equals(toolsRun), "answered " + server.outputsReceived + " of " + toolsRun);
        check(server.unansweredOutputs.isEmpty(), "no response took up " + server.unansweredOutputs);
        check(createsOutstanding == 0, "a request was never answered");
        int reasons = (greets ? 1 : 0) + toolsRun.size() + server.refusedCreates;
        check(createsSent <= reasons, "asked " + createsSent + " times for " + reasons + " reasons");
        server.generatedMillis.forEach((item, generated) -> {
            long heard = heardMillis.getOrDefault(item, 0);
            check(truncatedTo.getOrDefault(item, (long) generated) == heard, "the model believes that of " + generated
                    + " ms of " + item + " " + truncatedTo.get(item) + " were heard, but it was " + heard);
        });
        var inOrder = new ArrayList<>(server.conversation);
        inOrder.retainAll(told);
        check(told.equals(inOrder), "told in the order " + told + ", spoken in the order " + inOrder);
    }
}
