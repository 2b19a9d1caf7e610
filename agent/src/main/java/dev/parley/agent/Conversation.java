package dev.parley.agent;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.Response;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The rules of a call between an agent and a Realtime session: what to do when.
///
/// A pure state machine: inputs and the time go in, effects come out; no I/O, no clock, no thread. Whoever drives it
/// gives it one input at a time and carries out the effects in order.
///
/// The rules it keeps:
/// - *Configuration before greeting.* Nothing is asked of the model, and no audio let through, before
///   `session.updated` has confirmed our settings.
/// - *One tool run per `call_id`*, however many events carry it, and one output.
/// - *One `response.create` per answered response.* It is sent when the running response has reached `response.done`,
///   every tool has answered, and the caller is not speaking; never while another is outstanding. What counts as
///   answered is said in [OpenCalls], and an answer that was lost with its connection before anything of it was heard does
///   not count; so a response that the server started by itself is not followed by a second one,
///   and a server that acknowledges nothing is not asked for ever. What is said [Meanwhile] is beside the conversation
///   and does not count.
/// - *Barge-in.* When the caller speaks, playing stops at once, each item is cut to what was heard, and tools that are to
///   be cancelled then are. Where the service itself [plays][Playing#THERE], it cuts, and we take note.
/// - *Nothing is waited for without end*: see [ResponseSlot].
/// - An error event is an answer, not an end. Being told that a response is already running, or that there is none to
///   cancel, is not even an error.
final class Conversation {
    static final Duration CONFIGURE_TIMEOUT = Duration.ofSeconds(10);

    private static final String CONFIGURE = "configure";
    private static final String OUTPUT = "output_";

    private enum Phase {
        CONNECTING, CONFIGURING, LIVE, ENDED
    }

    private final Agent agent;
    private final AudioEncoding encoding;
    private final Playing playing;
    private final Function<String, ToolPolicy> policies;
    private final Transcript transcript;
    private final Bill bill;
    private final ResponseSlot slot = new ResponseSlot();
    private final OpenCalls calls = new OpenCalls();
    private final Meanwhile meanwhile = new Meanwhile();
    private final Hearing hearing;
    private final FarPlayout far = new FarPlayout();
    private List<Effect> effects = new ArrayList<>();

    private Phase phase = Phase.CONNECTING;
    private @Nullable Instant phaseDeadline;
    private boolean greetingPending;
    /// Whether an answer that had begun, and of which nothing was heard, went down with its connection.
    private boolean answerLost;
    private boolean callerSpeaking;
    private @Nullable Instant turnEndedAt;

    /// @param playing who plays what the model says
    /// @param policies how calls of the tool with this name are treated
    Conversation(Agent agent, AudioEncoding encoding, Playing playing, Function<String, ToolPolicy> policies,
            Prices prices) {
        this.agent = agent;
        this.encoding = encoding;
        this.playing = playing;
        this.policies = policies;
        this.transcript = new Transcript(agent.transcriptionModel() != null);
        this.bill = new Bill(prices);
        this.hearing = new Hearing(encoding);
        this.greetingPending = agent.greeting() != null;
    }

    /// What to do about `input`.
    List<Effect> on(Input input, Instant now) {
        if (phase == Phase.ENDED) {
            return List.of();
        }
        effects = new ArrayList<>();
        if (phaseDeadline == null && phase == Phase.CONNECTING) {
            phaseDeadline = now.plus(CONFIGURE_TIMEOUT);
        }
        switch (input) {
            case Input.Received(var event) -> received(event, now);
            case Input.ToolFinished(var callId, var output) -> toolFinished(callId, output, now);
            case Input.PlayoutStopped(var cuts) -> truncate(hearing.stopped(cuts));
            case Input.SessionChanged(var change) -> sessionChanged(change);
            case Input.SoundDropped() -> problem(
                    "the connection is too slow for the caller's sound: some of it is dropped");
            case Input.SessionEnded(var close) -> end(new Ending.Failed("the service ended the session: " + close));
            case Input.HangUp(var by) -> end(new Ending.HungUp(by));
            case Input.Tick() -> transcript.due(now).forEach(this::publish);
        }
        if (phase != Phase.ENDED) {
            expire(now);
        }
        if (phase == Phase.LIVE) {
            respondIfDue(now);
            saySomethingIfDue(now);
        }
        return effects;
    }

    /// When a [Input.Tick] is wanted; empty when nothing is waiting for time to pass. Before the first input there is no
    /// time to count from: a call that begins with a tick notices a service that never says anything.
    Optional<Instant> wakeAt() {
        if (phase == Phase.ENDED) {
            return Optional.empty();
        }
        var progress = mayTalkMeanwhile() ? meanwhile.nextDue(hearing.soundEnds()) : meanwhile.deadline();
        return Stream.of(Stream.ofNullable(phaseDeadline), slot.deadlines(), transcript.wakeAt().stream(),
                progress.stream())
                .flatMap(deadlines -> deadlines)
                .min(Instant::compareTo);
    }

    boolean hasEnded() {
        return phase == Phase.ENDED;
    }

    private void received(ServerEvent event, Instant now) {
        slot.hear(event.raw().path("response_id").asString(""), now);
        switch (event) {
            case ServerEvent.SessionCreated _ -> configure(now);
            case ServerEvent.SessionUpdated updated -> configured(updated);
            case ServerEvent.ErrorEvent error -> refused(error.error(), now);
            case ServerEvent.SpeechStarted _ -> callerStarted(now);
            case ServerEvent.SpeechStopped _ -> callerStopped(now);
            case ServerEvent.ResponseCreated created -> responseCreated(created.response(), now);
            case ServerEvent.ResponseDone done -> responseDone(done.response(), now);
            case ServerEvent.OutputAudioDelta audio when playing == Playing.HERE -> play(audio, now);
            case ServerEvent.OutputAudioDone done when playing == Playing.HERE -> finishPlaying(done.at());
            case ServerEvent.ContentPartAdded part when playing == Playing.THERE && part.partType().equals("audio") ->
                far.announce(part.at().responseId(), part.at().itemId());
            case ServerEvent.OutputBufferStarted started -> heardFrom(started.responseId(), now);
            case ServerEvent.OutputBufferStopped stopped -> heardOut(stopped.responseId(), now);
            case ServerEvent.OutputBufferCleared cleared -> heardOut(cleared.responseId(), now);
            case ServerEvent.ItemTruncated cut when playing == Playing.THERE ->
                interrupted(cut.itemId(), cut.audioEndMs());
            case ServerEvent.FunctionArgumentsDone call when !call.name().isEmpty() ->
                runTool(call.callId(), call.name(), call.arguments(), now);
            case ServerEvent.OutputItemDone done when done.item() instanceof Item.FunctionCall call ->
                runIfComplete(call, now);
            case ServerEvent.ItemAdded added when added.item() instanceof Item.FunctionCallOutput output ->
                calls.acknowledge(output.callId());
            case ServerEvent.RateLimitsUpdated limits -> publish(new CallEvent.RateLimits(limits.rateLimits()));
            case ServerEvent.Malformed malformed -> problem("the service sent an event that cannot be read: "
                    + malformed.problem());
            default -> {
                // Everything else is of interest to the transcript, or to nobody.
            }
        }
        if (phase != Phase.ENDED) {
            bill.on(event).ifPresent(this::publish);
            transcript.on(event, now).forEach(this::publish);
        }
    }

    // Configuration before greeting

    private void configure(Instant now) {
        if (phase != Phase.CONNECTING) {
            return;
        }
        phase = Phase.CONFIGURING;
        phaseDeadline = now.plus(CONFIGURE_TIMEOUT);
        send(new ClientEvent.SessionUpdate(agent.session(encoding)).withEventId(CONFIGURE));
    }

    private void configured(ServerEvent.SessionUpdated updated) {
        if (phase != Phase.CONFIGURING) {
            return;
        }
        phase = Phase.LIVE;
        phaseDeadline = null;
        publish(new CallEvent.Ready(updated.session().id().orElse("")));
        effects.add(new Effect.Listen());
    }

    private void sessionChanged(SessionChange change) {
        switch (change) {
            case SessionChange.Lost(var close, var attempt, var delay) ->
                publish(new CallEvent.ConnectionLost(close, attempt, delay));
            case SessionChange.Replaced(var cause, var items) -> {
                publish(new CallEvent.SessionReplaced(cause, items));
                // Its end, which follows, leaves the caller without a word.
                answerLost = slot.active().filter(id -> hearing.isUnheard(id) && !far.isPlaying(id)).isPresent();
            }
            case SessionChange.GaveUp _ -> {
                // The end of the session follows.
            }
        }
    }

    // Responses

    private void respondIfDue(Instant now) {
        if (!slot.isFree() || callerSpeaking || calls.areRunning() || meanwhile.isSaying()) {
            return;
        }
        if (greetingPending) {
            request(ResponseConfig.builder().instructions(agent.greetingInstructions().orElse("")).build(), now);
        } else if (calls.awaitAnswer() || answerLost) {
            request(ResponseConfig.DEFAULT, now);
        }
    }

    private void request(ResponseConfig config, Instant now) {
        slot.request(now);
        calls.request();
        send(new ClientEvent.ResponseCreate(config));
    }

    private void responseCreated(Response response, Instant now) {
        if (Meanwhile.isOurs(response) && !meanwhile.begin(response)) {
            silence(response.id());
        }
        if (!response.isInConversation()) {
            hearing.isAside(response.id());
            return;
        }
        // Two voices at once are none.
        stopTalkingMeanwhile();
        // Only one response writes at a time: one whose end was not told is over.
        slot.active()
                .filter(other -> !other.equals(response.id()))
                .ifPresent(other -> truncate(hearing.lose(other)));
        calls.answer(slot.begin(response.id(), now));
        greetingPending = false;
        answerLost = false;
        if (callerSpeaking) {
            // The caller began again while the server was still answering the turn before.
            hearing.silence(response.id());
        }
    }

    private void responseDone(Response response, Instant now) {
        response.functionCalls().forEach(call -> runIfComplete(call, now));
        meanwhile.end(response);
        if (response.isInConversation()) {
            slot.end(response.id());
        }
        // A response whose connection was lost leaves its sound without an end.
        hearing.sounded(response.id()).forEach(this::finishPlaying);
        truncate(hearing.done(response.id()));
        if (response.status() != Response.Status.COMPLETED && !far.isPlaying(response.id())) {
            far.end(response.id());
        }
        switch (response.status()) {
            case FAILED -> problem("the model could not answer: " + response.failure().orElse("no reason was given"));
            case INCOMPLETE -> problem("the model's answer was cut short: "
                    + response.reason().orElse("no reason was given"));
            case IN_PROGRESS, COMPLETED, CANCELLED, UNKNOWN -> {
                // As it should be.
            }
        }
    }

    private void refused(RealtimeError error, Instant now) {
        var eventId = Optional.ofNullable(error.eventId()).orElse("");
        if (eventId.startsWith(Meanwhile.EVENT)) {
            meanwhile.refuse(eventId.substring(Meanwhile.EVENT.length()));
        } else if (error.is(RealtimeError.ACTIVE_RESPONSE)) {
            slot.refuse(now);
            return;
        }
        if (error.is(RealtimeError.CANCEL_NOT_ACTIVE)) {
            return;
        }
        if (phase != Phase.LIVE) {
            end(new Ending.Failed("the service refused the session: " + error.message()));
            return;
        }
        if (eventId.startsWith(OUTPUT)) {
            calls.refuse(eventId.substring(OUTPUT.length()));
        }
        problem("the service reports an error: " + error.message());
    }

    // Tools

    private void runIfComplete(Item.FunctionCall call, Instant now) {
        if (call.status().map("completed"::equals).orElse(true)) {
            runTool(call.callId(), call.name(), call.arguments(), now);
        }
    }

    private void runTool(String callId, String name, String arguments, Instant now) {
        if (!calls.begin(callId, name, now)) {
            return;
        }
        meanwhile.begin(callId, policies.apply(name), now);
        publish(new CallEvent.ToolCalled(callId, name, arguments));
        effects.add(new Effect.RunTool(callId, name, arguments));
    }

    private void toolFinished(String callId, String output, Instant now) {
        meanwhile.finish(callId);
        calls.finish(callId, now).ifPresent(took -> {
            publish(new CallEvent.ToolAnswered(callId, calls.name(callId), output, took));
            send(new ClientEvent.ItemCreate(Item.functionCallOutput(callId, output)).withEventId(OUTPUT + callId));
        });
    }

    private void cancelTools() {
        for (var callId : calls.running()) {
            if (policies.apply(calls.name(callId)).onBargeIn() == BargeIn.CANCEL) {
                effects.add(new Effect.CancelTool(callId));
            }
        }
    }

    // What is said meanwhile

    private boolean mayTalkMeanwhile() {
        return phase == Phase.LIVE && slot.isFree() && !callerSpeaking && !meanwhile.isSaying() && !far.isPlaying();
    }

    private void saySomethingIfDue(Instant now) {
        if (!mayTalkMeanwhile()) {
            return;
        }
        meanwhile.due(hearing.soundEnds(), now).ifPresent(due -> {
            send(meanwhile.say(due, now));
            publish(new CallEvent.SaidMeanwhile(due.callId(), due.sentence()));
        });
    }

    private void stopTalkingMeanwhile() {
        meanwhile.stop().ifPresent(this::silence);
    }

    /// Cancels a response beside the conversation, which nobody else would.
    private void silence(String responseId) {
        hearing.silence(responseId);
        send(new ClientEvent.ResponseCancel(responseId));
        if (far.isPlaying(responseId)) {
            send(new ClientEvent.OutputBufferClear());
        }
    }

    // Barge-in

    private void callerStarted(Instant now) {
        callerSpeaking = true;
        slot.turnBegins();
        // A caller who speaks first has no need to be greeted.
        greetingPending = false;
        answerLost = false;
        turnEndedAt = null;
        publish(new CallEvent.CallerStartedSpeaking());
        slot.active().ifPresent(hearing::silence);
        if (slot.isBusy() && !agent.isInterruptedAutomatically()) {
            send(new ClientEvent.ResponseCancel());
        }
        stopTalkingMeanwhile();
        if (far.isPlaying() && !agent.isInterruptedAutomatically()) {
            // What was made before the response was cancelled would still be played.
            send(new ClientEvent.OutputBufferClear());
        }
        if (playing == Playing.HERE || far.isPlaying()) {
            stopPlayout(now);
        }
        cancelTools();
    }

    private void stopPlayout(Instant now) {
        hearing.stop(now);
        effects.add(new Effect.StopPlayout());
    }

    private void callerStopped(Instant now) {
        callerSpeaking = false;
        turnEndedAt = now;
        publish(new CallEvent.CallerStoppedSpeaking());
        if (agent.isAnsweredAutomatically()) {
            slot.answerIsDue(now);
        }
    }

    private void play(ServerEvent.OutputAudioDelta audio, Instant now) {
        switch (hearing.on(audio, now)) {
            case DROP -> {
                // It comes too late.
            }
            case PLAY -> effects.add(new Effect.Play(audio));
            case PLAY_FIRST -> {
                startedSpeaking(audio.at().itemId(), now);
                effects.add(new Effect.Play(audio));
            }
        }
    }

    private void startedSpeaking(String itemId, Instant now) {
        var wait = turnEndedAt == null ? Duration.ZERO : Duration.between(turnEndedAt, now);
        turnEndedAt = null;
        publish(new CallEvent.AgentStartedSpeaking(itemId, wait));
    }

    /// The service has begun to play a response.
    private void heardFrom(String responseId, Instant now) {
        far.start(responseId).ifPresent(itemId -> startedSpeaking(itemId, now));
        if (callerSpeaking) {
            // The caller began again before the service got that far.
            send(new ClientEvent.OutputBufferClear());
            stopPlayout(now);
        } else {
            effects.add(new Effect.ResumePlayout());
        }
    }

    /// Nothing more of this response will be played by the service.
    private void heardOut(String responseId, Instant now) {
        far.end(responseId);
        hearing.endAt(now);
        effects.add(new Effect.ResumePlayout());
    }

    private void finishPlaying(ServerEvent.Part part) {
        effects.add(new Effect.FinishPlaying(part.itemId(), part.contentIndex()));
    }

    private void truncate(List<Input.Cut> cuts) {
        for (var cut : cuts) {
            send(new ClientEvent.ItemTruncate(cut.itemId(), cut.contentIndex(), cut.heardMillis()));
            interrupted(cut.itemId(), cut.heardMillis());
        }
    }

    private void interrupted(String itemId, long heardMillis) {
        transcript.cut(new CallEvent.Interrupted(itemId, Duration.ofMillis(heardMillis))).forEach(this::publish);
    }

    // Time

    private void expire(Instant now) {
        if (phaseDeadline != null && !now.isBefore(phaseDeadline)) {
            end(new Ending.Failed("the service did not confirm the session's settings within "
                    + CONFIGURE_TIMEOUT.toSeconds() + " s"));
            return;
        }
        for (var expired : slot.expire(now)) {
            switch (expired) {
                case ResponseSlot.Expired.Request() -> {
                    calls.giveUp();
                    greetingPending = false;
                    answerLost = false;
                    problem("the model did not answer within " + ResponseSlot.RESPONSE_TIMEOUT.toSeconds() + " s");
                }
                case ResponseSlot.Expired.Silent(var responseId) -> send(new ClientEvent.ResponseCancel(responseId));
                case ResponseSlot.Expired.Lost(var responseId) -> {
                    truncate(hearing.lose(responseId));
                    problem("the model's answer stopped without an end, and was given up after "
                            + ResponseSlot.SILENCE_TIMEOUT.toSeconds() + " s of silence");
                }
            }
        }
        if (meanwhile.deadline().filter(deadline -> !now.isBefore(deadline)).isPresent()) {
            stopTalkingMeanwhile();
            problem("the model did not finish a sentence of progress within " + Meanwhile.TIMEOUT.toSeconds() + " s");
        }
    }

    private void end(Ending ending) {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        effects.add(new Effect.StopPlayout());
        transcript.rest().forEach(this::publish);
        publish(new CallEvent.Ended(ending));
        effects.add(new Effect.End(ending));
    }

    private void send(ClientEvent event) {
        effects.add(new Effect.Send(event));
    }

    private void problem(String what) {
        publish(new CallEvent.Problem(what));
    }

    private void publish(CallEvent event) {
        effects.add(new Effect.Publish(event));
    }
}
