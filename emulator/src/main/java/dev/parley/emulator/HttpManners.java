package dev.parley.emulator;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What holds for every request: the service's headers, access for web pages, faults, and errors as JSON.
final class HttpManners {
    private static final Logger LOG = LoggerFactory.getLogger(HttpManners.class);
    private static final String BEGUN = "begun";
    private static final String UPGRADE = "Sec-WebSocket-Version";
    private static final String ALL = "*";
    private static final int MOST_UNREAD_BYTES = 8 << 20;

    private final Set<String> origins;
    private final FaultPlan faults;
    private final Supplier<Long> randoms;

    /// @param randoms for the ids of requests
    HttpManners(Set<String> origins, FaultPlan faults, Supplier<Long> randoms) {
        this.origins = origins;
        this.faults = faults;
        this.randoms = randoms;
    }

    void addTo(RoutesConfig routes) {
        routes.wsBeforeUpgrade(this::identify);
        routes.before(this::greet);
        routes.after(HttpManners::timed);
        routes.exception(Refusal.class, (refusal, context) -> answer(context, refusal));
        routes.exception(HttpResponseException.class, (problem, context) -> answer(context, refusal(problem,
                context)));
        routes.exception(RuntimeException.class, (problem, context) -> {
            LOG.error("a request to {} failed", context.path(), problem);
            answer(context, Answers.refusal(new Fault.Refuse(500)));
        });
    }

    private void identify(Context context) {
        context.header("openai-version", "2020-10-01");
        context.header("x-request-id", "req_" + HexFormat.of().toHexDigits(randoms.get()) + HexFormat.of()
                .toHexDigits(
                        randoms.get()));
    }

    private void greet(Context context) {
        context.attribute(BEGUN, System.nanoTime());
        identify(context);
        letPagesIn(context);
        if (context.method().equals(HandlerType.OPTIONS)) {
            context.status(204).skipRemainingHandlers();
        } else if (!context.path().startsWith("/control")) {
            faults.refusalOfRequest().ifPresent(fault -> {
                throw Answers.refusal(fault);
            });
        }
    }

    /// A page in a browser may use the emulator if it comes from this machine or from where the settings say.
    private void letPagesIn(Context context) {
        var origin = context.header("Origin");
        if (origin != null && (ControlApi.isOriginHere(origin) || origins.contains(origin) || origins.contains(ALL))) {
            context.header("Access-Control-Allow-Origin", origin);
            context.header("Vary", "Origin");
            context.header("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
            var wanted = context.header("Access-Control-Request-Headers");
            if (wanted != null) {
                context.header("Access-Control-Allow-Headers", wanted);
            }
            context.header("Access-Control-Expose-Headers", "Location, x-request-id");
            context.header("Access-Control-Max-Age", "600");
        }
    }

    private static void timed(Context context) {
        Long begun = context.attribute(BEGUN);
        if (begun != null) {
            context.header("openai-processing-ms", Long.toString((System.nanoTime() - begun) / 1_000_000));
        }
    }

    private static void answer(Context context, Refusal refusal) {
        if (!isReadToItsEnd(context)) {
            context.header("Connection", "close");
        }
        refusal.retryAfterSeconds().ifPresent(wait -> context.header("Retry-After", Long.toString(wait)));
        if (context.header(UPGRADE) != null) {
            Answers.upgradeRefused(context, refusal);
        } else {
            Answers.json(context, refusal.status(), refusal.body());
        }
    }

    /// Reads what is left of a body: a client that is still sending would not see the answer. What is very long, or came to
    /// pieces, is left where it is; nothing can come behind it on this connection.
    private static boolean isReadToItsEnd(Context context) {
        try {
            var body = context.req().getInputStream();
            body.skip(MOST_UNREAD_BYTES);
            return body.read() < 0;
        } catch (IOException _) {
            return false;
        }
    }

    private static Refusal refusal(HttpResponseException problem, Context context) {
        var asked = context.method() + " on " + context.path();
        return switch (problem.getStatus()) {
            case 404 -> Refusal.of(404, null, null, "Not found: " + asked + ". The emulator answers on /v1/realtime.");
            case 405 -> Refusal.of(405, "method_not_supported", null, "Not allowed to " + asked + ".");
            case 413 -> Refusal.of(413, "request_too_large", null, "The body is larger than the emulator takes.");
            default -> Refusal.of(problem.getStatus(), null, null, String.valueOf(problem.getMessage()));
        };
    }
}
