package dev.parley.emulator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/// Which faults are still to come, and which of them now. It decides; whoever asks carries them out. Thread-safe.
final class FaultPlan {
    private final List<Armed> armed = new CopyOnWriteArrayList<>();
    private int made;

    /// @param id tells two equal faults apart
    private record Armed(int id, PlannedFault planned) {}

    synchronized void add(PlannedFault planned) {
        armed.add(new Armed(++made, planned));
    }

    synchronized void clear() {
        armed.clear();
    }

    /// Those still to come, in the order they were planned.
    synchronized List<PlannedFault> planned() {
        return armed.stream().map(Armed::planned).toList();
    }

    /// The fault that keeps a connecting client out, if there is one.
    Optional<Fault> refusalAtConnect() {
        return due(one -> one.when() instanceof When.Connecting && isRefusal(one.fault())).stream().findFirst();
    }

    /// The fault of a request over HTTP, if there is one.
    Optional<Fault> refusalOfRequest() {
        return due(one -> one.when() instanceof When.Requesting).stream().findFirst();
    }

    /// The first of those that fit; it is used up if it was to happen once.
    private synchronized List<Fault> due(Predicate<PlannedFault> fits) {
        var found = armed.stream().filter(one -> fits.test(one.planned)).findFirst();
        found.ifPresent(this::use);
        return found.map(one -> one.planned.fault()).stream().toList();
    }

    private void use(Armed one) {
        if (one.planned.repeat() == PlannedFault.Repeat.ONCE) {
            armed.remove(one);
        }
    }

    private static boolean isRefusal(Fault fault) {
        return fault instanceof Fault.Refuse || fault instanceof Fault.ExpiredKey;
    }

    /// What is due in one session, which counts its own events. Confined to the session's thread.
    final class Watch {
        private final Map<Integer, Integer> counts = new HashMap<>();

        /// The session has opened.
        List<Fault> opened() {
            return take(one -> one.when() instanceof When.Connecting && !isRefusal(one.fault()));
        }

        /// An event is about to be sent.
        List<Fault> sending(String type) {
            return take(one -> one.when() instanceof When.Sent(var expected, _) && expected.equals(type));
        }

        /// An event has come from the client.
        List<Fault> received(String type) {
            return take(one -> one.when() instanceof When.Received(var expected, _) && expected.equals(type));
        }

        private List<Fault> take(Predicate<PlannedFault> fits) {
            // Nearly always, and asked for each event of each session.
            if (armed.isEmpty()) {
                return List.of();
            }
            synchronized (FaultPlan.this) {
                var due = armed.stream().filter(one -> fits.test(one.planned) && isTurnOf(one)).toList();
                due.forEach(FaultPlan.this::use);
                return due.stream().map(one -> one.planned.fault()).toList();
            }
        }

        /// Counts from the moment a fault was planned, and starts again when it has happened.
        private boolean isTurnOf(Armed one) {
            int nth = switch (one.planned.when()) {
                case When.Sent(_, var n) -> n;
                case When.Received(_, var n) -> n;
                case When.Connecting _,When.Requesting _,When.Now _ -> 1;
            };
            if (counts.merge(one.id, 1, Integer::sum) < nth) {
                return false;
            }
            counts.remove(one.id);
            return true;
        }
    }

    /// For a session that opens.
    Watch watch() {
        return new Watch();
    }
}
