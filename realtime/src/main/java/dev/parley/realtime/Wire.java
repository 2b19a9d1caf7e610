package dev.parley.realtime;

import java.util.List;

/// Between frames and events: the place where a session's dialect is spoken. One reader, any number of writers.
interface Wire {
    /// GA: frames are events.
    Wire GA = new Wire() {
        @Override
        public String write(ClientEvent event) {
            return event.toJson();
        }

        @Override
        public List<ServerEvent> read(String frame) {
            return List.of(ServerEvent.parse(frame));
        }
    };

    static Wire of(Dialect dialect) {
        return switch (dialect) {
            case GA -> GA;
            case BETA -> new BetaWire();
        };
    }

    /// The frame to send.
    String write(ClientEvent event);

    /// What a frame says, in order; at least one event.
    List<ServerEvent> read(String frame);
}
