package dev.parley.realtime;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The short way for frames that are nearly all one base64 string, which are nine of ten in a session: the string is cut
/// out, the rest is read or written as JSON with a mark in its place, and the string is put back where the mark is.
///
/// Both directions decline when anything is unusual, and the ordinary way is taken.
final class AudioMember {
    private static final int WORTH_IT = 512;
    /// Not base64, so that it cannot be mistaken for audio.
    private static final String MARK = "*";
    private static final String QUOTED_MARK = "\"" + MARK + "\"";
    private static final String[] NAMES = {"delta", "audio"};

    private AudioMember() {}

    /// The frame's members, or null when it has no such string.
    static @Nullable ObjectNode parse(String frame) {
        if (frame.length() < WORTH_IT) {
            return null;
        }
        for (var name : NAMES) {
            var label = "\"" + name + "\":\"";
            int at = frame.indexOf(label);
            if (at >= 0) {
                int start = at + label.length();
                int end = frame.indexOf('"', start);
                return end - start < WORTH_IT ? null : parse(frame, name, start, end);
            }
        }
        return null;
    }

    private static @Nullable ObjectNode parse(String frame, String name, int start, int end) {
        try {
            var rest = frame.substring(0, start) + MARK + frame.substring(end);
            // Were the mark's place not this member's value, the rest would be no JSON or hold the mark elsewhere.
            if (rest.indexOf(QUOTED_MARK) == rest.lastIndexOf(QUOTED_MARK)
                    && Json.parse(rest) instanceof ObjectNode object
                    && MARK.equals(object.path(name).asString(""))) {
                object.set(name, Base64Text.checked(frame.substring(start, end)));
                return object;
            }
        } catch (IllegalArgumentException | ProtocolException _) {
            // Told by the ordinary way, in words that fit the whole frame.
        }
        return null;
    }

    /// The frame, or null when the object has no such string.
    static @Nullable String write(ObjectNode object) {
        for (var name : NAMES) {
            if (object.get(name) instanceof Base64Text text) {
                var marked = Json.object().setAll(object).put(name, MARK);
                var rest = Json.writeWhole(marked);
                int at = rest.indexOf(QUOTED_MARK);
                return at != rest.lastIndexOf(QUOTED_MARK)
                        ? null
                        : rest.substring(0, at + 1) + text.stringValue() + rest.substring(at + 1 + MARK.length());
            }
        }
        return null;
    }
}
