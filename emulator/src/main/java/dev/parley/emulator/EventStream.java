package dev.parley.emulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The `data` of server-sent events (WHATWG HTML, "Server-sent events"), taken from bytes in pieces of any length.
///
/// Lines end with LF, CRLF or CR; several `data` lines make one event; comments and other fields are skipped. Pure.
final class EventStream {
    private static final int LARGEST = 4 << 20;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private boolean afterReturn;

    /// The events that are complete with these bytes.
    ///
    /// @throws FacultyException if one is larger than anybody needs
    List<String> add(byte[] bytes) {
        var events = new ArrayList<String>();
        for (byte one : bytes) {
            if (one == '\n' && afterReturn) {
                afterReturn = false;
                continue;
            }
            afterReturn = one == '\r';
            if (one == '\n' || one == '\r') {
                endLine(events);
            } else {
                line.write(one);
            }
        }
        if (line.size() + data.length() > LARGEST) {
            throw new FacultyException("expected events of at most " + LARGEST + " bytes, found a larger one", null);
        }
        return events;
    }

    /// What is left when the stream ends: many servers leave out the blank line behind the last event.
    List<String> end() {
        var events = new ArrayList<String>();
        if (line.size() > 0) {
            endLine(events);
        }
        endEvent(events);
        return events;
    }

    private void endLine(List<String> events) {
        var text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (text.isEmpty()) {
            endEvent(events);
        } else if (text.startsWith("data:")) {
            data.append(hasData ? "\n" : "").append(text, text.startsWith("data: ") ? 6 : 5, text.length());
            hasData = true;
        }
    }

    private void endEvent(List<String> events) {
        if (hasData) {
            events.add(data.toString());
        }
        data.setLength(0);
        hasData = false;
    }
}
