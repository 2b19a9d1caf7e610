package dev.parley.media;

import java.nio.ByteBuffer;
import java.util.Optional;

/// The ways of writing one sample that a WAV file may use, each turned into 16 bits.
enum WavCodec {
    PCM8(WavCodec.INTEGER, 8) {
        @Override
        short next(ByteBuffer in) {
            // The only unsigned one.
            return (short) (((in.get() & 0xFF) - 128) << 8);
        }
    },
    PCM16(WavCodec.INTEGER, 16) {
        @Override
        short next(ByteBuffer in) {
            return in.getShort();
        }
    },
    PCM24(WavCodec.INTEGER, 24) {
        @Override
        short next(ByteBuffer in) {
            int low = in.get() & 0xFF;
            return clip(in.getShort() + (low >> 7));
        }
    },
    PCM32(WavCodec.INTEGER, 32) {
        @Override
        short next(ByteBuffer in) {
            int value = in.getInt();
            return clip((value >> 16) + ((value >> 15) & 1));
        }
    },
    FLOAT32(WavCodec.FLOAT, 32) {
        @Override
        short next(ByteBuffer in) {
            return clip(Math.round(in.getFloat() * 32_768));
        }
    },
    PCMA(WavCodec.A_LAW, 8) {
        @Override
        short next(ByteBuffer in) {
            return G711.A_LAW.decode(in.get());
        }
    },
    PCMU(WavCodec.MU_LAW, 8) {
        @Override
        short next(ByteBuffer in) {
            return G711.MU_LAW.decode(in.get());
        }
    };

    /// Format tags of the `fmt ` chunk.
    static final int INTEGER = 1;
    static final int FLOAT = 3;
    static final int A_LAW = 6;
    static final int MU_LAW = 7;
    static final int EXTENSIBLE = 0xFFFE;

    private final int tag;
    private final int bits;

    WavCodec(int tag, int bits) {
        this.tag = tag;
        this.bits = bits;
    }

    static Optional<WavCodec> of(int tag, int bits) {
        for (var codec : values()) {
            if (codec.tag == tag && codec.bits == bits) {
                return Optional.of(codec);
            }
        }
        return Optional.empty();
    }

    int bytes() {
        return bits / 8;
    }

    /// The next sample of `in`, which is little-endian; rounded to 16 bits.
    abstract short next(ByteBuffer in);

    private static short clip(int value) {
        return (short) Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }
}
