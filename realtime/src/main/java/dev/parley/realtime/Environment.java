package dev.parley.realtime;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which service the environment asks for.
final class Environment {
    private final Map<String, String> variables;

    private Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    static RealtimeClient.Builder client(Map<String, String> variables) {
        var env = new Environment(variables);
        return env.value("AZURE_OPENAI_ENDPOINT") == null ? env.openAi() : env.azure();
    }

    private RealtimeClient.Builder azure() {
        var builder = RealtimeClient.builder();
        var deployment = value("AZURE_OPENAI_DEPLOYMENT");
        var model = value("OPENAI_MODEL");
        var endpoint = address("AZURE_OPENAI_ENDPOINT");
        // Without a deployment, one that is named after its model, as deployments are by default.
        builder.azure(endpoint, deployment != null ? deployment : model != null ? model : "gpt-realtime-2.1");
        if ("true".equalsIgnoreCase(value("AZURE_OPENAI_USE_ENTRA"))) {
            return builder.needsTokens();
        }
        var key = value("AZURE_OPENAI_API_KEY");
        if (key == null) {
            throw new IllegalArgumentException("AZURE_OPENAI_ENDPOINT is set, but neither AZURE_OPENAI_API_KEY nor"
                    + " AZURE_OPENAI_USE_ENTRA=true: set one of them");
        }
        return builder.apiKey(key);
    }

    private RealtimeClient.Builder openAi() {
        var key = value("OPENAI_API_KEY");
        if (key == null && value("OPENAI_BASE_URL") == null) {
            throw new IllegalArgumentException("no service is configured: set OPENAI_API_KEY for OpenAI, or"
                    + " AZURE_OPENAI_ENDPOINT with AZURE_OPENAI_API_KEY or AZURE_OPENAI_USE_ENTRA=true for Azure");
        }
        var builder = RealtimeClient.builder().apiKey(key);
        if (value("OPENAI_BASE_URL") != null) {
            builder.baseUrl(address("OPENAI_BASE_URL"));
        }
        var model = value("OPENAI_MODEL");
        if (model != null) {
            builder.model(model);
        }
        var organization = value("OPENAI_ORG_ID");
        if (organization != null) {
            builder.organization(organization);
        }
        var project = value("OPENAI_PROJECT_ID");
        if (project != null) {
            builder.project(project);
        }
        return builder;
    }

    private URI address(String name) {
        var text = value(name);
        try {
            return URI.create(text == null ? "" : text);
        } catch (IllegalArgumentException _) {
            // Not repeated, for what is no URL may be a key in the wrong place.
            throw new IllegalArgumentException("expected a URL in " + name + ", found something else");
        }
    }

    private @Nullable String value(String name) {
        var value = variables.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
