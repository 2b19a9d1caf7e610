package dev.parley.bench.codec;

import dev.parley.media.OpusSettings;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.speech.FreeTtsVoice;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// How many calls one thread can code and decode with Opus in real time, with the library we use and, where it is installed,
/// with libopus.
///
/// Every 20 ms each call has a frame encoded and the packet decoded. What is not done when the next 20 ms begin is late.
public final class OpusLoad {
    private static final long STEP = 20_000_000;
    private static final String WORDS = "Two pints of lager and a packet of crisps, please, and put it on the tab of table"
            + " seven. Could you also create a payment request for forty nine dollars and ninety five cents?";

    private OpusLoad() {}

    /// Measures.
    ///
    /// @param args calls, seconds to measure, seconds to warm up, complexity; all optional
    public static void main(String... args) {
        int calls = argument(args, 0, 40);
        int seconds = argument(args, 1, 20);
        int warmUp = argument(args, 2, 15);
        var settings = new OpusSettings(OpusSettings.SPEECH.bitrate(),
                argument(args, 3, OpusSettings.SPEECH.complexity()), OpusSettings.SPEECH.expectedLoss());
        var speech = Resampler.convert(FreeTtsVoice.caller().speak(WORDS), Codec.RATE);
        System.out.println(calls + " duplex calls on one thread, " + settings + ", " + seconds + " s after " + warmUp
                + " s of warm-up");
        System.out.println(
                "| codec | thread busy | CPU a call and 20 ms | median step | slowest step | steps late | while"
                        + " cold |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|");
        run("concentus", () -> new Codec.Concentus(settings), speech, calls, seconds, warmUp);
        NativeOpus.find(settings)
                .ifPresentOrElse(
                        codec -> run("libopus", codec, speech, calls, seconds, warmUp),
                        () -> System.out.println("| libopus | is not installed | | | | | |"));
    }

    private static int argument(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }

    private static void run(String name, Supplier<Codec> codec, Pcm speech, int calls, int seconds, int warmUp) {
        var all = new ArrayList<Codec>();
        for (int i = 0; i < calls; i++) {
            all.add(codec.get());
        }
        int cold = lateIn(all, speech, warmUp * 50, new long[warmUp * 50]);
        var steps = new long[seconds * 50];
        long cpu = cpu();
        int late = lateIn(all, speech, steps.length, steps);
        cpu = cpu() - cpu;
        all.forEach(Codec::close);
        Arrays.sort(steps);
        System.out.printf(Locale.ROOT, "| %s | %.0f %% | %.0f us | %.1f ms | %.1f ms | %d | %d |%n", name,
                100.0 * cpu / (seconds * 1e9), cpu / 1e3 / steps.length / calls, steps[steps.length / 2] / 1e6,
                steps[steps.length - 1] / 1e6, late, cold);
    }

    /// Steps of which not all was done before the next began.
    private static int lateIn(Iterable<Codec> calls, Pcm speech, int count, long[] took) {
        int frames = speech.frames() / Codec.FRAME;
        int late = 0;
        long due = System.nanoTime();
        for (int step = 0; step < count; step++) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            long begun = System.nanoTime();
            int call = 0;
            for (var codec : calls) {
                // Each somewhere else in the text.
                int at = (step + 7 * call++) % frames * Codec.FRAME;
                codec.decode(codec.encode(speech.slice(at, at + Codec.FRAME)));
            }
            long done = System.nanoTime();
            took[step] = done - begun;
            due += STEP;
            late += done - due > 0 ? 1 : 0;
        }
        return late;
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
