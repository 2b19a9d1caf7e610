package dev.parley.venue;

import java.util.Optional;

/// The number of a payment request, as it is said aloud: 1001, 1002 and so on. Written in digits.
public record OrderId(long number) implements Comparable<OrderId> {

    public OrderId {
        if (number < 1) {
            throw new IllegalArgumentException("expected an order id of 1 or more, found " + number);
        }
    }

    /// The id in `text`, empty if there is none. Spaces, dashes and `#` are passed over: models write "# 10 01".
    public static Optional<OrderId> parse(String text) {
        if (text.length() > 40) {
            return Optional.empty();
        }
        var digits = text.replaceAll("[\\s#-]", "");
        return digits.matches("0*[1-9][0-9]{0,17}")
                ? Optional.of(new OrderId(Long.parseLong(digits)))
                : Optional.empty();
    }

    @Override
    public int compareTo(OrderId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
