package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.parley.gateway.TestGateway.Reply;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// A gateway's description of itself, held against what it does, by a validator that is not ours: what it takes is allowed
/// by the description, and what it answers is foretold. Every request of the gateway's tests passes through here.
final class ApiContract {
    static final String META = "https://json-schema.org/draft/2020-12/schema";
    private static final String HERE = "https://gateway.test/openapi.json";
    private static final JsonMapper JSON = new JsonMapper();
    /// What the original's own page and scripts send is taken without being described.
    private static final Set<String> REFERENCE_CLIENTS = Set.of("check_inventory", "archive_product");

    private final JsonNode document;
    private final SchemaRegistry registry;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    ApiContract(String document) {
        this.document = JSON.readTree(document);
        this.registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12, builder -> builder
                .schemas(Map.of(HERE, document))
                .schemaRegistryConfig(SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    }

    JsonNode document() {
        return document;
    }

    /// What is wrong with a schema as a schema.
    List<Error> problems(JsonNode schema) {
        return registry.getSchema(SchemaLocation.of(META)).validate(schema);
    }

    /// @param target path and query
    /// @param body null if there is none
    void check(String method, String target, @Nullable String body, Reply reply) {
        var uri = URI.create(target);
        var path = path(uri.getPath());
        if (path.isEmpty() || document.at(operation(path.get(), method)).isMissingNode()) {
            assertThat(reply.status()).as(method + " " + target + ", which is not described")
                    .isGreaterThanOrEqualTo(
                            method.equals("OPTIONS") ? 200 : 400);
            return;
        }
        var operation = operation(path.get(), method);
        var what = method + " " + target + (body == null ? "" : " " + body) + " => " + reply.status() + " " + reply
                .text();
        answer(operation, reply, what);
        if (reply.status() == 200) {
            parameters(operation, uri.getRawQuery(), what);
            if (body != null) {
                body(operation, body, what);
            }
        }
    }

    private Optional<String> path(String asked) {
        var paths = document.path("paths");
        if (paths.has(asked)) {
            return Optional.of(asked);
        }
        return paths.propertyNames()
                .stream()
                .filter(path -> path.contains("{") && asked.matches(path.replaceAll("\\{[a-z]+}", "[^/]+")))
                .findFirst();
    }

    private static String operation(String path, String method) {
        return "/paths/" + path.replace("~", "~0").replace("/", "~1") + "/" + method.toLowerCase(Locale.ROOT);
    }

    private void answer(String operation, Reply reply, String what) {
        var foretold = operation + "/responses/" + reply.status();
        assertThat(document.at(foretold).isObject()).as("a status that is described: " + what).isTrue();
        var type = reply.headers().getOrDefault("content-type", "none").split(";", -1)[0];
        assertThat(document.at(foretold + "/content").propertyNames()).as("a type that is described: " + what)
                .contains(
                        type);
        if (type.equals("application/json")) {
            valid(foretold + "/content/application~1json/schema", reply.json(), what);
        }
    }

    private void parameters(String operation, @Nullable String query, String what) {
        if (query == null) {
            return;
        }
        for (var pair : query.split("&", -1)) {
            var name = pair.split("=", 2)[0];
            var value = URLDecoder.decode(pair.substring(Math.min(pair.length(), name.length() + 1)),
                    StandardCharsets.UTF_8);
            var described = document.at(operation + "/parameters");
            for (int i = 0; i < described.size(); i++) {
                var one = described.get(i);
                if (one.path("name").asString().equals(name) && one.path("in").asString().equals("query")) {
                    valid(operation + "/parameters/" + i + "/schema", typed(one.path("schema"), value), what);
                    name = "";
                }
            }
            assertThat(name).as("a parameter that is described: " + what).isEmpty();
        }
    }

    private static JsonNode typed(JsonNode schema, String value) {
        return schema.path("type").asString("").equals("string") || schema.has("enum")
                ? JsonNodeFactory.instance.stringNode(value)
                : JSON.readTree(value);
    }

    private void body(String operation, String text, String what) {
        JsonNode body;
        try {
            body = JSON.readTree(text);
        } catch (JacksonException _) {
            // Where anything counts as an empty object, it is described as one.
            return;
        }
        if (!body.isObject()) {
            return;
        }
        valid(operation + "/requestBody/content/application~1json/schema", body, what);
        var tool = body.path("name").asString("");
        if (operation.contains("execute-tool") && !REFERENCE_CLIENTS.contains(tool)) {
            valid("/components/schemas/arguments." + tool, body.path("args"), what);
        }
    }

    private void valid(String schema, JsonNode value, String what) {
        var errors = schemas.computeIfAbsent(schema, at -> registry.getSchema(SchemaLocation.of(HERE + "#" + at)))
                .validate(value);
        assertThat(errors).as(what).isEmpty();
    }
}
