package dev.parley.media;

import java.time.Duration;

/// How audio is written as bytes: encoding, sample rate and interleaved channels.
///
/// A value, safe to share. The constants are the three formats of the Realtime protocol.
///
/// @param encoding how one sample is written
/// @param rate     samples a second of each channel, 1000 to 384000
/// @param channels interleaved channels, at least one
public record AudioFormat(Encoding encoding, int rate, int channels) {
    /// `audio/pcm`: 16-bit little-endian at 24 kHz, mono.
    public static final AudioFormat REALTIME_PCM = mono(Encoding.PCM16, Pcm.REALTIME_RATE);
    /// `audio/pcmu`: G.711 mu-law at 8 kHz, mono.
    public static final AudioFormat PCMU = mono(Encoding.PCMU, G711.RATE);
    /// `audio/pcma`: G.711 A-law at 8 kHz, mono.
    public static final AudioFormat PCMA = mono(Encoding.PCMA, G711.RATE);

    /// How one sample is written: signed 16-bit little-endian, [mu-law][G711#MU_LAW] or [A-law][G711#A_LAW].
    public enum Encoding {
        PCM16(2), PCMU(1), PCMA(1);

        private final int bytesPerSample;

        Encoding(int bytesPerSample) {
            this.bytesPerSample = bytesPerSample;
        }

        public int bytesPerSample() {
            return bytesPerSample;
        }
    }

    public AudioFormat {
        Pcm.requireRate(rate);
        if (channels < 1) {
            throw new IllegalArgumentException("expected at least one channel, found " + channels);
        }
    }

    /// One channel of `encoding` at `rate`.
    public static AudioFormat mono(Encoding encoding, int rate) {
        return new AudioFormat(encoding, rate, 1);
    }

    /// Bytes of one sample of every channel.
    public int bytesPerFrame() {
        return encoding.bytesPerSample() * channels;
    }

    public int bytesPerSecond() {
        return Math.multiplyExact(rate, bytesPerFrame());
    }

    /// Bytes a millisecond; not a whole number at rates such as 22.05 kHz.
    double bytesPerMillisecond() {
        return bytesPerSecond() / 1_000.0;
    }

    /// The time `bytes` last, a partial frame at the end not counted.
    public Duration duration(long bytes) {
        return Samples.duration(bytes / bytesPerFrame(), rate);
    }

    /// Bytes of the whole frames in `span`.
    public long bytes(Duration span) {
        return Samples.in(span, rate) * bytesPerFrame();
    }

    /// `audio`, which has this rate and these channels, as bytes of this format.
    public byte[] encode(Pcm audio) {
        requireFits(audio);
        return switch (encoding) {
            case PCM16 -> audio.toLittleEndian();
            case PCMU -> G711.MU_LAW.encodeSamples(audio);
            case PCMA -> G711.A_LAW.encodeSamples(audio);
        };
    }

    /// The audio that `bytes`, whole frames of this format, stand for.
    public Pcm decode(byte[] bytes) {
        return switch (encoding) {
            case PCM16 -> Pcm.ofLittleEndian(rate, channels, bytes);
            case PCMU -> Pcm.adopt(rate, channels, G711.MU_LAW.decodeSamples(bytes));
            case PCMA -> Pcm.adopt(rate, channels, G711.A_LAW.decodeSamples(bytes));
        };
    }

    /// Refuses audio of another rate or layout.
    void requireFits(Pcm audio) {
        if (audio.rate() != rate || audio.channels() != channels) {
            throw new IllegalArgumentException("expected audio at " + rate + " Hz with " + channels
                    + " channel(s), found " + audio + "; resample or mix it first");
        }
    }
}
