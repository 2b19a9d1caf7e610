package dev.parley.app;

import dev.parley.realtime.Dialect;
import dev.parley.realtime.RealtimeClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which service is talked to: what the environment says, and the options above it.
final class ServiceOption {
    private static final String TOKEN = "AZURE_OPENAI_AD_TOKEN";

    @Option(names = "--base-url", paramLabel = "URL", description = "Where the service is. Default: AZURE_OPENAI_ENDPOINT,"
            + " else OPENAI_BASE_URL, else OpenAI if there is a key, else the emulator.")
    private @Nullable String baseUrl;

    @Option(names = "--model", paramLabel = "NAME", description = "Model, or deployment at Azure. Default:"
            + " OPENAI_MODEL or AZURE_OPENAI_DEPLOYMENT, else gpt-realtime-2.1.")
    private @Nullable String model;

    @Option(names = "--dialect", paramLabel = "DIALECT", defaultValue = "ga", description = "ga or beta. Default:"
            + " ${DEFAULT-VALUE}.")
    private Dialect dialect = Dialect.GA;

    @Option(names = "--ca-file", paramLabel = "FILE", description = "Trust the authority in this PEM file, and no other,"
            + " such as the one parley emulate --tls --ca-file writes.")
    private @Nullable Path caFile;

    /// A client of the service that options and environment name; empty when they name none.
    ///
    /// @throws IllegalArgumentException saying what is missing
    Optional<RealtimeClient.Builder> client(Map<String, String> environment) {
        var env = new HashMap<>(environment);
        if (baseUrl != null) {
            env.keySet().removeIf(name -> name.startsWith("AZURE_OPENAI_"));
            env.put("OPENAI_BASE_URL", baseUrl);
        }
        if (isUnset(env, "AZURE_OPENAI_ENDPOINT") && !isUnset(env, "AZURE_OPENAI_API_KEY")) {
            throw new IllegalArgumentException(
                    "AZURE_OPENAI_API_KEY is set, but AZURE_OPENAI_ENDPOINT is not: set it to"
                            + " the resource's address, such as https://example.openai.azure.com");
        }
        if (model != null) {
            env.put("OPENAI_MODEL", model);
            env.put("AZURE_OPENAI_DEPLOYMENT", model);
        }
        if (isUnset(env, "AZURE_OPENAI_ENDPOINT") && isUnset(env, "OPENAI_BASE_URL") && isUnset(env,
                "OPENAI_API_KEY")) {
            return Optional.empty();
        }
        if (isUnset(env, "AZURE_OPENAI_ENDPOINT") && isUnset(env, "OPENAI_API_KEY")) {
            // A service of one's own that asks for a key, any key, as the emulator does, is shown one.
            env.put("OPENAI_API_KEY", "none");
        }
        var builder = RealtimeClient.fromEnvironment(env).dialect(dialect);
        if ("true".equalsIgnoreCase(env.get("AZURE_OPENAI_USE_ENTRA")) && !isUnset(env, "AZURE_OPENAI_ENDPOINT")) {
            builder.tokenSupplier(() -> token(env));
        }
        trust().ifPresent(builder::sslContext);
        return Optional.of(builder);
    }

    /// Whom to trust that the service is who it says; empty for whom the JDK trusts.
    Optional<SSLContext> trust() {
        return Optional.ofNullable(caFile).map(TrustedAuthority::of);
    }

    /// A service of our own, in the dialect and with the model that were asked for.
    RealtimeClient.Builder emulator(URI uri) {
        var builder = RealtimeClient.builder().baseUrl(uri).apiKey("emulator").dialect(dialect);
        return model == null ? builder : builder.model(model);
    }

    private static String token(Map<String, String> env) {
        var token = env.get(TOKEN);
        if (token == null || token.isBlank()) {
            throw new CommandFailed("expected an access token in " + TOKEN + ", because AZURE_OPENAI_USE_ENTRA is true,"
                    + " found none: set it to what `az account get-access-token"
                    + " --resource https://cognitiveservices.azure.com --query accessToken -o tsv` prints");
        }
        return token;
    }

    private static boolean isUnset(Map<String, String> env, String name) {
        var value = env.get(name);
        return value == null || value.isBlank();
    }
}
