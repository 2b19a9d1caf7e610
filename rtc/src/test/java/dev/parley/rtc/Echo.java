package dev.parley.rtc;

import dev.parley.media.RtpPacket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A connection that sends back all sound and all messages, for peers who want to hear themselves.
final class Echo implements PeerListener, AutoCloseable {
    final PeerConnection connection;
    final Queue<String> told = new ConcurrentLinkedQueue<>();
    private volatile boolean open;

    Echo(PeerConnection.Builder builder) {
        connection = builder.listener(this).onRtp(this::onRtp).open();
        open = true;
    }

    private void onRtp(RtpPacket packet, long nanos) {
        if (open) {
            packet.stripExtensions();
            packet.ssrc(connection.ssrc());
            connection.sendRtp(packet.bytes(), packet.offset(), packet.length());
        }
    }

    @Override
    public void onState(PeerState state, String reason) {
        told.add(state + ": " + reason);
    }

    @Override
    public void onDataChannel(DataChannel channel) {
        told.add("channel " + channel.label());
        channel.listener(new DataChannel.Listener() {
            @Override
            public void onText(String text) {
                send(() -> channel.send(text));
            }

            @Override
            public void onBinary(byte[] bytes) {
                send(() -> channel.send(bytes));
            }
        });
    }

    private interface Sending {
        void run() throws InterruptedException;
    }

    private void send(Sending sending) {
        try {
            sending.run();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            told.add("not sent: " + e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
