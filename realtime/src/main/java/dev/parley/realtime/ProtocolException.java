package dev.parley.realtime;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A frame that is not what the protocol says: not JSON, a field missing, a value of the wrong type.
///
/// The facts are those of the protocol's own `error` object, so that a server can answer with them.
public final class ProtocolException extends RealtimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final @Nullable String param;

    public ProtocolException(String code, @Nullable String param, String message) {
        super(message);
        this.code = code;
        this.param = param;
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
