package dev.parley.media;

/// The two companding laws of telephony, ITU-T G.711: one byte a sample, at 8 kHz and mono. Mu-law (RTP payload type 0)
/// is used in North America and Japan, A-law (8) elsewhere and on international links.
///
/// Samples are 16-bit here and 14-bit (mu-law) or 13-bit (A-law) in the recommendation: its values are scaled to full
/// range. A code is a sign, a segment and a step within the segment, and each segment's steps are twice as wide as
/// those of the one before:
/// ```
///  7   6   5   4   3   2   1   0
/// +---+-----------+---------------+   mu-law: sent with all bits inverted
/// | s |  segment  |     step      |   A-law:  sent with every second bit inverted (0x55)
/// +---+-----------+---------------+
/// ```
/// Stateless, safe to share between threads.
public enum G711 {
    MU_LAW {
        @Override
        public byte encode(short sample) {
            int biased = Math.min(magnitude(sample) + MU_BIAS, Short.MAX_VALUE);
            int segment = segmentOf(biased);
            int step = (biased >> (segment + 3)) & STEP;
            return (byte) ~(sign(sample) | (segment << 4) | step);
        }

        @Override
        public short decode(byte code) {
            int bits = ~code;
            int magnitude = ((((bits & STEP) << 3) + MU_BIAS) << segmentIn(bits)) - MU_BIAS;
            return (short) ((bits & SIGN) == 0 ? magnitude : -magnitude);
        }
    },
    A_LAW {
        @Override
        public byte encode(short sample) {
            int magnitude = magnitude(sample);
            // The two lowest segments have steps of the same width.
            int segment = magnitude < 256 ? 0 : segmentOf(magnitude);
            int step = (magnitude >> Math.max(segment + 3, 4)) & STEP;
            return (byte) (sign(sample) ^ SIGN ^ (segment << 4) ^ step ^ A_INVERSION);
        }

        @Override
        public short decode(byte code) {
            int bits = code ^ A_INVERSION;
            int segment = segmentIn(bits);
            int middle = ((bits & STEP) << 4) + 8;
            int magnitude = segment == 0 ? middle : (middle + 256) << (segment - 1);
            return (short) ((bits & SIGN) == 0 ? -magnitude : magnitude);
        }
    };

    /// Samples a second.
    public static final int RATE = 8_000;

    private static final int SIGN = 0x80;
    private static final int STEP = 0x0F;
    private static final int MU_BIAS = 0x84;
    private static final int A_INVERSION = 0x55;

    /// The code of one 16-bit sample.
    public abstract byte encode(short sample);

    /// The 16-bit sample that `code` stands for.
    public abstract short decode(byte code);

    /// `audio`, mono at 8 kHz, one byte a sample.
    public byte[] encode(Pcm audio) {
        (this == MU_LAW ? AudioFormat.PCMU : AudioFormat.PCMA).requireFits(audio);
        return encodeSamples(audio);
    }

    /// Mono audio at 8 kHz from one byte a sample.
    public Pcm decode(byte[] codes) {
        return Pcm.adopt(RATE, 1, decodeSamples(codes));
    }

    byte[] encodeSamples(Pcm audio) {
        var codes = new byte[audio.frames() * audio.channels()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = encode(audio.sample(i));
        }
        return codes;
    }

    short[] decodeSamples(byte[] codes) {
        var samples = new short[codes.length];
        for (int i = 0; i < codes.length; i++) {
            samples[i] = decode(codes[i]);
        }
        return samples;
    }

    private static int sign(short sample) {
        return sample < 0 ? SIGN : 0;
    }

    // One's complement, so that both signs have intervals of the same width and -32768 needs no special case.
    private static int magnitude(short sample) {
        return sample < 0 ? ~sample : sample;
    }

    // The position of the leading one; bit 7 opens segment 0 of mu-law, bit 8 opens segment 1 of A-law.
    private static int segmentOf(int magnitude) {
        return 24 - Integer.numberOfLeadingZeros(magnitude);
    }

    private static int segmentIn(int bits) {
        return (bits >> 4) & 0x07;
    }
}
