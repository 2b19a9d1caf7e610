package dev.parley.gateway;

import dev.parley.realtime.FunctionTool;
import dev.parley.venue.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Describes the API as OpenAPI 3.1 does, from the routes that serve it and the tools it runs.
final class OpenApi {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private OpenApi() {}

    /// @param statuses which failures have
    static ObjectNode describe(List<Route> routes, List<FunctionTool> tools, Statuses statuses, String server) {
        var document = JSON.objectNode().put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Parley venue")
                .put("version", "0.1.0")
                .put("description",
                        "A voice-run bar till: tools for a speech model, short-lived keys for browsers, and a "
                                + "live stream. Failures are {error, code, details, retryable}; error can be spoken.")
                .putObject("license")
                .put("name", "Apache-2.0")
                .put("identifier", "Apache-2.0");
        document.putArray("servers").addObject().put("url", server);
        var paths = document.putObject("paths");
        routes.forEach(route -> paths.withObjectProperty(route.path())
                .set(route.method().name().toLowerCase(Locale.ROOT), operation(route, statuses)));
        var components = document.putObject("components");
        var schemas = components.putObject("schemas");
        schemas.set("Failure", failure());
        tools.forEach(tool -> schemas.set("arguments." + tool.name(), described(tool)));
        var schemes = components.putObject("securitySchemes");
        schemes.putObject("bearer").put("type", "http").put("scheme", "bearer");
        schemes.putObject("key").put("type", "apiKey").put("in", "header").put("name", "X-Access-Key");
        return document;
    }

    private static ObjectNode described(FunctionTool tool) {
        var schema = (ObjectNode) tool.parameters();
        return schema.put("description", tool.description());
    }

    private static ObjectNode failure() {
        var schema = Route.schema("""
                {"type":"object","required":["error","code","details","retryable"],"properties":{
                  "error":{"type":"string","description":"One sentence, fit to be spoken"},
                  "code":{"type":"string"},"details":{"type":"object"},"retryable":{"type":"boolean"}}}""");
        var examples = schema.withObjectProperty("properties").withObjectProperty("code").putArray("examples");
        for (var code : ErrorCode.values()) {
            examples.add(code.toString());
        }
        return schema;
    }

    private static ObjectNode operation(Route route, Statuses statuses) {
        var operation = JSON.objectNode().put("operationId", route.id()).put("summary", route.summary());
        if (!route.parameters().isEmpty()) {
            var parameters = operation.putArray("parameters");
            for (var parameter : route.parameters()) {
                var one = parameters.addObject().put("name", parameter.name()).put("in", parameter.in());
                one.put("description", parameter.description());
                one.put("required", parameter.in().equals("path"));
                one.set("schema", parameter.schema());
            }
        }
        route.body()
                .ifPresent(schema -> operation.putObject("requestBody")
                        .putObject("content")
                        .putObject("application/json")
                        .set("schema", schema));
        var responses = operation.putObject("responses");
        var good = responses.putObject("200").put("description", "As asked.");
        good.putObject("content")
                .putObject(route.contentType())
                .set("schema", route.answer().orElseGet(() -> JSON.objectNode().put("type", "string")));
        refusals(route, statuses).forEach((status, codes) -> {
            var refused = responses.putObject(status).put("description", String.join(", ", codes));
            refused.putObject("content")
                    .putObject("application/json")
                    .putObject("schema")
                    .put("$ref", "#/components/schemas/Failure");
        });
        var security = operation.putArray("security");
        if (route.needsKey()) {
            security.addObject().putArray("bearer");
            security.addObject().putArray("key");
            // Where no key is set.
            security.addObject();
        }
        return operation;
    }

    /// The codes of each status, what any request may meet with among them.
    private static Map<String, List<String>> refusals(Route route, Statuses statuses) {
        var codes = new ArrayList<>(route.refusals());
        codes.addAll(List.of(ErrorCode.FORBIDDEN, ErrorCode.RATE_LIMITED, ErrorCode.INTERNAL));
        if (route.needsKey()) {
            codes.add(ErrorCode.UNAUTHORIZED);
        }
        if (route.body().isPresent()) {
            codes.addAll(List.of(ErrorCode.INVALID_JSON, ErrorCode.UNKNOWN_FIELD));
        }
        var byStatus = new TreeMap<String, List<String>>();
        codes.stream()
                .distinct()
                .forEach(code -> byStatus.computeIfAbsent(String.valueOf(statuses.of(route.method(), route.path(),
                        code)), _ -> new ArrayList<>()).add(code.toString()));
        if (route.body().isPresent()) {
            byStatus.put("413", List.of("body_too_large"));
        }
        return byStatus;
    }
}
