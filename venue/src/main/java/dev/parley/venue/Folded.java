package dev.parley.venue;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/// Names as they are compared: without accents, case, punctuation and more than one space.
final class Folded {
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern APOSTROPHES = Pattern.compile("['\u2018\u2019`\u00b4]");
    private static final Pattern OTHERS = Pattern.compile("[^\\p{L}\\p{N}]+");

    private Folded() {}

    /// `  BÜD   Light! ` as `bud light`; empty if nothing is left.
    static String of(String name) {
        var plain = MARKS.matcher(Normalizer.normalize(name, Normalizer.Form.NFKD)).replaceAll("");
        var joined = APOSTROPHES.matcher(plain).replaceAll("");
        return OTHERS.matcher(joined).replaceAll(" ").strip().toLowerCase(Locale.ROOT).replace("ß", "ss");
    }
}
