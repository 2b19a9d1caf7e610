package dev.parley.emulator;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A request at the emulator's door, as far as it says who comes and what for (protocol sections 1.1 to 1.3 and 11).
///
/// @param query parameters by name; the first of each
/// @param headers by name in lower case
record Visit(Route route, Map<String, String> query, Map<String, String> headers) {
    static final String BROWSER = "realtime";
    private static final String KEY_PROTOCOL = "openai-insecure-api-key.";
    private static final String BETA_PROTOCOL = "openai-beta.realtime-v1";
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+) *");

    /// The door that was chosen.
    enum Route {
        OPENAI, AZURE, AZURE_PREVIEW;

        boolean isAzure() {
            return this != OPENAI;
        }
    }

    Visit {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /// The key or secret that was shown, wherever it travels.
    Optional<String> key() {
        var bearer = header("authorization").map(BEARER::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> matcher.group(1));
        return bearer.or(() -> route.isAzure()
                ? header("api-key").or(() -> parameter("api-key"))
                : protocols().stream()
                        .filter(protocol -> protocol.startsWith(KEY_PROTOCOL))
                        .map(protocol -> protocol.substring(KEY_PROTOCOL.length()))
                        .findFirst()).map(String::strip).filter(key -> !key.isEmpty());
    }

    boolean wantsBeta() {
        return header("openai-beta").map(beta -> beta.toLowerCase(Locale.ROOT).contains("realtime=v1")).orElse(false)
                || protocols().contains(BETA_PROTOCOL);
    }

    /// The one sub-protocol that may be selected. Those that carry keys are never echoed.
    Optional<String> selectedProtocol() {
        return protocols().stream().filter(BROWSER::equals).findFirst();
    }

    private List<String> protocols() {
        return header("sec-websocket-protocol").map(offered -> Arrays.stream(offered.split(",", -1))
                .map(String::strip)
                .filter(protocol -> !protocol.isEmpty())
                .toList()).orElse(List.of());
    }

    /// The parameters that are no secrets, in order of their names.
    Map<String, String> publicQuery() {
        return withoutSecrets(query);
    }

    /// The headers that are no secrets, in order of their names.
    Map<String, String> publicHeaders() {
        var shown = withoutSecrets(headers);
        shown.computeIfPresent("sec-websocket-protocol", (_, _) -> String.join(", ", protocols().stream()
                .map(protocol -> protocol.startsWith(KEY_PROTOCOL) ? KEY_PROTOCOL + "..." : protocol)
                .toList()));
        return shown;
    }

    private static Map<String, String> withoutSecrets(Map<String, String> all) {
        var shown = new TreeMap<>(all);
        shown.keySet().removeIf(Visit::isSecret);
        return shown;
    }

    private static boolean isSecret(String name) {
        var word = name.toLowerCase(Locale.ROOT);
        return word.equals("authorization") || Stream.of("api-key", "cookie", "token", "secret")
                .anyMatch(
                        word::contains);
    }

    @Override
    public String toString() {
        return route + " " + publicQuery();
    }
}
