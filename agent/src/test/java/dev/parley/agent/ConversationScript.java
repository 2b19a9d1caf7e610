package dev.parley.agent;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A conversation under test and its clock, so that a test reads as what happened.
///
/// What it decides collects in [#effects()] and its siblings, until a [#given()] says that the story starts here.
final class ConversationScript {
    private final Conversation conversation;
    private final List<Effect> effects = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    private ConversationScript(Agent agent, Playing playing, ToolPolicy policy) {
        this.conversation = new Conversation(agent, AudioEncoding.PCM, playing, _ -> policy, Prices.NONE);
    }

    static Agent agent() {
        return Agent.of("Be brief.", List.of());
    }

    /// A call nobody has said anything in, not even the service.
    static ConversationScript aCall(Agent agent) {
        return new ConversationScript(agent, Playing.HERE, ToolPolicy.DEFAULT);
    }

    /// A call whose settings are confirmed, with an agent whose tools are all treated alike.
    static ConversationScript aLiveCall(Agent agent, ToolPolicy policy) {
        return new ConversationScript(agent, Playing.HERE, policy)
                .service(ConversationEvents.sessionCreated(), ConversationEvents.sessionUpdated())
                .given();
    }

    /// A call whose settings are confirmed, with a service that plays what the model says.
    static ConversationScript aCallPlayedThere(Agent agent, ToolPolicy policy) {
        return new ConversationScript(agent, Playing.THERE, policy)
                .service(ConversationEvents.sessionCreated(), ConversationEvents.sessionUpdated())
                .given();
    }

    /// A call whose settings are confirmed.
    static ConversationScript aLiveCall(Agent agent) {
        return aCall(agent)
                .service(ConversationEvents.sessionCreated(), ConversationEvents.sessionUpdated())
                .given();
    }

    static ConversationScript aLiveCall() {
        return aLiveCall(agent());
    }

    ConversationScript service(ServerEvent... said) {
        Arrays.stream(said).map(Input.Received::new).forEach(this::on);
        return this;
    }

    ConversationScript callerStarts() {
        return service(ConversationEvents.speechStarted("item_caller"));
    }

    ConversationScript callerStops() {
        return service(ConversationEvents.speechStopped("item_caller"));
    }

    ConversationScript toolFinishes(String callId) {
        return on(new Input.ToolFinished(callId, "output of " + callId));
    }

    ConversationScript playoutStopped(Input.Cut... cuts) {
        return on(new Input.PlayoutStopped(List.of(cuts)));
    }

    ConversationScript tickAfter(Duration passed) {
        now = now.plus(passed);
        return on(new Input.Tick());
    }

    ConversationScript after(Duration passed) {
        now = now.plus(passed);
        return this;
    }

    ConversationScript on(Input input) {
        effects.addAll(conversation.on(input, now));
        return this;
    }

    /// Forgets what was decided until now.
    ConversationScript given() {
        effects.clear();
        return this;
    }

    List<Effect> effects() {
        return List.copyOf(effects);
    }

    List<ClientEvent> sent() {
        return effects.stream().filter(Effect.Send.class::isInstance).map(e -> ((Effect.Send) e).event()).toList();
    }

    List<String> sentTypes() {
        return sent().stream().map(ClientEvent::type).toList();
    }

    List<CallEvent> published() {
        return effects.stream()
                .filter(Effect.Publish.class::isInstance)
                .map(e -> ((Effect.Publish) e).event())
                .toList();
    }

    <T extends Effect> List<T> effects(Class<T> type) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /// How long until a tick is wanted.
    Duration wakesIn() {
        return Duration.between(now, conversation.wakeAt().orElse(Instant.MAX));
    }

    boolean wantsNoTick() {
        return conversation.wakeAt().isEmpty();
    }

    boolean hasEnded() {
        return conversation.hasEnded();
    }
}
