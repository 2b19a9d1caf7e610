package dev.parley.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/// Linear audio: signed 16-bit samples at a stated rate, one or more interleaved channels.
///
/// A *frame* is one sample of every channel; positions and lengths are counted in frames, so that they mean the same
/// span of time whatever the layout. Immutable and safe to share between threads; samples are copied in and out.
public final class Pcm {
    /// Samples a second of the Realtime protocol's `audio/pcm`.
    public static final int REALTIME_RATE = 24_000;

    private final int rate;
    private final int channels;
    private final short[] samples;

    private Pcm(int rate, int channels, short[] samples) {
        if (channels < 1 || samples.length % channels != 0) {
            throw new IllegalArgumentException(
                    "expected whole frames of " + channels + " channels, found " + samples.length + " samples");
        }
        this.rate = requireRate(rate);
        this.channels = channels;
        this.samples = samples;
    }

    static boolean isRate(long rate) {
        return rate >= 1_000 && rate <= 384_000;
    }

    /// Refuses what cannot be a sample rate.
    static int requireRate(int rate) {
        if (!isRate(rate)) {
            throw new IllegalArgumentException("expected a sample rate of 1000 to 384000 Hz, found " + rate);
        }
        return rate;
    }

    /// Mono audio from a copy of `samples`.
    public static Pcm copyOf(int rate, short... samples) {
        return new Pcm(rate, 1, samples.clone());
    }

    /// Interleaved audio from a copy of `samples`.
    public static Pcm copyOf(int rate, int channels, short[] samples) {
        return new Pcm(rate, channels, samples.clone());
    }

    /// Interleaved audio that takes over `samples`: the caller lets go of the array.
    static Pcm adopt(int rate, int channels, short[] samples) {
        return new Pcm(rate, channels, samples);
    }

    /// Mono audio from signed 16-bit little-endian bytes, the byte order of WAV and of the Realtime protocol.
    public static Pcm ofLittleEndian(int rate, byte[] bytes) {
        return ofLittleEndian(rate, 1, bytes);
    }

    /// Interleaved audio from signed 16-bit little-endian bytes.
    public static Pcm ofLittleEndian(int rate, int channels, byte[] bytes) {
        if (bytes.length % 2 != 0) {
            throw new IllegalArgumentException("expected whole 16-bit samples, found " + bytes.length + " bytes");
        }
        var samples = new short[bytes.length / 2];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return new Pcm(rate, channels, samples);
    }

    /// Silence: mono, `frames` long.
    public static Pcm silence(int rate, int frames) {
        return new Pcm(rate, 1, new short[frames]);
    }

    /// Silence: mono, `length` long, rounded down to a whole frame.
    public static Pcm silence(int rate, Duration length) {
        return silence(rate, Math.toIntExact(Samples.in(length, rate)));
    }

    public int rate() {
        return rate;
    }

    public int channels() {
        return channels;
    }

    /// Length in frames.
    public int frames() {
        return samples.length / channels;
    }

    public boolean isEmpty() {
        return samples.length == 0;
    }

    public Duration duration() {
        return Samples.duration(frames(), rate);
    }

    /// The sample at `index` of the interleaved layout; for mono audio, of the frame.
    public short sample(int index) {
        return samples[index];
    }

    /// A copy of the interleaved samples.
    public short[] toSamples() {
        return samples.clone();
    }

    /// Copies `count` interleaved samples, from `from` on, into `target` at `at`.
    void copyTo(int from, short[] target, int at, int count) {
        System.arraycopy(samples, from, target, at, count);
    }

    /// A copy as signed 16-bit little-endian bytes.
    public byte[] toLittleEndian() {
        var bytes = new byte[samples.length * 2];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(samples);
        return bytes;
    }

    /// The frames from `from` (inclusive) to `to` (exclusive).
    public Pcm slice(int from, int to) {
        Objects.checkFromToIndex(from, to, frames());
        return new Pcm(rate, channels, Arrays.copyOfRange(samples, from * channels, to * channels));
    }

    /// This audio followed by `next`, which has the same rate and layout.
    public Pcm then(Pcm next) {
        if (next.rate != rate || next.channels != channels) {
            throw new IllegalArgumentException("expected " + layout() + ", found " + next.layout());
        }
        var joined = Arrays.copyOf(samples, samples.length + next.samples.length);
        System.arraycopy(next.samples, 0, joined, samples.length, next.samples.length);
        return new Pcm(rate, channels, joined);
    }

    /// One channel, the mean of all.
    public Pcm mono() {
        if (channels == 1) {
            return this;
        }
        var mixed = new short[frames()];
        for (int frame = 0; frame < mixed.length; frame++) {
            int sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                sum += samples[frame * channels + channel];
            }
            mixed[frame] = (short) (sum / channels);
        }
        return new Pcm(rate, 1, mixed);
    }

    /// Level of the whole as root mean square, from 0 (silence) to 1 (full scale).
    public double rms() {
        if (samples.length == 0) {
            return 0;
        }
        double sum = 0;
        for (short sample : samples) {
            sum += (double) sample * sample;
        }
        return Math.sqrt(sum / samples.length) / -(double) Short.MIN_VALUE;
    }

    private String layout() {
        return rate + " Hz, " + channels + (channels == 1 ? " channel" : " channels");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pcm that && that.rate == rate && that.channels == channels
                && Arrays.equals(that.samples, samples);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * rate + channels) + Arrays.hashCode(samples);
    }

    @Override
    public String toString() {
        return "Pcm[" + layout() + ", " + duration().toMillis() + " ms]";
    }
}
