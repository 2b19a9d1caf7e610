package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.RtpPacket;

/// Packets of sound that tests send.
final class Packets {
    private static final int PAYLOAD = 100;

    private Packets() {}

    /// Sends one with this number, as Opus.
    static void say(PeerConnection connection, int sequence) {
        var bytes = new byte[RtpPacket.HEADER_LENGTH + PAYLOAD];
        var packet = new RtpPacket();
        packet.start(bytes, 0, PAYLOAD);
        packet.payloadType(111);
        packet.sequence(sequence);
        packet.ssrc(connection.ssrc());
        assertThat(connection.sendRtp(bytes, packet.offset(), packet.length())).as("was sent").isTrue();
    }
}
