package dev.parley.agent;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.Response;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
/// - *One tool run per `call_id`*, however many events carry it.
/// - *One `response.create` per answered response.* It is sent when the running response has reached `response.done`,
///   every tool has answered, and the caller is not speaking; never while another is outstanding. An output counts as
///   answered once a response begins that we asked for after sending it, or any response after the server has
///   acknowledged it; so a response that the server started by itself is not followed by a second one, and a server
///   that acknowledges nothing is not asked for ever.
/// - *Barge-in.* When the caller speaks, playing stops at once, and each item is cut to what was heard.
/// - An error event is an answer, not an end. Being told that a response is already running, or that there is none to
///   cancel, is not even an error.
final class Conversation {
    static final Duration CONFIGURE_TIMEOUT = Duration.ofSeconds(10);
    static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(10);
    /// How long the end of the caller's turn is taken to promise a response that the server starts by itself.
    static final Duration AUTOMATIC_RESPONSE_TIMEOUT = Duration.ofSeconds(3);

    private static final String CONFIGURE = "configure";
    private static final String OUTPUT = "output_";
    private static final String UNKNOWN_RESPONSE = "a response we were only told of";

    private enum Phase {
        CONNECTING, CONFIGURING, LIVE, ENDED
    }

    private final Agent agent;
    private final AudioEncoding encoding;
    private final Transcript transcript;
    private List<Effect> effects = new ArrayList<>();

    private Phase phase = Phase.CONNECTING;
    private @Nullable Instant phaseDeadline;

    /// The response now writing the conversation.
    private @Nullable String activeResponse;
    /// Until when our `response.create` may go unanswered; null when none is outstanding.
    private @Nullable Instant requestDeadline;
    /// Until when the server may take to start a response by itself; null when it is not expected to.
    private @Nullable Instant automaticDeadline;
    /// Until when the response we were only told of is taken to run.
    private @Nullable Instant unknownDeadline;
    private boolean greetingPending;
    private boolean callerSpeaking;
    private @Nullable Instant turnEndedAt;

    private final Map<String, String> toolNames = new HashMap<>();
    private final Set<String> runningTools = new HashSet<>();
    private final Set<String> sentOutputs = new HashSet<>();
    private final Set<String> acknowledgedOutputs = new HashSet<>();
    /// Outputs sent before the outstanding `response.create`: the response it starts answers them.
    private final Set<String> requestedOutputs = new HashSet<>();

    /// Responses the caller has spoken into: what they still bring is not played.
    private final Set<String> interruptedResponses = new HashSet<>();
    /// Their items that brought sound too late to be played, to be cut to what was played when the response is done.
    private final Set<Unplayed> unplayed = new LinkedHashSet<>();
    private final Set<String> cutItems = new HashSet<>();
    /// Bytes handed on to be played, by item.
    private final Map<String, Long> played = new HashMap<>();
    /// How often playing was stopped without a report yet of what that cut.
    private int stopsUnreported;

    private record Unplayed(String itemId, int contentIndex) {}

    Conversation(Agent agent, AudioEncoding encoding) {
        this.agent = agent;
        this.encoding = encoding;
        this.transcript = new Transcript(agent.transcriptionModel() != null);
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
            case Input.ToolFinished(var callId, var output) -> toolFinished(callId, output);
            case Input.PlayoutStopped(var cuts) -> playoutStopped(cuts);
            case Input.SessionEnded(var close) -> end(new Ending.Failed("the service ended the session: " + close));
            case Input.HangUp(var by) -> end(new Ending.HungUp(by));
            case Input.Tick() -> transcript.due(now).forEach(this::publish);
        }
        expire(now);
        respondIfDue(now);
        return effects;
    }

    /// When a [Input.Tick] is wanted; empty when nothing is waiting for time to pass. Before the first input there is no
    /// time to count from: a call that begins with a tick notices a service that never says anything.
    Optional<Instant> wakeAt() {
        if (phase == Phase.ENDED) {
            return Optional.empty();
        }
        return Stream.concat(Stream.of(phaseDeadline, requestDeadline, automaticDeadline, unknownDeadline)
                .flatMap(Stream::ofNullable), transcript.wakeAt().stream())
                .min(Instant::compareTo);
    }

    boolean hasEnded() {
        return phase == Phase.ENDED;
    }

    private void received(ServerEvent event, Instant now) {
        switch (event) {
            case ServerEvent.SessionCreated _ -> configure(now);
            case ServerEvent.SessionUpdated updated -> configured(updated);
            case ServerEvent.ErrorEvent error -> refused(error.error(), now);
            case ServerEvent.SpeechStarted _ -> callerStarted();
            case ServerEvent.SpeechStopped _ -> callerStopped(now);
            case ServerEvent.ResponseCreated created -> responseCreated(created.response());
            case ServerEvent.ResponseDone done -> responseDone(done.response());
            case ServerEvent.OutputAudioDelta audio -> play(audio, now);
            case ServerEvent.OutputAudioDone done ->
                effects.add(new Effect.FinishPlaying(done.at().itemId(), done.at().contentIndex()));
            case ServerEvent.FunctionArgumentsDone call when !call.name().isEmpty() ->
                runTool(call.callId(), call.name(), call.arguments());
            case ServerEvent.OutputItemDone done when done.item() instanceof Item.FunctionCall call -> runIfComplete(
                    call);
            case ServerEvent.ItemAdded added when added.item() instanceof Item.FunctionCallOutput output ->
                acknowledged(output.callId());
            case ServerEvent.Malformed malformed ->
                publish(new CallEvent.Problem("the service sent an event that cannot be read: " + malformed.problem()));
            default -> {
                // Everything else is of interest to the transcript, or to nobody.
            }
        }
        if (phase != Phase.ENDED) {
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

    // Responses

    private void respondIfDue(Instant now) {
        if (phase != Phase.LIVE || activeResponse != null || requestDeadline != null || automaticDeadline != null
                || callerSpeaking || !runningTools.isEmpty()) {
            return;
        }
        if (greetingPending) {
            request(ResponseConfig.builder().instructions(agent.greetingInstructions().orElse("")).build(), now);
        } else if (!sentOutputs.isEmpty() || !acknowledgedOutputs.isEmpty()) {
            request(ResponseConfig.DEFAULT, now);
        }
    }

    private void request(ResponseConfig config, Instant now) {
        requestDeadline = now.plus(RESPONSE_TIMEOUT);
        requestedOutputs.clear();
        requestedOutputs.addAll(sentOutputs);
        send(new ClientEvent.ResponseCreate(config));
    }

    private void responseCreated(Response response) {
        if (!response.isInConversation()) {
            return;
        }
        // The end of the caller's turn starts the server's response before it takes up ours, which is refused or follows.
        if (requestDeadline != null && automaticDeadline == null) {
            requestDeadline = null;
            sentOutputs.removeAll(requestedOutputs);
        }
        activeResponse = response.id();
        automaticDeadline = null;
        unknownDeadline = null;
        greetingPending = false;
        acknowledgedOutputs.clear();
        if (callerSpeaking) {
            // The caller began again while the server was still answering the turn before.
            interruptedResponses.add(response.id());
        }
    }

    private void responseDone(Response response) {
        response.functionCalls().forEach(this::runIfComplete);
        if (response.id().equals(activeResponse)) {
            activeResponse = null;
        } else if (response.isInConversation()) {
            forgetUnknownResponse();
        }
        if (interruptedResponses.remove(response.id())) {
            cutUnplayed();
        }
        switch (response.status()) {
            case FAILED -> publish(new CallEvent.Problem(
                    "the model could not answer: " + response.failure().orElse("no reason was given")));
            case INCOMPLETE -> publish(new CallEvent.Problem(
                    "the model's answer was cut short: " + response.reason().orElse("no reason was given")));
            case IN_PROGRESS, COMPLETED, CANCELLED, UNKNOWN -> {
                // As it should be.
            }
        }
    }

    private void refused(RealtimeError error, Instant now) {
        if (error.is(RealtimeError.ACTIVE_RESPONSE)) {
            if (requestDeadline == null) {
                // Not ours: the server was to answer the caller by itself, and cannot.
                automaticDeadline = null;
            }
            requestDeadline = null;
            if (activeResponse == null) {
                activeResponse = UNKNOWN_RESPONSE;
                unknownDeadline = now.plus(RESPONSE_TIMEOUT);
            }
            return;
        }
        if (error.is(RealtimeError.CANCEL_NOT_ACTIVE)) {
            return;
        }
        if (phase != Phase.LIVE) {
            end(new Ending.Failed("the service refused the session: " + error.message()));
            return;
        }
        var eventId = error.eventId();
        if (eventId != null && eventId.startsWith(OUTPUT)) {
            sentOutputs.remove(eventId.substring(OUTPUT.length()));
        }
        publish(new CallEvent.Problem("the service reports an error: " + error.message()));
    }

    private void forgetUnknownResponse() {
        unknownDeadline = null;
        interruptedResponses.remove(UNKNOWN_RESPONSE);
        if (UNKNOWN_RESPONSE.equals(activeResponse)) {
            activeResponse = null;
        }
    }

    // Tools

    private void runIfComplete(Item.FunctionCall call) {
        if (call.status().map("completed"::equals).orElse(true)) {
            runTool(call.callId(), call.name(), call.arguments());
        }
    }

    private void runTool(String callId, String name, String arguments) {
        if (toolNames.putIfAbsent(callId, name) != null) {
            return;
        }
        runningTools.add(callId);
        publish(new CallEvent.ToolCalled(callId, name, arguments));
        effects.add(new Effect.RunTool(callId, name, arguments));
    }

    private void toolFinished(String callId, String output) {
        if (!runningTools.remove(callId)) {
            return;
        }
        publish(new CallEvent.ToolAnswered(callId, toolNames.getOrDefault(callId, ""), output));
        sentOutputs.add(callId);
        send(new ClientEvent.ItemCreate(Item.functionCallOutput(callId, output)).withEventId(OUTPUT + callId));
    }

    private void acknowledged(String callId) {
        if (sentOutputs.remove(callId)) {
            acknowledgedOutputs.add(callId);
        }
    }

    // Barge-in

    private void callerStarted() {
        callerSpeaking = true;
        automaticDeadline = null;
        // A caller who speaks first has no need to be greeted.
        greetingPending = false;
        turnEndedAt = null;
        publish(new CallEvent.CallerStartedSpeaking());
        if (activeResponse != null) {
            interruptedResponses.add(activeResponse);
            if (!agent.isInterruptedAutomatically()) {
                send(new ClientEvent.ResponseCancel());
            }
        }
        stopsUnreported++;
        effects.add(new Effect.StopPlayout());
    }

    private void playoutStopped(List<Input.Cut> cuts) {
        stopsUnreported = Math.max(0, stopsUnreported - 1);
        cuts.forEach(cut -> truncate(cut.itemId(), cut.contentIndex(), cut.heardMillis()));
        if (interruptedResponses.isEmpty()) {
            cutUnplayed();
        }
    }

    private void callerStopped(Instant now) {
        callerSpeaking = false;
        turnEndedAt = now;
        publish(new CallEvent.CallerStoppedSpeaking());
        if (agent.isAnsweredAutomatically()) {
            automaticDeadline = now.plus(AUTOMATIC_RESPONSE_TIMEOUT);
        }
    }

    private void play(ServerEvent.OutputAudioDelta audio, Instant now) {
        var at = audio.at();
        if (cutItems.contains(at.itemId())) {
            return;
        }
        if (interruptedResponses.contains(at.responseId())) {
            unplayed.add(new Unplayed(at.itemId(), at.contentIndex()));
            return;
        }
        var isFirst = !played.containsKey(at.itemId());
        played.merge(at.itemId(), (long) audio.audio().length, Long::sum);
        if (isFirst) {
            var wait = turnEndedAt == null ? Duration.ZERO : Duration.between(turnEndedAt, now);
            turnEndedAt = null;
            publish(new CallEvent.AgentStartedSpeaking(at.itemId(), wait));
        }
        effects.add(new Effect.Play(audio));
    }

    private void cutUnplayed() {
        unplayed.removeIf(late -> {
            var bytes = played.getOrDefault(late.itemId, 0L);
            if (bytes > 0 && stopsUnreported > 0) {
                // Some of it may have been cut off; the report will say.
                return false;
            }
            truncate(late.itemId, late.contentIndex, bytes * 1_000 / encoding.bytesPerSecond());
            return true;
        });
    }

    private void truncate(String itemId, int contentIndex, long heardMillis) {
        if (!cutItems.add(itemId)) {
            return;
        }
        send(new ClientEvent.ItemTruncate(itemId, contentIndex, heardMillis));
        transcript.cut(new CallEvent.Interrupted(itemId, Duration.ofMillis(heardMillis))).forEach(this::publish);
    }

    // Time

    private void expire(Instant now) {
        if (phase == Phase.ENDED) {
            return;
        }
        if (isPast(phaseDeadline, now)) {
            end(new Ending.Failed("the service did not confirm the session's settings within "
                    + CONFIGURE_TIMEOUT.toSeconds() + " s"));
            return;
        }
        if (isPast(requestDeadline, now)) {
            requestDeadline = null;
            sentOutputs.clear();
            acknowledgedOutputs.clear();
            greetingPending = false;
            publish(new CallEvent.Problem("the model did not answer within " + RESPONSE_TIMEOUT.toSeconds() + " s"));
        }
        if (isPast(automaticDeadline, now)) {
            automaticDeadline = null;
        }
        if (isPast(unknownDeadline, now)) {
            forgetUnknownResponse();
        }
    }

    private static boolean isPast(@Nullable Instant deadline, Instant now) {
        return deadline != null && !now.isBefore(deadline);
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

    private void publish(CallEvent event) {
        effects.add(new Effect.Publish(event));
    }
}
