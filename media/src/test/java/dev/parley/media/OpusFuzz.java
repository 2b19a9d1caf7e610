package dev.parley.media;

import java.util.Arrays;
import java.util.Random;

/// Gives decoders packets that nobody would send: real ones with bits changed, cut short or made longer, and noise.
final class OpusFuzz {
    private final long seed;
    private final Random random;
    private final OpusEncoder encoder;
    private final OpusDecoder[] decoders = {new OpusDecoder(8_000), new OpusDecoder(16_000), new OpusDecoder(24_000),
            new OpusDecoder(48_000)};
    private final byte[][] real = new byte[200][];
    private long decoded;
    private long refused;

    OpusFuzz(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.encoder = new OpusEncoder(24_000, OpusSettings.SPEECH);
        var speech = FakeSpeech.of(24_000, seed, 6, 0.5, 0).audio();
        for (int i = 0; i < real.length; i++) {
            int at = i * encoder.frame() % (speech.frames() - encoder.frame());
            real[i] = encoder.encode(speech.slice(at, at + encoder.frame()));
        }
    }

    long decoded() {
        return decoded;
    }

    long refused() {
        return refused;
    }

    /// Anything but [MalformedPacketException] comes out of here.
    void run(long inputs) {
        for (long i = 0; i < inputs; i++) {
            var packet = packet();
            var decoder = decoders[random.nextInt(decoders.length)];
            try {
                switch (random.nextInt(8)) {
                    case 0 -> decoder.recover(packet);
                    case 1 -> decoder.conceal(decoder.rate() / 400 * (1 + random.nextInt(48)));
                    default -> decoder.decode(packet);
                }
                decoded++;
            } catch (MalformedPacketException _) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", input " + i + ": " + Arrays.toString(packet), e);
            }
        }
    }

    private byte[] packet() {
        return switch (random.nextInt(4)) {
            case 0 -> {
                var noise = new byte[random.nextInt(random.nextInt(8) == 0 ? 1_600 : 100)];
                random.nextBytes(noise);
                yield noise;
            }
            case 1 -> Arrays.copyOf(some(), random.nextInt(200));
            default -> {
                var changed = some();
                for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                }
                yield changed;
            }
        };
    }

    private byte[] some() {
        return real[random.nextInt(real.length)].clone();
    }

    /// The long run, by hand: inputs, seed.
    static void main(String[] args) {
        var fuzz = new OpusFuzz(Long.parseLong(args[1]));
        fuzz.run(Long.parseLong(args[0]));
        System.out.println(fuzz.decoded + " decoded, " + fuzz.refused + " refused, nothing else");
    }
}
