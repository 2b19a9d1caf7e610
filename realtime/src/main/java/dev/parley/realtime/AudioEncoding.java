package dev.parley.realtime;

import java.util.Arrays;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// The audio formats of the protocol: `{"type":"audio/pcm","rate":24000}` and G.711. All are mono.
public enum AudioEncoding {
    /** Signed 16-bit little-endian linear samples at 24 kHz. */
    PCM("audio/pcm", 24_000, 2),
    /** G.711 mu-law at 8 kHz. */
    PCMU("audio/pcmu", 8_000, 1),
    /** G.711 A-law at 8 kHz. */
    PCMA("audio/pcma", 8_000, 1);

    private final String wireName;
    private final int rate;
    private final int bytesPerSample;

    AudioEncoding(String wireName, int rate, int bytesPerSample) {
        this.wireName = wireName;
        this.rate = rate;
        this.bytesPerSample = bytesPerSample;
    }

    public String wireName() {
        return wireName;
    }

    /// Samples a second.
    public int rate() {
        return rate;
    }

    public int bytesPerSample() {
        return bytesPerSample;
    }

    public int bytesPerSecond() {
        return rate * bytesPerSample;
    }

    ObjectNode toJson() {
        var format = Json.object().put("type", wireName);
        return this == PCM ? format.put("rate", rate) : format;
    }

    static AudioEncoding read(Fields format) {
        var type = format.string("type");
        for (var encoding : values()) {
            if (encoding.wireName.equals(type)) {
                return encoding;
            }
        }
        throw format.invalidValue("type", type,
                Arrays.stream(values()).map(e -> "'" + e.wireName + "'").collect(Collectors.joining(", ")));
    }
}
