package dev.parley.gateway;

import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.ExceptionHandler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How the gateway answers: JSON, and failures in one style (section 3.8).
final class Answers {
    /// In the details of a refusal: how many seconds to wait; told in the header `Retry-After` too.
    static final String RETRY_AFTER = "retry_after_seconds";

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TYPE = "application/json";

    private final Statuses statuses;

    Answers(Statuses statuses) {
        this.statuses = statuses;
    }

    void addTo(RoutesConfig routes) {
        on(routes, Refusal.class, (refusal, context) -> refuse(context, refusal));
        on(routes, NotServed.class, (problem, context) -> json(context, problem.status(), failure(
                String.valueOf(problem.getMessage()), problem.code(), JsonNodeFactory.instance.objectNode(), false)));
        on(routes, HttpResponseException.class, (problem, context) -> json(context, problem.getStatus(),
                notServed(problem, context)));
        on(routes, Exception.class, (problem, context) -> {
            LOG.error("request {} to {} failed", Doorman.requestId(context), context.path(), problem);
            json(context, 500, failure("Internal server error", "internal", JsonNodeFactory.instance.objectNode(),
                    false));
        });
    }

    private static <E extends Exception> void on(RoutesConfig routes, Class<E> type, ExceptionHandler<E> handler) {
        routes.exception(type, (problem, context) -> {
            Leftover.read(context);
            handler.handle(problem, context);
        });
    }

    private static ObjectNode notServed(HttpResponseException problem, Context context) {
        var asked = context.method() + " " + context.path();
        var none = JsonNodeFactory.instance.objectNode();
        return switch (problem.getStatus()) {
            case 404 -> failure("There is nothing at " + asked + "; /openapi.json says what there is.", "not_found",
                    none,
                    false);
            case 405 -> failure("Not allowed to " + asked + "; /openapi.json says what is.", "method_not_allowed", none,
                    false);
            default -> failure(String.valueOf(problem.getMessage()), "invalid_request", none, false);
        };
    }

    void refuse(Context context, Refusal refusal) {
        var details = JSON.valueToTree(refusal.details());
        if (details.path(RETRY_AFTER).isIntegralNumber()) {
            context.header("Retry-After", details.path(RETRY_AFTER).asString());
        }
        json(context, status(context, refusal.code()), failure(refusal.sentence(), refusal.code().toString(),
                details,
                refusal.code().isRetryable()));
    }

    private int status(Context context, ErrorCode code) {
        var method = context.method().equals(HandlerType.POST) ? Route.Method.POST : Route.Method.GET;
        return statuses.of(method, context.path(), code);
    }

    static ObjectNode failure(String sentence, String code, JsonNode details, boolean retryable) {
        var body = JsonNodeFactory.instance.objectNode().put("error", sentence).put("code", code);
        body.set("details", details);
        return body.put("retryable", retryable);
    }

    static void json(Context context, JsonNode body) {
        json(context, 200, body);
    }

    static void json(Context context, int status, JsonNode body) {
        text(context, status, body.toString());
    }

    /// JSON that is text already.
    static void text(Context context, int status, String body) {
        context.status(status).contentType(TYPE).result(body);
    }
}
