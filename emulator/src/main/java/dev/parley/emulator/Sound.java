package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Encoded audio in the format of its session. Immutable; a slice shares the bytes of the whole.
final class Sound {
    static final Sound NONE = new Sound(new byte[0]);

    private final byte[] bytes;
    private final int from;
    private final int to;

    private Sound(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private Sound(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    static Sound copyOf(byte[] bytes) {
        return new Sound(bytes.clone());
    }

    /// Audio at any rate, in this format.
    static Sound of(Pcm audio, AudioFormat format) {
        return new Sound(format.encode(Resampler.convert(audio, format.rate())));
    }

    /// One behind the other. Slices of one whole that follow each other there stay a slice of it.
    static Sound joined(List<Sound> pieces) {
        if (isOneSlice(pieces)) {
            return new Sound(pieces.getFirst().bytes, pieces.getFirst().from, pieces.getLast().to);
        }
        var all = new byte[pieces.stream().mapToInt(Sound::length).sum()];
        int at = 0;
        for (var piece : pieces) {
            System.arraycopy(piece.bytes, piece.from, all, at, piece.length());
            at += piece.length();
        }
        return new Sound(all);
    }

    private static boolean isOneSlice(List<Sound> pieces) {
        for (int i = 1; i < pieces.size(); i++) {
            if (!pieces.get(i - 1).isFollowedBy(pieces.get(i))) {
                return false;
            }
        }
        return !pieces.isEmpty();
    }

    @SuppressWarnings("ReferenceEquality") // two slices of the same array, not of arrays that are equal
    private boolean isFollowedBy(Sound next) {
        return bytes == next.bytes && to == next.from;
    }

    int length() {
        return to - from;
    }

    /// The bytes from `begin` (inclusive) to `end` (exclusive), or to the end if that comes first.
    Sound slice(int begin, int end) {
        int first = from + Objects.checkIndex(begin, length() + 1);
        return new Sound(bytes, first, Math.max(first, from + Math.min(end, length())));
    }

    byte[] toBytes() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sound that && Arrays.equals(that.bytes, that.from, that.to, bytes, from, to);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(toBytes());
    }

    @Override
    public String toString() {
        return "Sound[" + length() + " bytes]";
    }
}
