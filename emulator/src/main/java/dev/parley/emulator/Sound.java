package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import java.util.Arrays;
import java.util.Objects;

/// Encoded audio in the format of its session. Immutable.
final class Sound {
    static final Sound NONE = new Sound(new byte[0]);

    private final byte[] bytes;

    private Sound(byte[] bytes) {
        this.bytes = bytes;
    }

    static Sound copyOf(byte[] bytes) {
        return new Sound(bytes.clone());
    }

    /// Audio at any rate, in this format.
    static Sound of(Pcm audio, AudioFormat format) {
        return new Sound(format.encode(Resampler.convert(audio, format.rate())));
    }

    int length() {
        return bytes.length;
    }

    /// The bytes from `from` (inclusive) to `to` (exclusive), or to the end if that comes first.
    Sound slice(int from, int to) {
        return new Sound(Arrays.copyOfRange(bytes, Objects.checkIndex(from, bytes.length + 1), Math.min(to,
                bytes.length)));
    }

    byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sound that && Arrays.equals(that.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Sound[" + bytes.length + " bytes]";
    }
}
