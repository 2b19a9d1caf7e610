package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ConversationMirrorTest {
    private final ConversationMirror mirror = new ConversationMirror(AudioEncoding.PCM);

    private void added(@Nullable String previous, Item item) {
        mirror.on(new ServerEvent.ItemAdded(previous, item));
    }

    private void callerSays(String id, @Nullable String previous, String words) {
        added(previous, Item.message("user", new Content.InputAudio(null)).with(id, "completed"));
        mirror.on(new ServerEvent.InputTranscriptDelta(id, 0, words.substring(0, 1)));
        mirror.on(new ServerEvent.InputTranscriptCompleted(id, 0, words + " ", 1));
    }

    /// So many milliseconds of sound, and all of the words.
    private void agentSays(String id, String previous, int millis, String words) {
        added(previous, Item.message("assistant").with(id, "in_progress"));
        var part = new ServerEvent.Part("r1", id, 0, 0);
        mirror.on(new ServerEvent.OutputTranscriptDelta(part, words.substring(0, 3)));
        mirror.on(ConversationEvents.audio("r1", id, millis));
        mirror.on(new ServerEvent.OutputTranscriptDone(part, words));
        mirror.on(new ServerEvent.ItemDone(previous,
                Item.message("assistant", new Content.OutputAudio(words)).with(id, "completed")));
    }

    private void toolIsCalled(String callId, String previous) {
        var call = Item.functionCall(callId, "lookup", "{\"n\":1}");
        added(previous, Item.functionCall(callId, "lookup", "").with("item_" + callId, "in_progress"));
        mirror.on(new ServerEvent.ItemDone(previous, call.with("item_" + callId, "completed")));
    }

    private void toolAnswers(String callId, String previous) {
        added(previous, Item.functionCallOutput(callId, "7").with("out_" + callId, "completed"));
    }

    private void aConversation() {
        callerSays("u1", null, "How many?");
        toolIsCalled("call_1", "u1");
        toolAnswers("call_1", "item_call_1");
        agentSays("m1", "out_call_1", 2_000, "There are seven of them here.");
    }

    private List<String> roles() {
        return mirror.items().stream().map(MirroredItem::role).toList();
    }

    @Test
    void listsItemsWithWordsStatusAndSound() {
        aConversation();

        assertThat(roles()).containsExactly("user", "function_call", "function_call_output", "assistant");
        assertThat(mirror.items()).extracting(MirroredItem::text)
                .containsExactly("How many?", "", "", "There are seven of them here.");
        var answer = mirror.items().getLast();
        assertThat(answer.status()).isEqualTo("completed");
        assertThat(answer.audio()).isEqualTo(Duration.ofSeconds(2)).isEqualTo(answer.heard());
        assertThat(((Item.FunctionCall) mirror.items().get(1).item()).arguments()).isEqualTo("{\"n\":1}");
    }

    @Test
    void isLive() {
        added(null, Item.message("assistant").with("m1", "in_progress"));
        mirror.on(new ServerEvent.OutputTranscriptDelta(new ServerEvent.Part("r1", "m1", 0, 0), "There are"));
        mirror.on(ConversationEvents.audio("r1", "m1", 500));

        assertThat(mirror.items()).singleElement().satisfies(item -> {
            assertThat(item.text()).isEqualTo("There are");
            assertThat(item.status()).isEqualTo("in_progress");
            assertThat(item.heard()).isEqualTo(Duration.ofMillis(500));
        });
    }

    @Test
    void putsItemsWhereTheServiceSaysTheyAre() {
        callerSays("u1", null, "one");
        callerSays("u3", "u1", "three");
        callerSays("u2", "u1", "two");
        callerSays("u0", null, "zero");
        mirror.on(new ServerEvent.ItemDeleted("u3"));

        assertThat(mirror.items()).extracting(MirroredItem::text).containsExactly("zero", "one", "two");
    }

    @Test
    void knowsWhatWasHeardAsSoonAsATruncationIsSent() {
        aConversation();

        mirror.sent(new ClientEvent.ItemTruncate("m1", 0, 1_000));

        var cut = mirror.items().getLast();
        assertThat(cut.heard()).isEqualTo(Duration.ofSeconds(1));
        assertThat(cut.isCut()).isTrue();
        assertThat(cut.text()).as("the words are not forgotten").isEqualTo("There are seven of them here.");
        mirror.on(new ServerEvent.ItemTruncated("m1", 0, 900));
        assertThat(mirror.items().getLast().heard()).isEqualTo(Duration.ofMillis(900));
    }

    /// Over WebRTC the sound does not pass here.
    @Test
    void takesTheServicesWordForWhatWasHeardOfSoundItNeverSaw() {
        added(null, Item.message("assistant").with("m1", "in_progress"));
        var words = "There are seven of them here, and that is not a lot.";
        mirror.on(new ServerEvent.OutputTranscriptDone(new ServerEvent.Part("r1", "m1", 0, 0), words));

        mirror.on(new ServerEvent.ItemTruncated("m1", 0, 900));

        var cut = mirror.items().getLast();
        assertThat(cut.heard()).isEqualTo(Duration.ofMillis(900));
        assertThat(cut.isCut()).isTrue();
        assertThat(mirror.snapshot().items()).singleElement()
                .isInstanceOfSatisfying(Item.Message.class, item -> assertThat(item.text()).isEqualTo("There are"));
    }

    @Test
    void keepsTheWordsThatTheServiceForgetsOfACutItem() {
        aConversation();

        mirror.on(new ServerEvent.ItemDone("out_call_1",
                Item.message("assistant", new Content.OutputAudio(null)).with("m1", "incomplete")));

        assertThat(mirror.items().getLast().text()).isEqualTo("There are seven of them here.");
    }

    @Test
    void aSnapshotHoldsOnlyWhatWasHeard() {
        aConversation();
        mirror.sent(new ClientEvent.ItemTruncate("m1", 0, 1_000));

        assertThat(mirror.snapshot().toJson()).isEqualTo(JsonMapper.shared().readTree("""
                {"version": 1, "items": [
                  {"id": "u1", "type": "message", "status": "completed", "role": "user",
                   "content": [{"type": "input_audio", "transcript": "How many?"}]},
                  {"id": "item_call_1", "type": "function_call", "status": "completed", "name": "lookup",
                   "call_id": "call_1", "arguments": "{\\"n\\":1}"},
                  {"id": "out_call_1", "type": "function_call_output", "status": "completed", "call_id": "call_1",
                   "output": "7"},
                  {"id": "m1", "type": "message", "status": "completed", "role": "assistant",
                   "content": [{"type": "output_audio", "transcript": "There are"}]}]}"""));
    }

    @Test
    void aSnapshotSurvivesItsJsonAndBringsTheConversationBack() {
        aConversation();
        mirror.sent(new ClientEvent.ItemTruncate("m1", 0, 1_000));

        var restored = ConversationSnapshot.of(JsonMapper.shared().readTree(mirror.snapshot().toJson().toString()));

        assertThat(restored).isEqualTo(mirror.snapshot());
        assertThat(restored.replay()).extracting(event -> event.raw().get("item").toString())
                .containsExactly(
                        "{\"id\":\"u1\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"user\","
                                + "\"content\":[{\"type\":\"input_text\",\"text\":\"How many?\"}]}",
                        "{\"id\":\"item_call_1\",\"type\":\"function_call\",\"status\":\"completed\","
                                + "\"name\":\"lookup\",\"call_id\":\"call_1\",\"arguments\":\"{\\\"n\\\":1}\"}",
                        "{\"id\":\"out_call_1\",\"type\":\"function_call_output\",\"status\":\"completed\","
                                + "\"call_id\":\"call_1\",\"output\":\"7\"}",
                        "{\"id\":\"m1\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\","
                                + "\"content\":[{\"type\":\"output_text\",\"text\":\"There are\"}]}");
        assertThat(restored.replay()).allMatch(ClientEvent.ItemCreate.class::isInstance);
    }

    @Test
    void anAnswerNobodyHeardIsNotBroughtBack() {
        aConversation();
        mirror.sent(new ClientEvent.ItemTruncate("m1", 0, 0));
        added("m1", Item.message("user", new Content.InputAudio(null)).with("u2", "completed"));

        assertThat(mirror.snapshot().replay()).hasSize(3);
    }

    @Test
    void aCallWithoutAnOutputIsBroughtBackWithOneSoThatItIsNotMadeAgain() {
        toolIsCalled("call_1", "u1");

        assertThat(mirror.snapshot().replay()).hasSize(2)
                .last()
                .satisfies(event -> assertThat(event.toJson()).contains("function_call_output", "call_1",
                        "whether the call took effect is unknown"));
    }

    @Test
    void whatOnlyTheServiceCanCreateIsLeftOut() {
        toolAnswers("call_without_a_call", "u1");
        added(null, Item.functionCall("call_2", "lookup", "{\"n").with("item_2", "incomplete"));
        added(null, Item.of(JsonMapper.shared().createObjectNode().put("type", "from_the_future").put("id", "x")));

        assertThat(mirror.snapshot().replay()).isEmpty();
    }

    @Test
    void anIdTooLongForTheServiceIsLeftAway() {
        added(null, Item.userText("Hello").with("i".repeat(33), "completed"));

        assertThat(mirror.snapshot().replay().getFirst().raw().get("item").has("id")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                          | expected a conversation of version 1 with a list of items, found version none
            {"version":2,"items":[]}    | expected a conversation of version 1 with a list of items, found version 2
            {"version":1,"items":[7]}   | expected an item at items[0], found the number 7
            {"version":1,"items":[{}]}  | expected an item at items[0]: Missing required parameter: 'type'.
            """)
    void saysWhatItCannotRestore(String json, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConversationSnapshot.of(JsonMapper.shared().readTree(json)))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, ''", "499, 'There are'", "700, 'There are seven of'", "999, 'There are seven of them'",
            "1000, 'There are seven of them here'", "2000, 'There are seven of them here'"})
    void wordsAreHeardAtAnEvenPace(long heard, String words) {
        assertThat(Words.heard("There are seven of them here", heard, 1_000)).isEqualTo(words);
    }
}
