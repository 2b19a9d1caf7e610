package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TranscriptTest {
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final Transcript transcript = new Transcript(true);
    private final List<CallEvent> lines = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    private void on(ServerEvent event) {
        lines.addAll(transcript.on(event, now));
    }

    private void after(Duration passed) {
        now = now.plus(passed);
        lines.addAll(transcript.due(now));
    }

    private void callerSpoke(String item, @Nullable String previous) {
        on(new ServerEvent.InputCommitted(item, previous));
        on(new ServerEvent.ItemAdded(previous,
                Item.message("user", new Content.InputAudio(null)).with(item, "completed")));
    }

    private void callerWords(String item, String words) {
        on(new ServerEvent.InputTranscriptCompleted(item, 0, words, 1));
    }

    private void agentBegins(String item, @Nullable String previous) {
        on(new ServerEvent.ItemAdded(previous, Item.message("assistant").with(item, "in_progress")));
    }

    private void agentWords(String item, String words) {
        on(new ServerEvent.OutputTranscriptDone(part(item), words));
    }

    private static ServerEvent.Part part(String item) {
        return new ServerEvent.Part("r1", item, 0, 0);
    }

    @Test
    void bothSidesComeInTheOrderOfTheConversation() {
        callerSpoke("u1", null);
        callerWords("u1", "Hello?");
        agentBegins("m1", "u1");
        agentWords("m1", "Good day.");

        assertThat(lines)
                .containsExactly(new CallEvent.CallerSaid("u1", "Hello?"), new CallEvent.AgentSaid("m1", "Good day."));
        assertThat(transcript.wakeAt()).isEmpty();
    }

    @Test
    void anAnswerThatWasLostIsNotWaitedFor() {
        agentBegins("m1", null);
        on(new ServerEvent.OutputTranscriptDelta(part("m1"), "Good"));

        on(ConversationEvents.responseDone("r1", "failed"));

        assertThat(lines).containsExactly(new CallEvent.AgentSaid("m1", "Good"));
    }

    @Test
    void anAnswerWaitsForTheCallersLateWords() {
        callerSpoke("u1", null);
        agentBegins("m1", "u1");
        agentWords("m1", "Good day.");
        assertThat(lines).isEmpty();

        callerWords("u1", "Hello?");

        assertThat(lines)
                .containsExactly(new CallEvent.CallerSaid("u1", "Hello?"), new CallEvent.AgentSaid("m1", "Good day."));
    }

    @Test
    void wordsKnownBeforeTheItemIsAddedAreNotLost() {
        on(new ServerEvent.InputCommitted("u1", null));
        callerWords("u1", " Hello? ");
        on(new ServerEvent.ItemAdded(null,
                Item.message("user", new Content.InputAudio(null)).with("u1", "completed")));

        after(Transcript.PATIENCE);

        assertThat(lines).containsExactly(new CallEvent.CallerSaid("u1", "Hello?"));
    }

    @Test
    void wordsThatCouldNotBeMadeOutSaySo() {
        callerSpoke("u1", null);
        agentBegins("m1", "u1");
        agentWords("m1", "Sorry?");

        on(new ServerEvent.InputTranscriptFailed("u1", 0, "audio_unintelligible", "too noisy"));

        assertThat(lines).containsExactly(new CallEvent.CallerNotUnderstood("u1", "too noisy"),
                new CallEvent.AgentSaid("m1", "Sorry?"));
    }

    @Test
    void wordsThatNeverComeAreNotWaitedForLonger() {
        callerSpoke("u1", null);
        agentBegins("m1", "u1");
        agentWords("m1", "Yes.");
        assertThat(transcript.wakeAt()).contains(now.plus(Transcript.PATIENCE));

        after(Transcript.PATIENCE.minus(MOMENT));
        assertThat(lines).isEmpty();
        after(MOMENT);

        assertThat(lines).containsExactly(new CallEvent.CallerNotUnderstood("u1", "no transcript came"),
                new CallEvent.AgentSaid("m1", "Yes."));
    }

    @Test
    void aDeletedItemHoldsNothingUp() {
        callerSpoke("u1", null);
        agentBegins("m1", "u1");
        agentWords("m1", "Yes.");

        on(new ServerEvent.ItemDeleted("u1"));

        assertThat(lines).containsExactly(new CallEvent.AgentSaid("m1", "Yes."));
    }

    @Test
    void anItemPutInBetweenComesInBetween() {
        callerSpoke("u1", null);
        agentBegins("m1", "u1");
        agentWords("m1", "Yes.");
        on(new ServerEvent.ItemAdded("u1", Item.userText("(typed)").with("u2", "completed")));

        callerWords("u1", "Hello?");

        assertThat(lines).containsExactly(new CallEvent.CallerSaid("u1", "Hello?"),
                new CallEvent.CallerSaid("u2", "(typed)"), new CallEvent.AgentSaid("m1", "Yes."));
    }

    @Test
    void aLongAnswerIsWaitedForAsLongAsItComes() {
        agentBegins("m1", null);
        for (int second = 0; second < 20; second++) {
            on(new ServerEvent.OutputTranscriptDelta(part("m1"), "word "));
            after(Duration.ofSeconds(1));
        }

        agentWords("m1", "all of it");

        assertThat(lines).containsExactly(new CallEvent.AgentSaid("m1", "all of it"));
    }

    @Test
    void anAnswerThatBreaksOffIsToldAsFarAsItCame() {
        agentBegins("m1", null);
        on(new ServerEvent.OutputTranscriptDelta(part("m1"), "Well, "));
        on(new ServerEvent.OutputTranscriptDelta(part("m1"), "I"));

        after(Transcript.PATIENCE);

        assertThat(lines).containsExactly(new CallEvent.AgentSaid("m1", "Well, I"));
    }

    @Test
    void anAnswerWithoutWordsIsNotTold() {
        agentBegins("m1", null);

        on(new ServerEvent.ItemDone(null, Item.message("assistant").with("m1", "incomplete")));

        assertThat(lines).isEmpty();
        assertThat(transcript.wakeAt()).isEmpty();
    }

    @Test
    void toolCallsAndSystemMessagesAreNotWords() {
        on(new ServerEvent.ItemAdded(null, Item.functionCall("call_1", "lookup", "{}").with("f1", "completed")));
        on(new ServerEvent.ItemAdded(null, Item.systemText("Be brief.").with("s1", "completed")));

        assertThat(transcript.wakeAt()).isEmpty();
        assertThat(lines).isEmpty();
    }

    @Test
    void withoutTranscriptionTheCallerIsNotWaitedFor() {
        var deaf = new Transcript(false);

        deaf.on(new ServerEvent.InputCommitted("u1", null), now);
        deaf.on(new ServerEvent.ItemAdded(null,
                Item.message("user", new Content.InputAudio(null)).with("u1", "completed")), now);

        assertThat(deaf.wakeAt()).isEmpty();
    }
}
