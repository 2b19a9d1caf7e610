package dev.parley.rtc;

/// Something to be done at a time, by one [IoLoop]; the time may be moved, however often.
///
/// Later times are the usual case and cost nothing: the alarm keeps its place in the queue and is put back when its turn
/// comes too early. Belongs to the loop's thread, [IoLoop#wake] aside.
final class Alarm implements Comparable<Alarm> {
    final Runnable action;
    /// When it is to go off, and where it stands in the queue; [Long#MAX_VALUE]: never, nowhere.
    volatile long at = Long.MAX_VALUE;
    long queuedAt = Long.MAX_VALUE;

    Alarm(Runnable action) {
        this.action = action;
    }

    @Override
    public int compareTo(Alarm other) {
        return Long.compare(queuedAt, other.queuedAt);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
