package dev.parley.examples;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.Pace;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import java.io.IOException;
import java.nio.file.Path;

/// Push to talk: the program, not the service, says when a turn is over. `ManualTurns question.wav`.
public final class ManualTurns {
    private ManualTurns() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("expected a WAV file, found " + args.length + " arguments");
        }
        try (var client = RealtimeClient.fromEnvironment(System.getenv()).build();
                var session = client.connect();
                var recording = Recording.open(Path.of(args[0]), AudioEncoding.PCM)) {
            session.configure(SessionConfig.builder().turnDetection(new TurnDetection.Manual()).build());
            // As fast as it goes: nobody listens for a pause.
            session.sendAudio(recording, AudioEncoding.PCM, Pace.UNPACED);
            session.commitAudio();
            session.respond();
            for (var event : session.events()) {
                switch (event) {
                    case ServerEvent.InputCommitted turn -> System.out.println("committed " + turn.itemId());
                    case ServerEvent.OutputTranscriptDone said -> System.out.println(said.transcript());
                    case ServerEvent.ErrorEvent refused -> System.err.println(refused.error().message());
                    case ServerEvent.ResponseDone _ -> {
                        return;
                    }
                    default -> {}
                }
            }
        }
    }
}
