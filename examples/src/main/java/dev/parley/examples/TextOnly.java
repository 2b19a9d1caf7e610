package dev.parley.examples;

import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;

/// Writes, and reads what the model writes: `TextOnly "good morning"`.
public final class TextOnly {
    private TextOnly() {}

    public static void main(String[] args) {
        try (var client = RealtimeClient.fromEnvironment(System.getenv()).build(); var session = client.connect()) {
            session.configure(SessionConfig.builder().outputModality("text").instructions("Be brief.").build());
            session.add(Item.userText(args.length == 0 ? "Good morning!" : String.join(" ", args)));
            session.respond();
            for (var event : session.events()) {
                switch (event) {
                    case ServerEvent.OutputTextDelta words -> System.out.print(words.delta());
                    case ServerEvent.ErrorEvent refused -> System.err.println(refused.error().message());
                    case ServerEvent.ResponseDone done -> {
                        System.out.println();
                        done.response().failure().ifPresent(System.err::println);
                        return;
                    }
                    default -> {}
                }
            }
        }
    }
}
