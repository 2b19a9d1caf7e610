package dev.parley.realtime;

import dev.parley.realtime.WebhookException.Check;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Tells the service's webhooks from everybody else's, after the Standard Webhooks specification (protocol section 1.10).
///
/// ```java
/// var event = verifier.verify(request.bodyAsBytes(), request::header);
/// ```
///
/// A delivery counts when its signature, HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}`, fits the secret, when
/// it was signed within the tolerance of now, and when its `webhook-id` was not accepted before. The ids of the last
/// deliveries are kept, up to a number; the oldest make room.
///
/// Thread-safe. Of two deliveries with the same id at the same time one is accepted.
public final class WebhookVerifier {
    /// How far from now a delivery may have been signed, unless said otherwise.
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String PREFIX = "whsec_";
    private static final int REMEMBERED = 10_000;
    private static final int MAX_ID = 256;
    /// Room for more signatures than a service rotating its secrets ever sends.
    private static final int MAX_SIGNATURES = 4_096;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    private final SecretKeySpec key;
    private final InstantSource clock;
    private final Duration tolerance;
    private final RecentIds seen = new RecentIds(REMEMBERED);

    /// @param secret the endpoint's signing secret: after `whsec_` in base64, without that prefix as it is
    /// @throws IllegalArgumentException if it is empty or not base64
    public WebhookVerifier(String secret, InstantSource clock) {
        this(secret, clock, TOLERANCE);
    }

    /// @param tolerance how far from now, in either direction, a delivery may have been signed
    public WebhookVerifier(String secret, InstantSource clock, Duration tolerance) {
        this.key = new SecretKeySpec(keyBytes(secret), "HmacSHA256");
        this.clock = clock;
        this.tolerance = tolerance;
    }

    /// Checks a delivery and reads it.
    ///
    /// @param body the body exactly as it was received; it is neither changed nor kept
    /// @param header gives a request header by its lower-case name, null when it is absent
    /// @throws WebhookException if the delivery must not be acted upon; it says which check failed
    public WebhookEvent verify(byte[] body, Function<String, @Nullable String> header) {
        var id = header(header, "webhook-id", MAX_ID);
        var timestamp = header(header, "webhook-timestamp", MAX_ID);
        var signatures = header(header, "webhook-signature", MAX_SIGNATURES);
        checkTime(timestamp);
        checkSignature(signatures, signature(id, timestamp, body));
        var event = read(body);
        if (!seen.add(id)) {
            throw new WebhookException(Check.REPLAY,
                    "expected a new delivery, but one with this webhook-id was accepted before: answer 2xx, do nothing");
        }
        return event;
    }

    /// Lets a delivery be accepted again: for one that could not be handled, so that the service's retry can be.
    public void forget(String webhookId) {
        seen.remove(webhookId);
    }

    private static String header(Function<String, @Nullable String> header, String name, int most) {
        var value = header.apply(name);
        if (value == null || value.isBlank()) {
            throw new WebhookException(Check.HEADERS, "expected a header " + name + ", found none");
        }
        if (value.length() > most) {
            throw new WebhookException(Check.HEADERS,
                    "expected a header " + name + " of at most " + most + " characters, found " + value.length());
        }
        return value.strip();
    }

    private void checkTime(String timestamp) {
        if (!SECONDS.matcher(timestamp).matches()) {
            throw new WebhookException(Check.HEADERS, "expected a webhook-timestamp in unix seconds, found other text");
        }
        long age = clock.instant().getEpochSecond() - Long.parseLong(timestamp);
        if (Math.abs(age) > tolerance.toSeconds()) {
            throw new WebhookException(age > 0 ? Check.TOO_OLD : Check.TOO_NEW,
                    "expected a delivery signed within " + tolerance.toSeconds() + " s of now, found one signed "
                            + Math.abs(age) + " s " + (age > 0 ? "ago" : "in the future") + ": check this clock");
        }
    }

    private static void checkSignature(String signatures, byte[] expected) {
        boolean fits = Arrays.stream(signatures.split(" "))
                .filter(entry -> entry.startsWith("v1,"))
                .map(entry -> entry.substring(3).getBytes(StandardCharsets.UTF_8))
                .anyMatch(found -> MessageDigest.isEqual(expected, found));
        if (!fits) {
            throw new WebhookException(Check.SIGNATURE,
                    "expected a v1 signature by this endpoint's secret, found none that fits: check the secret, and that"
                            + " the body is verified as received");
        }
    }

    private byte[] signature(String id, String timestamp, byte[] body) {
        try {
            var mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encode(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static WebhookEvent read(byte[] body) {
        try {
            return WebhookEvent.read(Fields.of(Json.parseObject(new String(body, StandardCharsets.UTF_8))));
        } catch (ProtocolException e) {
            throw new WebhookException(Check.PAYLOAD, "expected an event, found something else: " + e.code()
                    + e.param().map(at -> " at " + at).orElse(""), e);
        }
    }

    private static byte[] keyBytes(String secret) {
        var stripped = secret.strip();
        byte[] key;
        try {
            key = stripped.startsWith(PREFIX)
                    ? Base64.getDecoder().decode(stripped.substring(PREFIX.length()))
                    : stripped.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            // Without the cause, which quotes from the secret.
            throw new IllegalArgumentException("expected base64 after " + PREFIX + " in the webhook secret");
        }
        if (key.length == 0) {
            throw new IllegalArgumentException("expected a webhook secret, found an empty one");
        }
        return key;
    }
}
