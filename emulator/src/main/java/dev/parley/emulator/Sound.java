package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Audio in the format of its session, counted in bytes of it. Immutable; a slice shares what the whole holds, and what was
/// spoken is encoded as its slices are asked for.
final class Sound {
    static final Sound NONE = copyOf(new byte[0]);

    private final Whole whole;
    private final int from;
    private final int to;

    private sealed interface Whole {
        byte[] bytes(int from, int to);

        final class Encoded implements Whole {
            private final byte[] all;

            private Encoded(byte[] all) {
                this.all = all;
            }

            @Override
            public byte[] bytes(int from, int to) {
                return Arrays.copyOfRange(all, from, to);
            }
        }

        /// @param audio at the rate of the format, mono
        record Linear(Pcm audio, AudioFormat format) implements Whole {
            @Override
            public byte[] bytes(int from, int to) {
                int frame = format.bytesPerFrame();
                int first = from / frame;
                var frames = format.encode(audio.slice(first, Math.ceilDiv(to, frame)));
                int begin = from - first * frame;
                int length = to - from;
                return length == frames.length ? frames : Arrays.copyOfRange(frames, begin, begin + length);
            }
        }
    }

    private Sound(Whole whole, int from, int to) {
        this.whole = whole;
        this.from = from;
        this.to = to;
    }

    static Sound copyOf(byte[] bytes) {
        return adopt(bytes.clone());
    }

    private static Sound adopt(byte[] bytes) {
        return new Sound(new Whole.Encoded(bytes), 0, bytes.length);
    }

    /// Mono audio at any rate, in this format.
    static Sound of(Pcm audio, AudioFormat format) {
        var converted = Resampler.convert(audio, format.rate());
        return new Sound(new Whole.Linear(converted, format), 0, converted.frames() * format.bytesPerFrame());
    }

    /// One behind the other. Slices of one whole that follow each other there stay a slice of it.
    static Sound joined(List<Sound> pieces) {
        if (isOneSlice(pieces)) {
            return new Sound(pieces.getFirst().whole, pieces.getFirst().from, pieces.getLast().to);
        }
        var all = new ByteArrayOutputStream(pieces.stream().mapToInt(Sound::length).sum());
        pieces.forEach(piece -> all.writeBytes(piece.toBytes()));
        return adopt(all.toByteArray());
    }

    private static boolean isOneSlice(List<Sound> pieces) {
        for (int i = 1; i < pieces.size(); i++) {
            if (!pieces.get(i - 1).isFollowedBy(pieces.get(i))) {
                return false;
            }
        }
        return !pieces.isEmpty();
    }

    @SuppressWarnings("ReferenceEquality") // slices of one, not of two that are equal
    private boolean isFollowedBy(Sound next) {
        return whole == next.whole && to == next.from;
    }

    int length() {
        return to - from;
    }

    /// The bytes from `begin` (inclusive) to `end` (exclusive), or to the end if that comes first.
    Sound slice(int begin, int end) {
        int first = from + Objects.checkIndex(begin, length() + 1);
        return new Sound(whole, first, Math.max(first, from + Math.min(end, length())));
    }

    byte[] toBytes() {
        return whole.bytes(from, to);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sound that && Arrays.equals(that.toBytes(), toBytes());
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
