package dev.parley.realtime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Text in UTF-8, and text from bytes that must be it, at the speed of the JDK's decoder that does not ask whether they are.
///
/// That decoder puts U+FFFD where bytes are no text. A text without it was well-formed; one with it was if it becomes the same
/// bytes again, for then somebody wrote U+FFFD.
final class Utf8 {
    private static final char REPLACEMENT = '\ufffd';

    private Utf8() {}

    /// Bytes of a text; half of a surrogate pair is sent as one.
    static int length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800 && !Character.isSurrogate(c)) {
                length += 2;
            } else if (c >= 0x80) {
                // Of a pair, each half stands for two of four bytes.
                length++;
            }
        }
        return length;
    }

    static String decode(byte[] bytes, int start, int length) throws BadFrameException {
        var text = new String(bytes, start, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            var again = text.getBytes(StandardCharsets.UTF_8);
            if (!Arrays.equals(again, 0, again.length, bytes, start, start + length)) {
                throw new BadFrameException(
                        new Close(Close.NOT_TEXT, "expected a text in UTF-8, found bytes that are none"));
            }
        }
        return text;
    }
}
