package dev.parley.emulator;

import dev.parley.emulator.Findings.Found;
import dev.parley.speech.SpokenText;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Days and times of day as people say them: "tomorrow", "next friday", "the fifth of may", "in two weeks"; "7 pm", "five
/// o'clock", "17:30" and "noon", but not "half past seven".
final class SpokenDates {
    private static final Pattern ISO = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern CLOCK = Pattern.compile("(\\d{1,2})(?::(\\d{2}))?(am|pm)?");
    private static final Pattern ORDINAL = Pattern.compile("(\\d{1,2})(?:st|nd|rd|th)?");
    private static final Map<String, DayOfWeek> WEEKDAYS = Arrays.stream(DayOfWeek.values())
            .collect(Collectors.toUnmodifiableMap(day -> day.name().toLowerCase(Locale.ROOT), day -> day));
    private static final Map<String, Month> MONTHS = Arrays.stream(Month.values())
            .collect(Collectors.toUnmodifiableMap(month -> month.name().toLowerCase(Locale.ROOT), month -> month));
    private static final Map<String, ChronoUnit> UNITS = Map.of("day", ChronoUnit.DAYS, "week", ChronoUnit.WEEKS,
            "month",
            ChronoUnit.MONTHS, "year", ChronoUnit.YEARS);
    private static final Map<String, Integer> ORDINAL_WORDS = ordinalWords();

    private static final BigDecimal LONGEST_WAIT = BigDecimal.valueOf(10_000);

    private final Utterance said;
    private final LocalDate today;

    private SpokenDates(Utterance said, LocalDate today) {
        this.said = said;
        this.today = today;
    }

    /// The day or time that begins at a word.
    static Optional<Found> at(Utterance said, int at, LocalDate today) {
        var dates = new SpokenDates(said, today);
        try {
            return Optional.ofNullable(dates.day(at)).or(() -> Optional.ofNullable(dates.time(at)));
        } catch (DateTimeException | ArithmeticException _) {
            // The thirty first of february is no day.
            return Optional.empty();
        }
    }

    private @Nullable Found day(int at) {
        var word = said.plain(at);
        if (ISO.matcher(word).matches()) {
            return new Found.Day(at, at + 1, LocalDate.parse(word));
        }
        return switch (word) {
            case "today", "tonight" -> new Found.Day(at, at + 1, today);
            case "tomorrow" -> new Found.Day(at, at + 1, today.plusDays(1));
            case "yesterday" -> new Found.Day(at, at + 1, today.minusDays(1));
            case "day" -> said.plain(at + 1).equals("after") && said.plain(at + 2).equals("tomorrow")
                    ? new Found.Day(at, at + 3, today.plusDays(2))
                    : null;
            case "in" -> distant(at);
            case "next", "this" -> WEEKDAYS.containsKey(said.plain(at + 1))
                    ? weekday(at, at + 1)
                    : null;
            default -> WEEKDAYS.containsKey(word) ? weekday(at, at) : dayOfMonth(at);
        };
    }

    private Found weekday(int from, int at) {
        var day = WEEKDAYS.get(said.plain(at));
        return new Found.Day(from, at + 1, today.with(TemporalAdjusters.next(Objects.requireNonNull(day))));
    }

    /// "in three weeks".
    private @Nullable Found distant(int at) {
        if (at + 2 >= said.size()) {
            return null;
        }
        boolean one = said.plain(at + 1).equals("a");
        var number = one ? Optional.<Found>empty() : Findings.amount(said, at + 1);
        int unitAt = one ? at + 2 : number.map(Found::to).orElse(said.size());
        var unit = unitAt < said.size() ? UNITS.get(said.word(unitAt).stem()) : null;
        if (unit == null || !(one || number.orElse(null) instanceof Found.Numeral)) {
            return null;
        }
        long count = number.orElse(null) instanceof Found.Numeral(_, _, var value, _)
                ? value.min(LONGEST_WAIT).longValue()
                : 1;
        return new Found.Day(at, unitAt + 1, today.plus(count, unit));
    }

    /// "may 5th", "may the fifth", "5 may", "the fifth of may", with or without a year.
    private @Nullable Found dayOfMonth(int at) {
        var month = MONTHS.get(said.plain(at));
        if (month != null) {
            int dayAt = said.plain(at + 1).equals("the") ? at + 2 : at + 1;
            int length = ordinalLength(dayAt);
            return length == 0 ? null : dated(at, dayAt + length, month, ordinal(dayAt, length).orElseThrow());
        }
        int length = ordinalLength(at);
        int monthAt = said.plain(at + length).equals("of") ? at + length + 1 : at + length;
        var named = MONTHS.get(said.plain(monthAt));
        return length == 0 || named == null ? null : dated(at, monthAt + 1, named, ordinal(at, length).orElseThrow());
    }

    private Found dated(int from, int to, Month month, int day) {
        if (said.plain(to).matches("\\d{4}")) {
            return new Found.Day(from, to + 1, LocalDate.of(Integer.parseInt(said.plain(to)), month, day));
        }
        var soon = LocalDate.of(today.getYear(), month, day);
        return new Found.Day(from, to, soon.isBefore(today) ? soon.plusYears(1) : soon);
    }

    private int ordinalLength(int at) {
        return ordinal(at, 2).isPresent() ? 2 : ordinal(at, 1).isPresent() ? 1 : 0;
    }

    private OptionalInt ordinal(int at, int length) {
        if (at + length > said.size()) {
            return OptionalInt.empty();
        }
        var digits = ORDINAL.matcher(said.plain(at));
        if (length == 1 && digits.matches()) {
            int day = Integer.parseInt(digits.group(1));
            return day >= 1 && day <= 31 ? OptionalInt.of(day) : OptionalInt.empty();
        }
        var words = said.plain(at) + (length == 2 ? " " + said.plain(at + 1) : "");
        var day = ORDINAL_WORDS.get(words.replace('-', ' '));
        return day == null ? OptionalInt.empty() : OptionalInt.of(day);
    }

    private @Nullable Found time(int at) {
        var word = said.plain(at);
        if (word.equals("noon") || word.equals("midnight")) {
            return new Found.Time(at, at + 1, word.equals("noon") ? LocalTime.NOON : LocalTime.MIDNIGHT);
        }
        var clock = CLOCK.matcher(word);
        if (clock.matches()) {
            int minute = clock.group(2) == null ? 0 : Integer.parseInt(clock.group(2));
            var half = clock.group(3) == null ? half(at + 1) : clock.group(3);
            if (half.isEmpty() && clock.group(2) == null) {
                return null;
            }
            int to = clock.group(3) == null && !half.isEmpty() ? at + 2 : at + 1;
            return new Found.Time(at, to, of(Integer.parseInt(clock.group(1)), minute, half));
        }
        for (int to = at + 3; to > at; to--) {
            if (half(to).isEmpty()) {
                continue;
            }
            var hour = number(at, at + 1);
            if (hour.isEmpty() || hour.getAsInt() > 12) {
                return null;
            }
            var minute = to == at + 1 ? OptionalInt.of(0) : number(at + 1, to);
            if (minute.isPresent() && minute.getAsInt() < 60) {
                return new Found.Time(at, to + 1, of(hour.getAsInt(), minute.getAsInt(), half(to)));
            }
        }
        return null;
    }

    private OptionalInt number(int from, int to) {
        return to <= said.size() && Findings.amount(said, from)
                .orElse(null) instanceof Found.Numeral(_, var end, var value, _) && end == to && value.scale() <= 0
                && value.signum() >= 0
                        ? OptionalInt.of(value.min(BigDecimal.valueOf(99)).intValue())
                        : OptionalInt.empty();
    }

    /// `am`, `pm`, or `o'clock`, whichever is said; empty if none is.
    private String half(int at) {
        return switch (said.plain(at)) {
            case "am", "a.m" -> "am";
            case "pm", "p.m" -> "pm";
            case "o'clock", "oclock" -> "o'clock";
            default -> "";
        };
    }

    private static LocalTime of(int hour, int minute, String half) {
        return switch (half) {
            case "pm" -> LocalTime.of(hour < 12 ? hour + 12 : hour, minute);
            case "am" -> LocalTime.of(hour == 12 ? 0 : hour, minute);
            default -> LocalTime.of(hour, minute);
        };
    }

    private static Map<String, Integer> ordinalWords() {
        var words = new HashMap<String, Integer>();
        for (int day = 1; day <= 31; day++) {
            words.put(SpokenText.of(day + "th"), day);
        }
        return Map.copyOf(words);
    }
}
