package dev.parley.realtime;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// What is done about calls over HTTP: client secrets for browsers, WebRTC offers, and the fate of calls (protocol
/// sections 1.5, 1.7, 1.9 and 11). Made by [RealtimeClient.Builder#calls()].
///
/// Every method waits for the service's answer, and throws [ApiException] when it is a refusal or does not come in time.
/// Nothing is retried; [RetryPolicy] says what is worth it. Thread-safe.
public final class RealtimeCalls implements AutoCloseable {
    private static final String SECRETS = "/realtime/client_secrets";
    private static final String CALLS = "/realtime/calls";
    private static final String SDP = "application/sdp";
    private static final Pattern CALL_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final Pattern LOCATION = Pattern.compile(".*/calls/([A-Za-z0-9_-]{1,128})/?(\\?.*)?");
    private static final long MIN_LIFE = 10;
    private static final long MAX_LIFE = 7_200;

    /// Long enough for the request that follows.
    private static final Duration SECRET_LIFE = Duration.ofMinutes(1);

    private final RestClient rest;
    private final URI betaSecrets;
    private final Offers offers;
    private final String model;

    /// How an offer is made to the service.
    enum Offers {
        /** Alone: the key is a client secret, which has a session. */
        OF_SECRET,
        /** In one request with the session. */
        WITH_SESSION,
        /** Alone, with a client secret that is made for it: all that is documented there. */
        AZURE,
        /** Alone, where the socket is; the session is settled later. */
        BETA
    }

    /// @param betaSecrets where keys of the beta dialect are made
    RealtimeCalls(RestClient rest, Offers offers, String model, URI betaSecrets) {
        this.rest = rest;
        this.betaSecrets = betaSecrets;
        this.offers = offers;
        this.model = model;
    }

    /// Makes a key that a browser may be given.
    ///
    /// @param life how long it opens sessions, 10 s to 2 h
    /// @param session what those sessions start with
    public ClientSecret createClientSecret(SessionConfig session, Duration life) {
        requireGa();
        long seconds = life.toSeconds();
        if (seconds < MIN_LIFE || seconds > MAX_LIFE) {
            throw new IllegalArgumentException("expected a life of 10 s to 2 h, found " + life);
        }
        var body = Json.object();
        body.putObject("expires_after").put("anchor", "created_at").put("seconds", seconds);
        body.set("session", session.raw());
        var response = rest.postJson(SECRETS, body);
        try {
            return ClientSecret.read(Fields.of(Json.parseObject(response.body())));
        } catch (ProtocolException _) {
            // Without the cause, which may quote the secret.
            throw RestClient.unexpected(SECRETS, response, "a client secret");
        }
    }

    /// Makes a key of the beta dialect, good for a minute, that a browser may be given (protocol section 1.6): for pages
    /// written before 2025-08-28, and services that still speak it. OpenAI has switched it off.
    ///
    /// @param session what its sessions start with
    public ClientSecret createBetaClientSecret(SessionConfig session) {
        var response = rest.post(betaSecrets, "application/json", Json.write(BetaSession.toBeta(
                (ObjectNode) session.raw())));
        try {
            var answer = Json.parseObject(response.body());
            var secret = Fields.of(answer).object("client_secret");
            answer.remove("client_secret");
            return ClientSecret.read(secret, SessionConfig.of(BetaSession.toGa(answer, false)));
        } catch (ProtocolException _) {
            throw RestClient.unexpected(betaSecrets.getPath(), response, "a client secret");
        }
    }

    /// Answers a WebRTC offer: with the session of the client's key, if that is a client secret, else with one of the
    /// client's model and nothing else settled.
    ///
    /// @param sdp the SDP offer
    public CallAnswer answer(String sdp) {
        return switch (offers) {
            case OF_SECRET -> answer(rest.post(CALLS, SDP, sdp));
            case BETA -> betaAnswer(sdp);
            case WITH_SESSION, AZURE -> answer(sdp, SessionConfig.builder().build());
        };
    }

    /// Answers a WebRTC offer with this session: for a server with a standard key. If it names no model, it gets the
    /// client's.
    ///
    /// @param sdp the SDP offer
    /// @throws IllegalStateException if the dialect is beta, where offers come without a session
    public CallAnswer answer(String sdp, SessionConfig session) {
        requireGa();
        var settled = session.model().isPresent() ? session : session.toBuilder().model(model).build();
        if (offers == Offers.AZURE) {
            var secret = createClientSecret(settled, SECRET_LIFE);
            return answer(rest.as(Credential.bearer(secret.value())).post(CALLS, SDP, sdp));
        }
        var boundary = "parley-" + UUID.randomUUID();
        var body = part(boundary, "sdp", SDP, sdp)
                + part(boundary, "session", "application/json", Json.write(settled.raw())) + "--" + boundary + "--\r\n";
        return answer(rest.post(CALLS, "multipart/form-data; boundary=" + boundary, body));
    }

    /// Takes a SIP call. The model is silent until it is asked to speak or hears the caller.
    public void accept(String callId, SessionConfig session) {
        rest.postJson(path(callId, "accept"), (ObjectNode) session.raw());
    }

    /// Turns a SIP call down as declined (603).
    public void reject(String callId) {
        rest.post(path(callId, "reject"), null, "");
    }

    /// Turns a SIP call down.
    ///
    /// @param sipStatus the code the caller gets, 300 to 699, such as 486 for busy
    public void reject(String callId, int sipStatus) {
        if (sipStatus < 300 || sipStatus > 699) {
            throw new IllegalArgumentException("expected a SIP status of 300 to 699, found " + sipStatus);
        }
        rest.postJson(path(callId, "reject"), Json.object().put("status_code", sipStatus));
    }

    /// Hands a SIP call over to somebody else.
    ///
    /// @param target `tel:+...` or `sip:...`
    public void refer(String callId, String target) {
        rest.postJson(path(callId, "refer"), Json.object().put("target_uri", target));
    }

    /// Ends a call, SIP or WebRTC.
    public void hangUp(String callId) {
        rest.post(path(callId, "hangup"), null, "");
    }

    private static CallAnswer answer(HttpResponse<String> response) {
        var callId = callId(response).orElseThrow(
                () -> RestClient.unexpected(CALLS, response, "the call's id in the header Location"));
        return new CallAnswer(callId, response.body());
    }

    /// Such calls had no id.
    private CallAnswer betaAnswer(String sdp) {
        var response = rest.post("/realtime?model=" + Endpoint.encoded(model), SDP, sdp);
        return new CallAnswer(callId(response).orElse(""), response.body());
    }

    private static Optional<String> callId(HttpResponse<String> response) {
        var location = LOCATION.matcher(response.headers().firstValue("Location").orElse(""));
        return location.matches() ? Optional.of(location.group(1)) : Optional.empty();
    }

    private void requireGa() {
        if (offers == Offers.BETA) {
            throw new IllegalStateException("expected the GA dialect for all requests but offers, found beta");
        }
    }

    private static String part(String boundary, String name, String type, String body) {
        return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\nContent-Type: " + type
                + "\r\n\r\n" + body + "\r\n";
    }

    private String path(String callId, String action) {
        requireGa();
        if (!CALL_ID.matcher(callId).matches()) {
            throw new IllegalArgumentException("expected a call id of letters, digits, _ and -, found something else");
        }
        return CALLS + "/" + callId + "/" + action;
    }

    @Override
    public void close() {
        rest.close();
    }
}
