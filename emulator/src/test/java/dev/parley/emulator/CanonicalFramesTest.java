package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The frames of section 16 of the protocol's reference: what is sent has their members, in their order.
class CanonicalFramesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PLACE = "'response_id':'r','item_id':'i','output_index':0,'content_index':0";
    private static final String AUDIO_ITEM = "{'id':'i','type':'message','status':'completed','role':'assistant',"
            + "'content':[{'type':'output_audio','transcript':'x'}]}";
    private static final String CALLERS_ITEM = "{'id':'i','type':'message','status':'completed','role':'user',"
            + "'content':[{'type':'input_audio','transcript':null}]}";
    private static final String BEGUN = "{'id':'i','type':'message','status':'in_progress','role':'assistant',"
            + "'content':[]}";
    private static final String FORMAT = "{'type':'audio/pcm','rate':24000}";
    private static final String TOKENS = "{'text_tokens':0,'audio_tokens':0,'image_tokens':0";

    static final List<String> FRAMES = List.of(
            "{'type':'session.created','event_id':'e','session':{'type':'realtime','object':'realtime.session',"
                    + "'id':'s','model':'m','output_modalities':['audio'],'instructions':'x','tools':[],"
                    + "'tool_choice':'auto','max_output_tokens':'inf','tracing':null,'truncation':'auto','prompt':null,"
                    + "'expires_at':1,'audio':{'input':{'format':" + FORMAT + ",'transcription':null,"
                    + "'noise_reduction':null,'turn_detection':{'type':'server_vad','threshold':0.5,"
                    + "'prefix_padding_ms':300,'silence_duration_ms':200,'idle_timeout_ms':null,"
                    + "'create_response':true,'interrupt_response':true}},'output':{'format':" + FORMAT
                    + ",'voice':'alloy','speed':1.0}},'include':null}}",
            "{'type':'input_audio_buffer.speech_started','event_id':'e','audio_start_ms':640,'item_id':'i'}",
            "{'type':'input_audio_buffer.speech_stopped','event_id':'e','audio_end_ms':2100,'item_id':'i'}",
            "{'type':'input_audio_buffer.committed','event_id':'e','previous_item_id':null,'item_id':'i'}",
            "{'type':'conversation.item.added','event_id':'e','previous_item_id':null,'item':" + CALLERS_ITEM + "}",
            "{'type':'conversation.item.done','event_id':'e','previous_item_id':null,'item':" + CALLERS_ITEM + "}",
            "{'type':'response.created','event_id':'e','response':{'object':'realtime.response','id':'r',"
                    + "'status':'in_progress','status_details':null,'output':[],'conversation_id':'c',"
                    + "'output_modalities':['audio'],'max_output_tokens':'inf','audio':{'output':{'format':" + FORMAT
                    + ",'voice':'alloy'}},'usage':null,'metadata':null}}",
            "{'type':'response.output_item.added','event_id':'e','response_id':'r','output_index':0,'item':" + BEGUN
                    + "}",
            "{'type':'response.content_part.added','event_id':'e'," + PLACE
                    + ",'part':{'type':'audio','transcript':''}}",
            "{'type':'response.output_audio_transcript.delta','event_id':'e'," + PLACE + ",'delta':'x'}",
            "{'type':'response.output_audio.delta','event_id':'e'," + PLACE + ",'delta':''}",
            "{'type':'response.output_audio.done','event_id':'e'," + PLACE + "}",
            "{'type':'response.output_audio_transcript.done','event_id':'e'," + PLACE + ",'transcript':'x'}",
            "{'type':'response.content_part.done','event_id':'e'," + PLACE
                    + ",'part':{'type':'audio','transcript':'x'}}",
            "{'type':'response.output_item.done','event_id':'e','response_id':'r','output_index':0,'item':"
                    + AUDIO_ITEM + "}",
            "{'type':'response.done','event_id':'e','response':{'object':'realtime.response','id':'r',"
                    + "'status':'completed','status_details':null,'output':[" + AUDIO_ITEM + "],'conversation_id':'c',"
                    + "'output_modalities':['audio'],'max_output_tokens':'inf','audio':{'output':{'format':" + FORMAT
                    + ",'voice':'alloy'}},'usage':{'total_tokens':1,'input_tokens':1,'output_tokens':1,"
                    + "'input_token_details':" + TOKENS + ",'cached_tokens':0,'cached_tokens_details':" + TOKENS
                    + "}},'output_token_details':{'text_tokens':6,'audio_tokens':14}},'metadata':null}}",
            "{'type':'rate_limits.updated','event_id':'e','rate_limits':[{'name':'tokens','limit':40000,"
                    + "'remaining':39900,'reset_seconds':0.15}]}",
            "{'type':'conversation.item.truncated','event_id':'e','item_id':'i','content_index':0,'audio_end_ms':1}",
            "{'type':'error','event_id':'e','error':{'type':'invalid_request_error',"
                    + "'code':'response_cancel_not_active','message':'x','param':null,'event_id':null}}");

    static final List<String> CALL_FRAMES = List.of(
            "{'type':'response.output_item.added','event_id':'e','response_id':'r','output_index':0,'item':{'id':'i',"
                    + "'type':'function_call','status':'in_progress','name':'n','call_id':'c','arguments':''}}",
            "{'type':'response.function_call_arguments.delta','event_id':'e','response_id':'r','item_id':'i',"
                    + "'output_index':0,'call_id':'c','delta':'{'}",
            "{'type':'response.function_call_arguments.done','event_id':'e','response_id':'r','item_id':'i',"
                    + "'output_index':0,'call_id':'c','name':'n','arguments':'{}'}");

    /// A caller is answered aloud, cuts the answer, and cancels what is not there.
    private static List<ServerEvent> call(Mind mind) {
        var session = VirtualSession.open(Opening.of("gpt-realtime"), mind, Speech.earsFor("hello there"));
        session.play(Speech.of("hello there").then(Speech.silence(500)));
        session.send(new ClientEvent.ItemTruncate(session.last(ServerEvent.OutputItemDone.class)
                .item()
                .id()
                .orElseThrow(), 0, 1));
        session.send(new ClientEvent.ResponseCancel());
        return session.sent().stream().map(VirtualSession.Sent::event).toList();
    }

    @ParameterizedTest
    @FieldSource("FRAMES")
    void writesTheMembersInTheOrderOfLiveTraffic(String frame) {
        var canonical = read(frame);

        var sent = call(Minds.saying("Hello.")).stream()
                .filter(event -> event.type().equals(canonical.path("type").stringValue()))
                .findFirst()
                .orElseThrow();

        assertThat(members("", sent.raw())).containsExactlyElementsOf(members("", canonical));
    }

    @ParameterizedTest
    @FieldSource("CALL_FRAMES")
    void writesTheMembersOfACallInTheOrderOfLiveTraffic(String frame) {
        var canonical = read(frame);
        var session = VirtualSession.open(Opening.of("gpt-realtime"), Minds.thinking(
                new Mind.Thought.CallFunction("lookup", "{\"id\":7}")));
        session.send(new ClientEvent.ItemCreate(Item.userText("look")));
        session.send(new ClientEvent.ResponseCreate());

        var sent = session.sent()
                .stream()
                .map(VirtualSession.Sent::event)
                .filter(event -> event.type().equals(canonical.path("type").stringValue()))
                .findFirst()
                .orElseThrow();

        assertThat(members("", sent.raw())).containsExactlyElementsOf(members("", canonical));
    }

    @Test
    void endsAnInterruptedAnswerAsLiveTrafficDoes() {
        var session = VirtualSession.open(Scenario.paymentDesk(), Speech.earsFor("no stop"));
        session.textTurnBegins("what can you do for me");

        session.play(Speech.of("no stop"));

        var response = session.last(ServerEvent.ResponseDone.class).response().raw();
        assertThat(response.path("status_details").toString())
                .isEqualTo("{\"type\":\"cancelled\",\"reason\":\"turn_detected\"}");
        assertThat(response.at("/output/0").propertyNames()).containsExactly("id", "type", "status", "role", "content");
    }

    private static JsonNode read(String frame) {
        return JSON.readTree(frame.replace('\'', '"'));
    }

    /// The paths of all members, in their order; of an array, those of its first element.
    private static List<String> members(String at, JsonNode node) {
        var paths = new ArrayList<String>();
        if (node.isArray() && !node.isEmpty()) {
            paths.addAll(members(at + "[]", node.get(0)));
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            paths.add(at + "/" + member.getKey());
            paths.addAll(members(at + "/" + member.getKey(), member.getValue()));
        }
        return paths;
    }
}
