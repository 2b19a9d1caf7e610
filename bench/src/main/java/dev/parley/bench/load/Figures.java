package dev.parley.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// What was measured, by name; one line of text between processes. Immutable.
record Figures(Map<String, Double> values) {
    Figures {
        values = Map.copyOf(values);
    }

    static Figures none() {
        return new Figures(Map.of());
    }

    /// Reads a line of figures.
    ///
    /// @throws IllegalArgumentException if it is no such line
    static Figures parse(String line) {
        var values = new LinkedHashMap<String, Double>();
        for (var pair : line.strip().split(" ", -1)) {
            var at = pair.indexOf('=');
            if (at < 1) {
                throw new IllegalArgumentException("expected name=number pairs, found " + line);
            }
            values.put(pair.substring(0, at), Double.valueOf(pair.substring(at + 1)));
        }
        return new Figures(values);
    }

    String toLine() {
        return values.entrySet()
                .stream()
                .map(value -> value.getKey() + "=" + value.getValue())
                .collect(Collectors.joining(" "));
    }

    /// These figures and one more, a count.
    Figures with(String name, long value) {
        return with(name, (double) value);
    }

    Figures with(String name, double value) {
        var more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Figures(more);
    }

    Figures with(Figures others) {
        var more = new LinkedHashMap<>(values);
        more.putAll(others.values);
        return new Figures(more);
    }

    double get(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("expected a figure named " + name + ", found " + values.keySet());
        }
        return value;
    }
}
