package dev.parley.media;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// How sound is coded in RTP packets.
///
/// The clock counts timestamps. That of [#OPUS] runs at 48 kHz whatever the rate of the audio (RFC 7587 section 4.1).
public enum RtpCodec {
    OPUS(OpusPacket.CLOCK), PCMU(G711.RATE), PCMA(G711.RATE);

    /// The sound of one packet that we send.
    public static final Duration PACKET_TIME = Duration.ofMillis(20);

    private final int clockRate;

    RtpCodec(int clockRate) {
        this.clockRate = clockRate;
    }

    /// Timestamps a second.
    public int clockRate() {
        return clockRate;
    }

    /// The codec that a session description calls `name`, in capitals or not; empty if it is another.
    public static Optional<RtpCodec> named(String name, int clockRate) {
        var wanted = name.toUpperCase(Locale.ROOT);
        for (var codec : values()) {
            if (codec.name().equals(wanted) && codec.clockRate == clockRate) {
                return Optional.of(codec);
            }
        }
        return Optional.empty();
    }

    /// Samples of a packet at `rate`.
    static int samples(int rate) {
        int samples = Math.toIntExact(Samples.in(PACKET_TIME, Pcm.requireRate(rate)));
        if (samples * 50 != rate) {
            throw new IllegalArgumentException("expected a rate with whole samples in 20 ms, found " + rate
                    + " Hz; resample to 24000 or 48000 first");
        }
        return samples;
    }

    /// Timestamps of the sound in a payload of this codec.
    int ticks(byte[] bytes, int offset, int length) throws MalformedPacketException {
        return switch (this) {
            case OPUS -> OpusPacket.read(bytes, offset, length).ticks();
            case PCMU, PCMA -> length;
        };
    }
}
