package dev.parley.realtime;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An MCP server whose tools the service itself lists and calls: a tool of type `mcp` (protocol section 2.6).
///
/// May hold credentials, which stay out of [#toString()].
///
/// @param label names the server within the session
/// @param raw the tool as it is on the wire
public record McpServer(String label, JsonNode raw) {
    /// A server at this address.
    public static Builder at(String label, URI url) {
        var builder = new Builder(label);
        builder.json.put("server_url", url.toString());
        return builder;
    }

    /// One of the service's own connectors, such as `connector_dropbox`.
    public static Builder connector(String label, String connectorId) {
        var builder = new Builder(label);
        builder.json.put("connector_id", connectorId);
        return builder;
    }

    /// A server that this session has listed before.
    public static McpServer listedBefore(String label) {
        return new Builder(label).build();
    }

    static McpServer read(Fields in) {
        return new McpServer(in.string("server_label"), in.node());
    }

    @Override
    public String toString() {
        return "McpServer[" + label + "]";
    }

    /// Puts an MCP server together. Not thread-safe.
    public static final class Builder {
        private final ObjectNode json;

        private Builder(String label) {
            if (label.isBlank()) {
                throw new IllegalArgumentException("expected a label for the MCP server, found none");
            }
            json = Json.object().put("type", "mcp").put("server_label", label);
        }

        /// What the server is for, told to the model.
        public Builder description(String text) {
            json.put("server_description", text);
            return this;
        }

        /// An access token the service sends to the server.
        public Builder authorization(String token) {
            json.put("authorization", token);
            return this;
        }

        /// HTTP headers the service sends to the server.
        public Builder headers(Map<String, String> headers) {
            new TreeMap<>(headers).forEach(json.putObject("headers")::put);
            return this;
        }

        /// The tools the model may see; all when not said.
        public Builder allowedTools(List<String> names) {
            json.set("allowed_tools", Json.strings(names));
            return this;
        }

        /// Every call waits for the application's approval; so it is when nothing is said.
        public Builder approvalAlways() {
            json.put("require_approval", "always");
            return this;
        }

        /// No call waits for approval.
        public Builder approvalNever() {
            json.put("require_approval", "never");
            return this;
        }

        /// No call of these tools waits for approval.
        public Builder approvalNeverFor(List<String> names) {
            json.putObject("require_approval").putObject("never").set("tool_names", Json.strings(names));
            return this;
        }

        /// Any other member, by its name on the wire.
        public Builder set(String name, JsonNode value) {
            json.set(name, value);
            return this;
        }

        /// The server as a tool.
        ///
        /// @throws IllegalArgumentException for what the service refuses: two places, or two authorizations
        public McpServer build() {
            if (json.has("server_url") && json.has("connector_id")) {
                throw new IllegalArgumentException("expected an MCP server's URL or a connector, found both");
            }
            boolean authorizes = json.path("headers")
                    .propertyNames()
                    .stream()
                    .anyMatch("authorization"::equalsIgnoreCase);
            if (authorizes && (json.has("authorization") || json.has("connector_id"))) {
                throw new IllegalArgumentException(
                        "expected authorization() alone, found it or a connector together with a header Authorization");
            }
            return McpServer.read(Fields.of(json.deepCopy()));
        }
    }
}
