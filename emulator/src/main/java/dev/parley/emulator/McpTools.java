package dev.parley.emulator;

import dev.parley.realtime.McpServer;
import dev.parley.realtime.ProtocolException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The MCP servers a session has named (protocol sections 2.6 and 7.12). None is ever contacted: each lists no tools, and
/// one whose host ends in `.invalid`, a name that nobody has, cannot be reached. Confined to the session's thread.
final class McpTools {
    private final Set<String> listed = new HashSet<>();

    /// Checks what the service checks before it asks a server.
    ///
    /// @param at where the tools stand in their event
    /// @throws ProtocolException if a server is not named as it must be
    void check(JsonNode tools, String at) {
        var labels = new HashSet<String>();
        for (int i = 0; i < tools.size(); i++) {
            var tool = tools.path(i);
            if (tool.path("type").asString("").equals("mcp")) {
                check(tool, at + "[" + i + "]", labels);
            }
        }
    }

    private void check(JsonNode server, String at, Set<String> labels) {
        var label = server.path("server_label").asString("");
        if (!labels.add(label)) {
            throw invalid(at + ".server_label", "Duplicate server_label '" + label + "' found in tools.");
        }
        boolean atUrl = server.has("server_url");
        boolean byConnector = server.has("connector_id");
        if (atUrl && byConnector) {
            throw invalid(at, "Expected one of 'server_url' and 'connector_id', but got both.");
        }
        if (!atUrl && !byConnector && !server.has("tunnel_id") && !listed.contains(label)) {
            throw ProtocolException.missing(at + ".server_url");
        }
        if (byConnector && !server.path("connector_id").asString("").startsWith("connector_")) {
            throw invalid(at + ".connector_id", "Invalid connector_id '" + server.path("connector_id").asString("")
                    + "'. Expected one that begins with 'connector_'.");
        }
        boolean authorizes = server.path("headers")
                .propertyNames()
                .stream()
                .anyMatch(name -> name.toLowerCase(Locale.ROOT).equals("authorization"));
        if (authorizes && (server.has("authorization") || byConnector)) {
            throw invalid(at + ".headers", "Expected 'authorization', but got a header 'Authorization'.");
        }
    }

    private static ProtocolException invalid(String at, String message) {
        return new ProtocolException("invalid_value", at, message);
    }

    /// The servers among these that were not asked for their tools before, and now are.
    List<McpServer> ask(List<McpServer> named) {
        return named.stream().filter(server -> listed.add(server.label())).toList();
    }

    /// Whether somebody could be there.
    static boolean isReachable(McpServer server) {
        if (!server.raw().has("server_url")) {
            return true;
        }
        try {
            var host = URI.create(server.raw().path("server_url").asString("")).getHost();
            return host != null && !host.endsWith(".invalid");
        } catch (IllegalArgumentException _) {
            // No URL at all: nobody is there either.
            return false;
        }
    }
}
