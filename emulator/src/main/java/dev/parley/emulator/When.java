package dev.parley.emulator;

/// The moment of a [Fault].
public sealed interface When {
    /// A client connects: before the socket opens for what refuses it, else before the first event.
    record Connecting() implements When {}

    /// A request comes over HTTP.
    record Requesting() implements When {}

    /// At once, in every session that is open.
    record Now() implements When {}

    /// Right after the `nth` event of a type was sent in a session; with that event itself for what changes it.
    ///
    /// @param type as the GA dialect calls it
    record Sent(String type, int nth) implements When {
        public Sent {
            requireNth(nth);
        }
    }

    /// Right after the `nth` event of a type was received in a session, before it is answered.
    ///
    /// @param type as the GA dialect calls it
    record Received(String type, int nth) implements When {
        public Received {
            requireNth(nth);
        }
    }

    /// The first event of this type that is sent.
    static When sent(String type) {
        return new Sent(type, 1);
    }

    static When sent(String type, int nth) {
        return new Sent(type, nth);
    }

    /// The first event of this type that is received.
    static When received(String type) {
        return new Received(type, 1);
    }

    static When received(String type, int nth) {
        return new Received(type, nth);
    }

    private static void requireNth(int nth) {
        if (nth < 1) {
            throw new IllegalArgumentException("expected the 1st event or a later one, found " + nth);
        }
    }
}
