package dev.parley.realtime;

import static dev.parley.realtime.Frames.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Every frame of the protocol is read into its type and written back as it was.
class GoldenFramesTest {
    static final List<String> SERVER_FRAMES = Frames.ofServer();
    static final List<String> CLIENT_FRAMES = Frames.ofClient();

    @ParameterizedTest
    @FieldSource("SERVER_FRAMES")
    void aServerFrameSurvivesReadingAndWriting(String frame) {
        var event = ServerEvent.parse(frame);

        assertThat(event).isNotInstanceOfAny(ServerEvent.Unknown.class, ServerEvent.Malformed.class);
        assertThat(json(event.toJson())).isEqualTo(json(frame));
        assertThat(event.toJson()).as("the order of fields, too").isEqualTo(frame);
    }

    @ParameterizedTest
    @FieldSource("CLIENT_FRAMES")
    void aClientFrameSurvivesReadingAndWriting(String frame) {
        var event = ClientEvent.parse(frame);

        assertThat(event).isNotInstanceOf(ClientEvent.Unknown.class);
        assertThat(event.toJson()).isEqualTo(frame);
    }

    @ParameterizedTest
    @FieldSource("SERVER_FRAMES")
    void unknownFieldsAtAnyDepthSurvive(String frame) {
        var fromTheFuture = frame.replace("{\"", "{\"from_the_future\":{\"deep\":[1,null,\"x\"]},\"");

        var event = ServerEvent.parse(fromTheFuture);

        assertThat(event).hasSameClassAs(ServerEvent.parse(frame));
        assertThat(event.toJson()).isEqualTo(fromTheFuture);
    }

    @ParameterizedTest
    @FieldSource("SERVER_FRAMES")
    void aServerGivesItsEventsAnId(String frame) {
        var event = ServerEvent.parse(frame);

        var renamed = ServerEvent.parse(event.toJson("event_new"));

        assertThat(renamed.eventId()).contains("event_new");
        assertThat(json(renamed.toJson()).without("event_id")).isEqualTo(json(frame).without("event_id"));
    }

    @Test
    void thereIsAFrameOfEveryType() {
        var types = SERVER_FRAMES.stream().map(ServerEvent::parse).map(ServerEvent::type).collect(Collectors.toSet());

        assertThat(types).isEqualTo(ServerEventReaders.BY_TYPE.keySet());
    }

    @Test
    void anUnknownEventIsKeptAsItCame() {
        var frame = "{\"type\":\"mcp_list_tools.renamed\",\"event_id\":\"event_1\",\"item_id\":\"item_1\"}";

        var event = ServerEvent.parse(frame);

        assertThat(event).isInstanceOf(ServerEvent.Unknown.class);
        assertThat(event.type()).isEqualTo("mcp_list_tools.renamed");
        assertThat(event.eventId()).contains("event_1");
        assertThat(event.toJson()).isEqualTo(frame);
    }
}
