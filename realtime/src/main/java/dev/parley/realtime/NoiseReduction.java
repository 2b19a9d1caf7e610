package dev.parley.realtime;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What is done to the caller's sound before anything listens to it: the field `audio.input.noise_reduction`.
///
/// @param type `near_field` or `far_field`
/// @param strength 1 is the service's own; null leaves it as it is
public record NoiseReduction(String type, @Nullable Double strength) {
    /// For a microphone close to the mouth, as in a headset or a telephone.
    public static NoiseReduction nearField() {
        return new NoiseReduction("near_field", null);
    }

    /// For a microphone across the room, as in a laptop.
    public static NoiseReduction farField() {
        return new NoiseReduction("far_field", null);
    }

    public NoiseReduction withStrength(double changed) {
        return new NoiseReduction(type, changed);
    }

    ObjectNode toJson() {
        var json = Json.object().put("type", type);
        return strength == null ? json : json.put("strength", strength);
    }

    static Optional<NoiseReduction> read(@Nullable Fields in) {
        if (in == null || in.optionalString("type") == null) {
            return Optional.empty();
        }
        return Optional.of(new NoiseReduction(in.string("type"), in.node().get("strength") == null
                ? null
                : in.number("strength", 1, -Double.MAX_VALUE, Double.MAX_VALUE)));
    }
}
