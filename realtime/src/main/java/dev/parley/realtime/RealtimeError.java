package dev.parley.realtime;

import org.jspecify.annotations.Nullable;

/// The protocol's error object. Most errors leave the session open.
///
/// @param type broad class, such as `invalid_request_error` or `server_error`
/// @param code the mistake in one word, when the server names it
/// @param param path of the offending field
/// @param eventId id of the client event at fault, when that is known
public record RealtimeError(String type, @Nullable String code, String message, @Nullable String param,
        @Nullable String eventId) {
    /// A request came while a response was still running; see rule X-2: not fatal.
    public static final String ACTIVE_RESPONSE = "conversation_already_has_active_response";
    /// There was nothing to cancel; not fatal.
    public static final String CANCEL_NOT_ACTIVE = "response_cancel_not_active";

    static RealtimeError read(Fields in) {
        return new RealtimeError(in.string("type", "error"), in.optionalString("code"), in.string("message", ""),
                in.optionalString("param"), in.optionalString("event_id"));
    }

    /// Whether the error has this code.
    public boolean is(String expected) {
        return expected.equals(code);
    }
}
