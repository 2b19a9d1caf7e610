package dev.parley.emulator;

import static dev.parley.emulator.VirtualSession.types;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.McpServer;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Items that clients make, and MCP servers: sections 3.1, 2.6 and 7.12 of the protocol's reference.
class EmulatedItemsTest {
    private static final String PNG = "data:image/png;base64,iVBORw0KGgo=";
    private static final Minds.Told MIND = Minds.saying("yes");

    private final VirtualSession session = VirtualSession.open(Opening.of("gpt-realtime"), MIND,
            Speech.earsFor("hello there"));

    @ParameterizedTest
    @ValueSource(strings = {
            "{'type':'message','role':'system','content':[{'type':'input_text','text':'Be kind.'}]}",
            "{'type':'message','role':'user','content':[{'type':'input_text','text':'Hello.'}]}",
            "{'type':'message','role':'assistant','content':[{'type':'output_text','text':'Hello.'}]}",
            "{'type':'message','role':'assistant','phase':'commentary','content':[{'type':'output_text','text':'Well.'}]}",
            "{'type':'message','role':'user','content':[{'type':'input_image','image_url':'" + PNG
                    + "','detail':'low'}]}",
            "{'type':'message','role':'user','status':'completed','object':'realtime.item','content':[]}",
            "{'type':'function_call','call_id':'call_a','name':'lookup','arguments':'{}'}",
            "{'id':'approval_1','type':'mcp_approval_response','approval_request_id':'request_1','approve':true}"})
    void takesEveryItemAClientMayMake(String item) {
        var events = create(item);

        assertThat(types(events)).containsExactly("conversation.item.added", "conversation.item.done");
        var made = ((ServerEvent.ItemDone) events.getLast()).item();
        assertThat(made.id()).isPresent();
        assertThat(made.status()).hasValue("completed");
    }

    /// An item and what is wrong with it.
    record Wrong(String item, String code, @Nullable String param) {
        @Override
        public String toString() {
            return item;
        }
    }

    static final List<Wrong> WRONG = List.of(
            new Wrong("{'type':'mcp_call','server_label':'shop','name':'x','arguments':'{}'}", "invalid_value",
                    "item.type"),
            new Wrong("{'type':'mcp_list_tools','server_label':'shop','tools':[]}", "invalid_value", "item.type"),
            new Wrong("{'type':'mcp_approval_request','server_label':'shop','name':'x'}", "invalid_value",
                    "item.type"),
            new Wrong("{'type':'item_reference','id':'x'}", "invalid_value", "item.type"),
            new Wrong("{'type':'banana'}", "invalid_value", "item.type"),
            new Wrong("{'type':'message','role':'tool','content':[]}", "invalid_value", "item.role"),
            new Wrong("{'type':'message','role':'user'}", "missing_required_parameter", "item.content"),
            new Wrong("{'type':'message','role':'user','mood':'good','content':[]}", "unknown_parameter", "item.mood"),
            new Wrong("{'type':'message','role':'user','status':'banana','content':[]}", "invalid_value",
                    "item.status"),
            new Wrong("{'type':'message','role':'system','content':[{'type':'input_audio'}]}", "invalid_value",
                    "item.content[0].type"),
            new Wrong("{'type':'message','role':'user','content':[{'type':'output_text','text':'x'}]}",
                    "invalid_value", "item.content[0].type"),
            new Wrong("{'type':'message','role':'user','content':[{'type':'input_text','text':'x','size':1}]}",
                    "unknown_parameter", "item.content[0].size"),
            new Wrong("{'type':'message','role':'user','content':[{'type':'input_audio','audio':'***'}]}",
                    "invalid_value", "item.content[0].audio"),
            new Wrong(
                    "{'type':'message','role':'user','content':[{'type':'input_image','image_url':'http://x/y.png'}]}",
                    "invalid_value", "item.content[0].image_url"),
            new Wrong("{'type':'message','role':'user','content':[{'type':'input_image','image_url':'" + PNG
                    + "','detail':'huge'}]}", "invalid_value", "item.content[0].detail"),
            new Wrong("{'type':'message','role':'user','content':[{'type':'input_text','text':'" + "x".repeat(256_001)
                    + "'}]}", "string_above_max_length", "item.content[0].text"),
            new Wrong("{'type':'function_call','call_id':'call a','name':'x','arguments':'{}'}", "invalid_value",
                    "item.call_id"),
            new Wrong("{'type':'function_call','call_id':'" + "c".repeat(33) + "','name':'x','arguments':'{}'}",
                    "string_above_max_length", "item.call_id"),
            new Wrong("{'type':'function_call_output','call_id':'call.a','output':'{}'}", "invalid_value",
                    "item.call_id"),
            new Wrong("{'id':'a','type':'mcp_approval_response','approve':true}", "missing_required_parameter",
                    "item.approval_request_id"));

    @ParameterizedTest
    @FieldSource("WRONG")
    void refusesWhatAClientMayNotMake(Wrong wrong) {
        var error = error(create(wrong.item));

        assertThat(error.code()).isEqualTo(wrong.code);
        assertThat(error.param()).isEqualTo(wrong.param);
        assertThat(error.message()).hasSizeLessThan(1_000);
    }

    @Test
    void hearsTheSoundOfAnItem() {
        var audio = Base64.getEncoder().encodeToString(Speech.of("hello there").toLittleEndian());

        var events = create("{'id':'spoken','type':'message','role':'user','content':[{'type':'input_audio','audio':'"
                + audio + "'}]}");
        session.send(new ClientEvent.ResponseCreate());

        assertThat(events.getFirst().raw().at("/item/content").toString())
                .isEqualTo("[{\"type\":\"input_audio\",\"transcript\":null}]");
        assertThat(MIND.lastAsked().lastWords()).hasValue("hello there");
        var part = retrieved("spoken");
        assertThat(part.path("audio").stringValue()).isEqualTo(audio);
    }

    @Test
    void showsSoundWithItsFormat() {
        for (var encoding : AudioEncoding.values()) {
            session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().outputEncoding(encoding).build()));
            session.send(new ClientEvent.ResponseCreate());
            var itemId = session.last(ServerEvent.OutputItemDone.class).item().id().orElseThrow();

            var part = retrieved(itemId);

            assertThat(part.propertyNames()).containsExactly("type", "transcript", "audio", "format");
            assertThat(part.path("type").stringValue()).isEqualTo("output_audio");
            assertThat(part.path("format").stringValue())
                    .isEqualTo(List.of("pcm16", "g711_ulaw", "g711_alaw").get(encoding.ordinal()));
        }
    }

    @Test
    void finishesAnItemNobodyWantsAnyMore() {
        var slow = VirtualSession.open(Scenario.paymentDesk());
        slow.textTurnBegins("what can you do for me");
        var itemId = slow.last(ServerEvent.OutputItemAdded.class).item().id().orElseThrow();

        var deleted = slow.send(new ClientEvent.ItemDelete(itemId));
        var rest = slow.passUntilQuiet();

        assertThat(types(deleted)).containsExactly("conversation.item.deleted");
        assertThat(types(rest)).contains("response.output_item.done", "response.done")
                .doesNotContain("conversation.item.done");
        assertThat(error(slow.send(new ClientEvent.ItemRetrieve(itemId))).code())
                .isEqualTo("item_retrieve_invalid_item_id");
    }

    @Test
    void keepsAMessageCutThatWasCutWhileItWasWritten() {
        var slow = VirtualSession.open(Scenario.paymentDesk());
        slow.textTurnBegins("what can you do for me");
        var itemId = slow.last(ServerEvent.OutputItemAdded.class).item().id().orElseThrow();

        var cut = slow.send(new ClientEvent.ItemTruncate(itemId, 0, 100));
        var rest = slow.passUntilQuiet();

        assertThat(types(cut)).containsExactly("conversation.item.truncated");
        assertThat(types(rest)).contains("response.output_audio.delta", "response.done");
        assertThat(slow.last(ServerEvent.ItemDone.class).item().raw().at("/content/0").propertyNames())
                .containsExactly("type");
        slow.send(new ClientEvent.ItemRetrieve(itemId));
        var part = slow.last(ServerEvent.ItemRetrieved.class).raw().at("/item/content/0");
        assertThat(part.has("transcript")).isFalse();
        assertThat(Base64.getDecoder().decode(part.path("audio").stringValue())).hasSize(100 * 48);
    }

    @Test
    void cutsAMessageNoLaterThanWhereItHasComeTo() {
        var slow = VirtualSession.open(Scenario.paymentDesk());
        slow.textTurnBegins("what can you do for me");
        var itemId = slow.last(ServerEvent.OutputItemAdded.class).item().id().orElseThrow();
        long sounded = slow.all(ServerEvent.OutputAudioDelta.class)
                .stream()
                .mapToLong(delta -> delta.audio().length / 48)
                .sum();

        var cut = slow.send(new ClientEvent.ItemTruncate(itemId, 0, 3_600_000));

        assertThat(types(cut)).containsExactly("error", "conversation.item.truncated");
        assertThat(slow.last(ServerEvent.ItemTruncated.class).audioEndMs()).isEqualTo(sounded).isPositive();
    }

    @Test
    void cutsOnlyThePartThereIs() {
        session.send(new ClientEvent.ResponseCreate());
        var itemId = session.last(ServerEvent.OutputItemDone.class).item().id().orElseThrow();

        assertThat(error(session.send(new ClientEvent.ItemTruncate(itemId, 1, 10))).param()).isEqualTo("content_index");
        assertThat(types(session.send(new ClientEvent.ItemTruncate(itemId, 0, 10))))
                .containsExactly("conversation.item.truncated");
    }

    // MCP

    @Test
    void asksAServerForItsToolsOnce() {
        var shop = McpServer.at("shop", URI.create("https://shop.example/mcp")).authorization("secret").build();
        var update = new ClientEvent.SessionUpdate(SessionConfig.builder().mcpServers(List.of(shop)).build());

        var first = session.send(update);
        var again = session.send(update);

        assertThat(types(first)).containsExactly("session.updated", "mcp_list_tools.in_progress",
                "conversation.item.added", "conversation.item.done", "mcp_list_tools.completed");
        assertThat(types(again)).containsExactly("session.updated");
        var item = (Item.McpListTools) session.last(ServerEvent.ItemDone.class).item();
        assertThat(item.serverLabel()).isEqualTo("shop");
        assertThat(item.tools()).isEmpty();
        assertThat(session.last(ServerEvent.McpListToolsCompleted.class).itemId()).isEqualTo(item.id().orElseThrow());
        assertThat(first.getFirst().toJson()).doesNotContain("secret");
    }

    @Test
    void cannotReachAServerThatIsNowhere() {
        var nowhere = McpServer.at("nowhere", URI.create("https://mcp.invalid/")).build();

        var events = session.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .mcpServers(List.of(nowhere))
                .build()));

        assertThat(types(events)).containsExactly("session.updated", "mcp_list_tools.in_progress",
                "mcp_list_tools.failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'type':'mcp','server_label':'a'}",
            "{'type':'mcp','server_label':'a','server_url':'https://x','connector_id':'connector_x'}",
            "{'type':'mcp','server_label':'a','connector_id':'x'}",
            "{'type':'mcp','server_label':'a','server_url':'https://x','authorization':'y','headers':{'Authorization':'y'}}",
            "{'type':'mcp','server_label':'a','connector_id':'connector_x','headers':{'authorization':'y'}}",
            "{'type':'mcp','server_label':'a','server_url':'https://x'},{'type':'mcp','server_label':'a','server_url':'https://y'}",
            "{'type':'mcp','server_url':'https://x'}",
            "{'type':'mcp','server_label':'a','server_url':'https://x','colour':1}"})
    void refusesAServerThatIsNotNamedAsItMust(String tools) {
        var events = session.frame(quoted("{'type':'session.update','session':{'type':'realtime','tools':[" + tools
                + "]}}"));

        assertThat(types(events)).containsExactly("error");
        assertThat(error(events).param()).startsWith("session.tools[");
    }

    private List<ServerEvent> create(String item) {
        return session.frame(quoted("{'type':'conversation.item.create','item':" + item + "}"));
    }

    private tools.jackson.databind.JsonNode retrieved(String itemId) {
        session.send(new ClientEvent.ItemRetrieve(itemId));
        return session.last(ServerEvent.ItemRetrieved.class).raw().at("/item/content/0");
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private static RealtimeError error(List<ServerEvent> events) {
        assertThat(events).singleElement().isInstanceOf(ServerEvent.ErrorEvent.class);
        return ((ServerEvent.ErrorEvent) events.getFirst()).error();
    }
}
