package dev.parley.examples;

import dev.parley.media.Pcm;
import dev.parley.media.WavWriter;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.webrtc.WebRtcClient;
import dev.parley.rtc.RtcEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// Asks in writing and keeps the spoken answer in `answer.wav`, over WebRTC: events travel on a data channel, and sound comes
/// beside them as it is spoken.
public final class OverWebRtc {
    private OverWebRtc() {}

    public static void main(String[] args) throws IOException {
        try (var engine = RtcEngine.open();
                var client = WebRtcClient.of(engine, RealtimeClient.fromEnvironment(System.getenv()));
                var session = client.connect();
                var answer = WavWriter.create(Path.of("answer.wav"), session.audio().format())) {
            session.audio().onAudio(sound -> write(answer, sound));
            session.add(Item.userText("hello"));
            session.respond();
            for (var event : session.events()) {
                if (event instanceof ServerEvent.OutputTranscriptDone words) {
                    System.out.println(words.transcript());
                } else if (event instanceof ServerEvent.OutputBufferStopped) {
                    // What was made in a moment has now been heard.
                    break;
                }
            }
            session.audio().onAudio(_ -> {});
        }
    }

    private static void write(WavWriter file, Pcm sound) {
        try {
            file.write(sound);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
