package dev.parley.rtc;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/// The data channels of one connection: an SCTP association with a clock, a lock and hands. Sketch.
///
/// Thread-safe. Packets come on the I/O thread, which never runs a listener.
final class DataChannels implements AutoCloseable {
    /// Our `a=max-message-size`.
    static final int MAX_MESSAGE_SIZE = 262_144;

    /// @param role      who we are in DTLS: the client's channels have even numbers
    /// @param localPort  our `a=sctp-port`: 5000
    /// @param remotePort the peer's
    /// @param maxPeerMessage the peer's `a=max-message-size`; 0: any
    /// @param out       takes SCTP packets: [DtlsEndpoint#send]
    /// @param timer     runs short tasks late
    /// @param listeners runs listeners, which may block; calls of one connection are put in order here
    /// @param onChannel told of channels that the peer opens
    /// @param onClosed  told once that the association is over, and why
    DataChannels(DtlsEndpoint.Role role, int localPort, int remotePort, int maxPeerMessage, DtlsEndpoint.Datagrams out,
            ScheduledExecutorService timer, Executor listeners, Consumer<DataChannel> onChannel,
            Consumer<String> onClosed) {
        throw new UnsupportedOperationException();
    }

    /// Starts the association: once DTLS is connected. Both sides do.
    void start() {
        throw new UnsupportedOperationException();
    }

    /// Takes an SCTP packet, borrowed for the call.
    void receive(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /// Opens a channel; also before [#start], and then it opens when the association does.
    DataChannel open(String label, DataChannelOptions options, DataChannel.Listener listener) {
        throw new UnsupportedOperationException();
    }

    /// Aborts the association and closes all channels. Idempotent, does not wait.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
