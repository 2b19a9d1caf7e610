package dev.parley.examples;

import dev.parley.realtime.Dialect;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import java.net.URI;
import java.util.Objects;

/// A deployment at Azure, with an access token in place of a key: `Azure ga` or `Azure beta`.
///
/// The token comes from a supplier that is asked at every connect. Here it is an environment variable; in a program it is
/// the identity library of your choice.
public final class Azure {
    private Azure() {}

    public static void main(String[] args) {
        var env = System.getenv();
        var resource = URI.create(Objects.requireNonNull(env.get("AZURE_OPENAI_ENDPOINT"), "AZURE_OPENAI_ENDPOINT"));
        var builder = RealtimeClient.builder()
                .azure(resource, env.getOrDefault("AZURE_OPENAI_DEPLOYMENT", "gpt-realtime"))
                .tokenSupplier(() -> env.getOrDefault("AZURE_TOKEN", ""))
                .dialect(args.length > 0 && args[0].equals("beta") ? Dialect.BETA : Dialect.GA);
        try (var client = builder.build(); var session = client.connect()) {
            // The same in both dialects.
            session.configure(SessionConfig.builder().outputModality("text").build());
            session.add(Item.userText("good morning"));
            session.respond();
            for (var event : session.events()) {
                switch (event) {
                    case ServerEvent.SessionUpdated updated ->
                        System.out.println("model " + updated.session().model().orElse("unknown"));
                    case ServerEvent.OutputTextDone said -> System.out.println(said.text());
                    case ServerEvent.ResponseDone _ -> {
                        return;
                    }
                    default -> {}
                }
            }
        }
    }
}
