package dev.parley.gateway;

import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Reads what stands behind the question mark.
final class Queries {
    private Queries() {}

    static Optional<String> find(Context context, String name) {
        return Optional.ofNullable(context.queryParam(name)).filter(value -> !value.isBlank());
    }

    static String required(Context context, String name) {
        return find(context, name).orElseThrow(() -> new Refusal(ErrorCode.INVALID_ARGUMENTS, name
                + ": expected a value in the query, found none.", Map.of("field", name)));
    }

    static int number(Context context, String name, int least, int most, int usual) {
        return find(context, name).map(text -> {
            if (!text.matches("-?[0-9]{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
                throw new Refusal(ErrorCode.INVALID_ARGUMENTS, name + ": expected a whole number from " + least + " to "
                        + most + ".", Map.of("field", name));
            }
            return Integer.parseInt(text);
        }).orElse(usual);
    }

    static Optional<LocalDate> date(Context context, String name) {
        return find(context, name).map(text -> parsed(name, text, LocalDate::parse, "a day such as 2026-12-31"));
    }

    static Optional<Instant> moment(Context context, String name) {
        return find(context, name).map(text -> parsed(name, text, Instant::parse,
                "a moment such as 2026-12-31T18:00:00Z"));
    }

    private static <T> T parsed(String name, String text, Function<String, T> reader, String expected) {
        try {
            return reader.apply(text);
        } catch (DateTimeParseException _) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, name + ": expected " + expected + ", found something else.",
                    Map
                            .of("field", name));
        }
    }

    static Optional<String> oneOf(Context context, String name, List<String> values) {
        var found = find(context, name);
        if (found.isPresent() && !values.contains(found.get())) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, name + ": expected " + String.join(" or ", values) + ".", Map
                    .of(
                            "field", name));
        }
        return found;
    }
}
