package dev.parley.examples;

import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ServerEvent;
import java.io.FileOutputStream;
import java.io.IOException;

/// Asks in writing, keeps the spoken answer in `answer.raw`: 16 bit, 24 kHz, mono.
public final class SpokenAnswer {
    private SpokenAnswer() {}

    public static void main(String[] args) throws IOException {
        // tag::spoken-answer[]
        try (var client = RealtimeClient.fromEnvironment(System.getenv()).build();
                var session = client.connect();
                var answer = new FileOutputStream("answer.raw")) {
            session.add(Item.userText("Good morning!"));
            session.respond();
            for (var event : session.events()) {
                if (event instanceof ServerEvent.OutputAudioDelta sound) {
                    answer.write(sound.audio());
                } else if (event instanceof ServerEvent.ResponseDone) {
                    break;
                }
            }
        }
        // end::spoken-answer[]
    }
}
