package dev.parley.realtime;

import java.util.Locale;
import java.util.Optional;

/// How long a model of the 2.x family thinks before it speaks: the field `reasoning.effort`. Other models refuse it.
public enum ReasoningEffort {
    MINIMAL, LOW, MEDIUM, HIGH,
    /** Not offered by Azure. */
    XHIGH;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Empty when `in` does not say, or in a word this version does not know.
    static Optional<ReasoningEffort> read(Fields in) {
        var reasoning = in.optionalObject("reasoning");
        var effort = reasoning == null ? null : reasoning.optionalString("effort");
        for (var known : values()) {
            if (known.wireName().equals(effort)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }
}
