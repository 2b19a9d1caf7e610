package dev.parley.emulator;

import dev.parley.realtime.RealtimeError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A request that is answered with an HTTP status and an error object (protocol sections 1.4 and 8). Never names a key.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final String INVALID_REQUEST = "invalid_request_error";

    private final int status;
    private final transient RealtimeError error;

    Refusal(int status, RealtimeError error) {
        super(error.message(), null, false, false);
        this.status = status;
        this.error = error;
    }

    static Refusal of(int status, @Nullable String code, @Nullable String param, String message) {
        return new Refusal(status, error(code, param, message));
    }

    static RealtimeError error(@Nullable String code, @Nullable String param, String message) {
        return new RealtimeError(INVALID_REQUEST, code, message, param, null);
    }

    /// The service is out of order.
    static RealtimeError serverError() {
        return new RealtimeError("server_error", null,
                "The server had an error while processing your request. Sorry about that!", null, null);
    }

    static RealtimeError noKey() {
        return error(null, null, "You didn't provide an API key. You need to provide your API key in an Authorization"
                + " header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).");
    }

    static RealtimeError wrongKey() {
        return error("invalid_api_key", null, "Incorrect API key provided. Check the key, and that it is one of those"
                + " the emulator was started with.");
    }

    static RealtimeError expiredSecret() {
        return error("invalid_api_key", null, "The client secret has expired. Create a new one.");
    }

    static RealtimeError noSuchCall() {
        return error("call_id_not_found", "", "No session found for the provided call_id");
    }

    static Refusal tooManyCalls(int most) {
        return new Refusal(429, new RealtimeError("requests", "rate_limit_exceeded",
                "Rate limit reached: expected at most "
                        + most + " calls at a time. Hang up one first.", null, null));
    }

    static RealtimeError noSuchModel(String model) {
        return error("model_not_found", "model", "The model '" + model + "' does not exist or you do not have access to"
                + " it.");
    }

    int status() {
        return status;
    }

    RealtimeError error() {
        return error;
    }

    /// The body of the answer.
    ObjectNode body() {
        return body(error);
    }

    static ObjectNode body(RealtimeError error) {
        var body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("message", error.message())
                .put("type", error.type())
                .put("param", error.param())
                .put("code", error.code());
        return body;
    }
}
