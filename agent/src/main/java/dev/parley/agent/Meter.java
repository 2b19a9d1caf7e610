package dev.parley.agent;

import java.math.BigDecimal;
import java.util.Locale;

/// What a service counts and bills. Prices are per million tokens, those of transcription by time per minute.
///
/// Cached input is counted under its own names only. `TRANSCRIPTION_SECONDS` and its siblings are the transcription of the
/// caller's words, which is billed apart. `UNKNOWN` counts what was billed by a measure this version does not know; it
/// has no price.
public enum Meter {
    TEXT_INPUT, AUDIO_INPUT, IMAGE_INPUT, CACHED_TEXT_INPUT, CACHED_AUDIO_INPUT, CACHED_IMAGE_INPUT, TEXT_OUTPUT,
    AUDIO_OUTPUT, TRANSCRIPTION_TEXT_INPUT, TRANSCRIPTION_AUDIO_INPUT, TRANSCRIPTION_OUTPUT, TRANSCRIPTION_SECONDS,
    UNKNOWN;

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal MINUTE = BigDecimal.valueOf(60);

    /// How much of it the price is for.
    BigDecimal unit() {
        return this == TRANSCRIPTION_SECONDS ? MINUTE : MILLION;
    }

    /// The name in a list of prices: `text_input`, but `transcription_minute`.
    String priceName() {
        return this == TRANSCRIPTION_SECONDS ? "transcription_minute" : name().toLowerCase(Locale.ROOT);
    }
}
