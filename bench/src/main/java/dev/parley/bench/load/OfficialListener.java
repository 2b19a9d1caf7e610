package dev.parley.bench.load;

import com.openai.client.okhttp.OkHttpClient;
import com.openai.core.ClientOptions;
import com.openai.helpers.RealtimeConnection;
import com.openai.helpers.RealtimeWebSocketOptions;
import com.openai.models.realtime.RealtimeClientEvent;
import com.openai.models.realtime.RealtimeResponseCreateParams;
import com.openai.models.realtime.ResponseCreateEvent;
import java.net.URI;
import java.util.Base64;

/// A session of the official Java client.
final class OfficialListener implements Listener {
    private final RealtimeConnection connection;

    private OfficialListener(RealtimeConnection connection) {
        this.connection = connection;
    }

    static final class Opener implements Listener.Opener {
        private final OkHttpClient http = OkHttpClient.builder().build();
        private final ClientOptions options;

        Opener(URI service) {
            options = ClientOptions.builder()
                    .httpClient(http)
                    .baseUrl(service.toString())
                    .apiKey("none-is-needed")
                    .build();
        }

        @Override
        public Listener open() {
            var opened = new OfficialListener(RealtimeConnection.connect(options, RealtimeWebSocketOptions.builder()
                    .model("gpt-realtime")
                    .build()));
            var _ = opened.next();
            return opened;
        }

        @Override
        public void close() {
            http.close();
        }
    }

    @Override
    public void ask() {
        connection.send(RealtimeClientEvent.ofResponseCreate(ResponseCreateEvent.builder()
                .response(RealtimeResponseCreateParams.builder()
                        .conversation(RealtimeResponseCreateParams.Conversation.NONE)
                        .build())
                .build()));
    }

    @Override
    public Event next() {
        var event = connection.receive();
        if (event.isResponseOutputAudioDelta()) {
            return Event.Audio.of(Base64.getDecoder().decode(event.asResponseOutputAudioDelta().delta()));
        }
        return event.isResponseDone() ? new Event.AnswerDone() : new Event.Other();
    }

    @Override
    public void close() {
        connection.close();
    }
}
