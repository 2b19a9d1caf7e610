package dev.parley.venue;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/// The payment requests of a venue, in a SQL database: H2 in a file, H2 in memory, or whatever a JDBC URL names.
///
/// Every operation is one transaction, and on disk when it returns. One `call_id` makes one request, however often and
/// from however many threads or processes it comes.
///
/// Any thread may call any method; see [Database] for what that costs.
public final class PaymentLedger implements AutoCloseable {
    private static final int MAX_LIST = 1_000;
    private static final String COLUMNS = "order_id, call_id, amount_minor, currency, customer, memo, state, "
            + "created_at, updated_at";

    private final Database database;
    private final InstantSource clock;

    PaymentLedger(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Opens or creates the ledger in `file`; H2 adds `.mv.db` to its name.
    ///
    /// @throws DatabaseException if another process has it, it is damaged or out of reach, or a newer Parley made it
    public static PaymentLedger open(Path file) {
        return open(DatabaseAddress.file(file), InstantSource.system());
    }

    /// Opens or creates the ledger behind a JDBC URL, which carries its user and password if it needs any.
    ///
    /// @throws DatabaseException as for a file
    public static PaymentLedger open(String url) {
        return open(url, InstantSource.system());
    }

    /// As [#open(String)], with the clock that stamps the requests.
    public static PaymentLedger open(String url, InstantSource clock) {
        return open(DatabaseAddress.url(url), clock);
    }

    /// Opens a new ledger that vanishes when it is closed.
    public static PaymentLedger inMemory() {
        return open(DatabaseAddress.memory(), InstantSource.system());
    }

    private static PaymentLedger open(DatabaseAddress address, InstantSource clock) {
        return new PaymentLedger(Database.open(address), clock);
    }

    /// Writes `request` and returns it with its order id; the request that its `call_id` has already made, if any.
    ///
    /// @throws PaymentRefusedException if that `call_id` has made a request over another amount
    public PaymentRequest create(NewPaymentRequest request) {
        var stored = database.inTransaction(db -> {
            var existing = findByCall(db, request.callId());
            return existing.isPresent() ? existing.get() : insert(db, request);
        });
        if (!stored.money().equals(request.money())) {
            throw new PaymentRefusedException("This call has already made payment request " + stored.orderId()
                    + " over "
                    + stored.money() + "; nothing was changed.");
        }
        return stored;
    }

    public Optional<PaymentRequest> find(OrderId orderId) {
        return database.inTransaction(db -> findByOrder(db, orderId, ""));
    }

    /// The latest requests, newest first, at most `limit` (1 to 1000).
    public List<PaymentRequest> list(int limit) {
        if (limit < 1 || limit > MAX_LIST) {
            throw new IllegalArgumentException("expected a limit of 1 to " + MAX_LIST + ", found " + limit);
        }
        return database.inTransaction(db -> db
                .createQuery("SELECT " + COLUMNS + " FROM payment_request ORDER BY order_id DESC LIMIT :limit")
                .bind("limit", limit)
                .map(PaymentLedger::read)
                .list());
    }

    /// Moves a request to `next` and returns it as it is then. One that is there already stays as it is.
    ///
    /// @throws PaymentRefusedException if there is no such request, or its state does not allow it
    public PaymentRequest move(OrderId orderId, PaymentState next) {
        return database.inTransaction(db -> {
            var current = findByOrder(db, orderId, " FOR UPDATE")
                    .orElseThrow(() -> new PaymentRefusedException("There is no payment request " + orderId + "."));
            if (current.state() == next) {
                return current;
            }
            if (!current.state().canBecome(next)) {
                throw new PaymentRefusedException("Payment request " + orderId + " is " + current.state()
                        + " and cannot become " + next + ".");
            }
            db.createUpdate("UPDATE payment_request SET state = :state, updated_at = :now WHERE order_id = :id")
                    .bind("state", next.toString())
                    .bind("now", now())
                    .bind("id", orderId.number())
                    .execute();
            return findByOrder(db, orderId, "").orElseThrow();
        });
    }

    /// Finishes what has begun, for at most two seconds, and closes the database. Closing again does nothing.
    @Override
    public void close() {
        database.close();
    }

    private PaymentRequest insert(Handle db, NewPaymentRequest request) {
        db.createUpdate("""
                INSERT INTO payment_request
                    (call_id, amount_minor, currency, customer, memo, state, created_at, updated_at)
                VALUES (:call, :amount, :currency, :customer, :memo, :state, :now, :now)
                ON CONFLICT DO NOTHING""")
                .bind("call", request.callId())
                .bind("amount", request.money().minorUnits())
                .bind("currency", request.money().currency().getCurrencyCode())
                .bind("customer", request.customer())
                .bind("memo", request.memo())
                .bind("state", request.state().toString())
                .bind("now", now())
                .execute();
        return findByCall(db, request.callId()).orElseThrow();
    }

    private static Optional<PaymentRequest> findByCall(Handle db, String callId) {
        return db.createQuery("SELECT " + COLUMNS + " FROM payment_request WHERE call_id = :call")
                .bind("call", callId)
                .map(PaymentLedger::read)
                .findOne();
    }

    private static Optional<PaymentRequest> findByOrder(Handle db, OrderId orderId, String suffix) {
        return db.createQuery("SELECT " + COLUMNS + " FROM payment_request WHERE order_id = :id" + suffix)
                .bind("id", orderId.number())
                .map(PaymentLedger::read)
                .findOne();
    }

    private static PaymentRequest read(ResultSet row, StatementContext context) throws SQLException {
        return new PaymentRequest(new OrderId(row.getLong("order_id")), row.getString("call_id"),
                new Money(row.getLong("amount_minor"), Currency.getInstance(row.getString("currency"))),
                row.getString("customer"), row.getString("memo"),
                PaymentState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }
}
