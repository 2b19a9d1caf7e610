package dev.parley.app;

import java.util.Locale;

/// What `parley doctor` found about one thing, and what to do about it; nothing to do if `cure` is empty.
record Finding(Weight weight, String about, String found, String cure) {
    enum Weight {
        FINE("ok"), NOTE("note"), PROBLEM("problem");

        private final String word;

        Weight(String word) {
            this.word = word;
        }
    }

    static Finding fine(String about, String found) {
        return new Finding(Weight.FINE, about, found, "");
    }

    /// It works without, or differently.
    static Finding note(String about, String found, String cure) {
        return new Finding(Weight.NOTE, about, found, cure);
    }

    /// Something will not work until this is mended.
    static Finding problem(String about, String found, String cure) {
        return new Finding(Weight.PROBLEM, about, found, cure);
    }

    boolean isProblem() {
        return weight == Weight.PROBLEM;
    }

    String line() {
        return String.format(Locale.ROOT, "%-8s %-10s %s%s", weight.word, about, found,
                cure.isEmpty() ? "" : ": " + cure);
    }
}
