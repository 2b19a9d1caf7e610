package dev.parley.realtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The frames of the protocol as they are on the wire, one a line in the test resources, and JSON to compare with.
final class Frames {
    private Frames() {}

    static List<String> ofServer() {
        return lines("server-frames.jsonl");
    }

    static List<String> ofClient() {
        return lines("client-frames.jsonl");
    }

    /// The first frame of this type.
    static String server(String type) {
        return ofServer().stream()
                .filter(frame -> frame.startsWith("{\"type\":\"" + type + "\""))
                .findFirst()
                .orElseThrow();
    }

    static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text);
    }

    private static List<String> lines(String resource) {
        try (var in = Objects.requireNonNull(Frames.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
