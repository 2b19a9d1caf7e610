package dev.parley.gateway;

import dev.parley.gateway.GatewaySettings.Access;
import dev.parley.venue.Badge;
import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import dev.parley.venue.Role;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Who may come in: pages of this machine and of the origins in the settings, programs, and, where a key is asked for,
/// only those who show it.
///
/// A gateway without a key listens to this machine only. So that no page of elsewhere reaches it through its visitor's
/// browser, it looks at the name it was called by (against DNS that is bound anew) and at the page's origin.
final class Doorman {
    private static final Pattern LOCAL_PAGE = Pattern.compile(
            "https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");
    private static final Pattern LOCAL_HOST = Pattern.compile(
            "(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");
    private static final String REQUEST_ID = "request-id";
    private static final String BADGE = "badge";
    private static final Badge STAFF = new Badge("staff's key", Role.STAFF);
    private static final Badge MANAGER = new Badge("manager's key", Role.MANAGER);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final GatewaySettings settings;
    private final boolean isLoopback;
    private final Optional<RateLimit> rate;
    private final InstantSource clock;

    Doorman(GatewaySettings settings, InstantSource clock) {
        this.settings = settings;
        this.isLoopback = settings.listening().isLoopback();
        this.clock = clock;
        var perSecond = settings.access().requestsPerSecond();
        this.rate = perSecond.isPresent()
                ? Optional.of(new RateLimit(2 * perSecond.getAsInt(), Duration.ofSeconds(1)
                        .dividedBy(perSecond.getAsInt())))
                : Optional.empty();
    }

    void addTo(RoutesConfig routes) {
        routes.before(this::receive);
    }

    /// The badges that keys may stand for: none where all who come in may do the same.
    static Set<Badge> badges(Access access) {
        return access.managerKey().isPresent() ? Set.of(STAFF, MANAGER) : Set.of();
    }

    /// What is known of whoever sent this request by the key it was let in with.
    static Optional<Badge> badge(Context context) {
        return Optional.ofNullable(context.attribute(BADGE));
    }

    /// The name of a request in headers and logs.
    static String requestId(Context context) {
        return String.valueOf(context.<String>attribute(REQUEST_ID));
    }

    private void receive(Context context) {
        var bytes = new byte[12];
        RANDOM.nextBytes(bytes);
        var id = "req_" + HexFormat.of().formatHex(bytes);
        context.attribute(REQUEST_ID, id);
        context.header("X-Request-Id", id);
        context.header("X-Content-Type-Options", "nosniff");
        context.header("X-Frame-Options", "DENY");
        context.header("Referrer-Policy", "no-referrer");
        context.header("Cache-Control", "no-store");
        context.header("Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
        requireHost(context);
        requireOrigin(context);
        rate.flatMap(limit -> limit.take(context.ip(), clock.instant())).ifPresent(wait -> {
            throw tooMany(wait);
        });
        if (context.method().equals(HandlerType.OPTIONS)) {
            context.status(204).skipRemainingHandlers();
        }
    }

    static Refusal tooMany(Duration wait) {
        var seconds = Math.max(1, (wait.toMillis() + 999) / 1000);
        return new Refusal(ErrorCode.RATE_LIMITED, "Too many requests; please try again in " + seconds + " s.", Map.of(
                Answers.RETRY_AFTER, seconds));
    }

    private void requireHost(Context context) {
        var host = String.valueOf(context.header("Host")).toLowerCase(Locale.ROOT);
        if (isLoopback && !LOCAL_HOST.matcher(host).matches() && settings.access()
                .origins()
                .stream()
                .noneMatch(origin -> host.equals(authority(origin)))) {
            throw new Refusal(ErrorCode.FORBIDDEN,
                    "Expected this machine in the header Host, such as localhost, found another name; if a proxy stands "
                            + "before the gateway, set FRONTEND_URL to its address.");
        }
    }

    private static String authority(String origin) {
        return String.valueOf(URI.create(origin).getRawAuthority()).toLowerCase(Locale.ROOT);
    }

    /// Lets a page read the answers, if it may use the gateway at all.
    private void requireOrigin(Context context) {
        var origin = context.header("Origin");
        if (origin == null) {
            return;
        }
        if (!isAllowed(origin, String.valueOf(context.header("Host")))) {
            throw new Refusal(ErrorCode.FORBIDDEN, "Pages of that origin may not use the gateway; set FRONTEND_URL to "
                    + "the origin of those that may.");
        }
        context.header("Access-Control-Allow-Origin", origin);
        context.header("Access-Control-Allow-Credentials", "true");
        context.header("Vary", "Origin");
        context.header("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
        context.header("Access-Control-Allow-Headers", "Content-Type, Authorization, X-Access-Key, Last-Event-ID");
        context.header("Access-Control-Expose-Headers", "X-Request-Id, Retry-After");
        context.header("Access-Control-Max-Age", "600");
    }

    private boolean isAllowed(String origin, String host) {
        return settings.access().origins().contains(origin) || LOCAL_PAGE.matcher(origin).matches()
                || (origin.matches("https?://[A-Za-z0-9.:\\[\\]-]+") && origin.substring(origin.indexOf("//") + 2)
                        .equalsIgnoreCase(host));
    }

    /// @throws Refusal if a key is asked for and this request does not show it
    void requireKey(Context context) {
        var access = settings.access();
        if (access.key().isEmpty()) {
            return;
        }
        var shown = shown(context);
        var isManagers = isKey(access.managerKey(), shown);
        if (!isKey(access.key(), shown) && !isManagers) {
            context.header("WWW-Authenticate", "Bearer");
            throw new Refusal(ErrorCode.UNAUTHORIZED, "Expected the access key in the header Authorization, as a Bearer"
                    + " token, or in X-Access-Key, found none or another.");
        }
        if (access.managerKey().isPresent()) {
            context.attribute(BADGE, isManagers ? MANAGER : STAFF);
        }
    }

    private static String shown(Context context) {
        var bearer = String.valueOf(context.header("Authorization"));
        return bearer.regionMatches(true, 0, "Bearer ", 0, 7)
                ? bearer.substring(7)
                : String.valueOf(context.header("X-Access-Key"));
    }

    /// In a time that does not tell how much of the key was right.
    private static boolean isKey(Optional<String> key, String shown) {
        return key.isPresent() && MessageDigest.isEqual(key.get().strip().getBytes(StandardCharsets.UTF_8), shown
                .strip()
                .getBytes(StandardCharsets.UTF_8));
    }
}
