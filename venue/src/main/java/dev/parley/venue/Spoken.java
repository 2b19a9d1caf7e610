package dev.parley.venue;

import java.util.Optional;
import java.util.regex.Pattern;

/// Words that were said and are kept: names of tabs and customers, reasons.
final class Spoken {
    private static final int MAX_NAME = 80;
    private static final int MAX_REASON = 500;
    private static final Pattern GAPS = Pattern.compile("[\\p{Cntrl}\\p{Cs}\\s]+");

    private Spoken() {}

    /// A name as it is shown: without line breaks, control characters, and space around it.
    ///
    /// @param member the argument it came as
    /// @throws Refusal if it is too long, or has neither letter nor digit to tell it from others by
    static String name(String member, String said) {
        var name = clean(said);
        if (name.codePointCount(0, name.length()) > MAX_NAME || name.length() > MAX_NAME || Folded.of(name)
                .length() > MAX_NAME) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, member + ": expected at most " + MAX_NAME
                    + " characters, found " + name.length() + ".");
        }
        if (Folded.of(name).isEmpty()) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, member + ": expected a name with letters or digits.");
        }
        return name;
    }

    /// A reason, or nothing if nothing was said; the end of a long one is left out.
    static Optional<String> reason(Optional<String> said) {
        return said.map(Spoken::clean)
                .filter(words -> !words.isEmpty())
                .map(words -> words.length() <= MAX_REASON ? words : words.substring(0, MAX_REASON - 1) + "…");
    }

    private static String clean(String said) {
        return GAPS.matcher(said).replaceAll(" ").strip();
    }

    /// `1 item`, `2 items`.
    static String items(int count) {
        return count == 1 ? "1 item" : count + " items";
    }
}
