package dev.parley.realtime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The payload of a close frame (RFC 6455 section 5.5.1): nothing, or a code in 16 bits and a reason.
final class CloseFrame {
    private CloseFrame() {}

    static byte[] write(Close how) {
        if (how.code() == Close.NO_CODE) {
            return new byte[0];
        }
        var reason = how.reason().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Short.BYTES + reason.length).putShort((short) how.code()).put(reason).array();
    }

    static Close read(byte[] bytes, int start, int length) throws BadFrameException {
        if (length == 0) {
            return new Close(Close.NO_CODE, "");
        }
        if (length == 1) {
            throw BadFrameException.protocol("a close code of 16 bits", "8");
        }
        int code = ByteBuffer.wrap(bytes).getShort(start) & 0xffff;
        if (!isAllowed(code)) {
            throw BadFrameException.protocol("a close code that may be sent", Integer.toString(code));
        }
        return new Close(code, Utf8.decode(bytes, start + Short.BYTES, length - Short.BYTES));
    }

    /// Section 7.4, and the registry it began.
    private static boolean isAllowed(int code) {
        return switch (code) {
            case 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014 -> true;
            default -> code >= 3000 && code <= 4999;
        };
    }
}
