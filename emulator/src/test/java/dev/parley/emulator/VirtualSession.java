package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Effect;
import dev.parley.emulator.EmulatedSession.Input;
import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import dev.parley.speech.Ears;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;

/// An [EmulatedSession] and the client of it, in virtual time. Every event is read back from its frame, so that a test
/// sees what a client sees.
final class VirtualSession {
    private static final Duration PIECE = Duration.ofMillis(20);
    /// Longer than a pause in an answer, and shorter than any timeout.
    private static final Duration A_WHILE = Duration.ofSeconds(1);

    private final EmulatedSession session;
    private final Ears ears;
    private final Mind mind;
    private final Function<String, Pcm> voice;
    private final List<Sent> sent = new ArrayList<>();
    private final Deque<Effect.Hear> unheard = new ArrayDeque<>();
    private final Deque<Effect.Think> unthought = new ArrayDeque<>();
    private final List<Effect.Close> closes = new ArrayList<>();
    private final List<Played> played = new ArrayList<>();
    private AudioFormat format = AudioFormat.REALTIME_PCM;
    private boolean earsAreSlow;
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");

    /// An event and when it was sent.
    record Sent(Instant at, ServerEvent event) {}

    /// Sound on a call and when it was sent.
    record Played(Instant at, Pcm audio) {}

    private VirtualSession(EmulatedSession.Opening opening, Pacing pacing, Mind mind, Ears ears,
            Function<String, Pcm> voice) {
        var ids = new Ids(new SplittableRandom(7));
        this.session = new EmulatedSession(opening, ids, pacing, now);
        this.ears = ears;
        this.mind = mind;
        this.voice = voice;
        carryOut(session.open());
    }

    /// A session opened like this, which answers at once and says one syllable for each word: 200 ms.
    static VirtualSession open(EmulatedSession.Opening opening, Mind mind, Ears ears) {
        return new VirtualSession(opening, Pacing.AT_ONCE, mind, ears, VirtualSession::syllables);
    }

    /// A call, in which a word lasts 200 ms.
    static VirtualSession call(Pacing pacing, Mind mind) {
        return new VirtualSession(EmulatedSession.Opening.of("gpt-realtime").overCall(), pacing, mind, Speech.earsFor(
                "hello there"), VirtualSession::syllables);
    }

    private static Pcm syllables(String text) {
        return Pcm.silence(24_000, Duration.ofMillis(200L * text.split(" ").length));
    }

    static VirtualSession open(EmulatedSession.Opening opening, Mind mind) {
        return open(opening, mind, Speech.earsFor());
    }

    static VirtualSession open(Scenario scenario) {
        return open(scenario, Speech.earsFor());
    }

    static VirtualSession open(Scenario scenario, Ears ears) {
        return open(scenario, ears, FreeTtsVoice.agent()::speak);
    }

    static VirtualSession open(Scenario scenario, Ears ears, Function<String, Pcm> voice) {
        return new VirtualSession(EmulatedSession.Opening.of("gpt-realtime"), scenario.pacing(), new ScenarioMind(
                scenario), ears, voice);
    }

    /// A session that writes its answers at once.
    static VirtualSession ofText() {
        var session = open(Scenario.paymentDesk().withPace(0));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().outputModality("text").build()));
        return session;
    }

    VirtualSession withoutTurnDetection() {
        send(new ClientEvent.SessionUpdate(SessionConfig.builder().turnDetection(new TurnDetection.Manual()).build()));
        return this;
    }

    VirtualSession withTools(String... names) {
        var tools = new ArrayList<FunctionTool>();
        for (var name : names) {
            tools.add(new FunctionTool(name, "", JsonNodeFactory.instance.objectNode().put("type", "object")));
        }
        send(new ClientEvent.SessionUpdate(SessionConfig.builder().tools(tools).build()));
        return this;
    }

    /// From now on the ears take until [#hear] is called.
    VirtualSession withSlowEars() {
        earsAreSlow = true;
        return this;
    }

    /// The audio that is appended from now on is in this format.
    VirtualSession withFormat(AudioFormat others) {
        format = others;
        return this;
    }

    /// Items waiting for slow ears, oldest first.
    List<String> unheard() {
        return unheard.stream().map(Effect.Hear::itemId).toList();
    }

    /// The ears report on an item.
    List<ServerEvent> hear(String itemId, String words) {
        unheard.removeIf(effect -> effect.itemId().equals(itemId));
        return input(new Input.Heard(itemId, new Hearing.Understood(words, 1)));
    }

    List<ServerEvent> send(ClientEvent event) {
        return frame(event.toJson());
    }

    List<ServerEvent> frame(String frame) {
        return input(Input.Frame.read(frame));
    }

    List<ServerEvent> input(Input input) {
        int before = sent.size();
        carryOut(session.on(input, now));
        return since(before);
    }

    /// Sends audio in real time.
    List<ServerEvent> play(Pcm audio) {
        int before = sent.size();
        int piece = (int) (audio.rate() * PIECE.toMillis() / 1_000);
        for (int from = 0; from < audio.frames(); from += piece) {
            var bytes = format.encode(audio.slice(from, Math.min(from + piece, audio.frames())));
            send(new ClientEvent.InputAppend(bytes));
            pass(PIECE);
        }
        return since(before);
    }

    /// Lets time pass on a call: the caller says this, and hears what the model says meanwhile.
    List<ServerEvent> onTheLine(Pcm spoken) {
        int before = sent.size();
        int piece = (int) (spoken.rate() * PIECE.toMillis() / 1_000);
        for (int from = 0; from < spoken.frames(); from += piece) {
            input(new Input.Spoken(spoken.slice(from, Math.min(from + piece, spoken.frames()))));
            input(new Input.Listening());
            pass(PIECE);
        }
        return since(before);
    }

    /// The caller is silent for so long.
    List<ServerEvent> onTheLine(Duration silence) {
        return onTheLine(Pcm.silence(24_000, silence));
    }

    /// What was sent on the call.
    List<Played> played() {
        return List.copyOf(played);
    }

    /// How much was sent on the call.
    Duration playedLength() {
        return played.stream().map(one -> one.audio().duration()).reduce(Duration.ZERO, Duration::plus);
    }

    /// Lets time pass, waking the session when it asks to be.
    List<ServerEvent> pass(Duration span) {
        int before = sent.size();
        var end = now.plus(span);
        for (var wake = session.wakeAt(); wake.isPresent() && !wake.get().isAfter(end); wake = session.wakeAt()) {
            now = now.isAfter(wake.get()) ? now : wake.get();
            carryOut(session.on(new Input.Tick(), now));
        }
        now = end;
        return since(before);
    }

    /// Lets time pass until nothing more is to be said for a while.
    List<ServerEvent> passUntilQuiet() {
        int before = sent.size();
        for (var wake = session.wakeAt(); wake.isPresent() && wake.get().isBefore(now.plus(A_WHILE)); wake = session
                .wakeAt()) {
            pass(Duration.between(now, wake.get()));
            assertThat(sent.size()).as("events of a session that does not come to rest").isLessThan(before + 100_000);
        }
        return since(before);
    }

    /// The caller writes, and the model answers to the end.
    List<ServerEvent> textTurn(String words) {
        int before = sent.size();
        send(new ClientEvent.ItemCreate(Item.userText(words)));
        send(new ClientEvent.ResponseCreate());
        passUntilQuiet();
        return since(before);
    }

    /// The caller writes, and the model has begun to answer aloud.
    void textTurnBegins(String words) {
        send(new ClientEvent.ItemCreate(Item.userText(words)));
        send(new ClientEvent.ResponseCreate());
        pass(Duration.ofMillis(200));
    }

    /// The ends of the connection that were asked for.
    List<Effect.Close> closes() {
        return List.copyOf(closes);
    }

    Instant now() {
        return now;
    }

    /// Forgets everything so far.
    void forget() {
        sent.clear();
    }

    /// Everything so far.
    List<Sent> sent() {
        return List.copyOf(sent);
    }

    <T extends ServerEvent> List<T> all(Class<T> type) {
        return sent.stream().map(Sent::event).filter(type::isInstance).map(type::cast).toList();
    }

    <T extends ServerEvent> T last(Class<T> type) {
        var all = all(type);
        assertThat(all).as("events of type " + type.getSimpleName()).isNotEmpty();
        return all.getLast();
    }

    static List<String> types(List<ServerEvent> events) {
        return events.stream().map(ServerEvent::type).toList();
    }

    /// The types, each run of one type as one: audio and transcript deltas come in any number.
    static List<String> ladder(List<ServerEvent> events) {
        var ladder = new ArrayList<String>();
        for (var type : types(events)) {
            if (!type.endsWith(".delta") || !ladder.contains(type)) {
                ladder.add(type);
            }
        }
        return ladder;
    }

    private List<ServerEvent> since(int before) {
        return sent.subList(before, sent.size()).stream().map(Sent::event).toList();
    }

    private void carryOut(List<Effect> effects) {
        for (var effect : effects) {
            switch (effect) {
                case Effect.Send(var eventId, var event) -> {
                    var received = ServerEvent.parse(event.toJson(eventId));
                    if (received instanceof ServerEvent.Malformed || received instanceof ServerEvent.Unknown) {
                        throw new AssertionError("no client understands " + event.toJson());
                    }
                    sent.add(new Sent(now, received));
                }
                case Effect.Hear hear -> unheard.add(hear);
                case Effect.Think think -> unthought.add(think);
                case Effect.StopThinking(var responseId) ->
                    unthought.removeIf(think -> think.responseId().equals(responseId));
                case Effect.Play(var audio) -> played.add(new Played(now, audio));
                case Effect.Close close -> closes.add(close);
            }
        }
        while (!earsAreSlow && !unheard.isEmpty()) {
            var next = unheard.remove();
            carryOut(session.on(new Input.Heard(next.itemId(), ears.hear(next.audio())), now));
        }
        while (!unthought.isEmpty()) {
            think(unthought.remove());
        }
    }

    private void think(Effect.Think effect) {
        try {
            mind.respond(effect.situation(), thought -> carryOut(session.on(new Input.Thought(effect.responseId(),
                    voiced(thought, effect.rendering())), now)));
            carryOut(session.on(new Input.ThoughtEnded(effect.responseId()), now));
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a mind in virtual time", e);
        }
    }

    private EmulatedSession.Voiced voiced(Mind.Thought thought, Optional<EmulatedSession.Rendering> rendering) {
        return switch (thought) {
            case Mind.Thought.Say(var text, var phase) -> new EmulatedSession.Voiced.Said(text, phase,
                    rendering.map(how -> how.of(voice.apply(text))).orElse(Sound.NONE));
            case Mind.Thought.CallFunction(var name, var arguments) ->
                new EmulatedSession.Voiced.Called(name, arguments);
        };
    }
}
