package dev.parley.venue;

import dev.parley.agent.Toolbox;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// A bar and its till on a database: products, stock, carts, tabs, counts, events, payments, and the tools a model may
/// use on them. Thread-safe; closing it finishes what has begun and closes the database.
public final class Venue implements AutoCloseable {
    private final Database database;
    private final String id;
    private final VenueFeed feed;
    private final Till till;
    private final PaymentLedger ledger;

    private Venue(Database database, String id, InstantSource clock) {
        this.database = database;
        this.id = id;
        this.feed = new VenueFeed(clock.millis());
        this.till = new Till(database, id, feed, clock);
        this.ledger = new PaymentLedger(database, clock);
    }

    /// Which venue of the database, and how it is called when it is new.
    public record Options(String id, String name, InstantSource clock) {
        /// Venue `1`.
        public static final Options DEFAULT = new Options("1", "The Bar", InstantSource.system());

        public Options {
            if (!id.matches("[A-Za-z0-9_-]{1,40}")) {
                throw new IllegalArgumentException("expected a venue id of 1 to 40 letters, digits, - and _, found "
                        + "\"" + id + "\"");
            }
        }

        public Options withId(String value) {
            return new Options(value, name, clock);
        }

        public Options withName(String value) {
            return new Options(id, value, clock);
        }

        public Options withClock(InstantSource value) {
            return new Options(id, name, value);
        }
    }

    /// Opens the venue in `file`, made if it is not there; H2 adds `.mv.db` to its name.
    ///
    /// @throws DatabaseException if another process has it, it is damaged or out of reach, or a newer Parley made it
    public static Venue open(Path file, Options options) {
        return open(DatabaseAddress.file(file), options);
    }

    /// Opens the venue behind a JDBC URL, which carries its user and password if it needs any.
    ///
    /// @throws DatabaseException as for a file
    public static Venue open(String url, Options options) {
        return open(DatabaseAddress.url(url), options);
    }

    /// Opens a new venue that vanishes when it is closed.
    public static Venue inMemory(Options options) {
        return open(DatabaseAddress.memory(), options);
    }

    private static Venue open(DatabaseAddress address, Options options) {
        var database = Database.open(address);
        try {
            Founding.found(database, options);
            return new Venue(database, options.id(), options.clock());
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    public String id() {
        return id;
    }

    /// What happens here, as it happens.
    public VenueFeed feed() {
        return feed;
    }

    /// The payment requests kept in the same database.
    public PaymentLedger ledger() {
        return ledger;
    }

    /// Who works here.
    public StaffDesk staff() {
        return new StaffDesk(till);
    }

    /// What tools were called.
    public ToolCallRecords toolCalls() {
        return new ToolCallRecords(database, id);
    }

    /// How busy the database is.
    public DatabaseLoad load() {
        return database.load();
    }

    /// Asks the database for nothing, to see whether it answers.
    ///
    /// @throws DatabaseException if it does not
    public void ask() {
        database.inTransaction(db -> db.createQuery("SELECT 1").mapTo(Integer.class).one());
    }

    /// How much there is of everything, and how that came to be.
    public Stockroom stockroom() {
        return new Stockroom(till);
    }

    /// The events that stock is set aside for.
    public Events events() {
        return new Events(till);
    }

    /// What stock is worth, and what became of it.
    public StockReports stockReports() {
        return new StockReports(till);
    }

    /// What breaks the rules in the whole database, with all its venues; nothing if all is well.
    ///
    /// @throws DatabaseException if the database does not answer
    public List<VenueCheck.Finding> check() {
        return new VenueCheck(database).findings();
    }

    /// What is sold here, and what the model is told about its work.
    public Menu menu() {
        return new Menu(till);
    }

    /// Orders, tabs and what was sold, for programs.
    public Sales sales() {
        return new Sales(till);
    }

    Till till() {
        return till;
    }

    /// The thirty tools of the reference; see [#toolbox(ToolSet)].
    public Toolbox toolbox() {
        return toolbox(ToolSet.REFERENCE);
    }

    /// The tools a model may use. A session is the conversation of the [dev.parley.agent.ToolRunner] that runs them.
    public Toolbox toolbox(ToolSet set) {
        return BarTools.toolbox(till, set);
    }

    /// The same tools, for those who came in with this badge.
    public Toolbox toolbox(ToolSet set, Badge badge) {
        return BarTools.toolbox(till.with(badge), set);
    }

    @Override
    public void close() {
        database.close();
    }
}
