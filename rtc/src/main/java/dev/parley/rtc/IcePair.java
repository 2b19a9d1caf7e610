package dev.parley.rtc;

/// One way out and one address of the other side.
///
/// A connection has one socket, so that relays aside the remote address alone tells pairs apart: whichever of our addresses
/// the other side sends to, it reaches the same socket, and whichever we would send from is the system's choice.
final class IcePair {
    /// Where a check stands (RFC 8445 section 6.1.2.6). Nothing is ever frozen: with one component there is nothing that
    /// another pair's success would unlock, and the pace of checks is kept anyway.
    enum Check {
        WAITING,
        IN_PROGRESS,
        SUCCEEDED,
        FAILED
    }

    final IceRoute route;
    private final long localPriority;
    private final long remotePriority;
    Check check = Check.WAITING;
    /// The other side wants this pair, and has it as soon as our own check succeeds.
    boolean wanted;
    /// When a check was sent last.
    long sentAt = Long.MIN_VALUE / 2;

    IcePair(IceRoute route, long localPriority, long remotePriority) {
        this.route = route;
        this.localPriority = localPriority;
        this.remotePriority = remotePriority;
    }

    /// RFC 8445 section 6.1.2.3. Both sides come to the same number.
    long priority(boolean controlling) {
        var ours = controlling ? localPriority : remotePriority;
        var theirs = controlling ? remotePriority : localPriority;
        return (Math.min(ours, theirs) << 32) + 2 * Math.max(ours, theirs) + (ours > theirs ? 1 : 0);
    }

    boolean isOpen() {
        return check == Check.WAITING || check == Check.IN_PROGRESS;
    }
}
