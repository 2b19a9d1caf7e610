package dev.parley.bench.load;

import java.util.regex.Pattern;

/// What the load generator prints, read: a figure of ours for each of its own.
final class LoadReport {
    private static final Figures NONE = Figures.none();

    private LoadReport() {}

    /// Of calls that were held.
    static Figures ofCalls(String text) {
        return NONE.with("ok", number(text, "ok=(\\d+)"))
                .with("fails", number(text, "fails=(\\d+)"))
                .with("setup", number(text, "setupCPU/leg=([\\d.]+)ms"))
                .with("sent", number(text, "sent/s=(\\d+)"))
                .with("loss", number(text, "loss=(-?[\\d.]+)%"))
                .with("cores", number(text, "gwCPU=([\\d.]+)%") / 100)
                .with("packet", number(text, "perpkt=([\\d.]+)us"))
                .with("p50", number(text, "p50=(\\d+)"))
                .with("p99", number(text, "p99=(\\d+)"))
                .with("max", number(text, "max=(\\d+)"));
    }

    /// Of calls that were opened and closed.
    static Figures ofCycles(String text) {
        return NONE.with("cycles", number(text, "cycles=(\\d+)"))
                .with("fails", number(text, "fails=(\\d+)"))
                .with("cycle", number(text, "cpuPerCycle=([\\d.]+)ms"));
    }

    private static double number(String text, String pattern) {
        var found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) {
            throw new IllegalArgumentException("expected " + pattern + " in what the load generator prints, found "
                    + text);
        }
        return Double.parseDouble(found.group(1));
    }
}
