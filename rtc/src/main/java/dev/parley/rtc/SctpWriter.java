package dev.parley.rtc;

/// One packet being written, in a buffer that every packet uses again. A chunk that does not fit is refused.
final class SctpWriter {
    private final byte[] bytes = new byte[Sctp.PACKET];
    private final int localPort;
    private final int remotePort;
    private int at;
    private int chunk;

    SctpWriter(int localPort, int remotePort) {
        this.localPort = localPort;
        this.remotePort = remotePort;
    }

    void start(int tag) {
        Wire.put16(bytes, 0, localPort);
        Wire.put16(bytes, 2, remotePort);
        Wire.put32(bytes, 4, tag);
        at = Sctp.HEADER;
    }

    boolean isEmpty() {
        return at == Sctp.HEADER;
    }

    int room() {
        return bytes.length - at;
    }

    /// Begins a chunk whose value will be at most `length` bytes; false if that does not fit.
    boolean begin(int type, int flags, int length) {
        if (Sctp.filled(Sctp.CHUNK_HEADER + length) > room()) {
            return false;
        }
        chunk = at;
        bytes[at] = (byte) type;
        bytes[at + 1] = (byte) flags;
        at += Sctp.CHUNK_HEADER;
        return true;
    }

    SctpWriter u16(int value) {
        Wire.put16(bytes, at, value);
        at += 2;
        return this;
    }

    SctpWriter i32(int value) {
        Wire.put32(bytes, at, value);
        at += Integer.BYTES;
        return this;
    }

    SctpWriter put(byte[] from, int offset, int length) {
        System.arraycopy(from, offset, bytes, at, length);
        at += length;
        return this;
    }

    /// Fills a parameter to a word, which its length does not count but the chunk's does.
    SctpWriter fill() {
        while (at % Integer.BYTES != 0) {
            bytes[at++] = 0;
        }
        return this;
    }

    /// Ends the chunk begun last.
    void end() {
        Wire.put16(bytes, chunk + 2, at - chunk);
        fill();
    }

    void chunk(int type, int flags) {
        if (begin(type, flags, 0)) {
            end();
        }
    }

    void sendTo(DtlsEndpoint.Datagrams out) {
        Sctp.seal(bytes, 0, at);
        out.send(bytes, 0, at);
        at = Sctp.HEADER;
    }
}
