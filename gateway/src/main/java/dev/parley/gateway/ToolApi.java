package dev.parley.gateway;

import dev.parley.agent.ToolCall;
import dev.parley.agent.ToolOutcome.Failed;
import dev.parley.agent.ToolOutcome.Succeeded;
import dev.parley.agent.ToolResult;
import dev.parley.agent.Toolbox;
import dev.parley.gateway.Meters.Outcome;
import dev.parley.realtime.FunctionTool;
import dev.parley.venue.ErrorCode;
import dev.parley.venue.ReferenceClients;
import dev.parley.venue.Refusal;
import dev.parley.venue.Venue;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Lists the tools, runs them, and tells which were run.
final class ToolApi {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MISSING = "Missing required fields: name, args, sessionId";
    private static final Set<String> KNOWN = Set.of("name", "args", "sessionId", "call_id", "venue_id");
    private static final int MAX_LISTED = 200;

    private final Venue venue;
    private final Toolboxes toolboxes;
    private final Conversations conversations;
    private final Meters meters;
    private final Attempts attempts;
    private final Answers answers;
    private final InstantSource clock;
    private final String listing;

    ToolApi(Venue venue, Toolboxes toolboxes, Conversations conversations, Meters meters, Attempts attempts,
            Answers answers,
            InstantSource clock) {
        this.venue = venue;
        this.toolboxes = toolboxes;
        this.conversations = conversations;
        this.meters = meters;
        this.attempts = attempts;
        this.answers = answers;
        this.clock = clock;
        this.listing = listing(toolboxes.usual(), venue.menu().instructions()).toString();
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/realtime/tools", "listTools",
                        "The tools a model may call, and what it is told to be.", this::list)
                        .query("format", "{\"type\":\"string\",\"enum\":[\"ga\",\"beta\"],\"default\":\"ga\"}",
                                "The dialect the tools are for; both write them alike")
                        .answers("""
                                {"type":"object","required":["tools","instructions"],"properties":{
                                  "tools":{"type":"array","items":{"type":"object",
                                    "required":["type","name","description","parameters"],"properties":{
                                      "type":{"const":"function"},"name":{"type":"string"},
                                      "description":{"type":"string"},"parameters":{"type":"object"}}}},
                                  "instructions":{"type":"string"}}}""")
                        .refuses(ErrorCode.INVALID_ARGUMENTS),
                Route.post("/api/realtime/execute-tool", "executeTool", "Runs a tool, once per session and call_id.",
                        """
                                {"type":"object","required":["name","args","sessionId"],"additionalProperties":false,"properties":{
                                  "name":{"type":"string","description":"One of those listed"},
                                  "args":{"type":"object","description":"As the tool's parameters say"},
                                  "sessionId":{"type":"string","minLength":1,"maxLength":128},
                                  "call_id":{"type":"string","maxLength":512,
                                    "description":"The same call sent again is answered with the result of its first time"},
                                  "venue_id":{"type":["string","integer"],"description":"This venue's"}}}""",
                        this::execute)
                        .answers("""
                                {"type":"object","required":["success","result"],"properties":{
                                  "success":{"const":true},"result":{"type":"object","properties":{
                                    "success":{"type":"boolean"},"message":{"type":"string",
                                    "description":"One sentence, fit to be spoken"}}}}}""")
                        .refuses(ErrorCode.values()),
                Route.get("/api/realtime/tool-calls", "listToolCalls",
                        "The latest tool calls of a session, newest first.",
                        this::records)
                        .query("sessionId", "{\"type\":\"string\",\"minLength\":1}", "The session")
                        .query("limit", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":200,\"default\":50}",
                                "How many at most")
                        .answers("""
                                {"type":"object","required":["tool_calls"],"properties":{
                                  "tool_calls":{"type":"array","items":{"type":"object"}}}}""")
                        .refuses(ErrorCode.INVALID_ARGUMENTS));
    }

    private static ObjectNode listing(Toolbox toolbox, String instructions) {
        var json = JsonNodeFactory.instance.objectNode();
        var tools = json.putArray("tools");
        toolbox.definitions().stream().map(ToolApi::tool).forEach(tools::add);
        return json.put("instructions", instructions);
    }

    private static ObjectNode tool(FunctionTool tool) {
        var json = JsonNodeFactory.instance.objectNode()
                .put("type", "function")
                .put("name", tool.name())
                .put("description", tool.description());
        json.set("parameters", tool.parameters());
        return json;
    }

    private void list(Context context) {
        Queries.oneOf(context, "format", List.of("ga", "beta"));
        Answers.text(context, 200, listing);
    }

    private void records(Context context) {
        var session = Queries.required(context, "sessionId");
        var json = JsonNodeFactory.instance.objectNode();
        json.set("tool_calls", venue.toolCalls().of(session, Queries.number(context, "limit", 1, MAX_LISTED, 50)));
        Answers.json(context, json);
    }

    private void execute(Context context) {
        var body = Bodies.object(context, KNOWN);
        var name = Bodies.text(body, "name");
        var session = Bodies.text(body, "sessionId");
        var args = body.path("args");
        if (name.isEmpty() || session.isEmpty() || args.isMissingNode() || args.isNull()) {
            throw new Refusal(ErrorCode.MISSING_FIELDS, MISSING);
        }
        requireVenue(body.path("venue_id"));
        if (!(args instanceof ObjectNode object)) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "args: expected an object, found " + Bodies.kind(args) + ".",
                    Map
                            .of("field", "args"));
        }
        var callId = Bodies.text(body, "call_id").orElseGet(() -> "http-" + UUID.randomUUID());
        var arguments = ReferenceClients.arguments(name.get(), object);
        execute(context, session.get(), new ToolCall(callId, name.get(), arguments.toString()), arguments);
    }

    private void requireVenue(JsonNode id) {
        if (id.isMissingNode() || id.isNull()) {
            return;
        }
        if (!id.isString() && !id.isIntegralNumber()) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "venue_id: expected a string, found " + Bodies.kind(id)
                    + ".",
                    Map.of("field", "venue_id"));
        }
        if (!id.asString().equals(venue.id())) {
            throw new Refusal(ErrorCode.FORBIDDEN, "This is venue " + venue.id()
                    + "; the session belongs to no other.");
        }
    }

    private void execute(Context context, String session, ToolCall call, JsonNode args) {
        // Whoever says a manager's PIN may say it a few times only.
        var attempt = args.propertyNames().stream().anyMatch(member -> member.endsWith("pin"))
                ? Optional.of(attempts.begin(session, context.ip()))
                : Optional.<Attempts.Attempt>empty();
        var began = clock.millis();
        ToolResult result;
        try {
            result = conversations.call(session, toolboxes.of(Doorman.badge(context)), call);
        } catch (Refusal refusal) {
            meters.call(call.name(), Outcome.BUSY, java.time.Duration.ofMillis(clock.millis() - began));
            throw refusal;
        }
        switch (result.outcome()) {
            case Succeeded() -> {
                attempt.ifPresent(Attempts.Attempt::succeeded);
                meters.call(call.name(), Outcome.DONE, result.took());
                var output = result.output();
                Answers.text(context, 200, "{\"success\":true,\"result\":" + (output.startsWith("{")
                        ? output
                        : JSON.writeValueAsString(output)) + "}");
            }
            case Failed failed -> {
                var refusal = refusal(call, failed, result.output());
                if (refusal.code() != ErrorCode.APPROVAL_REQUIRED) {
                    attempt.ifPresent(Attempts.Attempt::succeeded);
                }
                meters.call(call.name(), outcome(refusal.code(), failed), result.took());
                answers.refuse(context, refusal);
            }
        }
    }

    private static Outcome outcome(ErrorCode code, Failed failed) {
        return switch (failed.reason()) {
            case REFUSED -> code == ErrorCode.BUSY ? Outcome.BUSY : Outcome.REFUSED;
            case UNKNOWN_TOOL, BAD_ARGUMENTS, FORBIDDEN, CONFLICT, FORGOTTEN -> Outcome.INVALID;
            case DEADLINE, BUSY, CANCELLED, CLOSED -> Outcome.BUSY;
            case CRASHED, NO_RESULT, TOO_LONG -> Outcome.FAILED;
        };
    }

    /// What a failed call says to programs. The tool has said it itself if it refused.
    static Refusal refusal(ToolCall call, Failed failed, String output) {
        return switch (failed.reason()) {
            case REFUSED -> refused(failed, JSON.readTree(output));
            case UNKNOWN_TOOL -> new Refusal(ErrorCode.UNKNOWN_TOOL, "Tool \"" + call.name() + "\" not found");
            case CRASHED, NO_RESULT, TOO_LONG -> new Refusal(ErrorCode.INTERNAL, "Internal server error");
            case BAD_ARGUMENTS, DEADLINE, CANCELLED, FORBIDDEN, CONFLICT, FORGOTTEN, BUSY, CLOSED -> new Refusal(
                    Statuses
                            .code(failed.reason()), failed.message());
        };
    }

    private static Refusal refused(Failed failed, JsonNode said) {
        var code = said.path("code").asString("");
        for (var known : ErrorCode.values()) {
            if (known.toString().equals(code)) {
                return new Refusal(known, failed.message(), details(said.path("details")));
            }
        }
        return new Refusal(Statuses.code(failed.reason()), failed.message());
    }

    private static Map<String, Object> details(JsonNode said) {
        return JSON.convertValue(said.isObject() ? said : JsonNodeFactory.instance.objectNode(), JSON.getTypeFactory()
                .constructMapType(java.util.LinkedHashMap.class, String.class, Object.class));
    }
}
