package dev.parley.app;

import dev.parley.agent.Agent;
import dev.parley.agent.ToolRunner;
import java.util.List;

/// Whom the demo's caller phones: an agent, its tools on a database, and what must be there afterwards.
interface Desk extends AutoCloseable {
    Agent agent();

    /// Tools for one conversation; closing them is up to whoever asked.
    ToolRunner tools();

    /// What the database should hold after such a call, and does not.
    List<String> missing(CallReport report);

    /// What to look at when all went well.
    String afterwards();

    @Override
    void close();
}
