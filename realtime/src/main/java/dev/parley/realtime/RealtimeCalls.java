package dev.parley.realtime;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// What is done about calls over HTTP: client secrets for browsers, WebRTC offers, and the fate of SIP calls (protocol
/// sections 1.5, 1.7 and 1.9). Made by [RealtimeClient.Builder#calls()].
///
/// Every method waits for the service's answer, and throws [ApiException] when it is a refusal or does not come in time.
/// Nothing is retried; [RetryPolicy] says what is worth it. Thread-safe.
public final class RealtimeCalls implements AutoCloseable {
    private static final String SECRETS = "/realtime/client_secrets";
    private static final String CALLS = "/realtime/calls";
    private static final Pattern CALL_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final Pattern LOCATION = Pattern.compile(".*/calls/([A-Za-z0-9_-]{1,128})/?(\\?.*)?");
    private static final long MIN_LIFE = 10;
    private static final long MAX_LIFE = 7_200;

    private final RestClient rest;
    private final URI betaSecrets;

    /// @param betaSecrets where keys of the beta dialect are made
    RealtimeCalls(RestClient rest, URI betaSecrets) {
        this.rest = rest;
        this.betaSecrets = betaSecrets;
    }

    /// Makes a key that a browser may be given.
    ///
    /// @param life how long it opens sessions, 10 s to 2 h
    /// @param session what those sessions start with
    public ClientSecret createClientSecret(SessionConfig session, Duration life) {
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

    /// Answers a WebRTC offer with a client secret's session: for a client whose key is that secret.
    ///
    /// @param sdp the SDP offer
    public CallAnswer answer(String sdp) {
        return answer(rest.post(CALLS, "application/sdp", sdp));
    }

    /// Answers a WebRTC offer with this session: for a server with a standard key.
    ///
    /// @param sdp the SDP offer
    public CallAnswer answer(String sdp, SessionConfig session) {
        var boundary = "parley-" + UUID.randomUUID();
        var body = part(boundary, "sdp", "application/sdp", sdp)
                + part(boundary, "session", "application/json", Json.write(session.raw())) + "--" + boundary + "--\r\n";
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
        var location = LOCATION.matcher(response.headers().firstValue("Location").orElse(""));
        if (!location.matches()) {
            throw RestClient.unexpected(CALLS, response, "the call's id in the header Location");
        }
        return new CallAnswer(location.group(1), response.body());
    }

    private static String part(String boundary, String name, String type, String body) {
        return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\nContent-Type: " + type
                + "\r\n\r\n" + body + "\r\n";
    }

    private static String path(String callId, String action) {
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
