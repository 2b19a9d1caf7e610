package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationItemsTest {
    private final ConversationItems conversation = new ConversationItems();

    private static Item named(String id, Item item, String status) {
        return item.with(id, status);
    }

    private void added(String previous, Item item) {
        conversation.received(new ServerEvent.ItemAdded(previous, item));
    }

    private void callerSays(String id, String previous, String words) {
        added(previous, named(id, Item.message("user", new Content.InputAudio((String) null)), "completed"));
        conversation.received(new ServerEvent.InputTranscriptCompleted(id, 0, words, 1.0));
    }

    /// A second of sound for every five characters.
    private void modelSays(String id, String previous, String words) {
        added(previous, named(id, Item.message("assistant"), "in_progress"));
        var at = new ServerEvent.Part("resp_1", id, 0, 0);
        conversation.received(new ServerEvent.OutputTranscriptDelta(at, words.substring(0, 3)));
        conversation.received(new ServerEvent.OutputTranscriptDelta(at, words.substring(3)));
        conversation.received(new ServerEvent.OutputAudioDelta(at, new byte[words.length() * 9_600]));
    }

    private String restored() {
        var lines = new StringBuilder();
        for (var item : conversation.restorable()) {
            lines.append(item.id().orElse("?")).append(' ').append(switch (item) {
                case Item.Message message -> message.role() + ": " + message.text();
                case Item.FunctionCall call -> call.callId() + " " + call.name() + call.arguments();
                case Item.FunctionCallOutput output -> output.callId() + " = " + output.output();
                default -> "unexpected";
            }).append('\n');
        }
        return lines.toString();
    }

    @Test
    void whatWasSaidIsRestoredAsWriting() {
        callerSays("u1", null, "What is the weather?");
        modelSays("m1", "u1", "Sunny and warm.");
        conversation.received(new ServerEvent.ItemDone("u1",
                named("m1", Item.message("assistant", new Content.OutputAudio("Sunny and warm.")), "completed")));

        assertThat(restored()).isEqualTo("""
                u1 user: What is the weather?
                m1 assistant: Sunny and warm.
                """);
        assertThat(conversation.restorable()).extracting(item -> ((Item.Message) item).content()
                .getFirst()
                .getClass()
                .getSimpleName()).containsExactly("InputText", "OutputText");
        assertThat(conversation.words("m1")).isEqualTo("Sunny and warm.");
        assertThat(conversation.words("nobody")).isEmpty();
        assertThat(conversation.items()).hasSize(2);
    }

    @Test
    void whatTheServiceSaysOnlyInTheItemCountsToo() {
        added(null, named("m1", Item.message("assistant", new Content.OutputAudio("Hello.")), "completed"));
        added("m1", named("u1", Item.message("user", new Content.InputAudio("Hi.")), "completed"));

        assertThat(restored()).isEqualTo("m1 assistant: Hello.\nu1 user: Hi.\n");
    }

    @Test
    void itemsStandWhereTheServicePutsThem() {
        callerSays("b", null, "b");
        callerSays("d", "b", "d");
        callerSays("a", null, "a");
        callerSays("c", "b", "c");
        callerSays("e", "deleted long ago", "e");

        assertThat(conversation.items()).extracting(item -> item.id().orElseThrow())
                .containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void whatWasDeletedIsLeftOutAsSoonAsThatWasAsked() {
        callerSays("a", null, "a");
        callerSays("b", "a", "b");
        callerSays("c", "b", "c");

        conversation.sent(new ClientEvent.ItemDelete("b"));
        assertThat(restored()).isEqualTo("a user: a\nc user: c\n");

        conversation.received(new ServerEvent.ItemDeleted("b"));
        conversation.received(new ServerEvent.ItemDeleted("a"));
        assertThat(restored()).isEqualTo("c user: c\n");
    }

    @Test
    void ofACutAnswerTheWordsThatWereHeardAreLeft() {
        modelSays("m1", null, "One two three four."); // 3.8 s

        conversation.sent(new ClientEvent.ItemTruncate("m1", 0, 2_000)); // ten characters
        assertThat(restored()).isEqualTo("m1 assistant: One two\n");

        conversation.received(new ServerEvent.ItemTruncated("m1", 0, 3_800));
        assertThat(restored()).isEqualTo("m1 assistant: One two three four.\n");

        conversation.received(new ServerEvent.ItemTruncated("m1", 0, 500));
        assertThat(restored()).as("not a whole word").isEmpty();
    }

    @Test
    void theLengthOfSoundIsThatOfTheSessionsFormat() {
        conversation.received(new ServerEvent.SessionUpdated(
                SessionConfig.builder().outputEncoding(AudioEncoding.PCMU).build()));
        added(null, named("m1", Item.message("assistant"), "in_progress"));
        var at = new ServerEvent.Part("resp_1", "m1", 0, 0);
        conversation.received(new ServerEvent.OutputTranscriptDone(at, "One two three four."));
        conversation.received(new ServerEvent.OutputAudioDelta(at, new byte[19 * 1_600]));

        conversation.sent(new ClientEvent.ItemTruncate("m1", 0, 2_000));

        assertThat(restored()).isEqualTo("m1 assistant: One two\n");
    }

    @Test
    void aCallIsRestoredWithItsOutputOrStaysToBeAnswered() {
        added(null, named("f1", Item.functionCall("call_1", "lookup", ""), "in_progress"));
        added("f1", named("f2", Item.functionCall("call_2", "lookup", ""), "in_progress"));
        assertThat(restored()).as("nobody has seen these calls").isEmpty();

        conversation.received(
                new ServerEvent.FunctionArgumentsDone("resp_1", "f1", 0, "call_1", "lookup", "{\"id\":1}"));
        conversation.received(new ServerEvent.OutputItemDone("resp_1", 1,
                named("f2", Item.functionCall("call_2", "lookup", "{\"id\":2}"), "completed")));
        conversation.sent(new ClientEvent.ItemCreate(
                Item.functionCallOutput("call_1", "\"ok\"").with("o1", "completed")));

        assertThat(restored()).isEqualTo("""
                f1 call_1 lookup{"id":1}
                f2 call_2 lookup{"id":2}
                o1 call_1 = "ok"
                """);
    }

    @Test
    void anOutputWithoutItsCallIsLeftOut() {
        added(null, named("f1", Item.functionCall("call_1", "lookup", "{\"id"), "incomplete"));
        added("f1", named("o1", Item.functionCallOutput("call_1", "1"), "completed"));

        assertThat(restored()).isEmpty();
    }

    @Test
    void whatTheClientAddedIsKeptAsItWasGiven() {
        var spoken = Item.message("user", new Content.InputAudio((String) null)).with("u1", "completed");
        var picture = Item.userImage("data:image/png;base64,AAAA", "Look.").with("u2", "completed");
        conversation.sent(new ClientEvent.ItemCreate(spoken));
        conversation.sent(new ClientEvent.ItemCreate("root", picture));
        conversation.sent(new ClientEvent.ItemCreate(Item.userText("without an id")));
        assertThat(conversation.unconfirmed()).containsExactlyInAnyOrder("u1", "u2");

        added(null, named("u2", Item.userText("Look."), "completed"));

        assertThat(conversation.unconfirmed()).containsExactly("u1");
        assertThat(conversation.restorable()).singleElement()
                .satisfies(item -> assertThat(((Item.Message) item).content()).hasSize(2));
    }

    @Test
    void whatHasNoWordsAndWhatOnlyTheServiceCanCreateIsLeftOut() {
        added(null, named("u1", Item.message("user", new Content.InputAudio((String) null)), "completed"));
        added("u1", named("m1", Item.message("assistant"), "in_progress"));
        added("m1", Item.of(Frames.json("""
                {"id":"mcpl_1","type":"mcp_list_tools","server_label":"x","tools":[]}""")));
        added("mcpl_1", Item.of(Frames.json("{\"id\":\"n1\",\"type\":\"new_kind\"}")));

        assertThat(conversation.items()).hasSize(4);
        assertThat(restored()).isEmpty();
    }

    @Test
    void anIdTooLongForAClientIsLeftOut() {
        callerSays("x".repeat(33), null, "Hi");
        callerSays("y".repeat(32), "x".repeat(33), "Ho");

        assertThat(restored()).isEqualTo("? user: Hi\n" + "y".repeat(32) + " user: Ho\n");
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, ''", "499, 'There are'", "700, 'There are seven of'", "999, 'There are seven of them'",
            "1000, 'There are seven of them here'", "2000, 'There are seven of them here'"})
    void wordsAreHeardAtAnEvenPace(long heard, String words) {
        assertThat(ConversationItems.heard("There are seven of them here", heard, 1_000)).isEqualTo(words);
    }

    @Test
    void tellsHowMuchWasMadeAndHeard() {
        modelSays("m1", null, "One two three four."); // 3.8 s

        assertThat(conversation.audio("m1")).hasMillis(3_800).isEqualTo(conversation.heard("m1"));
        conversation.sent(new ClientEvent.ItemTruncate("m1", 0, 2_000));
        assertThat(conversation.heard("m1")).hasMillis(2_000);
        conversation.received(new ServerEvent.ItemTruncated("m1", 0, 9_000));
        assertThat(conversation.heard("m1")).as("no more than was made").hasMillis(3_800);
        assertThat(conversation.heard("nobody")).isZero();
    }

    @Test
    void itemsWithWhatWasHeardHoldNoSound() {
        conversation.sent(new ClientEvent.ItemCreate(Item.of(Frames.json("""
                {"id":"u1","type":"message","role":"user","content":[{"type":"input_audio","audio":"AAAA"}]}"""))));
        callerSays("u2", "u1", "Hello?");
        modelSays("m1", "u2", "One two three four.");
        conversation.sent(new ClientEvent.ItemTruncate("m1", 0, 2_000));

        assertThat(conversation.heard()).extracting(item -> item.raw().path("content").toString())
                .containsExactly("[{\"type\":\"input_audio\"}]",
                        "[{\"type\":\"input_audio\",\"transcript\":\"Hello?\"}]",
                        "[{\"type\":\"output_audio\",\"transcript\":\"One two\"}]");
        assertThat(conversation.restorable().getFirst().raw().toString()).as("sound without words is all there is")
                .contains("AAAA");
    }

    @Test
    void aCallersWordsAreKnownAsTheyCome() {
        added(null, named("u1", Item.message("user", new Content.InputAudio((String) null)), "completed"));

        conversation.received(new ServerEvent.InputTranscriptDelta("u1", 0, "Hel"));
        conversation.received(new ServerEvent.InputTranscriptDelta("u1", 0, "lo"));

        assertThat(conversation.words("u1")).isEqualTo("Hello");
    }

    @Test
    void anItemOfWhichNobodySaysWhereItBelongsIsTheLast() {
        callerSays("a", null, "a");
        conversation.received(ServerEvent.parse("""
                {"type":"conversation.item.added","item":{"id":"b","type":"message","role":"user","content":[]}}"""));

        assertThat(conversation.items()).extracting(item -> item.id().orElseThrow()).containsExactly("a", "b");
    }
}
