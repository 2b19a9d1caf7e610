package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tools over HTTP.
@Timeout(60)
class ToolApiTest {
    private static final String EXECUTE = "/api/realtime/execute-tool";
    private static final TestGateway GATEWAY = new TestGateway();

    @AfterAll
    static void close() {
        GATEWAY.close();
    }

    @Test
    void ven1ListsToolsAndInstructions() {
        var listed = GATEWAY.get("/api/realtime/tools");

        assertThat(listed.status()).isEqualTo(200);
        assertThat(listed.json().path("instructions").asString()).contains("Bev");
        assertThat(listed.json().path("tools")).isNotEmpty().allSatisfy(tool -> {
            assertThat(tool.path("type").asString()).isEqualTo("function");
            assertThat(tool.path("name").asString()).isNotEmpty();
            assertThat(tool.path("parameters").path("type").asString()).isEqualTo("object");
        });
        assertThat(GATEWAY.get("/api/realtime/tools?format=beta").text()).isEqualTo(listed.text());
        assertThat(GATEWAY.get("/api/realtime/tools?format=xml").status()).isEqualTo(400);
    }

    @Test
    void ven1RunsAToolAndWrapsItsResult() {
        var reply = GATEWAY.tool("s", "navigate_to_screen", "{'screen':'tabs'}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("success").asBoolean()).isTrue();
        assertThat(reply.json().path("result").path("success").asBoolean()).isTrue();
        assertThat(reply.json().path("result").path("message").asString()).isNotEmpty();
        assertThat(reply.json().path("result").path("screen").asString()).isEqualTo("tabs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'name':'x'}", "{'name':'x','args':{}}", "{'name':'','args':{},'sessionId':'s'}",
            "{'name':'x','args':null,'sessionId':'s'}"})
    void ven1SaysWhichFieldsAreMissing(String body) {
        var reply = GATEWAY.post(EXECUTE, body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").asString()).isEqualTo("Missing required fields: name, args, sessionId");
        assertThat(reply.json().path("code").asString()).isEqualTo("missing_fields");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "not json|400|invalid_json",
            "[1]|400|invalid_json",
            "{'name':'x','name':'y','args':{},'sessionId':'s'}|400|invalid_json",
            "{'name':1,'args':{},'sessionId':'s'}|400|invalid_arguments",
            "{'name':'x','args':[],'sessionId':'s'}|400|invalid_arguments",
            "{'name':'x','args':'{}','sessionId':'s'}|400|invalid_arguments",
            "{'name':'x','args':{},'sessionId':{}}|400|invalid_arguments",
            "{'name':'x','args':{},'sessionId':'s','callid':'c'}|400|unknown_field",
            "{'name':'x','args':{},'sessionId':'s','venue_id':'2'}|403|forbidden",
            "{'name':'nope','args':{},'sessionId':'s','venue_id':1}|404|unknown_tool",
            "{'name':'navigate_to_screen','args':{},'sessionId':'s'}|400|invalid_arguments",
            "{'name':'navigate_to_screen','args':{'screen':'tabs','x':1},'sessionId':'s'}|400|invalid_arguments",
            "{'name':'navigate_to_screen','args':{'screen':7},'sessionId':'s'}|400|invalid_arguments",
            "{'name':'navigate_to_screen','args':{'screen':'moon'},'sessionId':'s'}|400|invalid_screen"})
    void saysWhatIsWrongInOneStyle(String body, int status, String code) {
        var reply = GATEWAY.post(EXECUTE, body);

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.json().path("code").asString()).as(reply.text()).isEqualTo(code);
        assertThat(reply.json().path("error").asString()).isNotEmpty();
        assertThat(reply.json().path("details").isObject()).isTrue();
        assertThat(reply.json().path("retryable").isBoolean()).isTrue();
    }

    @Test
    void ven1NamesAToolThatIsNotThere() {
        assertThat(GATEWAY.tool("s", "fly", "{}").json().path("error").asString()).isEqualTo("Tool \"fly\" not found");
    }

    @Test
    void refusesABodyOfAMegabyteClearly() {
        var reply = GATEWAY.post(EXECUTE, "{'name':'" + "x".repeat(1_000_000) + "'}");

        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.json().path("error").asString()).contains("at most 256 KiB");
    }

    @Test
    void refusesJsonThatIsTooDeep() {
        var deep = GATEWAY.post(EXECUTE, "{'name':'x','args':" + "{'a':".repeat(10_000) + "1" + "}".repeat(10_000)
                + ",'sessionId':'s'}");
        var rather = GATEWAY.post(EXECUTE, "{'name':'navigate_to_screen','args':" + "{'a':".repeat(50) + "1" + "}"
                .repeat(
                        50) + ",'sessionId':'s'}");

        assertThat(deep.json().path("code").asString()).isEqualTo("invalid_json");
        assertThat(rather.json().path("code").asString()).isEqualTo("invalid_arguments");
    }

    @Test
    void keepsMarkupAndSqlInNamesWhatTheyAre() {
        var reply = GATEWAY.tool("<script>'; DROP TABLE sessions; --".replace('\'', '’'), "navigate_to_screen",
                "{'screen':'<b>tabs</b>'}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.headers()).containsEntry("x-content-type-options", "nosniff")
                .containsEntry("content-type", "application/json");
    }

    @Test
    void v21AnswersACallThatComesAgainWithItsFirstResult() {
        var body = "{'name':'navigate_to_screen','args':{'screen':'menu'},'sessionId':'v21','call_id':'c1'}";
        var first = GATEWAY.post(EXECUTE, body);
        for (int i = 0; i < 30; i++) {
            GATEWAY.post(EXECUTE, body.replace("'c1'", "'other-" + i + "'"));
        }

        assertThat(GATEWAY.post(EXECUTE, body).text()).isEqualTo(first.text());
        assertThat(GATEWAY.post(EXECUTE, body.replace("menu", "tabs")).status()).isEqualTo(409);
        assertThat(GATEWAY.post(EXECUTE, body.replace("menu", "tabs")).json().path("code").asString()).isEqualTo(
                "idempotency_conflict");
        var calls = GATEWAY.get("/api/realtime/tool-calls?sessionId=v21&limit=200").json().path("tool_calls");
        assertThat(calls).hasSize(31);
        assertThat(calls.get(30).path("call_id").asString()).isEqualTo("c1");
        assertThat(calls.get(30).path("status").asString()).isEqualTo("done");
    }

    @Test
    void runsACallWithoutAnIdEachTime() {
        GATEWAY.tool("noid", "navigate_to_screen", "{'screen':'menu'}");
        GATEWAY.tool("noid", "navigate_to_screen", "{'screen':'menu'}");

        assertThat(GATEWAY.get("/api/realtime/tool-calls?sessionId=noid").json().path("tool_calls")).hasSize(2);
    }

    @Test
    void servesManySessionsAtOnce() throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = java.util.stream.IntStream.range(0, 100)
                    .mapToObj(i -> callers.submit(() -> GATEWAY.tool("many-" + i, "navigate_to_screen",
                            "{'screen':'menu'}").status()))
                    .toList();
            for (var call : calls) {
                assertThat(call.get()).isEqualTo(200);
            }
        }
    }
}
