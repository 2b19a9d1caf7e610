package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.gateway.Gateway;
import dev.parley.gateway.GatewaySettings;
import dev.parley.gateway.GatewaySettings.Tokens;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.Response;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.venue.Venue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// What the till page does from its first request to the answer after a tool (section 3.3), by a script that plays it. The
/// script's session runs over a WebSocket where the page's runs over WebRTC; the events are the same.
@Timeout(60)
class PageFlowTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    @Test
    void ven3GoesFromAFreshTokenToTheAnswerAfterATool() throws Exception {
        var script = folder.resolve("bar.yaml");
        Files.writeString(script, """
                name: bar
                otherwise: Sorry?
                answers:
                  - hear: [show me the tabs]
                    call:
                      tool: navigate_to_screen
                      with: {screen: tabs}
                    say: "{message}"
                """);
        try (var emulator = Emulator.start(Scenario.load(script));
                var calls = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-server").calls();
                var venue = Venue.inMemory(Venue.Options.DEFAULT);
                var gateway = Gateway.start(venue, GatewaySettings.DEFAULT.withTokens(Tokens.from(calls,
                        "gpt-realtime-2.1")))) {
            for (int connection = 0; connection < 2; connection++) {
                converse(emulator, gateway.uri() + "/api/realtime");
            }
        }
    }

    /// One connection of the page, with a key of its own.
    private static void converse(Emulator emulator, String api) throws Exception {
        var listed = JSON.readTree(ServeTest.get(api + "/tools"));
        var token = JSON.readTree(ServeTest.post(api + "/session", "{\"voice\":\"alloy\"}"));
        assertThat(token.path("client_secret").asString()).startsWith("ek_");
        var tools = listed.path("tools")
                .valueStream()
                .map(tool -> new FunctionTool(tool.path("name").asString(), tool.path("description").asString(), tool
                        .path(
                                "parameters")))
                .toList();
        try (var client = RealtimeClient.builder()
                .baseUrl(emulator.uri())
                .apiKey(token.path("client_secret").asString())
                .model(token.path("model").asString())
                .build(); var session = client.connect()) {
            session.configure(SessionConfig.builder().tools(tools).toolChoice("auto").outputModality("text").build());
            session.add(Item.userText("show me the tabs"));
            session.respond();

            var asked = response(session);
            assertThat(asked.functionCalls()).hasSize(1);
            var call = asked.functionCalls().getFirst();
            var body = JSON.createObjectNode()
                    .put("name", call.name())
                    .put("sessionId", token.path("session_id").asString());
            body.set("args", JSON.readTree(call.arguments()));
            var result = JSON.readTree(ServeTest.post(api + "/execute-tool", body.toString())).path("result");
            assertThat(result.path("screen").asString()).isEqualTo("tabs");
            session.add(Item.functionCallOutput(call.callId(), result.toString()));
            session.respond();

            assertThat(response(session).raw().toString()).contains(result.path("message").asString().replace(".", ""));
        }
    }

    private static Response response(RealtimeSession session) {
        for (int i = 0; i < 1_000; i++) {
            var event = session.next(Duration.ofSeconds(20)).orElseThrow();
            if (event instanceof ServerEvent.ResponseDone done) {
                return done.response();
            }
            assertThat(event).isNotInstanceOf(ServerEvent.ErrorEvent.class);
        }
        throw new AssertionError("expected response.done among 1000 events, found none");
    }
}
