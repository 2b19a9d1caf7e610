package dev.parley.rtc;

/// A message on its way out.
final class SctpMessage {
    static final long NEVER = Long.MAX_VALUE;

    final int stream;
    final int protocol;
    final boolean ordered;
    /// How often a piece may be sent again; `Integer.MAX_VALUE`: until it arrives.
    final int retransmits;
    /// When it is given up; [#NEVER].
    final long expires;
    final byte[] bytes;

    /// Given on the wire, when the first piece leaves.
    int sequence;
    int sent;
    boolean abandoned;

    /// @param bytes adopted; not empty
    SctpMessage(int stream, int protocol, boolean ordered, int retransmits, long expires, byte[] bytes) {
        this.stream = stream;
        this.protocol = protocol;
        this.ordered = ordered;
        this.retransmits = retransmits;
        this.expires = expires;
        this.bytes = bytes;
    }

    boolean isSent() {
        return sent == bytes.length;
    }
}
