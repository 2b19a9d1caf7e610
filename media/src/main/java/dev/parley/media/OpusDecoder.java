package dev.parley.media;

import io.github.jaredmdobson.concentus.OpusException;
import java.util.Arrays;

/// Makes mono audio of Opus packets (RFC 6716) of 2.5 to 120 ms, one after the other, and of their absence.
///
/// Packets with two channels are mixed. Not thread-safe: one thread owns it.
public final class OpusDecoder {
    private static final byte[] NOTHING = {};
    /// The library is run at this rate alone: at others it leaves the speech out of packets in hybrid mode, which is what
    /// everybody sends.
    private static final int INNER_RATE = OpusPacket.CLOCK;

    private final int rate;
    private final io.github.jaredmdobson.concentus.OpusDecoder decoder;
    private final short[] samples = new short[INNER_RATE * 120 / 1_000];
    private final Resampler resampler;
    private final SampleQueue resampled = new SampleQueue();

    /// A decoder to audio at `rate`, one of 8, 12, 16, 24 and 48 kHz.
    public OpusDecoder(int rate) {
        this.rate = OpusEncoder.requireRate(rate);
        resampler = new Resampler(INNER_RATE, rate);
        // What the filter holds back of the first packet.
        resampled.add(Pcm.silence(rate, Math.ceilDiv(resampler.latency(), INNER_RATE / rate)));
        try {
            decoder = new io.github.jaredmdobson.concentus.OpusDecoder(INNER_RATE, 1);
        } catch (OpusException e) {
            throw new IllegalStateException("expected an Opus decoder, found " + e.getMessage(), e);
        }
    }

    public int rate() {
        return rate;
    }

    /// The audio of the next packet.
    ///
    /// @throws MalformedPacketException if it is no Opus packet; the decoder begins anew then
    public Pcm decode(byte[] packet) throws MalformedPacketException {
        return run(packet, OpusPacket.read(packet, 0, packet.length).ticks(), false);
    }

    /// Whether the packet lost before this one can be [recovered][#recover] from it.
    ///
    /// @throws MalformedPacketException if it is no Opus packet
    public static boolean canRecover(byte[] packet) throws MalformedPacketException {
        return OpusPacket.read(packet, 0, packet.length).hasFec();
    }

    /// The end, one frame long, of what was lost before this packet, from the error correction in it or, where it has none,
    /// made up. The packet itself is to be decoded next.
    ///
    /// @throws MalformedPacketException if it is no Opus packet; the decoder begins anew then
    public Pcm recover(byte[] packet) throws MalformedPacketException {
        return run(packet, OpusPacket.read(packet, 0, packet.length).frameTicks(), true);
    }

    /// Sound in place of a lost packet: what was heard before goes on, and fades with time.
    ///
    /// @param frames samples, a multiple of 2.5 ms up to 120 ms
    public Pcm conceal(int frames) {
        int ticks = frames * (INNER_RATE / rate);
        if (frames <= 0 || ticks > samples.length || ticks % (INNER_RATE / 400) != 0) {
            throw new IllegalArgumentException("expected a multiple of 2.5 ms up to 120 ms, found " + frames
                    + " samples at " + rate + " Hz");
        }
        try {
            return run(NOTHING, ticks, false);
        } catch (MalformedPacketException _) {
            // What came before has left it in a state it cannot go on from; it has begun anew.
            return Pcm.silence(rate, frames);
        }
    }

    private Pcm run(byte[] packet, int expected, boolean fec) throws MalformedPacketException {
        int found;
        try {
            found = decoder.decode(packet, 0, packet.length, samples, 0, expected, fec);
        } catch (OpusException | RuntimeException | AssertionError e) {
            // The library guards its inside with assertions that random bytes can break.
            decoder.resetState();
            throw new MalformedPacketException("expected an Opus packet, found one that fails to decode: "
                    + e.getClass().getSimpleName());
        }
        if (found != expected) {
            decoder.resetState();
            throw new MalformedPacketException("expected " + expected + " samples of an Opus packet, found " + found);
        }
        resampled.add(resampler.process(Pcm.adopt(INNER_RATE, 1, Arrays.copyOf(samples, found))));
        return Pcm.adopt(rate, 1, resampled.take(found / (INNER_RATE / rate)));
    }
}
