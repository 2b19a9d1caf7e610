package dev.parley.agent;

import dev.parley.realtime.TranscriptionUsage;
import dev.parley.realtime.Usage;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// How much of what was used: tokens, or seconds.
///
/// @param amounts above zero; what is missing was not used
public record Consumption(Map<Meter, BigDecimal> amounts) {
    public static final Consumption NONE = new Consumption(Map.of());

    public Consumption {
        var copy = new EnumMap<Meter, BigDecimal>(Meter.class);
        amounts.forEach((meter, amount) -> {
            if (amount.signum() > 0) {
                copy.put(meter, amount);
            }
        });
        amounts = Collections.unmodifiableMap(copy);
    }

    /// Tokens of a response. Those that the service does not break down count as text; cached ones only as cached.
    static Consumption of(Usage usage) {
        var counts = new EnumMap<Meter, Long>(Meter.class);
        var cachedAudio = usage.cachedAudioTokens();
        var cachedImage = usage.cachedImageTokens();
        var cachedText = Math.max(usage.cachedTextTokens(), usage.cachedTokens() - cachedAudio - cachedImage);
        counts.put(Meter.CACHED_TEXT_INPUT, cachedText);
        counts.put(Meter.CACHED_AUDIO_INPUT, cachedAudio);
        counts.put(Meter.CACHED_IMAGE_INPUT, cachedImage);
        counts.put(Meter.AUDIO_INPUT, usage.inputAudioTokens() - cachedAudio);
        counts.put(Meter.IMAGE_INPUT, usage.inputImageTokens() - cachedImage);
        counts.put(Meter.TEXT_INPUT, Math.max(usage.inputTextTokens(),
                usage.inputTokens() - usage.inputAudioTokens() - usage.inputImageTokens()) - cachedText);
        counts.put(Meter.AUDIO_OUTPUT, usage.outputAudioTokens());
        counts.put(Meter.TEXT_OUTPUT,
                Math.max(usage.outputTextTokens(), usage.outputTokens() - usage.outputAudioTokens()));
        return of(counts);
    }

    /// What the transcription of one item took.
    static Consumption of(TranscriptionUsage usage) {
        return switch (usage) {
            case TranscriptionUsage.Seconds(var seconds) ->
                new Consumption(Map.of(Meter.TRANSCRIPTION_SECONDS, BigDecimal.valueOf(seconds)));
            case TranscriptionUsage.Tokens tokens -> of(Map.of(Meter.TRANSCRIPTION_AUDIO_INPUT, tokens.audioTokens(),
                    Meter.TRANSCRIPTION_TEXT_INPUT, tokens.inputTokens() - tokens.audioTokens(),
                    Meter.TRANSCRIPTION_OUTPUT, tokens.outputTokens()));
            case TranscriptionUsage.Unknown _ -> of(Map.of(Meter.UNKNOWN, 1L));
        };
    }

    private static Consumption of(Map<Meter, Long> counts) {
        var amounts = new EnumMap<Meter, BigDecimal>(Meter.class);
        counts.forEach((meter, count) -> amounts.put(meter, BigDecimal.valueOf(count)));
        return new Consumption(amounts);
    }

    /// How much of it; zero when none was used.
    public BigDecimal of(Meter meter) {
        return amounts.getOrDefault(meter, BigDecimal.ZERO);
    }

    public Consumption plus(Consumption other) {
        var sum = new EnumMap<Meter, BigDecimal>(Meter.class);
        sum.putAll(amounts);
        other.amounts.forEach((meter, amount) -> sum.merge(meter, amount, BigDecimal::add));
        return new Consumption(sum);
    }
}
