package dev.parley.venue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// The menu of the sample venue, as `sample-menu.csv` has it.
final class SampleMenu {
    private static final String RESOURCE = "sample-menu.csv";
    private static final int COLUMNS = 11;

    private SampleMenu() {}

    /// @param containerSize base units in a container: millilitres if it is poured, else pieces
    /// @param bar containers at the bar
    /// @param storage containers in storage
    record Drink(String category, String subcategory, String name, String unitType, boolean isPoured,
            long containerSize, long servingSize, long priceCents, OptionalLong costCents, long bar, long storage,
            List<String> aliases, Optional<Pour> pour) {}

    /// What a cocktail is made of.
    ///
    /// @param amount in base units
    record Pour(String ingredient, long amount) {}

    /// In the order of the menu: what a cocktail is made of may come after it.
    static List<Drink> drinks() {
        try (var stream = SampleMenu.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException("expected the resource " + RESOURCE + ", found none");
            }
            return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)).lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(SampleMenu::drink)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Drink drink(String line) {
        var columns = Arrays.stream(line.split(";", -1)).map(String::strip).toList();
        if (columns.size() != COLUMNS) {
            throw new IllegalStateException("expected " + COLUMNS + " columns, found: " + line);
        }
        var size = columns.get(4).split("/", -1);
        return new Drink(columns.get(0), columns.get(1), columns.get(2), columns.get(3), size.length > 1,
                Long.parseLong(size[0]), Long.parseLong(size[size.length - 1]), cents(columns.get(5)), columns.get(6)
                        .isEmpty() ? OptionalLong.empty() : OptionalLong.of(cents(columns.get(6))),
                number(columns.get(7)), number(columns.get(8)), list(columns.get(9)), pour(columns.get(10)));
    }

    private static long cents(String price) {
        return new BigDecimal(price).movePointRight(2).longValueExact();
    }

    private static long number(String column) {
        return column.isEmpty() ? 0 : Long.parseLong(column);
    }

    private static List<String> list(String column) {
        return Stream.of(column.split(",", -1)).map(String::strip).filter(entry -> !entry.isEmpty()).toList();
    }

    private static Optional<Pour> pour(String column) {
        var last = column.lastIndexOf(' ');
        return last < 0
                ? Optional.empty()
                : Optional.of(new Pour(column.substring(0, last), Long.parseLong(column.substring(last + 1))));
    }
}
