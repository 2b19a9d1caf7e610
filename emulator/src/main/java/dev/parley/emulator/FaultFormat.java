package dev.parley.emulator;

import dev.parley.realtime.Close;
import dev.parley.realtime.RealtimeError;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Faults as they are written: as JSON in a request, as YAML in a scenario, and in one line on the command line.
///
/// ```
/// {"fault": "close", "code": 1011, "reason": "out of order", "when": {"sent": "response.created", "nth": 2},
///  "every_time": true}
/// close:1011:out of order@sent:response.created:2*
/// ```
///
/// What is wrong is told by an [IllegalArgumentException].
final class FaultFormat {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NAMES = "drop, stall, slow, error, malformed, unknown, http, expired_key, close,"
            + " duplicate, swallow, late_transcription, failed_response";
    private static final String MOMENTS = "connect, request, now, or an object with sent or received";
    private static final String UNKNOWN_TYPE = "emulator.surprise";

    private FaultFormat() {}

    /// @param otherwise the moment of a fault that names none
    static PlannedFault read(JsonNode json, When otherwise) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("expected an object with a member fault, found " + shown(json));
        }
        var name = text(json, "fault", "one of " + NAMES);
        var fault = switch (name) {
            case "drop" -> new Fault.Drop();
            case "stall" -> new Fault.Stall(millis(json, "for_ms"));
            case "slow" -> new Fault.Slow(millis(json, "per_event_ms"));
            case "error" -> new Fault.ErrorEvent(error(json.path("error")));
            case "malformed" -> json.has("frame")
                    ? new Fault.Malformed(text(json, "frame", "text"))
                    : Fault.Malformed.HALF_AN_EVENT;
            case "unknown" -> new Fault.UnknownEvent(json.path("type").asString(UNKNOWN_TYPE));
            case "http" -> new Fault.Refuse(whole(json, "status"));
            case "expired_key" -> new Fault.ExpiredKey();
            case "close" -> new Fault.End(new Close(whole(json, "code"), json.path("reason").asString("")));
            case "duplicate" -> new Fault.Duplicate();
            case "swallow" -> new Fault.Swallow();
            case "late_transcription" -> new Fault.LateTranscription(millis(json, "by_ms"));
            case "failed_response" -> new Fault.FailedResponse(error(json.path("error")));
            case String other -> throw new IllegalArgumentException("expected one of " + NAMES + ", found " + other);
        };
        members(json, allowed(fault));
        var planned = fault.when(when(json.path("when"), refuses(fault) ? new When.Connecting() : otherwise));
        return isTrue(json.path("every_time")) ? planned.everyTime() : planned;
    }

    private static Set<String> allowed(Fault fault) {
        var own = switch (fault) {
            case Fault.Drop _,Fault.ExpiredKey _,Fault.Duplicate _,Fault.Swallow _ -> Set.<String>of();
            case Fault.Stall _ -> Set.of("for_ms");
            case Fault.Slow _ -> Set.of("per_event_ms");
            case Fault.ErrorEvent _,Fault.FailedResponse _ -> Set.of("error");
            case Fault.Malformed _ -> Set.of("frame");
            case Fault.UnknownEvent _ -> Set.of("type");
            case Fault.Refuse _ -> Set.of("status");
            case Fault.End _ -> Set.of("code", "reason");
            case Fault.LateTranscription _ -> Set.of("by_ms");
        };
        var all = new TreeSet<>(Set.of("fault", "when", "every_time"));
        all.addAll(own);
        return all;
    }

    private static void members(JsonNode json, Set<String> known) {
        for (var name : json.propertyNames()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("expected members " + String.join(", ", known) + ", found " + name);
            }
        }
    }

    private static boolean isTrue(JsonNode flag) {
        if (!flag.isMissingNode() && !flag.isBoolean()) {
            throw new IllegalArgumentException("expected true or false for every_time, found " + shown(flag));
        }
        return flag.asBoolean(false);
    }

    private static boolean refuses(Fault fault) {
        return fault instanceof Fault.Refuse || fault instanceof Fault.ExpiredKey;
    }

    private static When when(JsonNode json, When otherwise) {
        if (json.isMissingNode()) {
            return otherwise;
        }
        if (json.isObject()) {
            members(json, new TreeSet<>(Set.of("sent", "received", "nth")));
        }
        int nth = json.has("nth") ? whole(json, "nth") : 1;
        if (json.has("sent")) {
            return When.sent(text(json, "sent", "the type of an event"), nth);
        }
        if (json.has("received")) {
            return When.received(text(json, "received", "the type of an event"), nth);
        }
        return moment(json.asString(""), shown(json));
    }

    private static When moment(String word, String shown) {
        return switch (word) {
            case "connect" -> new When.Connecting();
            case "request" -> new When.Requesting();
            case "now" -> new When.Now();
            default -> throw new IllegalArgumentException("expected a moment: " + MOMENTS + "; found " + shown);
        };
    }

    static ObjectNode write(PlannedFault planned) {
        var json = JsonNodeFactory.instance.objectNode();
        switch (planned.fault()) {
            case Fault.Drop() -> json.put("fault", "drop");
            case Fault.Stall(var span) -> json.put("fault", "stall").put("for_ms", span.toMillis());
            case Fault.Slow(var span) -> json.put("fault", "slow").put("per_event_ms", span.toMillis());
            case Fault.ErrorEvent(var error) -> json.put("fault", "error").set("error", error(error));
            case Fault.Malformed(var frame) -> json.put("fault", "malformed").put("frame", frame);
            case Fault.UnknownEvent(var type) -> json.put("fault", "unknown").put("type", type);
            case Fault.Refuse(var status) -> json.put("fault", "http").put("status", status);
            case Fault.ExpiredKey() -> json.put("fault", "expired_key");
            case Fault.End(var close) -> json.put("fault", "close")
                    .put("code", close.code())
                    .put("reason", close
                            .reason());
            case Fault.Duplicate() -> json.put("fault", "duplicate");
            case Fault.Swallow() -> json.put("fault", "swallow");
            case Fault.LateTranscription(var span) -> json.put("fault", "late_transcription")
                    .put("by_ms", span
                            .toMillis());
            case Fault.FailedResponse(var error) -> json.put("fault", "failed_response").set("error", error(error));
        }
        switch (planned.when()) {
            case When.Connecting() -> json.put("when", "connect");
            case When.Requesting() -> json.put("when", "request");
            case When.Now() -> json.put("when", "now");
            case When.Sent(var type, var nth) -> json.putObject("when").put("sent", type).put("nth", nth);
            case When.Received(var type, var nth) -> json.putObject("when").put("received", type).put("nth", nth);
        }
        return json.put("every_time", planned.repeat() == PlannedFault.Repeat.EVERY_TIME);
    }

    /// Reads one line: JSON, or `NAME[:ARGUMENT...][@MOMENT][*]`. A fault that names no moment comes when a client
    /// connects.
    static PlannedFault parse(String line) {
        if (line.startsWith("{")) {
            try {
                return read(JSON.readTree(line), new When.Connecting());
            } catch (JacksonException _) {
                throw new IllegalArgumentException("expected a fault as JSON, found something else: " + line);
            }
        }
        boolean everyTime = line.endsWith("*");
        var rest = everyTime ? line.substring(0, line.length() - 1) : line;
        int at = rest.lastIndexOf('@');
        var what = (at < 0 ? rest : rest.substring(0, at)).split(":", 3);
        var json = JsonNodeFactory.instance.objectNode().put("fault", what[0]);
        for (int i = 1; i < what.length; i++) {
            argument(json, what[0], i, what[i]);
        }
        if (at >= 0) {
            moment(json, rest.substring(at + 1));
        }
        return read(json.put("every_time", everyTime), new When.Connecting());
    }

    private static void argument(ObjectNode json, String name, int place, String value) {
        switch (name + " " + place) {
            case "stall 1" -> json.put("for_ms", span(value));
            case "slow 1" -> json.put("per_event_ms", span(value));
            case "late_transcription 1" -> json.put("by_ms", span(value));
            case "error 1", "failed_response 1" -> json.putObject("error").put("code", value);
            case "error 2", "failed_response 2" -> json.withObjectProperty("error").put("message", value);
            case "malformed 1" -> json.put("frame", value);
            case "unknown 1" -> json.put("type", value);
            case "http 1" -> json.put("status", number(value));
            case "close 1" -> json.put("code", number(value));
            case "close 2" -> json.put("reason", value);
            default -> throw new IllegalArgumentException("expected one of " + NAMES
                    + " with the arguments it takes, found " + name + " with " + value);
        }
    }

    private static void moment(ObjectNode json, String moment) {
        var parts = Arrays.asList(moment.split(":", -1));
        if (parts.size() == 1) {
            json.put("when", moment);
        } else if (parts.size() <= 3 && Set.of("sent", "received").contains(parts.getFirst())) {
            json.putObject("when")
                    .put(parts.getFirst(), parts.get(1))
                    .put("nth", parts.size() == 3 ? number(parts.get(2)) : 1);
        } else {
            throw new IllegalArgumentException("expected @connect, @request, @sent:TYPE[:N] or @received:TYPE[:N],"
                    + " found @" + moment);
        }
    }

    /// `500ms` or `2s`, in milliseconds.
    private static long span(String text) {
        if (text.matches("[0-9]{1,9}ms")) {
            return Long.parseLong(text.substring(0, text.length() - 2));
        }
        if (text.matches("[0-9]{1,6}s")) {
            return Long.parseLong(text.substring(0, text.length() - 1)) * 1_000;
        }
        throw new IllegalArgumentException("expected a time such as 500ms or 2s, found " + text);
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("expected a number, found " + text);
        }
        return Integer.parseInt(text);
    }

    private static RealtimeError error(JsonNode json) {
        var usual = Refusal.serverError();
        return new RealtimeError(json.path("type").asString(usual.type()), json.path("code").stringValue(null),
                json.path("message").asString(usual.message()), json.path("param").stringValue(null), null);
    }

    private static ObjectNode error(RealtimeError error) {
        return JsonNodeFactory.instance.objectNode()
                .put("type", error.type())
                .put("code", error.code())
                .put("message", error.message())
                .put("param", error.param());
    }

    private static Duration millis(JsonNode json, String name) {
        return Duration.ofMillis(whole(json, name));
    }

    private static int whole(JsonNode json, String name) {
        var value = json.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new IllegalArgumentException("expected a whole number for " + name + ", found " + shown(value));
        }
        return value.intValue();
    }

    private static String text(JsonNode json, String name, String expected) {
        var value = json.path(name);
        if (!value.isString() || value.stringValue().isBlank()) {
            throw new IllegalArgumentException("expected " + expected + " for " + name + ", found " + shown(value));
        }
        return value.stringValue();
    }

    private static String shown(JsonNode json) {
        var text = json.isMissingNode() ? "nothing" : json.toString();
        return text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }
}
