package dev.parley.bench.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// A table in Markdown, printed as it is filled.
final class Table {
    private final int columns;

    Table(String... head) {
        columns = head.length;
        row(head);
        System.out.println("|---" + "|---:".repeat(columns - 1) + "|");
    }

    void row(String... cells) {
        System.out.println("| " + String.join(" | ", cells) + " |");
    }

    /// A figure of several measurements, printed in the format and unit given.
    void row(String name, String format, double scale, String figure, List<Figures> measured) {
        var cells = new ArrayList<>(Collections.singletonList(name));
        measured.forEach(figures -> cells.add(String.format(Locale.ROOT, format, figures.get(figure) / scale)));
        while (cells.size() < columns) {
            cells.add("");
        }
        row(cells.toArray(String[]::new));
    }
}
