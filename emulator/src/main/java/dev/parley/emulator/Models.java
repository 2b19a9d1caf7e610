package dev.parley.emulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The models the service knows by name (protocol section 10).
final class Models {
    /// When GA began; the service tells a date for each, which no client relies on.
    private static final long CREATED = 1_756_339_200;
    private static final List<String> REALTIME = List.of("gpt-realtime", "gpt-realtime-2025-08-28", "gpt-realtime-1.5",
            "gpt-realtime-2", "gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-mini",
            "gpt-realtime-mini-2025-10-06", "gpt-realtime-mini-2025-12-15", "gpt-audio-1.5", "gpt-audio-mini",
            "gpt-audio-mini-2025-10-06", "gpt-audio-mini-2025-12-15");
    private static final List<String> BETA = List.of("gpt-4o-realtime-preview", "gpt-4o-realtime-preview-2024-10-01",
            "gpt-4o-realtime-preview-2024-12-17", "gpt-4o-realtime-preview-2025-06-03", "gpt-4o-mini-realtime-preview",
            "gpt-4o-mini-realtime-preview-2024-12-17");
    private static final List<String> TRANSCRIPTION = List.of("whisper-1", "gpt-transcribe", "gpt-live-transcribe",
            "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-2025-12-15",
            "gpt-4o-transcribe-diarize", "gpt-realtime-whisper");

    private final List<String> conversation;

    /// @param more models of one's own
    Models(Collection<String> more, Access.Beta beta) {
        conversation = Stream.of(REALTIME, beta == Access.Beta.SPOKEN ? BETA : List.<String>of(), new TreeSet<>(more))
                .flatMap(Collection::stream)
                .distinct()
                .toList();
    }

    boolean canConverse(String model) {
        return conversation.contains(model);
    }

    static boolean onlyTranscribes(String model) {
        return TRANSCRIPTION.contains(model);
    }

    /// All of them, as `GET /v1/models` tells.
    ObjectNode list() {
        var list = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = list.putArray("data");
        all().forEach(model -> data.add(described(model)));
        return list;
    }

    Optional<ObjectNode> find(String model) {
        return all().stream().filter(model::equals).findFirst().map(Models::described);
    }

    private List<String> all() {
        var all = new ArrayList<>(conversation);
        all.addAll(TRANSCRIPTION);
        return all;
    }

    private static ObjectNode described(String model) {
        return JsonNodeFactory.instance.objectNode()
                .put("id", model)
                .put("object", "model")
                .put("created", CREATED)
                .put("owned_by", "system");
    }
}
