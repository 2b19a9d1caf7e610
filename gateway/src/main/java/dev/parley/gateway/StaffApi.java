package dev.parley.gateway;

import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import dev.parley.venue.StaffDesk;
import io.javalin.http.Context;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;

/// Signs staff in to their sessions by PIN, and out again.
final class StaffApi {
    private final StaffDesk desk;
    private final Attempts attempts;

    StaffApi(StaffDesk desk, Attempts attempts) {
        this.desk = desk;
        this.attempts = attempts;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/api/staff/sign-in", "signIn", "Signs somebody in to a session by their PIN.", """
                        {"type":"object","required":["sessionId","pin"],"additionalProperties":false,"properties":{
                          "sessionId":{"type":"string","minLength":1,"maxLength":128},
                          "pin":{"type":"string","pattern":"^[0-9]{4,12}$"}}}""", this::signIn)
                        .answers("""
                                {"type":"object","required":["success","name","role"],"properties":{
                                  "success":{"const":true},"name":{"type":"string"},
                                  "role":{"enum":["staff","manager"]}}}""")
                        .refuses(ErrorCode.MISSING_FIELDS, ErrorCode.UNAUTHORIZED, ErrorCode.SESSION_ENDED),
                Route.post("/api/staff/sign-out", "signOut", "Signs whoever is signed in to a session out.", """
                        {"type":"object","required":["sessionId"],"additionalProperties":false,"properties":{
                          "sessionId":{"type":"string","minLength":1,"maxLength":128}}}""", this::signOut)
                        .answers("{\"type\":\"object\",\"properties\":{\"success\":{\"const\":true}}}")
                        .refuses(ErrorCode.MISSING_FIELDS));
    }

    private void signIn(Context context) {
        var body = Bodies.object(context, Set.of("sessionId", "pin"));
        var session = Bodies.text(body, "sessionId");
        var pin = Bodies.text(body, "pin");
        if (session.isEmpty() || pin.isEmpty()) {
            throw new Refusal(ErrorCode.MISSING_FIELDS, "Missing required fields: sessionId, pin");
        }
        var attempt = attempts.begin(session.get(), context.ip());
        var member = desk.signIn(session.get(), pin.get())
                .orElseThrow(() -> new Refusal(ErrorCode.UNAUTHORIZED, "That PIN is nobody's."));
        attempt.succeeded();
        Answers.json(context, JsonNodeFactory.instance.objectNode()
                .put("success", true)
                .put("name", member.name())
                .put("role", member.role().toString()));
    }

    private void signOut(Context context) {
        var session = Bodies.text(Bodies.object(context, Set.of("sessionId")), "sessionId")
                .orElseThrow(() -> new Refusal(ErrorCode.MISSING_FIELDS, "Missing required fields: sessionId"));
        desk.signOut(session);
        Answers.json(context, JsonNodeFactory.instance.objectNode().put("success", true));
    }
}
