package dev.parley.realtime;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The beginning of an HTTP/1.1 response (RFC 9112 sections 4 and 5), and the buffer in which what follows has begun to arrive.
///
/// @param fields by name in whatever case; of those that come several times, the values with commas between
/// @param buffer holds what follows, from `start` to `end`
@SuppressWarnings("ArrayRecordComponent")
record HttpHead(int status, Map<String, String> fields, byte[] buffer, int start, int end) {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})( .*)?");
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)");
    private static final String END = "\r\n\r\n";

    /// Reads a head no larger than the buffer.
    static HttpHead read(InputStream in, byte[] buffer) throws IOException {
        int length = 0;
        int end = -1;
        while (end < 0) {
            if (length == buffer.length) {
                throw new IOException("expected a head of an HTTP response of at most " + length
                        + " bytes, found more");
            }
            int read = in.read(buffer, length, buffer.length - length);
            if (read < 0) {
                throw new EOFException("expected an HTTP response, found the end of the connection");
            }
            int from = Math.max(0, length - END.length());
            length += read;
            int at = new String(buffer, from, length - from, StandardCharsets.ISO_8859_1).indexOf(END);
            end = at < 0 ? -1 : from + at;
        }
        var lines = new String(buffer, 0, end, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        var status = STATUS.matcher(lines[0]);
        if (!status.matches()) {
            throw new IOException("expected an HTTP/1.1 response, found another protocol");
        }
        return new HttpHead(Integer.parseInt(status.group(1)), fields(lines), buffer, end + END.length(), length);
    }

    private static Map<String, String> fields(String... lines) throws IOException {
        var fields = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            var field = FIELD.matcher(lines[i]);
            if (!field.matches()) {
                throw new IOException("expected fields of an HTTP response, found something else in line " + (i + 1));
            }
            fields.merge(field.group(1), field.group(2).strip(), (one, other) -> one + ", " + other);
        }
        return fields;
    }

    Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /// Whether a field is a list that has this word in it, in whatever case.
    boolean lists(String name, String word) {
        for (var listed : fields.getOrDefault(name, "").split(",", -1)) {
            if (listed.strip().equalsIgnoreCase(word)) {
                return true;
            }
        }
        return false;
    }
}
