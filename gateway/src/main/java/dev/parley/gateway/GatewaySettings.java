package dev.parley.gateway;

import dev.parley.realtime.RealtimeCalls;
import dev.parley.venue.ToolSet;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/// How a gateway is set up.
///
/// @param listening where it listens
/// @param access who may come in
/// @param tokens the short-lived keys it makes for pages
/// @param errorStyle which status numbers failures have
/// @param missingKey which one it is when no key can be made for a page, for want of one of the gateway's own
/// @param requestLog whether each request is logged, without its body and query
/// @param tools which of the venue's are listed and run
public record GatewaySettings(Listening listening, Access access, Tokens tokens, ErrorStyle errorStyle,
        MissingKey missingKey, RequestLog requestLog, ToolSet tools) {
    /// On any free port of the loopback interface, without a key, without tokens.
    public static final GatewaySettings DEFAULT = new GatewaySettings(new Listening("127.0.0.1", 0), Access.OPEN,
            Tokens.NONE, ErrorStyle.PRECISE, MissingKey.UNAUTHORIZED, RequestLog.OFF, ToolSet.REFERENCE);

    /// Which status numbers failures have. The bodies are the same.
    public enum ErrorStyle {
        /** Each code has its own. */
        PRECISE,
        /** 500 for what a tool or the service refuses, as the original backend answers. */
        REFERENCE
    }

    /// The status of a request for a page's key when the gateway has no key of a service.
    public enum MissingKey {
        /** 401, as the original's document says. */
        UNAUTHORIZED,
        /** 503: it is no fault of whoever asks. */
        UNAVAILABLE
    }

    /// Whether requests are logged, under the name `dev.parley.gateway.requests`.
    public enum RequestLog {
        ON, OFF
    }

    /// Where it listens.
    ///
    /// @param host address to listen on
    /// @param port port to listen on; 0 for any free one
    public record Listening(String host, int port) {
        boolean isLoopback() {
            try {
                return InetAddress.getByName(host).isLoopbackAddress();
            } catch (UnknownHostException e) {
                throw new GatewayException("expected an address of this machine to listen on, found " + host, e);
            }
        }
    }

    /// Who may come in. The keys are never in [#toString()].
    ///
    /// @param key what requests must show; empty to let everybody in who reaches the gateway
    /// @param managerKey what a manager's requests show instead: they need no approval, and all others do, even at a venue
    ///     whose managers have no PINs; empty if whoever comes in may do the same
    /// @param origins of pages that may use it besides those of this machine, such as `https://bar.example.com`
    /// @param requestsPerSecond granted to each address; empty for as many as it likes
    public record Access(Optional<String> key, Optional<String> managerKey, Set<String> origins,
            OptionalInt requestsPerSecond) {
        public static final Access OPEN = new Access(Optional.empty(), Optional.empty(), Set.of(), OptionalInt.empty());

        private static final int MIN_KEY = 16;

        public Access {
            origins = Set.copyOf(origins);
            requireLong("an access key", key);
            requireLong("a manager's key", managerKey);
            if (managerKey.isPresent() && key.isEmpty()) {
                throw new IllegalArgumentException(
                        "expected an access key for staff beside the manager's key, found none");
            }
            if (managerKey.isPresent() && managerKey.get().strip().equals(key.orElseThrow().strip())) {
                throw new IllegalArgumentException(
                        "expected a manager's key that is not the access key, found the same");
            }
            if (requestsPerSecond.isPresent() && requestsPerSecond.getAsInt() < 1) {
                throw new IllegalArgumentException("expected at least 1 request per second, found "
                        + requestsPerSecond.getAsInt());
            }
        }

        private static void requireLong(String what, Optional<String> key) {
            if (key.isPresent() && key.get().strip().length() < MIN_KEY) {
                throw new IllegalArgumentException("expected " + what + " of at least " + MIN_KEY
                        + " characters, found a shorter one");
            }
        }

        public Access withKey(String value) {
            return new Access(Optional.of(value), managerKey, origins, requestsPerSecond);
        }

        /// Beside the key that staff shows.
        public Access withManagerKey(String value) {
            return new Access(key, Optional.of(value), origins, requestsPerSecond);
        }

        public Access withOrigins(Set<String> values) {
            return new Access(key, managerKey, values, requestsPerSecond);
        }

        public Access withRequestsPerSecond(int value) {
            return new Access(key, managerKey, origins, OptionalInt.of(value));
        }

        @Override
        public String toString() {
            return "Access[" + (key.isPresent() ? "with a key" : "no key") + (managerKey.isPresent()
                    ? " and a manager's key"
                    : "") + ", origins=" + new TreeSet<>(origins) + ", requestsPerSecond=" + requestsPerSecond + "]";
        }
    }

    /// The short-lived keys a gateway makes for pages.
    ///
    /// @param service makes them, and is asked for when one is wanted; empty when there is none. The gateway does not close it
    /// @param models that may be asked for; the first is the usual one
    /// @param voices that may be asked for; the first is the usual one
    /// @param life how long a key opens sessions
    /// @param instructions whose instructions a session may have
    public record Tokens(Optional<Supplier<RealtimeCalls>> service, List<String> models, List<String> voices,
            Duration life,
            Instructions instructions) {
        /// The documented voices, and the two that came later.
        public static final List<String> VOICES = List.of("alloy", "echo", "shimmer", "ash", "ballad", "coral", "sage",
                "verse", "marin", "cedar");

        static final Tokens NONE = new Tokens(Optional.empty(), List.of("gpt-realtime-2.1"), VOICES, Duration
                .ofSeconds(60), Instructions.OURS);

        /// Whose instructions a session may have.
        public enum Instructions {
            /** The venue's, whatever the caller sends. */
            OURS,
            /** The caller's, if it sends some. */
            CALLERS
        }

        public Tokens {
            models = List.copyOf(models);
            voices = List.copyOf(voices);
            if (models.isEmpty() || voices.isEmpty()) {
                throw new IllegalArgumentException("expected at least one model and one voice, found " + models
                        + " and "
                        + voices);
            }
        }

        /// Keys of 60 s made by `service`.
        public static Tokens from(RealtimeCalls service, String... models) {
            return from(() -> service, models);
        }

        /// Keys of 60 s made by a service that may still be starting.
        public static Tokens from(Supplier<RealtimeCalls> service, String... models) {
            return new Tokens(Optional.of(service), List.of(models), VOICES, NONE.life, Instructions.OURS);
        }

        public Tokens withVoices(List<String> values) {
            return new Tokens(service, models, values, life, instructions);
        }

        public Tokens withInstructions(Instructions value) {
            return new Tokens(service, models, voices, life, value);
        }
    }

    public GatewaySettings withAddress(String host, int port) {
        return new GatewaySettings(new Listening(host, port), access, tokens, errorStyle, missingKey, requestLog,
                tools);
    }

    public GatewaySettings withAccess(Access value) {
        return new GatewaySettings(listening, value, tokens, errorStyle, missingKey, requestLog, tools);
    }

    public GatewaySettings withTokens(Tokens value) {
        return new GatewaySettings(listening, access, value, errorStyle, missingKey, requestLog, tools);
    }

    public GatewaySettings withErrorStyle(ErrorStyle value) {
        return new GatewaySettings(listening, access, tokens, value, missingKey, requestLog, tools);
    }

    public GatewaySettings withMissingKey(MissingKey value) {
        return new GatewaySettings(listening, access, tokens, errorStyle, value, requestLog, tools);
    }

    public GatewaySettings withRequestLog(RequestLog value) {
        return new GatewaySettings(listening, access, tokens, errorStyle, missingKey, value, tools);
    }

    public GatewaySettings withTools(ToolSet value) {
        return new GatewaySettings(listening, access, tokens, errorStyle, missingKey, requestLog, value);
    }
}
