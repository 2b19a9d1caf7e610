package dev.parley.examples;

import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import java.util.List;
import java.util.Map;

/// Has the model classify a sentence beside the conversation, while it answers the caller in it.
public final class OutOfBand {
    private OutOfBand() {}

    public static void main(String[] args) {
        try (var client = RealtimeClient.fromEnvironment(System.getenv()).build(); var session = client.connect()) {
            session.add(Item.userText("good morning"));
            session.respond();
            session.respond(ResponseConfig.builder()
                    .outOfBand()
                    .outputModality("text")
                    .metadata(Map.of("topic", "mood"))
                    .instructions("Answer with one word: is the customer friendly?")
                    .input(List.of(Item.userText("good morning")))
                    .build());
            int done = 0;
            for (var event : session.events()) {
                if (event instanceof ServerEvent.ResponseDone finished) {
                    var response = finished.response();
                    var about = response.isInConversation() ? "the conversation" : "beside it, on " + topic(finished);
                    response.messages().forEach(message -> System.out.println(about + ": " + message.text()));
                    if (++done == 2) {
                        return;
                    }
                }
            }
        }
    }

    private static String topic(ServerEvent.ResponseDone finished) {
        return finished.raw().path("response").path("metadata").path("topic").asString("");
    }
}
