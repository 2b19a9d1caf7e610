package dev.parley.examples;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCall;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// Lets the model call a Java method: `Tools "what time is it in tokyo"`. The schema comes from its parameters, and
/// arguments that do not fit never reach it.
public final class Tools {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final Map<String, String> ZONES = Map.of("london", "Europe/London", "paris", "Europe/Paris", "tokyo",
            "Asia/Tokyo");

    /// What the model is told.
    public record LocalTime(String place, String time) {}

    @Tool("Tells what time it is in a city.")
    public LocalTime localTime(@Param("Name of the city") String place) {
        var zone = ZONES.get(place.toLowerCase(Locale.ROOT));
        if (zone == null) {
            throw new IllegalArgumentException("expected one of " + ZONES.keySet() + ", found " + place);
        }
        return new LocalTime(place, CLOCK.format(ZonedDateTime.now(ZoneId.of(zone))));
    }

    public static void main(String[] args) throws InterruptedException {
        var toolbox = Toolbox.of(new Tools());
        try (var client = RealtimeClient.fromEnvironment(System.getenv()).build();
                var session = client.connect();
                var runner = new ToolRunner(toolbox)) {
            session.configure(SessionConfig.builder().outputModality("text").tools(toolbox.definitions()).build());
            session.add(Item.userText(args.length == 0 ? "what time is it in tokyo" : String.join(" ", args)));
            session.respond();
            for (var event : session.events()) {
                switch (event) {
                    case ServerEvent.OutputTextDone said -> System.out.println(said.text());
                    case ServerEvent.ResponseDone done when done.response().functionCalls().isEmpty() -> {
                        return;
                    }
                    // All outputs first, then one response for all of them.
                    case ServerEvent.ResponseDone done -> {
                        var calls = done.response().functionCalls();
                        var answered = new CountDownLatch(calls.size());
                        for (var call : calls) {
                            System.out.println("called " + call.name() + " " + call.arguments());
                            runner.submit(new ToolCall(call.callId(), call.name(), call.arguments()), result -> {
                                session.add(Item.functionCallOutput(call.callId(), result.output()));
                                answered.countDown();
                            });
                        }
                        answered.await();
                        session.respond();
                    }
                    default -> {}
                }
            }
        }
    }
}
