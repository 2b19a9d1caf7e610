package dev.parley.bench.load;

import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import java.net.URI;
import java.time.Duration;

/// A session of Parley's client.
final class ParleyListener implements Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RealtimeSession session;

    private ParleyListener(RealtimeSession session) {
        this.session = session;
    }

    static final class Opener implements Listener.Opener {
        private final RealtimeClient client;

        Opener(URI service) {
            client = RealtimeClient.builder().baseUrl(service).apiKey("none-is-needed").build();
        }

        @Override
        public Listener open() {
            var opened = new ParleyListener(client.connect());
            var _ = opened.next();
            return opened;
        }

        @Override
        public void close() {
            client.close();
        }
    }

    @Override
    public void ask() {
        session.respond(ResponseConfig.builder().outOfBand().build());
    }

    @Override
    public Event next() {
        var event = session.next(PATIENCE)
                .orElseThrow(() -> new IllegalStateException("expected an event, found none: " + session.closed()));
        return switch (event) {
            case ServerEvent.OutputAudioDelta delta -> Event.Audio.of(delta.audio());
            case ServerEvent.ResponseDone _ -> new Event.AnswerDone();
            default -> new Event.Other();
        };
    }

    @Override
    public void close() {
        session.close();
    }
}
