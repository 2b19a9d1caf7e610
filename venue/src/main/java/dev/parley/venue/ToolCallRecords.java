package dev.parley.venue;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What tools were called, with what and with what result. Thread-safe.
public final class ToolCallRecords {
    private static final JsonMapper JSON = new JsonMapper();

    private final Database database;
    private final String venueId;

    ToolCallRecords(Database database, String venueId) {
        this.database = database;
        this.venueId = venueId;
    }

    /// The latest calls of a session, newest first: `call_id`, `name`, `args`, `status` (`done` or `refused`),
    /// `error_code`, `result`, `started_at` and `duration_ms`.
    public ArrayNode of(String sessionId, int limit) {
        return database.inTransaction(db -> {
            var calls = JsonNodeFactory.instance.arrayNode();
            db.createQuery("""
                    SELECT * FROM tool_calls WHERE venue_id = :venue AND session_id = :session
                    ORDER BY started_at DESC, id DESC LIMIT :limit""")
                    .bind("venue", venueId)
                    .bind("session", sessionId)
                    .bind("limit", limit)
                    .map((row, _) -> {
                        var call = JsonNodeFactory.instance.objectNode()
                                .put("id", row.getString("id"))
                                .put("call_id", row.getString("call_id"))
                                .put("name", row.getString("name"));
                        call.set("args", JSON.readTree(row.getString("arguments")));
                        call.put("status", row.getString("status")).put("error_code", row.getString("error_code"));
                        call.set("result", JSON.readTree(row.getString("result")));
                        return call.put("started_at", Times.of(row, "started_at").toString())
                                .put("duration_ms", row.getLong("duration_us") / 1_000.0);
                    })
                    .forEach(calls::add);
            return calls;
        });
    }
}
