package dev.parley.bench.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;

/// Where and when something was measured.
final class Machine {
    private Machine() {}

    static String facts() {
        return String.format(Locale.ROOT, "%s, %d cores (%s), %.0f GB, %s %s, JDK %s, load before %.1f", LocalDate.now(
                ZoneId.systemDefault()),
                Runtime.getRuntime().availableProcessors(), processor(), memory(), System.getProperty("os.name"),
                System.getProperty("os.arch"), Runtime.version(), ManagementFactory.getOperatingSystemMXBean()
                        .getSystemLoadAverage());
    }

    private static double memory() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class).getTotalMemorySize()
                / (double) (1 << 30);
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException _) {
            return "unknown";
        }
    }
}
