package dev.parley.rtc;

/// Which packets of a stream have been seen: the highest index and the 128 up to it (RFC 3711 section 3.3.2).
final class ReplayWindow {
    static final int SIZE = 128;

    private long highest = -1;
    /// Bit n of `recent` is the index n below the highest, of `older` the one 64 further down.
    private long recent;
    private long older;

    /// The highest index seen, or -1.
    long highest() {
        return highest;
    }

    /// Whether the packet is neither a replay nor too old to tell.
    boolean isNew(long index) {
        long behind = highest - index;
        if (behind < 0) {
            return true;
        }
        if (behind >= SIZE) {
            return false;
        }
        return behind < Long.SIZE ? ((recent >>> behind) & 1) == 0 : ((older >>> (behind - Long.SIZE)) & 1) == 0;
    }

    /// Notes a packet that is new and authentic.
    void add(long index) {
        long ahead = index - highest;
        if (ahead > 0) {
            shift(ahead);
            highest = index;
            recent |= 1;
        } else if (-ahead < Long.SIZE) {
            recent |= 1L << -ahead;
        } else {
            older |= 1L << (-ahead - Long.SIZE);
        }
    }

    private void shift(long by) {
        if (by >= SIZE) {
            recent = 0;
            older = 0;
        } else if (by >= Long.SIZE) {
            older = recent << (by - Long.SIZE);
            recent = 0;
        } else {
            older = (older << by) | (recent >>> (Long.SIZE - by));
            recent <<= by;
        }
    }
}
