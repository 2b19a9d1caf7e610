package dev.parley.speech;

import java.math.BigDecimal;

/// What a slot of a [Phrase] was filled with. Immutable.
public sealed interface SlotValue {
    /// `{n:number}`: "minus five", "forty nine point nine five".
    record Numeric(BigDecimal value) implements SlotValue {}

    /// `{price:money}`: "twenty euros". The currency is an ISO 4217 code; the amount is what was said, in major units,
    /// whether or not the currency can express it.
    record Money(BigDecimal amount, String currency) implements SlotValue {}

    /// `{order:digits}`: "one zero zero one" is `1001`; zeros in front count.
    record Digits(String digits) implements SlotValue {}

    /// `{to:currency}`: the ISO 4217 code of "swiss francs".
    record Currency(String code) implements SlotValue {}

    /// `{drink:beer|white wine}` or `{drink:drinks}`: the chosen entry as the list spells it.
    record Choice(String option) implements SlotValue {}
}
