package dev.parley.realtime;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where a service is and what its addresses look like (protocol sections 1.1 and 11).
///
/// @param root scheme, host and path up to `/realtime`
/// @param azureDeployment the deployment at Azure's preview endpoint; null everywhere else
record Endpoint(URI root, @Nullable String azureDeployment) {
    private static final String PREVIEW_VERSION = "2025-04-01-preview";

    static Endpoint openAi(URI base) {
        return new Endpoint(URI.create(checked(base)), null);
    }

    static Endpoint azure(URI resource, String deployment, Dialect dialect) {
        var host = checked(resource).replaceAll("/openai(/v1)?$", "");
        return switch (dialect) {
            case GA -> new Endpoint(URI.create(host + "/openai/v1"), null);
            case BETA -> new Endpoint(URI.create(host + "/openai"), deployment);
        };
    }

    /// The address of a socket.
    ///
    /// @param what `model`, `call_id` or `intent`
    URI socket(String what, String value) {
        if (azureDeployment == null) {
            return socket(what + "=" + encoded(value));
        }
        var query = "api-version=" + PREVIEW_VERSION + "&deployment=" + encoded(azureDeployment);
        return socket(what.equals("model") ? query : query + "&" + what + "=" + encoded(value));
    }

    /// The address of a translation's socket.
    URI translations(String model) {
        return URI.create(root.toString().replaceFirst("^http", "ws") + "/realtime/translations?model="
                + encoded(model));
    }

    private URI socket(String query) {
        return URI.create(root.toString().replaceFirst("^http", "ws") + "/realtime?" + query);
    }

    /// The address of a request, such as `/realtime/calls`.
    URI rest(String path) {
        return URI.create(root.toString().replaceFirst("^ws", "http") + path);
    }

    /// Where short-lived keys of the beta dialect are made (protocol sections 1.6 and 11).
    URI betaSecrets() {
        return rest(azureDeployment == null
                ? "/realtime/sessions"
                : "/realtimeapi/sessions?api-version=" + PREVIEW_VERSION);
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String checked(URI base) {
        switch (Objects.requireNonNullElse(base.getScheme(), "")) {
            case "http", "ws", "https", "wss" -> {
                // As expected.
            }
            default -> throw new IllegalArgumentException(
                    "expected a base URL that starts with http, https, ws or wss, found " + base);
        }
        if (base.getHost() == null) {
            throw new IllegalArgumentException("expected a base URL with a host, found " + base);
        }
        if (base.getRawUserInfo() != null || base.getRawQuery() != null || base.getRawFragment() != null) {
            // Not repeated: these are the parts that hold secrets.
            throw new IllegalArgumentException("expected a base URL of scheme, host and path only, found more at "
                    + base.getHost() + ": give a key with apiKey");
        }
        return base.toString().replaceAll("/+$", "");
    }
}
