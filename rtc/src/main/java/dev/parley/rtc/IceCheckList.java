package dev.parley.rtc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// The pairs of one generation, and whose turn it is to be checked (RFC 8445 section 6.1.2).
final class IceCheckList {
    /// What RFC 8445 section 6.1.2.5 recommends: it bounds what a stranger's candidates make us send.
    static final int MOST_PAIRS = 100;

    private final List<IcePair> pairs = new ArrayList<>();
    private final Deque<IcePair> triggered = new ArrayDeque<>();

    Optional<IcePair> find(IceRoute route) {
        return pairs.stream().filter(pair -> pair.route.equals(route)).findFirst();
    }

    /// Forgets the pairs of a way out that is no more.
    void remove(int via) {
        pairs.removeIf(pair -> pair.route.via() == via);
        triggered.removeIf(pair -> pair.route.via() == via);
    }

    /// Keeps a pair, unless there are as many as can be kept: then false.
    boolean add(IcePair pair) {
        return pairs.size() < MOST_PAIRS && pairs.add(pair);
    }

    /// Lets a pair be checked before all others, again if need be.
    void trigger(IcePair pair) {
        if (pair.check != IcePair.Check.SUCCEEDED && !triggered.contains(pair)) {
            pair.check = IcePair.Check.WAITING;
            triggered.add(pair);
        }
    }

    /// Takes the pair to be checked next.
    Optional<IcePair> next(boolean controlling) {
        var first = triggered.poll();
        if (first != null) {
            return Optional.of(first);
        }
        return best(pairs.stream().filter(pair -> pair.check == IcePair.Check.WAITING).toList(), controlling);
    }

    boolean hasNext() {
        return !triggered.isEmpty() || pairs.stream().anyMatch(pair -> pair.check == IcePair.Check.WAITING);
    }

    /// The best pair over which packets went both ways.
    Optional<IcePair> bestValid(boolean controlling) {
        return best(pairs.stream().filter(pair -> pair.check == IcePair.Check.SUCCEEDED).toList(), controlling);
    }

    /// Whether a pair that is better than this one may still succeed.
    boolean mayImproveOn(IcePair pair, boolean controlling) {
        return pairs.stream()
                .anyMatch(one -> one.isOpen() && one.priority(controlling) > pair.priority(controlling));
    }

    /// How many checks are or will be under way, by which retransmissions slow down.
    int open() {
        return (int) pairs.stream().filter(IcePair::isOpen).count();
    }

    private static Optional<IcePair> best(List<IcePair> some, boolean controlling) {
        return some.stream().max(Comparator.comparingLong(pair -> pair.priority(controlling)));
    }
}
