package dev.parley.media;

/// How loud a stream is, for eyes: rises at once and falls by 30 dB a second.
///
/// One thread tells it, any may look.
public final class LevelMeter {
    /// Nothing is shown below, in dBFS.
    public static final double FLOOR = -60;

    private static final double FALL = 30;

    private volatile double decibels = FLOOR;

    /// The next audio of the stream.
    public void hear(Pcm audio) {
        double passed = (double) audio.frames() / audio.rate();
        double now = 20 * Math.log10(Math.max(audio.rms(), 1e-6));
        decibels = Math.clamp(Math.max(now, decibels - FALL * passed), FLOOR, 0);
    }

    /// The level, from [#FLOOR] to 0 dBFS.
    public double decibels() {
        return decibels;
    }

    /// The level as a bar `width` characters wide.
    public String bar(int width) {
        int filled = (int) Math.round((decibels - FLOOR) / -FLOOR * width);
        return "#".repeat(filled) + ".".repeat(width - filled);
    }
}
