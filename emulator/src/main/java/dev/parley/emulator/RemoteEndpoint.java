package dev.parley.emulator;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where a service with OpenAI's HTTP interface is, and which of its models to use: `http://127.0.0.1:8000/v1`.
///
/// Immutable. The key is not in [#toString].
public final class RemoteEndpoint {
    private static final Pattern KEY = Pattern.compile("[!-~]+");

    private final URI base;
    private final String model;
    private final Optional<String> key;
    private final Duration connectTimeout;
    private final Duration silence;

    private RemoteEndpoint(URI base, String model, Optional<String> key, Duration connectTimeout, Duration silence) {
        this.base = base;
        this.model = model;
        this.key = key;
        this.connectTimeout = connectTimeout;
        this.silence = silence;
    }

    /// A service that asks for no key, given up on when it cannot be reached within 5 s or says nothing for 60 s.
    ///
    /// @param base its address, to which `/chat/completions` and the like are appended
    /// @throws IllegalArgumentException if that is no http or https address
    public static RemoteEndpoint of(URI base, String model) {
        boolean http = "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
        if (!http || base.getHost() == null || base.getUserInfo() != null || base.getQuery() != null) {
            throw new IllegalArgumentException("expected an address such as http://127.0.0.1:8000/v1, found "
                    + Objects.requireNonNullElse(base.getScheme(), "no scheme") + "://"
                    + Objects.requireNonNullElse(base.getHost(), ""));
        }
        if (model.isBlank()) {
            throw new IllegalArgumentException("expected the name of a model, found nothing");
        }
        return new RemoteEndpoint(base, model.strip(), Optional.empty(), Duration.ofSeconds(5), Duration.ofSeconds(60));
    }

    /// With a key, sent as a bearer token.
    ///
    /// @throws IllegalArgumentException if it cannot be one; the message does not show it
    public RemoteEndpoint withKey(String secret) {
        var bare = secret.strip();
        if (!KEY.matcher(bare).matches()) {
            throw new IllegalArgumentException(
                    "expected a key of printable ASCII characters, found others: copy it again");
        }
        return new RemoteEndpoint(base, model, Optional.of(bare), connectTimeout, silence);
    }

    /// Given up on when it cannot be reached within `toConnect`, or says nothing for `toAnswer`, at first or in between.
    public RemoteEndpoint withPatience(Duration toConnect, Duration toAnswer) {
        if (!toConnect.isPositive() || !toAnswer.isPositive()) {
            throw new IllegalArgumentException("expected times above zero, found " + toConnect + " and " + toAnswer);
        }
        return new RemoteEndpoint(base, model, key, toConnect, toAnswer);
    }

    public String model() {
        return model;
    }

    /// The address of one of its resources.
    URI uri(String path) {
        var address = base.toString();
        return URI.create((address.endsWith("/") ? address.substring(0, address.length() - 1) : address) + path);
    }

    Optional<String> key() {
        return key;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    Duration silence() {
        return silence;
    }

    @Override
    public String toString() {
        return model + " at " + base + (key.isPresent() ? " with a key" : "");
    }
}
