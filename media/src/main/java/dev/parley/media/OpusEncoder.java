package dev.parley.media;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusException;
import io.github.jaredmdobson.concentus.OpusSignal;
import java.util.Arrays;
import java.util.Set;

/// Codes speech with Opus (RFC 6716): mono frames of 20 ms in, one packet for each out.
///
/// The encoder looks ahead 6.5 ms, so that what it is given last is heard only with the frame after. Not thread-safe: one
/// thread owns it.
public final class OpusEncoder {
    /// Bytes of the longest packet: one frame and its header.
    public static final int LONGEST_PACKET = 1_276;

    private static final Set<Integer> RATES = Set.of(8_000, 12_000, 16_000, 24_000, 48_000);
    private static final int FRAMES_A_SECOND = 50;

    private final int rate;
    private final io.github.jaredmdobson.concentus.OpusEncoder encoder;
    private final short[] samples;

    /// An encoder of audio at `rate`, one of 8, 12, 16, 24 and 48 kHz.
    public OpusEncoder(int rate, OpusSettings settings) {
        this.rate = requireRate(rate);
        this.samples = new short[rate / FRAMES_A_SECOND];
        try {
            encoder = new io.github.jaredmdobson.concentus.OpusEncoder(rate, 1,
                    OpusApplication.OPUS_APPLICATION_VOIP);
        } catch (OpusException e) {
            throw new IllegalStateException("expected an Opus encoder, found " + e.getMessage(), e);
        }
        encoder.setSignalType(OpusSignal.OPUS_SIGNAL_VOICE);
        encoder.setBitrate(settings.bitrate());
        encoder.setComplexity(settings.complexity());
        encoder.setUseVBR(true);
        encoder.setUseDTX(false);
        expectLoss(settings.expectedLoss());
    }

    /// Whether Opus codes audio of this rate as it is.
    static boolean isRate(int rate) {
        return RATES.contains(rate);
    }

    static int requireRate(int rate) {
        if (!isRate(rate)) {
            throw new IllegalArgumentException("expected 8000, 12000, 16000, 24000 or 48000 Hz for Opus, found " + rate
                    + "; resample first");
        }
        return rate;
    }

    public int rate() {
        return rate;
    }

    /// Samples of a frame.
    public int frame() {
        return samples.length;
    }

    /// Makes error correction as strong as a loss of `percent` packets in a hundred asks for; none at 0.
    public void expectLoss(int percent) {
        encoder.setUseInbandFEC(percent > 0);
        encoder.setPacketLossPercent(percent);
    }

    /// Codes a frame into `target` from `at` on, where there should be room for [#LONGEST_PACKET] bytes.
    ///
    /// @return bytes of the packet
    public int encode(Pcm frame, byte[] target, int at) {
        if (frame.rate() != rate || frame.channels() != 1 || frame.frames() != samples.length) {
            throw new IllegalArgumentException("expected 20 ms of mono audio at " + rate + " Hz, found " + frame);
        }
        frame.copyTo(0, samples, 0, samples.length);
        try {
            return encoder.encode(samples, 0, samples.length, target, at, Math.min(target.length - at, LONGEST_PACKET));
        } catch (OpusException e) {
            throw new IllegalStateException("expected room for an Opus packet, found " + (target.length - at)
                    + " bytes and the encoder saying: " + e.getMessage(), e);
        }
    }

    /// Codes a frame.
    public byte[] encode(Pcm frame) {
        var packet = new byte[LONGEST_PACKET];
        return Arrays.copyOf(packet, encode(frame, packet, 0));
    }
}
