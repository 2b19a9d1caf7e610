package dev.parley.agent;

import dev.parley.media.AudioLeg;
import dev.parley.media.PlayoutFullException;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Close;
import dev.parley.realtime.ProtocolException;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.Session;
import dev.parley.realtime.SessionChange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A call in progress: a caller's leg on one side, a Realtime session on the other, an [Agent] in between.
///
/// The rules are those of [Conversation]; this class gives it a thread, a clock and hands. One virtual thread owns the
/// conversation and takes its inputs from a bounded queue; others read the session, send what the call and the caller say,
/// and let both hear each other. Closing a call closes its session and leaves the leg to whoever opened it.
public final class AgentCall implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentCall.class);
    private static final int QUEUE = 1_024;
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration GIVE_UP = Duration.ofSeconds(5);

    private final Session session;
    private final ToolRunner tools;
    private final Observers observers;
    private final InstantSource clock;
    private final Conversation conversation;
    private final ConversationMirror mirror = new ConversationMirror(AudioEncoding.PCM);
    private final Strangers strangers = new Strangers();
    private final Sender sender;
    private final Sound sound;
    private final BlockingQueue<Input> inputs = new ArrayBlockingQueue<>(QUEUE);
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final Thread owner;
    private final Thread reader;

    /// Is told what happens in a call, in order, on the call's own thread; it must not block, nor close the call. One
    /// that throws is logged; neither the call nor other observers notice.
    @FunctionalInterface
    public interface Observer {
        void on(CallEvent event, Instant at);
    }

    /// A call yet to be started: who answers it, and what may be chosen beside. Not thread-safe.
    public static final class Setup {
        private final Agent agent;
        private final ToolRunner tools;
        private final Observers observers = new Observers();
        private Prices prices = Prices.NONE;
        private InstantSource clock = InstantSource.system();

        private Setup(Agent agent, ToolRunner tools) {
            this.agent = agent;
            this.tools = tools;
        }

        /// One more to be told what happens; none hears of the others.
        public Setup observer(Observer observer) {
            observers.add(observer);
            return this;
        }

        /// What [CallEvent.Charged] counts by.
        public Setup prices(Prices value) {
            this.prices = value;
            return this;
        }

        /// What the call's deadlines count by; one that is set while the call lasts moves them.
        public Setup clock(InstantSource value) {
            this.clock = value;
            return this;
        }

        /// Starts the call on a session that was just opened, which the call closes when it ends.
        ///
        /// @param caller a leg with one channel, at any rate
        public AgentCall start(Session session, AudioLeg caller) {
            return start(_ -> session, caller);
        }

        /// Opens a session and starts the call on it; the call closes it when it ends. For one that outlives its sockets:
        ///
        /// ```java
        /// setup.start(changes -> client.connect(ReconnectPolicy.DEFAULT, changes), leg)
        /// ```
        ///
        /// @param opener opens the session, and has the changes of its sockets told to what it is given
        /// @param caller a leg with one channel, at any rate
        public AgentCall start(Function<Consumer<SessionChange>, ? extends Session> opener, AudioLeg caller) {
            return start(opener, caller, Playing.HERE, (session, dropping) -> new SoundInEvents(caller, session,
                    dropping));
        }

        /// Starts the call on a session that was just opened and whose sound travels beside its events, as over WebRTC: the
        /// service then plays what the model says, and knows what was heard. The call closes the session when it ends, and
        /// leaves both legs to whoever opened them.
        ///
        /// @param caller a leg with one channel, at any rate
        /// @param model likewise, the other end of which is the model
        public AgentCall start(Session session, AudioLeg caller, AudioLeg model) {
            return start(_ -> session, caller, _ -> model);
        }

        /// Opens a session whose sound travels beside its events, and starts the call on it; see above.
        ///
        /// @param model gives the leg the other end of which is the model
        public <S extends Session> AgentCall start(Function<Consumer<SessionChange>, S> opener, AudioLeg caller,
                Function<? super S, ? extends AudioLeg> model) {
            var legs = new AtomicReference<AudioLeg>();
            return start(changes -> {
                var session = opener.apply(changes);
                legs.set(checked(model.apply(session)));
                return session;
            }, caller, Playing.THERE, (_, _) -> new SoundOnLegs(caller, Objects.requireNonNull(legs.get())));
        }

        private AgentCall start(Function<Consumer<SessionChange>, ? extends Session> opener, AudioLeg caller,
                Playing playing, BiFunction<Session, Runnable, Sound> sound) {
            checked(caller);
            var call = new AgentCall(this, opener, playing, sound);
            call.owner.start();
            call.reader.start();
            call.sender.start();
            call.sound.start();
            return call;
        }

        private static AudioLeg checked(AudioLeg leg) {
            if (leg.format().channels() != 1) {
                throw new IllegalArgumentException("expected a leg with one channel, found " + leg.format());
            }
            return leg;
        }
    }

    private AgentCall(Setup setup, Function<Consumer<SessionChange>, ? extends Session> opener, Playing playing,
            BiFunction<Session, Runnable, Sound> sound) {
        this.session = opener.apply(change -> tell(new Input.SessionChanged(change)));
        this.tools = setup.tools;
        this.observers = setup.observers;
        this.clock = setup.clock;
        this.conversation = new Conversation(setup.agent, AudioEncoding.PCM, playing, tools::policy, setup.prices);
        this.sender = new Sender(session);
        this.sound = sound.apply(session, () -> tell(new Input.SoundDropped()));
        this.owner = Thread.ofVirtual().name("call").unstarted(this::run);
        this.reader = Thread.ofVirtual().name("call-events").unstarted(this::read);
    }

    /// Prepares a call.
    ///
    /// @param tools runs the agent's tools; closed by whoever made it
    public static Setup with(Agent agent, ToolRunner tools) {
        return new Setup(agent, tools);
    }

    /// Starts a call with one observer and without prices; see [Setup].
    public static AgentCall start(Agent agent, ToolRunner tools, Session session, AudioLeg caller,
            Observer observer, InstantSource clock) {
        return with(agent, tools).observer(observer).clock(clock).start(session, caller);
    }

    /// Lets one more be told what happens from now on. Any thread may call this.
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /// Tells `observer` nothing more.
    public void forget(Observer observer) {
        observers.remove(observer);
    }

    /// The conversation as the service has it, live. Any thread may ask it.
    public ConversationMirror mirror() {
        return mirror;
    }

    /// Ends the call on behalf of `by`, such as `caller`.
    public void hangUp(String by) {
        tell(new Input.HangUp(by));
    }

    /// Waits for the call to end.
    ///
    /// @return how it ended; empty when it goes on after `timeout`
    public Optional<Ending> await(Duration timeout) throws InterruptedException {
        try {
            return Optional.of(ending.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS));
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the call failed", e.getCause());
        }
    }

    private void tell(Input input) {
        try {
            while (!ending.isDone() && !inputs.offer(input, 1, TimeUnit.SECONDS)) {
                LOG.debug("a call is {} inputs behind", QUEUE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            for (var event : session.events()) {
                strangers.meet(event)
                        .ifPresent(type -> LOG.info("the service sends events of a type not known here: {}", type));
                mirror.on(event);
                tell(new Input.Received(event));
            }
        } catch (RuntimeException e) {
            // What gives out access tokens may fail when another socket is opened.
            LOG.error("a call's session cannot go on", e);
        }
        tell(new Input.SessionEnded(session.closed().orElseGet(() -> new Close(Close.ABNORMAL, "connection lost"))));
    }

    private void run() {
        try {
            // The first input starts the clock against a service that never says anything.
            carryOut(conversation.on(new Input.Tick(), clock.instant()));
            while (!conversation.hasEnded()) {
                var input = inputs.poll(untilWake().toNanos(), TimeUnit.NANOSECONDS);
                carryOut(conversation.on(input == null ? new Input.Tick() : input, clock.instant()));
            }
        } catch (InterruptedException _) {
            breakOff(new Ending.HungUp("shutdown"));
        } catch (RuntimeException | Error e) {
            // Our own bug: this call ends, and no other.
            LOG.error("a call failed", e);
            breakOff(new Ending.Failed("an internal error; see the log"));
        }
    }

    /// Ends the call from outside its rules, which then have no say in it any more.
    private void breakOff(Ending how) {
        if (!conversation.hasEnded()) {
            observers.tell(new CallEvent.Ended(how), clock.instant());
        }
        finish(how);
    }

    private Duration untilWake() {
        return conversation.wakeAt()
                .map(at -> Duration.between(clock.instant(), at))
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
                .orElse(IDLE);
    }

    private void carryOut(List<Effect> effects) {
        for (var effect : effects) {
            switch (effect) {
                case Effect.Send(var event) -> send(event);
                case Effect.Listen() -> sound.listen();
                case Effect.Play(var audio) -> play(audio);
                case Effect.FinishPlaying(var itemId, var contentIndex) -> sound.finish(itemId, contentIndex);
                case Effect.StopPlayout() -> stopPlayout();
                case Effect.ResumePlayout() -> sound.resume();
                case Effect.RunTool(var callId, var name, var arguments) ->
                    tools.submit(new ToolCall(callId, name, arguments),
                            result -> tell(new Input.ToolFinished(result.callId(), result.output())));
                case Effect.CancelTool(var callId) -> tools.cancel(callId);
                case Effect.Publish(var event) -> observers.tell(event, clock.instant());
                case Effect.End(var how) -> finish(how);
            }
        }
    }

    private void send(ClientEvent event) {
        mirror.sent(event);
        if (!sender.add(event)) {
            carryOut(conversation.on(new Input.SessionEnded(new Close(Close.ABNORMAL,
                    Sender.QUEUED_EVENTS + " events wait, and none is sent")), clock.instant()));
        }
    }

    private void play(ServerEvent.OutputAudioDelta audio) {
        try {
            sound.play(audio);
        } catch (ProtocolException | IllegalArgumentException | PlayoutFullException e) {
            observers.tell(new CallEvent.Problem("the service sent audio that cannot be played: " + e.getMessage()),
                    clock.instant());
        }
    }

    private void stopPlayout() {
        var cuts = sound.stop()
                .stream()
                .map(heard -> new Input.Cut(heard.itemId(), heard.contentIndex(), heard.millis()))
                .toList();
        carryOut(conversation.on(new Input.PlayoutStopped(cuts), clock.instant()));
    }

    private void finish(Ending how) {
        try {
            sound.close();
            sender.close();
            session.close();
        } finally {
            ending.complete(how);
        }
    }

    /// Ends the call if it is still going on, and interrupts it if it has not ended some seconds later. Closing twice is
    /// fine.
    @Override
    public void close() {
        try {
            if (!ending.isDone() && !endsOnRequest()) {
                LOG.warn("a call did not end within {} s; it is interrupted", GIVE_UP.toSeconds());
                owner.interrupt();
            }
        } catch (InterruptedException _) {
            owner.interrupt();
            Thread.currentThread().interrupt();
        }
        reader.interrupt();
    }

    private boolean endsOnRequest() throws InterruptedException {
        return inputs.offer(new Input.HangUp("shutdown"), 1, TimeUnit.SECONDS) && await(GIVE_UP).isPresent();
    }
}
