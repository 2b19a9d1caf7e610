package dev.parley.media;

import java.util.Arrays;

/// Converts a stream of audio from one sample rate to another.
///
/// A polyphase FIR filter whose pass-band ends just below the lower of both Nyquist frequencies: nothing that the
/// target rate cannot hold is folded back into it. The output is aligned in time with the input: output frame *n* lies
/// where input frame *n* x from / to lay, and *n* input frames make ceil(*n* x to / from) output frames. To see what
/// comes after a frame, the filter holds back the last [#latency()] input frames until more arrive or [#flush].
///
/// Not thread-safe: one thread owns it.
public final class Resampler {
    private final int from;
    private final int to;
    private final int channels;
    private final ResamplerKernel kernel;

    /// Per channel: `reach - 1` frames of the past, then those that are still to be used.
    private float[][] input;
    /// Frames in `input`.
    private int held;
    /// Where in `input` the filter of the next output frame starts, and its phase.
    private int at;
    private int phase;

    /// Converts mono audio.
    public Resampler(int from, int to) {
        this(from, to, 1);
    }

    /// Converts audio of `channels` interleaved channels from the rate `from` to the rate `to`.
    public Resampler(int from, int to, int channels) {
        if (channels < 1) {
            throw new IllegalArgumentException("expected at least one channel, found " + channels);
        }
        this.from = Pcm.requireRate(from);
        this.to = Pcm.requireRate(to);
        this.channels = channels;
        this.kernel = ResamplerKernel.of(from, to);
        this.input = new float[channels][kernel.taps()];
        rewind();
    }

    /// `audio` as a whole at `rate`: the same span of time, nothing held back. The same object if it has that rate.
    public static Pcm convert(Pcm audio, int rate) {
        if (audio.rate() == rate) {
            return audio;
        }
        var resampler = new Resampler(audio.rate(), rate, audio.channels());
        return resampler.process(audio).then(resampler.flush());
    }

    /// Input frames that are held back until more audio arrives: some 17 periods of the lower rate (2.2 ms at 8 kHz),
    /// and 0 where both rates are the same.
    public int latency() {
        return isPassThrough() ? 0 : kernel.reach;
    }

    /// The output that `audio`, the next of the stream, makes possible; may be empty.
    public Pcm process(Pcm audio) {
        if (audio.rate() != from || audio.channels() != channels) {
            throw new IllegalArgumentException(
                    "expected " + from + " Hz with " + channels + " channel(s), found " + audio);
        }
        if (isPassThrough()) {
            return audio;
        }
        int fresh = audio.frames();
        makeRoomFor(fresh);
        for (int channel = 0; channel < channels; channel++) {
            var line = input[channel];
            for (int frame = 0; frame < fresh; frame++) {
                line[held + frame] = audio.sample(frame * channels + channel);
            }
        }
        held += fresh;
        return drain();
    }

    /// The rest of the output, as if silence followed. Ends the stream: what is processed next begins a new one.
    public Pcm flush() {
        if (isPassThrough()) {
            return Pcm.adopt(to, channels, new short[0]);
        }
        makeRoomFor(kernel.reach);
        for (var line : input) {
            Arrays.fill(line, held, held + kernel.reach, 0);
        }
        held += kernel.reach;
        var rest = drain();
        rewind();
        return rest;
    }

    private boolean isPassThrough() {
        return from == to;
    }

    private void rewind() {
        for (var line : input) {
            Arrays.fill(line, 0);
        }
        held = kernel.reach - 1;
        at = 0;
        phase = 0;
    }

    private Pcm drain() {
        var output = new short[ready() * channels];
        for (int out = 0; out < output.length; out += channels) {
            for (int channel = 0; channel < channels; channel++) {
                output[out + channel] = round(kernel.apply(phase, input[channel], at));
            }
            long next = (long) phase + kernel.down;
            at += (int) (next / kernel.up);
            phase = (int) (next % kernel.up);
        }
        return Pcm.adopt(to, channels, output);
    }

    /// Output frames whose filter, `taps` long, ends within what is held.
    private int ready() {
        long lastStart = (long) held - kernel.taps();
        if (lastStart < at) {
            return 0;
        }
        return Math.toIntExact((((lastStart - at + 1) * kernel.up - phase - 1) / kernel.down) + 1);
    }

    private void makeRoomFor(int fresh) {
        // The next filter may start beyond what is held, when several input frames make one output frame.
        int used = Math.min(at, held);
        int kept = held - used;
        boolean fits = kept + fresh <= input[0].length;
        for (int channel = 0; channel < channels; channel++) {
            var roomy = fits ? input[channel] : new float[kept + fresh];
            System.arraycopy(input[channel], used, roomy, 0, kept);
            input[channel] = roomy;
        }
        held = kept;
        at -= used;
    }

    private static short round(float value) {
        return (short) Math.clamp(Math.round(value), Short.MIN_VALUE, Short.MAX_VALUE);
    }
}
