package dev.parley.app;

import dev.parley.agent.CallEvent;
import dev.parley.agent.Ending;
import dev.parley.emulator.CallerEvent;
import dev.parley.realtime.Close;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What happened in a call, as it happens: for people a transcript with timings, for programs one JSON object a line.
/// Keeps all of it for a look back. Thread-safe.
final class CallReport {
    private static final JsonMapper JSON = new JsonMapper();

    private final Instant start;
    private final PrintStream out;
    private final Style style;
    private final List<CallEvent> agentEvents = new ArrayList<>();
    private final List<String> transcript = new ArrayList<>();
    private final List<String> jsonLines = new ArrayList<>();
    private Duration latency = Duration.ZERO;

    enum Style {
        TRANSCRIPT, JSON
    }

    CallReport(PrintStream out, Style style, Instant start) {
        this.out = out;
        this.style = style;
        this.start = start;
    }

    /// Events of the call itself.
    synchronized void on(CallEvent event, Instant at) {
        agentEvents.add(event);
        var since = Duration.between(start, at);
        line(event).ifPresent(text -> print(since, text));
        json(since, asJson(event));
    }

    /// What the caller at the other end noticed.
    synchronized void on(CallerEvent event, Instant at) {
        var since = Duration.between(start, at);
        if (event instanceof CallerEvent.IsNotAnswered) {
            print(since, "        (the caller waited for an answer and got none)");
        }
        json(since, asJson(event));
    }

    /// What happened so far, of one kind.
    synchronized <T extends CallEvent> List<T> all(Class<T> kind) {
        return agentEvents.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// Why the call could not go on; empty if it has not failed.
    Optional<String> failure() {
        return all(CallEvent.Ended.class).stream()
                .map(CallEvent.Ended::ending)
                .filter(Ending.Failed.class::isInstance)
                .map(how -> ((Ending.Failed) how).reason())
                .findFirst();
    }

    synchronized void save(Path folder) throws IOException {
        Files.write(folder.resolve("transcript.txt"), transcript);
        Files.write(folder.resolve("events.jsonl"), jsonLines);
    }

    private Optional<String> line(CallEvent event) {
        return switch (event) {
            case CallEvent.Ready _ -> Optional.of("        (the agent is ready)");
            case CallEvent.CallerStartedSpeaking _ -> Optional.empty();
            case CallEvent.CallerStoppedSpeaking _ -> Optional.empty();
            case CallEvent.CallerSaid said -> Optional.of("caller  " + said.text());
            case CallEvent.CallerNotUnderstood _ -> Optional.of("caller  (not understood)");
            case CallEvent.AgentStartedSpeaking started -> {
                latency = started.afterCaller();
                yield Optional.empty();
            }
            case CallEvent.AgentSaid said -> Optional.of("agent   " + said.text() + took());
            case CallEvent.Interrupted cut -> Optional.of("        (interrupted: the caller heard " + seconds(cut
                    .heard())
                    + " s of it)");
            case CallEvent.ToolCalled call -> Optional.of("tool    " + call.name() + " " + call.arguments());
            case CallEvent.ToolAnswered answer -> Optional.of("     -> " + answer.output());
            case CallEvent.SaidMeanwhile said -> Optional.of("agent   (meanwhile) " + said.sentence());
            case CallEvent.Charged _ -> Optional.empty();
            case CallEvent.RateLimits _ -> Optional.empty();
            case CallEvent.ConnectionLost lost -> Optional.of("        (" + why(lost.close())
                    + "; another connection is opened in " + seconds(lost.retryIn()) + " s)");
            case CallEvent.SessionReplaced replaced -> Optional.of(
                    "        (the call goes on in a fresh session, which was"
                            + " given " + replaced.items() + " items)");
            case CallEvent.Problem problem -> Optional.of("        (problem: " + problem.message() + ")");
            case CallEvent.Ended ended -> Optional.of("        (" + text(ended.ending()) + ")");
        };
    }

    private static String why(Close close) {
        return close.reason().isEmpty() ? "the service ended the session: " + close : close.reason();
    }

    private String took() {
        if (latency.isZero()) {
            return "";
        }
        var text = "   [after " + seconds(latency) + " s]";
        latency = Duration.ZERO;
        return text;
    }

    private static String text(Ending ending) {
        return switch (ending) {
            case Ending.HungUp hungUp -> "the " + hungUp.by() + " hung up";
            case Ending.Failed failed -> "the call failed: " + failed.reason();
        };
    }

    private void print(Duration since, String text) {
        // In whole tenths: rounding would tell of second 60.
        var line = String.format(Locale.ROOT, "%02d:%02d.%d  %s", since.toMinutes(), since.toSecondsPart(),
                since.toMillisPart() / 100, text);
        transcript.add(line);
        if (style == Style.TRANSCRIPT) {
            out.println(line);
        }
    }

    private void json(Duration since, ObjectNode event) {
        var timed = JsonNodeFactory.instance.objectNode().put("at_ms", since.toMillis());
        event.properties().forEach(member -> timed.set(member.getKey(), member.getValue()));
        var line = JSON.writeValueAsString(timed);
        jsonLines.add(line);
        if (style == Style.JSON) {
            out.println(line);
        }
    }

    private static ObjectNode asJson(CallEvent event) {
        return switch (event) {
            case CallEvent.Ready ready -> json("ready").put("session_id", ready.sessionId());
            case CallEvent.CallerStartedSpeaking _ -> json("caller_started_speaking");
            case CallEvent.CallerStoppedSpeaking _ -> json("caller_stopped_speaking");
            case CallEvent.CallerSaid said -> json("caller_said").put("item_id", said.itemId())
                    .put("text", said.text());
            case CallEvent.CallerNotUnderstood not ->
                json("caller_not_understood").put("item_id", not.itemId()).put("reason", not.reason());
            case CallEvent.AgentStartedSpeaking started -> json("agent_started_speaking").put("item_id", started
                    .itemId())
                    .put("after_caller_ms", started.afterCaller().toMillis());
            case CallEvent.AgentSaid said -> json("agent_said").put("item_id", said.itemId()).put("text", said.text());
            case CallEvent.Interrupted cut ->
                json("interrupted").put("item_id", cut.itemId()).put("heard_ms", cut.heard().toMillis());
            case CallEvent.ToolCalled call -> json("tool_called").put("call_id", call.callId())
                    .put("name", call.name())
                    .put("arguments", call.arguments());
            case CallEvent.ToolAnswered answer -> json("tool_answered").put("call_id", answer.callId())
                    .put("name", answer.name())
                    .put("output", answer.output())
                    .put("took_ms", answer.took().toMillis());
            case CallEvent.SaidMeanwhile said ->
                json("said_meanwhile").put("call_id", said.callId()).put("sentence", said.sentence());
            case CallEvent.Charged charged -> charged(charged);
            case CallEvent.RateLimits limits -> limits(limits);
            case CallEvent.ConnectionLost lost -> json("connection_lost").put("reason", lost.close().toString())
                    .put("attempt", lost.attempt())
                    .put("retry_in_ms", lost.retryIn().toMillis());
            case CallEvent.SessionReplaced replaced -> json("session_replaced")
                    .put("cause", replaced.cause().name().toLowerCase(Locale.ROOT))
                    .put("items", replaced.items());
            case CallEvent.Problem problem -> json("problem").put("message", problem.message());
            case CallEvent.Ended ended -> json("ended").put("how", text(ended.ending()));
        };
    }

    private static ObjectNode charged(CallEvent.Charged charged) {
        var json = json("charged").put("id", charged.id());
        var used = json.putObject("used");
        charged.used().amounts().forEach((meter, amount) -> used.put(meter.name().toLowerCase(Locale.ROOT), amount));
        if (charged.cost().isComplete()) {
            json.put("cost", charged.cost().amount()).put("currency", charged.cost().currency().getCurrencyCode());
        }
        return json;
    }

    private static ObjectNode limits(CallEvent.RateLimits limits) {
        var json = json("rate_limits");
        var list = json.putArray("limits");
        limits.limits()
                .forEach(limit -> list.addObject()
                        .put("name", limit.name())
                        .put("limit", limit.limit())
                        .put("remaining", limit.remaining())
                        .put("reset_ms", limit.reset().toMillis()));
        return json;
    }

    private static ObjectNode asJson(CallerEvent event) {
        return switch (event) {
            case CallerEvent.Speaks speaks -> json("caller_speaks").put("line", speaks.line())
                    .put("words", speaks.words());
            case CallerEvent.FallsSilent silent -> json("caller_falls_silent").put("line", silent.line());
            case CallerEvent.Hears hears -> json("caller_hears").put("words", hears.words());
            case CallerEvent.HearsSomething _ -> json("caller_hears_something");
            case CallerEvent.IsNotAnswered not -> json("caller_is_not_answered").put("line", not.line());
            case CallerEvent.IsDone _ -> json("caller_is_done");
        };
    }

    private static ObjectNode json(String event) {
        return JsonNodeFactory.instance.objectNode().put("event", event);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1_000.0);
    }
}
