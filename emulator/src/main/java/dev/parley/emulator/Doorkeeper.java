package dev.parley.emulator;

import dev.parley.emulator.ClientSecrets.Secret;
import dev.parley.emulator.EmulatedSession.Kind;
import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.emulator.Visit.Route;
import dev.parley.realtime.Close;
import dev.parley.realtime.RealtimeError;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides who may open a session, and which, as the service does (protocol sections 1.1 to 1.4 and 11). Knows no
/// socket and no clock.
///
/// Who shows no key is refused before the socket opens. Most other mistakes are told on the open socket: one `error`
/// event, then a close whose reason is `{error.type}.{error.code}`.
final class Doorkeeper {
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int BAD_KEY = 3000;
    private static final int BAD_REQUEST = 4000;

    private final Access access;
    private final Models models;
    private final ClientSecrets secrets;
    private final Strictness strictness;

    /// What is done about a visit.
    sealed interface Admission {
        /// Come in.
        ///
        /// @param safetyIdentifier the end user the session is for, if the client or its secret names one
        record Admitted(Opening opening, boolean speaksBeta, Optional<String> safetyIdentifier) implements Admission {}

        /// Join this call.
        record Joining(String callId) implements Admission {}

        /// No socket is opened.
        record Refused(int status, RealtimeError error) implements Admission {}

        /// The socket is opened to say why it is closed.
        record TurnedAway(int code, RealtimeError error) implements Admission {
            /// How the socket is closed.
            Close close() {
                return new Close(code, error.type() + "." + error.code());
            }
        }
    }

    Doorkeeper(Access access, Models models, ClientSecrets secrets, Strictness strictness) {
        this.access = access;
        this.models = models;
        this.secrets = secrets;
        this.strictness = strictness;
    }

    /// Who may open a session, and which.
    Admission admit(Visit visit, Instant now) {
        var key = visit.key();
        if (key.isEmpty()) {
            return new Admission.Refused(UNAUTHORIZED, Refusal.noKey());
        }
        var secret = secretOf(key.get());
        var problem = problemWith(key.get(), secret, now);
        if (problem != null) {
            return visit.route().isAzure()
                    ? new Admission.Refused(UNAUTHORIZED, problem)
                    : new Admission.TurnedAway(BAD_KEY, problem);
        }
        return switch (visit.route()) {
            case OPENAI, AZURE -> ga(visit, secret);
            case AZURE_PREVIEW -> preview(visit, secret);
        };
    }

    /// Who may call, and for which session (section 1.7). Whether the key is right has been seen.
    ///
    /// @param asked the session that the caller asks for, in place of the one its secret is good for
    Admission admitCall(Visit visit, Optional<Secret> asked, Instant now) {
        var problem = gaProblem(visit);
        return problem.orElseGet(() -> called(visit, asked, false));
    }

    /// Who may call in the beta dialect, as the service once had it, and Azure's preview (section 11) still does.
    Admission admitBetaCall(Visit visit, Optional<Secret> asked, Instant now) {
        return visit.route() == Route.OPENAI && access.beta() == Access.Beta.REFUSED
                ? betaDisabled()
                : called(visit, asked, true);
    }

    private Admission called(Visit visit, Optional<Secret> asked, boolean beta) {
        var secret = asked.or(() -> visit.key().flatMap(this::secretOf));
        return secret.filter(made -> made.kind() == Kind.TRANSCRIPTION).isPresent()
                ? transcription(visit, secret, beta)
                : conversation(visit, visit.parameter("model"), secret, beta);
    }

    private Optional<Secret> secretOf(String key) {
        return key.startsWith(ClientSecrets.PREFIX) ? secrets.find(key) : Optional.empty();
    }

    /// @return what is wrong with a key, or null
    private @Nullable RealtimeError problemWith(String key, Optional<Secret> secret, Instant now) {
        if (secret.isPresent()) {
            return secret.get().isExpired(now) ? Refusal.expiredSecret() : null;
        }
        return isStandard(key) ? null : Refusal.wrongKey();
    }

    /// Whether a key is a standard one that is accepted; client secrets are not.
    boolean isStandard(String key) {
        return !key.startsWith(ClientSecrets.PREFIX) && access.accepts(key);
    }

    private Admission ga(Visit visit, Optional<Secret> secret) {
        var problem = gaProblem(visit);
        if (problem.isPresent()) {
            return problem.get();
        }
        var callId = visit.parameter("call_id");
        if (callId.isPresent()) {
            // A secret, even the caller's own, finds no call.
            return secret.isPresent()
                    ? new Admission.Refused(NOT_FOUND, Refusal.noSuchCall())
                    : new Admission.Joining(callId.get());
        }
        return switch (visit.parameter("intent")
                .orElseGet(() -> secret.map(Secret::kind)
                        .filter(
                                Kind.TRANSCRIPTION::equals)
                        .map(_ -> "transcription")
                        .orElse("realtime"))) {
            case "realtime" -> conversation(visit, visit.parameter("model"), secret, visit.wantsBeta());
            case "transcription" -> transcription(visit, secret, visit.wantsBeta());
            case String other -> turnedAway("invalid_intent", null, "Invalid intent '" + abbreviated(other)
                    + "'. Supported values are: 'realtime', 'transcription'.");
        };
    }

    /// What is wrong with any visit by a GA path.
    private Optional<Admission> gaProblem(Visit visit) {
        if (visit.route() == Route.AZURE && visit.parameter("api-version").isPresent()) {
            return Optional.of(new Admission.Refused(UNAUTHORIZED, Refusal.error(null, "api-version",
                    "Access denied: expected no api-version on this path, found one. Leave it out.")));
        }
        return visit.wantsBeta() && (visit.route() == Route.AZURE || access.beta() == Access.Beta.REFUSED)
                ? Optional.of(betaDisabled())
                : Optional.empty();
    }

    private static Admission betaDisabled() {
        return turnedAway("beta_api_shape_disabled", null,
                "The Realtime Beta API is no longer supported. Please use"
                        + " /v1/realtime for the GA API, without the OpenAI-Beta header.");
    }

    private Admission preview(Visit visit, Optional<Secret> secret) {
        if (visit.parameter("api-version").isEmpty()) {
            return new Admission.Refused(NOT_FOUND, Refusal.error("404", "api-version",
                    "Resource not found: expected an api-version, such as 2025-04-01-preview, found none."));
        }
        if (visit.parameter("intent").filter("transcription"::equals).isPresent()) {
            return transcription(visit, secret, true);
        }
        var deployment = visit.parameter("deployment");
        if (deployment.isEmpty() && secret.flatMap(Secret::model).isEmpty()) {
            return new Admission.Refused(NOT_FOUND, Refusal.error("DeploymentNotFound", "deployment",
                    "The API deployment for this resource does not exist: expected a deployment, found none."));
        }
        return conversation(visit, deployment, secret, true);
    }

    private Admission conversation(Visit visit, Optional<String> asked, Optional<Secret> secret, boolean beta) {
        var model = secret.flatMap(Secret::model).or(() -> asked).filter(name -> !name.isBlank());
        if (model.isEmpty()) {
            return turnedAway("missing_model", "model", "You must provide a model parameter.");
        }
        var problem = visit.route().isAzure() ? null : problemWith(model.get());
        if (problem != null) {
            return new Admission.TurnedAway(BAD_REQUEST, problem);
        }
        return admitted(Opening.of(model.get()), visit, secret, beta);
    }

    /// Why a model cannot hold a conversation; null if it can.
    @Nullable
    RealtimeError problemWith(String model) {
        if (strictness == Strictness.LENIENT || models.canConverse(model)) {
            return null;
        }
        return Models.onlyTranscribes(model)
                ? Refusal.error("invalid_model", "model", "'" + model + "' is a transcription model and cannot be the"
                        + " session model.")
                : Refusal.noSuchModel(abbreviated(model));
    }

    private Admission transcription(Visit visit, Optional<Secret> secret, boolean beta) {
        if (visit.parameter("model").isPresent()) {
            return turnedAway("invalid_parameter", "model",
                    "You must not provide a model parameter for transcription sessions.");
        }
        return admitted(Opening.transcription(), visit, secret, beta);
    }

    private Admission admitted(Opening opening, Visit visit, Optional<Secret> secret, boolean beta) {
        var bound = secret.filter(made -> made.kind() == opening.kind()).map(Secret::config);
        return new Admission.Admitted(bound.map(opening::with).orElse(opening).with(strictness), beta, secret.flatMap(
                Secret::safetyIdentifier).or(() -> visit.header("openai-safety-identifier")));
    }

    private static Admission turnedAway(String code, @Nullable String param, String message) {
        return new Admission.TurnedAway(BAD_REQUEST, Refusal.error(code, param, message));
    }

    private static String abbreviated(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }
}
