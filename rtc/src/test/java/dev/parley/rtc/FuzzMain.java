package dev.parley.rtc;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;

/// Feeds every parser with far more than the build has time for: `FuzzMain [inputs in millions, 10] [seed]`, all parsers
/// together. Ends with an error at the first finding, which says how to repeat it.
public final class FuzzMain {
    private static final int SLICE = 20_000;

    private FuzzMain() {}

    /// The program.
    public static void main(String[] arguments) {
        var most = (arguments.length > 0 ? Long.parseLong(arguments[0]) : 10) * 1_000_000;
        var seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        var targets = Fuzz.targets();
        var nanos = new long[targets.size()];
        var inputs = new long[targets.size()];
        var threads = Thread.activeCount();
        var before = heap();
        for (long done = 0, slice = 0; done < most; slice++) {
            for (var i = 0; i < targets.size() && done < most; i++, done += SLICE) {
                var start = System.nanoTime();
                new Fuzz(seed + slice).run(targets.get(i), SLICE);
                nanos[i] += System.nanoTime() - start;
                inputs[i] += SLICE;
            }
        }
        for (var i = 0; i < targets.size(); i++) {
            System.out.printf(Locale.ROOT, "%-32s %,12d inputs %7.2f us each%n", targets.get(i).name, inputs[i],
                    nanos[i] / 1e3 / Math.max(1, inputs[i]));
        }
        targets.forEach(Fuzz.Target::reset);
        System.out.printf(Locale.ROOT, "seed %d: no finding; heap %+,d KB, threads %+d, %s%n", seed,
                (heap() - before) / 1024, Thread.activeCount() - threads,
                Duration.ofNanos(Arrays.stream(nanos).sum()).truncatedTo(ChronoUnit.SECONDS));
    }

    private static long heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
