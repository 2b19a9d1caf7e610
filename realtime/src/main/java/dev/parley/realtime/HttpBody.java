package dev.parley.realtime;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What follows the head of an HTTP/1.1 response (RFC 9112 sections 6 and 7), as much of it as is worth reading.
final class HttpBody {
    /// An error object takes a few hundred bytes.
    private static final int ENOUGH = 64 * 1_024;
    private static final int MAX_LINE = 1_024;
    private static final int HEXADECIMAL = 16;

    private HttpBody() {}

    static String read(HttpHead head, InputStream rest) throws IOException {
        var in = new SequenceInputStream(
                new ByteArrayInputStream(head.buffer(), head.start(), head.end() - head.start()), rest);
        var bytes = head.lists("Transfer-Encoding", "chunked") ? chunks(in) : in.readNBytes(length(head));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Without a length, it goes on until the connection ends.
    private static int length(HttpHead head) {
        return head.field("Content-Length")
                .filter(value -> value.matches("[0-9]{1,9}"))
                .map(value -> Math.min(Integer.parseInt(value), ENOUGH))
                .orElse(ENOUGH);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var bytes = new byte[ENOUGH];
        int length = 0;
        for (int chunk = chunkSize(in); chunk > 0 && length < ENOUGH; chunk = chunkSize(in)) {
            int wanted = Math.min(chunk, ENOUGH - length);
            int read = in.readNBytes(bytes, length, wanted);
            length += read;
            if (read < chunk) {
                break;
            }
            line(in);
        }
        return Arrays.copyOf(bytes, length);
    }

    private static int chunkSize(InputStream in) throws IOException {
        var size = line(in).replaceFirst("[ \\t;].*", "");
        if (!size.matches("[0-9a-fA-F]{1,7}")) {
            throw new IOException("expected the size of a chunk, found something else");
        }
        return Integer.parseInt(size, HEXADECIMAL);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("expected the rest of an HTTP response, found the end of the connection");
            }
            if (line.length() == MAX_LINE) {
                throw new IOException("expected the size of a chunk, found a line over " + MAX_LINE + " characters");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }
}
