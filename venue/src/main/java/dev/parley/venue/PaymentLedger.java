package dev.parley.venue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.DriverManager;
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
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;

/// The payment requests of a venue, in a SQL database: H2 in a file, H2 in memory, or whatever a JDBC URL names.
///
/// Every operation is one transaction, and on disk when it returns. One `call_id` makes one request, however often and
/// from however many threads or processes it comes.
///
/// **Threads.** Any thread may call any method. The work is done on a few threads of the ledger's own, because H2
/// closes a database file under everybody when a thread is interrupted while it reads, and a tool that misses its
/// deadline is interrupted. A caller that is interrupted stops waiting and gets a [LedgerException]; what it asked for
/// may still happen. At most 1000 operations wait; more are refused.
///
/// **Logs.** The libraries below say hello at INFO; unless their `java.util.logging` level has been set, they are
/// limited to warnings.
public final class PaymentLedger implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int MAX_WAITING = 1_000;
    private static final int MAX_LIST = 1_000;
    private static final int ATTEMPTS = 3;
    private static final String COLUMNS = "order_id, call_id, amount_minor, currency, customer, memo, state, "
            + "created_at, updated_at";

    // Held, since java.util.logging forgets the level of a logger that nobody holds.
    private static final List<Logger> CHATTY = List.of(Logger.getLogger("com.zaxxer.hikari"),
            Logger.getLogger("org.flywaydb"));

    static {
        CHATTY.stream().filter(logger -> logger.getLevel() == null).forEach(logger -> logger.setLevel(Level.WARNING));
    }

    private final LedgerAddress address;
    private final InstantSource clock;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final ThreadPoolExecutor threads;

    private PaymentLedger(LedgerAddress address, InstantSource clock, HikariDataSource pool) {
        this.address = address;
        this.clock = clock;
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.threads = new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING), Thread.ofPlatform().daemon().name("ledger-", 1).factory());
    }

    /// Opens or creates the ledger in `file`; H2 adds `.mv.db` to its name.
    ///
    /// @throws LedgerException if another process has it, it is damaged or out of reach, or a newer Parley made it
    public static PaymentLedger open(Path file) {
        return open(LedgerAddress.file(file), InstantSource.system());
    }

    /// Opens or creates the ledger behind a JDBC URL, which carries its user and password if it needs any.
    ///
    /// @throws LedgerException as for a file
    public static PaymentLedger open(String url) {
        return open(url, InstantSource.system());
    }

    /// As [#open(String)], with the clock that stamps the requests.
    public static PaymentLedger open(String url, InstantSource clock) {
        return open(LedgerAddress.url(url), clock);
    }

    /// Opens a new ledger that vanishes when it is closed.
    public static PaymentLedger inMemory() {
        return open(LedgerAddress.memory(), InstantSource.system());
    }

    private static PaymentLedger open(LedgerAddress address, InstantSource clock) {
        // One connection by hand first: its failure is ours to explain, where a pool would log it. It also keeps H2
        // from closing the database again before the pool has connections.
        try (var _ = DriverManager.getConnection(address.url(), credentials(address))) {
            var pool = new HikariDataSource(pool(address));
            try {
                LedgerSchema.bringUpToDate(pool, address.name());
                return new PaymentLedger(address, clock, pool);
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (SQLException e) {
            throw address.explain(e);
        }
    }

    /// Writes `request` and returns it with its order id; the request that its `call_id` has already made, if any.
    ///
    /// @throws PaymentRefusedException if that `call_id` has made a request over another amount
    public PaymentRequest create(NewPaymentRequest request) {
        var stored = inTransaction(db -> {
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
        return inTransaction(db -> findByOrder(db, orderId, ""));
    }

    /// The latest requests, newest first, at most `limit` (1 to 1000).
    public List<PaymentRequest> list(int limit) {
        if (limit < 1 || limit > MAX_LIST) {
            throw new IllegalArgumentException("expected a limit of 1 to " + MAX_LIST + ", found " + limit);
        }
        return inTransaction(db -> db
                .createQuery("SELECT " + COLUMNS + " FROM payment_request ORDER BY order_id DESC LIMIT :limit")
                .bind("limit", limit)
                .map(PaymentLedger::read)
                .list());
    }

    /// Moves a request to `next` and returns it as it is then. One that is there already stays as it is.
    ///
    /// @throws PaymentRefusedException if there is no such request, or its state does not allow it
    public PaymentRequest move(OrderId orderId, PaymentState next) {
        return inTransaction(db -> {
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
        threads.shutdown();
        try {
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        pool.close();
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

    private <T> T inTransaction(HandleCallback<T, RuntimeException> work) {
        try {
            var running = threads.submit(() -> attempt(work));
            try {
                return running.get();
            } catch (InterruptedException e) {
                running.cancel(false);
                Thread.currentThread().interrupt();
                throw new LedgerException("interrupted while waiting for the ledger " + address.name()
                        + "; whether the change was made is unknown, ask again with the same call id", e);
            }
        } catch (RejectedExecutionException e) {
            throw new LedgerException(threads.isShutdown()
                    ? "expected the ledger " + address.name()
                            + " to be open, found it closed"
                    : "expected at most " + MAX_WAITING + " operations to wait for the ledger " + address.name()
                            + ", found more; try again later", e);
        } catch (ExecutionException e) {
            throw explain(e);
        }
    }

    /// Transactions that get into each other's way are tried again.
    private <T> T attempt(HandleCallback<T, RuntimeException> work) {
        for (var attempt = 1;; attempt++) {
            try {
                return jdbi.inTransaction(work);
            } catch (JdbiException e) {
                if (attempt == ATTEMPTS || !isContention(e)) {
                    throw e;
                }
            }
        }
    }

    private static boolean isContention(JdbiException e) {
        return e.getCause() instanceof SQLException sql && sql.getSQLState() != null
                && (sql.getSQLState().startsWith("40") || sql.getSQLState().startsWith("HYT"));
    }

    private RuntimeException explain(ExecutionException e) {
        return switch (e.getCause()) {
            case PaymentRefusedException refused -> refused;
            case JdbiException failure when failure.getCause() instanceof SQLException sql -> new LedgerException(
                    "expected the ledger " + address.name() + " to answer, found database error " + sql.getSQLState()
                            + "/" + sql.getErrorCode() + "; check the database, then try again", failure);
            case null, default -> new LedgerException("the ledger " + address.name() + " failed; see the cause", e);
        };
    }

    private static HikariConfig pool(LedgerAddress address) {
        var config = new HikariConfig();
        config.setPoolName("ledger");
        config.setJdbcUrl(address.url());
        config.setDataSourceProperties(credentials(address));
        config.setMaximumPoolSize(THREADS);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1);
        if (address.isH2()) {
            // Nothing on the way drops idle connections to an embedded database, and the last to go takes it along.
            config.setMaxLifetime(0);
        }
        return config;
    }

    private static Properties credentials(LedgerAddress address) {
        var credentials = new Properties();
        if (address.isH2() && !address.url().toUpperCase(Locale.ROOT).contains(";USER=")) {
            credentials.setProperty("user", "sa");
            credentials.setProperty("password", "");
        }
        return credentials;
    }
}
