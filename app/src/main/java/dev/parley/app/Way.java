package dev.parley.app;

import dev.parley.agent.AgentCall;
import dev.parley.media.AudioLeg;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ReconnectPolicy;
import dev.parley.realtime.webrtc.WebRtcClient;
import dev.parley.realtime.webrtc.WebRtcSession;
import dev.parley.rtc.RtcEngine;

/// The way to a service, over which calls are started. Closing it ends those that still go on.
sealed interface Way extends AutoCloseable {
    /// What carries events and sound.
    enum Over {
        WEBSOCKET, WEBRTC
    }

    /// The way to a service; nothing is sent yet.
    static Way to(RealtimeClient.Builder service, Over over) {
        return switch (over) {
            case WEBSOCKET -> new ByWebSocket(service.build());
            case WEBRTC -> {
                var engine = RtcEngine.open();
                try {
                    yield new ByWebRtc(engine, WebRtcClient.of(engine, service));
                } catch (IllegalArgumentException e) {
                    engine.close();
                    throw e;
                }
            }
        };
    }

    /// Looks at address, key and dialect before anything is opened.
    ///
    /// @throws IllegalArgumentException if there is no such way to the service
    static RealtimeClient.Builder checked(RealtimeClient.Builder service, Over over) {
        to(service, over).close();
        return service;
    }

    /// The service as it may be printed.
    String description();

    /// Opens a session and starts a call on it, which closes the session when it ends, and ends with it.
    AgentCall start(AgentCall.Setup setup, AudioLeg caller) throws InterruptedException;

    /// Likewise, but the call goes on in another session when one is lost.
    AgentCall start(AgentCall.Setup setup, AudioLeg caller, ReconnectPolicy policy) throws InterruptedException;

    @Override
    void close();

    /// Events and sound on one socket.
    record ByWebSocket(RealtimeClient client) implements Way {
        @Override
        public String description() {
            return client.description();
        }

        @Override
        public AgentCall start(AgentCall.Setup setup, AudioLeg caller) {
            return setup.start(_ -> client.connect(), caller);
        }

        @Override
        public AgentCall start(AgentCall.Setup setup, AudioLeg caller, ReconnectPolicy policy) {
            return setup.start(changes -> client.connect(policy, changes), caller);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /// Events on a data channel, sound as Opus beside it.
    record ByWebRtc(RtcEngine engine, WebRtcClient client) implements Way {
        @Override
        public String description() {
            return client.description() + ", over WebRTC";
        }

        @Override
        public AgentCall start(AgentCall.Setup setup, AudioLeg caller) throws InterruptedException {
            client.warmUp();
            return setup.start(_ -> client.connect(), caller, WebRtcSession::audio);
        }

        @Override
        public AgentCall start(AgentCall.Setup setup, AudioLeg caller, ReconnectPolicy policy)
                throws InterruptedException {
            client.warmUp();
            return setup.start(changes -> client.connect(policy, changes), caller, WebRtcSession::audio);
        }

        @Override
        public void close() {
            client.close();
            engine.close();
        }
    }
}
