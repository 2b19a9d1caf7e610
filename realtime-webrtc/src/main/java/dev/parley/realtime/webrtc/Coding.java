package dev.parley.realtime.webrtc;

import dev.parley.media.OpusSettings;
import dev.parley.media.Pcm;
import dev.parley.media.RtpCodec;
import dev.parley.media.RtpFormat;
import dev.parley.media.RtpPacket;
import dev.parley.media.RtpReceiver;
import dev.parley.media.RtpSender;
import dev.parley.rtc.Codec;
import dev.parley.rtc.PeerConnection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// How PCM becomes the packets of one connection, and the other way round.
///
/// @param out sends a packet, which is lent
record Coding(RtpReceiver receiver, RtpSender sender, Consumer<RtpPacket> out) {
    /// @param formats what was agreed on, the best first
    /// @param ssrc    of the packets sent
    static Coding of(List<RtpFormat> formats, int ssrc, Consumer<RtpPacket> out) {
        return new Coding(new RtpReceiver(formats, Pcm.REALTIME_RATE),
                RtpSender.continuous(formats.getFirst(), ssrc, Pcm.REALTIME_RATE, OpusSettings.SPEECH), out);
    }

    /// For a connection whose descriptions are exchanged.
    static Coding of(PeerConnection peer) {
        var formats = peer.codecs().stream().flatMap(Coding::format).toList();
        if (formats.isEmpty()) {
            throw new IllegalStateException("expected Opus or G.711 to be agreed on, found " + peer.codecs()
                    + ": take the packets as they are with onRtp");
        }
        return of(formats, peer.ssrc(), packet -> {
            // One that finds no room is lost, as on any way.
            var _ = peer.sendRtp(packet.bytes(), packet.offset(), packet.length());
        });
    }

    private static Stream<RtpFormat> format(Codec codec) {
        return RtpCodec.named(codec.name(), codec.clockRate())
                .map(ours -> new RtpFormat(ours, codec.payloadType()))
                .stream();
    }

    /// Codes two seconds of sound in memory.
    static void warmUp() {
        var coding = of(List.of(new RtpFormat(RtpCodec.OPUS, Codec.OPUS.payloadType())), 1, _ -> {});
        var samples = new short[2 * Pcm.REALTIME_RATE];
        for (int i = 0; i < samples.length; i++) {
            // A tone that rises, and comes and goes: a codec does least with silence.
            samples[i] = (short) (8_000 * Math.sin(i * (0.01 + i * 1e-6)) * Math.sin(i * 1e-3));
        }
        coding.sender.add("warm-up", 0, Pcm.copyOf(Pcm.REALTIME_RATE, samples));
        for (long now = 0; coding.sender.queued() > 0; now += RtpCodec.PACKET_TIME.toNanos()) {
            long at = now;
            coding.sender.next().ifPresent(packet -> coding.receiver.received(packet, at));
            var _ = coding.receiver.next(now);
        }
    }
}
