package dev.parley.venue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Divides an amount so that nothing is lost: what does not divide goes to the first. Pure arithmetic.
final class Split {
    private Split() {}

    static List<Long> equally(long cents, int ways) {
        return byWeight(cents, Collections.nCopies(ways, 1L));
    }

    /// @param weights zero or more each; if all are zero, they count as equal
    static List<Long> byWeight(long cents, List<Long> weights) {
        var sum = weights.stream().mapToLong(Long::longValue).sum();
        if (sum == 0) {
            return equally(cents, weights.size());
        }
        var shares = new ArrayList<Long>();
        for (var weight : weights) {
            shares.add(BigInteger.valueOf(cents)
                    .multiply(BigInteger.valueOf(weight))
                    .divide(BigInteger.valueOf(sum))
                    .longValueExact());
        }
        shares.set(0, shares.getFirst() + cents - shares.stream().mapToLong(Long::longValue).sum());
        return shares;
    }
}
