package dev.parley.gateway;

import dev.parley.venue.ErrorCode;
import io.javalin.http.Handler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Something the gateway answers, and what is to be said about it: the server and the API description are made of the
/// same list of these, so that neither has what the other has not.
///
/// @param path as Javalin and OpenAPI write it: `/api/products/{id}`
/// @param id names it in the description
/// @param needsKey whether the access key must be shown, if there is one
/// @param body JSON Schema of the request's body; empty if it has none
/// @param answer JSON Schema of the answer; empty if it is no JSON
/// @param contentType of the answer
/// @param refusals what it may refuse, besides what any request may meet with
record Route(Method method, String path, String id, String summary, boolean needsKey, List<Parameter> parameters,
        Optional<ObjectNode> body, Optional<ObjectNode> answer, String contentType, List<ErrorCode> refusals,
        Handler handler) {
    private static final JsonMapper JSON = new JsonMapper();

    enum Method {
        GET, POST
    }

    /// @param in `query`, `path` or `header`
    record Parameter(String name, String in, ObjectNode schema, String description) {}

    static Route get(String path, String id, String summary, Handler handler) {
        return new Route(Method.GET, path, id, summary, true, List.of(), Optional.empty(), Optional.empty(),
                "application/json", List.of(), handler);
    }

    /// @param body JSON Schema of the request's body
    static Route post(String path, String id, String summary, String body, Handler handler) {
        return new Route(Method.POST, path, id, summary, true, List.of(), Optional.of(schema(body)), Optional.empty(),
                "application/json", List.of(), handler);
    }

    static ObjectNode schema(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    /// For everybody, with or without the access key.
    Route open() {
        return new Route(method, path, id, summary, false, parameters, body, answer, contentType, refusals, handler);
    }

    Route query(String name, String schema, String description) {
        return with(new Parameter(name, "query", schema(schema), description));
    }

    Route header(String name, String schema, String description) {
        return with(new Parameter(name, "header", schema(schema), description));
    }

    Route inPath(String name, String description) {
        return with(new Parameter(name, "path", schema("{\"type\":\"string\"}"), description));
    }

    private Route with(Parameter parameter) {
        var more = new ArrayList<>(parameters);
        more.add(parameter);
        return new Route(method, path, id, summary, needsKey, List.copyOf(more), body, answer, contentType, refusals,
                handler);
    }

    /// @param schema JSON Schema of the answer
    Route answers(String schema) {
        return new Route(method, path, id, summary, needsKey, parameters, body, Optional.of(schema(schema)),
                contentType,
                refusals, handler);
    }

    Route answersAs(String type) {
        return new Route(method, path, id, summary, needsKey, parameters, body, answer, type, refusals, handler);
    }

    Route refuses(ErrorCode... codes) {
        return new Route(method, path, id, summary, needsKey, parameters, body, answer, contentType, List.of(codes),
                handler);
    }
}
