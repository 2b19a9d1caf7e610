package dev.parley.emulator;

import dev.parley.emulator.ClientSecrets.Secret;
import dev.parley.emulator.EmulatedSession.Effect;
import dev.parley.emulator.EmulatedSession.Input;
import dev.parley.emulator.EmulatedSession.Kind;
import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.emulator.Visit.Route;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What clients ask for over HTTP before they connect: client secrets and models (protocol sections 1.5 and 1.6).
final class RestApi {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long SHORTEST_LIFE = 10;
    private static final long LONGEST_LIFE = 7_200;
    private static final long USUAL_LIFE = 600;
    private static final Duration BETA_LIFE = Duration.ofMinutes(1);
    private static final String DEFAULT_MODEL = "gpt-realtime";

    private final Emulator.Settings settings;
    private final Doorkeeper doorkeeper;
    private final Models models;
    private final ClientSecrets secrets;
    private final Supplier<Ids> newIds;

    RestApi(Emulator.Settings settings, Doorkeeper doorkeeper, Models models, ClientSecrets secrets,
            Supplier<Ids> newIds) {
        this.settings = settings;
        this.doorkeeper = doorkeeper;
        this.models = models;
        this.secrets = secrets;
        this.newIds = newIds;
    }

    void addTo(RoutesConfig routes) {
        routes.post("/v1/realtime/client_secrets", context -> makeSecret(context, Route.OPENAI));
        routes.post("/openai/v1/realtime/client_secrets", context -> makeSecret(context, Route.AZURE));
        routes.post("/v1/realtime/sessions", context -> makeBetaSecret(context, Route.OPENAI, Kind.REALTIME));
        routes.post("/v1/realtime/transcription_sessions", context -> makeBetaSecret(context, Route.OPENAI,
                Kind.TRANSCRIPTION));
        routes.post("/openai/realtimeapi/sessions", context -> makeBetaSecret(context, Route.AZURE_PREVIEW,
                Kind.REALTIME));
        routes.get("/v1/models", context -> {
            requireKey(context, Route.OPENAI);
            Answers.json(context, 200, models.list());
        });
        routes.get("/v1/models/{id}", context -> {
            requireKey(context, Route.OPENAI);
            var id = context.pathParam("id");
            Answers.json(context, 200, models.find(id)
                    .orElseThrow(() -> new Refusal(404, Refusal.noSuchModel(id))));
        });
        for (var path : Reception.PATHS) {
            routes.get(path, _ -> {
                throw Refusal.of(426, "upgrade_required", null, "Expected a WebSocket upgrade on this path, found a"
                        + " plain request.");
            });
        }
    }

    private void makeSecret(Context context, Route route) {
        requireKey(context, route);
        var body = bodyOf(context);
        known(body, "", Set.of("expires_after", "session"));
        var life = lifeIn(body.path("expires_after"));
        var given = body.path("session");
        if (!given.isMissingNode() && !given.isObject()) {
            throw Refusal.of(400, "invalid_type", "session",
                    "Invalid type for 'session': expected an object, but got something else instead.");
        }
        var config = given instanceof ObjectNode object
                ? object
                : JsonNodeFactory.instance.objectNode().put("type", "realtime");
        var kind = kindOf(config);
        var secret = secretFor(context, route, kind, config, life);
        var value = secrets.make(secret);

        var session = shown(effective(kind, config), kind);
        var answer = JsonNodeFactory.instance.objectNode()
                .put("value", value)
                .put("expires_at", secret.expiresAt().getEpochSecond());
        answer.set("session", session);
        Answers.json(context, 200, answer);
    }

    /// The session that a caller asks for, as if a secret had been made for it.
    Secret sessionOf(Context context, Route route, ObjectNode config) {
        var kind = kindOf(config);
        var secret = secretFor(context, route, kind, config, Duration.ZERO);
        effective(kind, config);
        return secret;
    }

    private Secret secretFor(Context context, Route route, Kind kind, ObjectNode config, Duration life) {
        var model = Optional.ofNullable(config.path("model").stringValue(null));
        if (kind == Kind.REALTIME && !route.isAzure()) {
            model.map(doorkeeper::problemWith).ifPresent(problem -> {
                throw new Refusal(400, new RealtimeError(problem.type(), problem.code(), problem.message(),
                        "session.model", null));
            });
        }
        return new Secret(kind, SessionConfig.of(config), model, settings.conduct().time().instant().plus(life),
                Optional.ofNullable(context.header("OpenAI-Safety-Identifier")));
    }

    private static Kind kindOf(ObjectNode config) {
        return switch (config.path("type").asString("")) {
            case "realtime" -> Kind.REALTIME;
            case "transcription" -> Kind.TRANSCRIPTION;
            default -> {
                if (!config.has("type")) {
                    throw Refusal.of(400, "missing_required_parameter", "session.type",
                            "Missing required parameter: 'session.type'.");
                }
                throw Refusal.of(400, "invalid_value", "session.type", "Invalid value: '" + config.path("type")
                        .asString(
                                "") + "'. Supported values are: 'realtime', 'transcription'.");
            }
        };
    }

    private static Duration lifeIn(JsonNode expiry) {
        if (expiry.isMissingNode()) {
            return Duration.ofSeconds(USUAL_LIFE);
        }
        if (!expiry.isObject()) {
            throw Refusal.of(400, "invalid_type", "expires_after",
                    "Invalid type for 'expires_after': expected an object, but got something else instead.");
        }
        known(expiry, "expires_after.", Set.of("anchor", "seconds"));
        var anchor = expiry.path("anchor").asString("created_at");
        if (!anchor.equals("created_at")) {
            throw Refusal.of(400, "invalid_value", "expires_after.anchor", "Invalid value: '" + anchor
                    + "'. Supported values are: 'created_at'.");
        }
        var seconds = expiry.path("seconds");
        if (seconds.isMissingNode()) {
            return Duration.ofSeconds(USUAL_LIFE);
        }
        if (!seconds.isIntegralNumber()) {
            throw Refusal.of(400, "invalid_type", "expires_after.seconds",
                    "Invalid type for 'expires_after.seconds': expected an integer, but got something else instead.");
        }
        return Duration.ofSeconds(within(seconds.bigIntegerValue().longValue()));
    }

    private static long within(long seconds) {
        if (seconds < SHORTEST_LIFE || seconds > LONGEST_LIFE) {
            boolean below = seconds < SHORTEST_LIFE;
            throw Refusal.of(400, below ? "integer_below_min_value" : "integer_above_max_value",
                    "expires_after.seconds", "Invalid 'expires_after.seconds': integer " + (below
                            ? "below minimum value. Expected a value >= " + SHORTEST_LIFE
                            : "above maximum value. Expected a value <= " + LONGEST_LIFE)
                            + ", but got " + seconds + " instead.");
        }
        return seconds;
    }

    private static void known(JsonNode body, String prefix, Set<String> members) {
        for (var name : body.propertyNames()) {
            if (!members.contains(name)) {
                throw Refusal.of(400, "unknown_parameter", prefix + name, "Unknown parameter: '" + prefix + name
                        + "'.");
            }
        }
    }

    /// What a session makes of a configuration: it is a session that judges, so that nothing is said twice.
    private SessionConfig effective(Kind kind, ObjectNode config) {
        var model = config.path("model").asString(DEFAULT_MODEL);
        var opening = (kind == Kind.REALTIME ? Opening.of(model) : Opening.transcription()).with(settings.conduct()
                .strictness());
        var now = settings.conduct().time().instant();
        var session = new EmulatedSession(opening, newIds.get(), Pacing.AT_ONCE, now);
        var update = JsonNodeFactory.instance.objectNode().put("type", "session.update");
        var changes = config.deepCopy();
        changes.remove("model");
        update.set("session", changes);
        for (var effect : session.on(Input.Frame.read(update.toString()), now)) {
            switch (effect) {
                case Effect.Send(_, ServerEvent.SessionUpdated(var updated, _)) -> {
                    return updated;
                }
                case Effect.Send(_, ServerEvent.ErrorEvent(var error, _)) -> throw new Refusal(400, new RealtimeError(
                        error
                                .type(), error.code(), error.message(), error.param(), null));
                default -> {
                    // Not about the configuration.
                }
            }
        }
        throw new IllegalStateException("a session said nothing to its configuration");
    }

    /// A session that does not exist yet never expires, and one that only transcribes answers nothing.
    private static ObjectNode shown(SessionConfig effective, Kind kind) {
        var session = (ObjectNode) effective.raw().deepCopy();
        session.put("expires_at", 0);
        if (kind == Kind.TRANSCRIPTION
                && session.path("audio").path("input").path("turn_detection") instanceof ObjectNode detection) {
            detection.remove(List.of("create_response", "interrupt_response"));
        }
        return session;
    }

    private void makeBetaSecret(Context context, Route route, Kind kind) {
        if (route == Route.OPENAI && settings.access().beta() == Access.Beta.REFUSED) {
            throw Refusal.of(400, "beta_api_shape_disabled", null,
                    "The Realtime Beta API is no longer supported. Please use /v1/realtime/client_secrets.");
        }
        requireKey(context, route);
        var flat = bodyOf(context);
        var config = gaOf(flat, kind);
        var secret = secretFor(context, route, kind, config, BETA_LIFE);
        var dialect = new BetaDialect(settings.conduct().strictness());
        var event = new ServerEvent.SessionCreated(SessionConfig.of(shown(effective(kind, config), kind)));
        var told = SessionDefaults.readOrText(dialect.write("", event).orElseThrow());
        var answer = (ObjectNode) told.path("session").deepCopy();
        answer.putObject("client_secret")
                .put("value", secrets.make(secret))
                .put("expires_at", secret.expiresAt().getEpochSecond());
        Answers.json(context, 200, answer);
    }

    private ObjectNode gaOf(ObjectNode flat, Kind kind) {
        var update = JsonNodeFactory.instance.objectNode()
                .put("type", kind == Kind.REALTIME ? "session.update" : "transcription_session.update");
        var session = flat.deepCopy();
        session.remove("model");
        update.set("session", session);
        return switch (new BetaDialect(settings.conduct().strictness()).read(update.toString())) {
            case Input.Said(ClientEvent.SessionUpdate(var config, _), _) -> {
                var ga = (ObjectNode) config.raw().deepCopy();
                if (flat.path("model").isString()) {
                    ga.set("model", flat.path("model"));
                }
                yield ga;
            }
            case Input.Said _ -> throw new IllegalStateException("an update was read as something else");
            case Input.Unreadable(var problem, _) -> throw Refusal.of(400, problem.code(), problem.param()
                    .orElse(
                            null), String.valueOf(problem.getMessage()));
        };
    }

    void requireKey(Context context, Route route) {
        requireKey(context, route, false);
    }

    void requireKeyOrSecret(Context context, Route route) {
        requireKey(context, route, true);
    }

    private void requireKey(Context context, Route route, boolean orSecret) {
        var key = Reception.visit(route, context).key().orElseThrow(() -> new Refusal(401, Refusal.noKey()));
        var now = settings.conduct().time().instant();
        var secret = secrets.find(key);
        if (orSecret && secret.isPresent()) {
            if (secret.get().isExpired(now)) {
                throw new Refusal(401, Refusal.expiredSecret());
            }
            return;
        }
        if (!doorkeeper.isStandard(key)) {
            throw new Refusal(401, Refusal.wrongKey());
        }
    }

    /// The body as an object; no body at all is an empty one.
    static ObjectNode bodyOf(Context context) {
        var body = context.body();
        if (body.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        var type = Optional.ofNullable(context.contentType()).orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw Refusal.of(400, "unsupported_content_type", null, "Unsupported content type: '" + type
                    + "'. This API method only accepts 'application/json' requests.");
        }
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException _) {
            // Told below, without what was sent.
        }
        throw Refusal.of(400, "invalid_json", null,
                "We could not parse the JSON body of your request: expected one JSON"
                        + " object.");
    }
}
