package dev.parley.realtime;

import java.util.Base64;
import tools.jackson.databind.node.StringNode;

/// Text of which is known that it is base64: it needs no escaping, and its bytes are there.
///
/// It is what makes up nearly all of an audio frame, so that looking at it a second time would double the work. To
/// everybody else it is the string it holds.
final class Base64Text extends StringNode {
    private static final long serialVersionUID = 1L;

    private Base64Text(String text) {
        super(text);
    }

    static Base64Text of(byte[] bytes) {
        return new Base64Text(Base64.getEncoder().encodeToString(bytes));
    }

    /// @throws IllegalArgumentException if it is not base64
    static Base64Text checked(String text) {
        var _ = Base64.getDecoder().decode(text);
        return new Base64Text(text);
    }
}
