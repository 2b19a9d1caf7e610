package dev.parley.gateway;

import dev.parley.gateway.GatewaySettings.Tokens;
import dev.parley.realtime.ApiException;
import dev.parley.realtime.SessionConfig;
import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import io.javalin.http.Context;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes the short-lived keys with which pages speak to the service themselves.
final class TokenApi {
    private static final Logger LOG = LoggerFactory.getLogger(TokenApi.class);
    private static final Set<String> KNOWN = Set.of("model", "voice", "instructions", "sessionId", "format");
    private static final int MAX_INSTRUCTIONS = 20_000;

    private final Tokens tokens;
    private final String ours;
    private final RateLimit rate = new RateLimit(30, Duration.ofSeconds(2));
    private final InstantSource clock;

    /// @param ours what the model is told unless a setting allows callers their own
    TokenApi(Tokens tokens, String ours, InstantSource clock) {
        this.tokens = tokens;
        this.ours = ours;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(Route.post("/api/realtime/session", "createSession",
                "Makes a key with which a page opens one session at the service, soon.",
                """
                        {"type":"object","additionalProperties":false,"properties":{
                          "model":{"type":"string"},"voice":{"type":"string"},
                          "instructions":{"type":"string","description":"Ignored unless a setting allows them"},
                          "sessionId":{"type":"string","maxLength":128,
                            "description":"The session its tool calls will name; one is made if it is left out"},
                          "format":{"enum":["ga","beta"],"default":"ga","description":"The dialect the page speaks"}}}""",
                this::create)
                .answers("""
                        {"type":"object","required":["client_secret","expires_at","session_id","model","voice"],
                          "properties":{"client_secret":{"type":"string"},
                            "expires_at":{"type":"string","format":"date-time"},"session_id":{"type":"string"},
                            "model":{"type":"string"},"voice":{"type":"string"}}}""")
                .refuses(ErrorCode.NOT_CONFIGURED, ErrorCode.INVALID_ARGUMENTS, ErrorCode.UPSTREAM_ERROR,
                        ErrorCode.UPSTREAM_TIMEOUT));
    }

    private void create(Context context) {
        var body = body(context);
        var service = tokens.service()
                .orElseThrow(() -> new Refusal(ErrorCode.NOT_CONFIGURED, "OpenAI API key not configured"))
                .get();
        rate.take(context.ip(), clock.instant()).ifPresent(wait -> {
            throw Doorman.tooMany(wait);
        });
        var model = allowed(body, "model", tokens.models());
        var voice = allowed(body, "voice", tokens.voices());
        var dialect = allowed(body, "format", List.of("ga", "beta"));
        var session = Bodies.text(body, "sessionId").orElseGet(() -> "ses_" + UUID.randomUUID());
        if (session.length() > 128) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "sessionId: expected 1 to 128 characters, found " + session
                    .length() + ".");
        }
        var config = SessionConfig.builder().model(model).voice(voice).instructions(instructions(body)).build();
        try {
            var secret = dialect.equals("beta")
                    ? service.createBetaClientSecret(config)
                    : service.createClientSecret(config, tokens.life());
            Answers.json(context, JsonNodeFactory.instance.objectNode()
                    .put("client_secret", secret.value())
                    .put("expires_at", secret.expiresAt().toString())
                    .put("session_id", session)
                    .put("model", model)
                    .put("voice", voice));
        } catch (ApiException e) {
            LOG.warn("request {}: {}", Doorman.requestId(context), e.getMessage());
            throw refusal(e);
        }
    }

    /// A body that is no object counts as an empty one, as in the original.
    private static ObjectNode body(Context context) {
        try {
            return Bodies.object(context, KNOWN);
        } catch (Refusal refusal) {
            if (refusal.code() == ErrorCode.INVALID_JSON) {
                return JsonNodeFactory.instance.objectNode();
            }
            throw refusal;
        }
    }

    private static String allowed(ObjectNode body, String name, List<String> values) {
        var wanted = Bodies.text(body, name).orElse(values.getFirst());
        if (!values.contains(wanted)) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, name + ": expected one of " + String.join(", ", values)
                    + ".", Map
                            .of("field", name, "allowed", values));
        }
        return wanted;
    }

    private String instructions(ObjectNode body) {
        return switch (tokens.instructions()) {
            case OURS -> ours;
            case CALLERS -> {
                var theirs = Bodies.text(body, "instructions").orElse(ours);
                if (theirs.length() > MAX_INSTRUCTIONS) {
                    throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "instructions: expected at most " + MAX_INSTRUCTIONS
                            + " characters, found " + theirs.length() + ".");
                }
                yield theirs;
            }
        };
    }

    private static Refusal refusal(ApiException e) {
        var details = new LinkedHashMap<String, Object>();
        if (e.status() > 0) {
            details.put("upstream_status", e.status());
        }
        e.requestId().ifPresent(id -> details.put("upstream_request_id", id));
        e.retryAfter().ifPresent(wait -> details.put(Answers.RETRY_AFTER, wait.toSeconds()));
        return new Refusal(e.getCause() instanceof HttpTimeoutException
                ? ErrorCode.UPSTREAM_TIMEOUT
                : ErrorCode.UPSTREAM_ERROR, "Failed to create session", details);
    }
}
