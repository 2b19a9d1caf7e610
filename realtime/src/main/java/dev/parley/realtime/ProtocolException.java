package dev.parley.realtime;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A frame that is not what the protocol says: not JSON, a field missing, a value of the wrong type.
///
/// The facts are those of the protocol's own `error` object, so that a server can answer with them.
public final class ProtocolException extends RealtimeException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_OF_A_VALUE = 200;

    private final String code;
    private final @Nullable String param;

    public ProtocolException(String code, @Nullable String param, String message) {
        super(message);
        this.code = code;
        this.param = param;
    }

    // The service's own words for what clients most often get wrong (protocol section 8)

    /// A field that must be there and is not.
    ///
    /// @param path such as `session.type`
    public static ProtocolException missing(String path) {
        return new ProtocolException("missing_required_parameter", path, "Missing required parameter: '" + path + "'.");
    }

    /// A field of another type.
    ///
    /// @param expected such as `an integer`
    public static ProtocolException wrongType(String path, String expected, JsonNode found) {
        return new ProtocolException("invalid_type", path, "Invalid type for '" + path + "': expected " + expected
                + ", but got " + kind(found) + " instead.");
    }

    /// A word that is none of those known.
    ///
    /// @param supported the known ones, as they are to be shown
    public static ProtocolException invalidValue(String path, String found, String supported) {
        return new ProtocolException("invalid_value", path, "Invalid value: '" + abbreviated(found)
                + "'. Supported values are: " + supported + ".");
    }

    /// A number that is too small.
    ///
    /// @param kind `integer` or `decimal`
    public static ProtocolException belowMinimum(String path, String kind, double min, String found) {
        return outOfRange(path, kind, "below min", ">= " + plain(min), found);
    }

    /// A number that is too large.
    ///
    /// @param kind `integer` or `decimal`
    public static ProtocolException aboveMaximum(String path, String kind, double max, String found) {
        return outOfRange(path, kind, "above max", "<= " + plain(max), found);
    }

    private static ProtocolException outOfRange(String path, String kind, String how, String expected, String found) {
        return new ProtocolException(kind + "_" + how.replace(' ', '_') + "_value", path, "Invalid '" + path + "': "
                + kind + " " + how + "imum value. Expected a value " + expected + ", but got " + abbreviated(found)
                + " instead.");
    }

    /// A limit as the service writes it: 1, not 1.0.
    private static String plain(double limit) {
        return limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit);
    }

    private static String abbreviated(String text) {
        return text.length() > MOST_OF_A_VALUE ? text.substring(0, MOST_OF_A_VALUE) + "…" : text;
    }

    /// What a value is, in words.
    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT, POJO -> "an object";
            case ARRAY -> "an array";
            case STRING, BINARY -> "a string";
            case BOOLEAN -> "a boolean";
            case NUMBER -> node.isIntegralNumber() ? "an integer" : "a decimal number";
            case NULL -> "null";
            case MISSING -> "nothing";
        };
    }

    /// The protocol's word for the mistake, such as `missing_required_parameter`.
    public String code() {
        return code;
    }

    /// Path of the offending field, such as `session.type`; empty when the frame as a whole is at fault.
    public Optional<String> param() {
        return Optional.ofNullable(param);
    }
}
