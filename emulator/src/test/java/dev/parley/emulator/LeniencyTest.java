package dev.parley.emulator;

import static dev.parley.emulator.VirtualSession.types;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.TurnDetection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a lenient session forgives, and a strict one does not.
class LeniencyTest {
    private final VirtualSession lenient = open(Strictness.LENIENT);
    private final VirtualSession strict = open(Strictness.STRICT);

    private static VirtualSession open(Strictness strictness) {
        return VirtualSession.open(Opening.of("gpt-realtime").with(strictness), Minds.saying("yes"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'type':'session.update','session':{'instructions':'x'}}",
            "{'type':'session.update','session':{'type':'realtime','temperature':0.8}}",
            "{'type':'session.update','session':{'type':'realtime','model':'gpt-4o-realtime-preview'}}",
            "{'type':'session.update','session':{'type':'realtime','output_modalities':['audio','text']}}",
            "{'type':'session.update','session':{'type':'realtime','audio':{'output':{'voice':'kevin'}}}}",
            "{'type':'session.update','session':{'type':'realtime','tools':[{'type':'function','name':'x','strict':true}]}}",
            "{'type':'session.update','session':{'voice':'sage','modalities':['audio']}}",
            "{'type':'session.update','session':{'type':'realtime','audio':{'input':{'turn_detection':"
                    + "{'type':'semantic_vad','threshold':0.5}}}}}",
            "{'type':'response.create','response':{'modalities':['text']}}",
            "{'type':'response.create','response':{'temperature':0.8}}",
            "{'type':'conversation.item.create','item':{'type':'message','role':'user','mood':'good','content':"
                    + "[{'type':'input_text','text':'x','size':1}]}}",
            "{'type':'conversation.item.create','item':{'type':'message','role':'assistant','content':"
                    + "[{'type':'text','text':'x'}]}}",
            "{'type':'conversation.item.create','item':{'type':'mcp_list_tools','server_label':'x','tools':[]}}"})
    void forgivesWhatOldClientsSend(String frame) {
        assertThat(types(strict.frame(frame.replace('\'', '"')))).containsExactly("error");
        assertThat(types(lenient.frame(frame.replace('\'', '"')))).isNotEmpty().doesNotContain("error");
    }

    @Test
    void understandsTheFlatMembersOfBeta() {
        lenient.frame("{'type':'session.update','session':{'voice':'sage','input_audio_format':'g711_ulaw',"
                .replace('\'', '"')
                + "'turn_detection':null,'modalities':['text'],'max_response_output_tokens':7}}".replace('\'', '"'));

        var session = lenient.last(ServerEvent.SessionUpdated.class).session();
        assertThat(session.voice()).hasValue("sage");
        assertThat(session.inputEncoding()).hasValue(AudioEncoding.PCMU);
        assertThat(session.turnDetection()).hasValue(new TurnDetection.Manual());
        assertThat(session.outputModalities()).containsExactly("text");
        assertThat(session.maxOutputTokens()).hasValue(7);
    }

    @Test
    void showsNothingOfWhatItIgnores() {
        lenient.frame("{'type':'session.update','session':{'colour':'red','audio':{'input':{'loud':1}}}}".replace('\'',
                '"'));

        assertThat(lenient.last(ServerEvent.SessionUpdated.class).session())
                .isEqualTo(lenient.last(ServerEvent.SessionCreated.class).session());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'type':'banana'}", "{'type':", "[]",
            "{'type':'session.update','session':{'type':'transcription'}}",
            "{'type':'session.update','session':{'type':'realtime','audio':{'output':{'speed':9}}}}",
            "{'type':'session.update'}", "{'type':'response.cancel'}"})
    void doesNotForgiveEverything(String frame) {
        assertThat(types(lenient.frame(frame.replace('\'', '"')))).containsExactly("error");
    }

    @Test
    void goesOnLikeAStrictOne() {
        for (var session : List.of(strict, lenient)) {
            session.send(new ClientEvent.ItemCreate(Item.userText("hello")));
            session.send(new ClientEvent.ResponseCreate());
        }

        assertThat(types(lenient.sent().stream().map(VirtualSession.Sent::event).toList()))
                .isEqualTo(types(strict.sent().stream().map(VirtualSession.Sent::event).toList()));
    }
}
