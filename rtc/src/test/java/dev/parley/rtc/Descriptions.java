package dev.parley.rtc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Session descriptions in the manner of other implementations.
final class Descriptions {
    private Descriptions() {}

    static String of(String name) {
        try (var in = Descriptions.class.getResourceAsStream("sdp/" + name + ".sdp")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
