package dev.parley.examples;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.Pace;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import java.io.IOException;
import java.nio.file.Path;

/// Writes down what is said in a recording, and answers nothing: `TranscriptionOnly question.wav`.
public final class TranscriptionOnly {
    private TranscriptionOnly() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("expected a WAV file, found " + args.length + " arguments");
        }
        try (var client = RealtimeClient.fromEnvironment(System.getenv()).transcription().build();
                var session = client.connect();
                var recording = Recording.open(Path.of(args[0]), AudioEncoding.PCM)) {
            session.configure(SessionConfig.transcriptionOnly()
                    .transcription("gpt-4o-mini-transcribe")
                    .turnDetection(new TurnDetection.Manual())
                    .build());
            session.sendAudio(recording, AudioEncoding.PCM, Pace.UNPACED);
            session.commitAudio();
            for (var event : session.events()) {
                switch (event) {
                    case ServerEvent.InputTranscriptCompleted heard -> {
                        System.out.println(heard.transcript());
                        return;
                    }
                    case ServerEvent.InputTranscriptFailed failed -> {
                        System.err.println("not understood: " + failed.error().message());
                        return;
                    }
                    default -> {}
                }
            }
        }
    }
}
