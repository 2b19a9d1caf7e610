package dev.parley.venue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/// A SQL database that is brought up to date when it is opened: H2 in a file, H2 in memory, or PostgreSQL.
///
/// **Threads.** Any thread may call any method. The work is done on a few threads of the database's own, because H2
/// closes a file under everybody when a thread is interrupted while it reads, and a tool that misses its deadline is
/// interrupted. A caller that is interrupted stops waiting and gets a [DatabaseException]; what it asked for may still
/// happen. At most 1000 operations wait; more are refused.
///
/// **Logs.** The libraries below say hello at INFO; unless their `java.util.logging` level has been set, they are
/// limited to warnings.
final class Database implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int MAX_WAITING = 1_000;
    private static final int ATTEMPTS = 3;

    // Held, since java.util.logging forgets the level of a logger that nobody holds.
    private static final List<Logger> CHATTY = List.of(Logger.getLogger("com.zaxxer.hikari"),
            Logger.getLogger("org.flywaydb"));

    static {
        CHATTY.stream().filter(logger -> logger.getLevel() == null).forEach(logger -> logger.setLevel(Level.WARNING));
    }

    private final DatabaseAddress address;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final ThreadPoolExecutor threads;
    /// Of H2 in a file, which otherwise writes for each transaction alone.
    private final @Nullable GroupCommit disk;

    private Database(DatabaseAddress address, HikariDataSource pool, @Nullable GroupCommit disk) {
        this.address = address;
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.threads = new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING), Thread.ofPlatform().daemon().name("database-", 1).factory());
        this.disk = disk;
    }

    /// @throws DatabaseException if another process has it, it is damaged or out of reach, or a newer Parley made it
    static Database open(DatabaseAddress address) {
        // One connection by hand first: its failure is ours to explain, where a pool would log it. It also keeps H2
        // from closing the database again before the pool has connections.
        try (var first = DriverManager.getConnection(address.url(), credentials(address))) {
            var file = address.isH2File() ? H2File.of(first) : null;
            var pool = new HikariDataSource(pool(address));
            try {
                DatabaseSchema.bringUpToDate(pool, address.name());
                return new Database(address, pool, file == null ? null : new GroupCommit(file::write));
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (SQLException e) {
            throw address.explain(e);
        }
    }

    /// The file, or the URL without anything that could hold a password.
    String name() {
        return address.name();
    }

    /// Whether other processes may use it at the same time. An H2 database is this process's alone.
    boolean isShared() {
        return !address.isH2();
    }

    /// How busy it is.
    DatabaseLoad load() {
        var connections = pool.getHikariPoolMXBean();
        return new DatabaseLoad(THREADS, connections.getActiveConnections(), connections.getIdleConnections(), threads
                .getQueue()
                .size());
    }

    /// Runs `work` in one transaction, which is on disk when this returns. Transactions that get into each other's way
    /// are tried again, so `work` may run more than once and must have no effect of its own outside of the database.
    ///
    /// @throws DatabaseException if the database does not answer; [DatabaseException#isPassing] tells whether to ask again
    /// @throws RuntimeException what `work` throws, if it is not about the database
    <T extends @Nullable Object> T inTransaction(HandleCallback<T, RuntimeException> work) {
        try {
            var running = threads.submit(() -> attempt(work));
            try {
                var result = running.get();
                if (disk != null) {
                    disk.await();
                }
                return result;
            } catch (InterruptedException e) {
                running.cancel(false);
                Thread.currentThread().interrupt();
                throw new DatabaseException("interrupted while waiting for the database " + address.name()
                        + "; whether the change was made is unknown, ask again with the same call id", e);
            }
        } catch (RejectedExecutionException e) {
            throw threads.isShutdown()
                    ? new DatabaseException("expected the database " + address.name() + " to be open, found it closed",
                            e)
                    : DatabaseException.passing("expected at most " + MAX_WAITING
                            + " operations to wait for the database " + address.name()
                            + ", found more; try again later", e);
        } catch (ExecutionException e) {
            throw explain(e);
        }
    }

    /// Finishes what has begun, for at most two seconds, and closes. Closing again does nothing.
    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (disk != null) {
            disk.close();
        }
        pool.close();
    }

    private <T extends @Nullable Object> T attempt(HandleCallback<T, RuntimeException> work) {
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
        return hasState(e, "40", "HYT");
    }

    /// Contention that did not end, a connection that was lost, a server that is stopping or starting.
    private static boolean isPassing(JdbiException e) {
        return isContention(e) || hasState(e, "08", "57P", "53");
    }

    private static boolean hasState(JdbiException e, String... prefixes) {
        if (e.getCause() instanceof SQLException sql && sql.getSQLState() != null) {
            for (var prefix : prefixes) {
                if (sql.getSQLState().startsWith(prefix)) {
                    return true;
                }
            }
        }
        return false;
    }

    private RuntimeException explain(ExecutionException e) {
        if (e.getCause() instanceof JdbiException failure && failure.getCause() instanceof SQLException sql) {
            var what = "expected the database " + address.name() + " to answer, found database error "
                    + sql.getSQLState() + "/" + sql.getErrorCode() + "; check the database, then try again";
            return isPassing(failure)
                    ? DatabaseException.passing(what, failure)
                    : new DatabaseException(what, failure);
        }
        if (e.getCause() instanceof JdbiException || !(e.getCause() instanceof RuntimeException mine)) {
            return new DatabaseException("the database " + address.name() + " failed; see the cause", e);
        }
        return mine;
    }

    private static HikariConfig pool(DatabaseAddress address) {
        var config = new HikariConfig();
        config.setPoolName("venue");
        config.setJdbcUrl(address.url());
        config.setDataSourceProperties(credentials(address));
        config.setMaximumPoolSize(THREADS);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1);
        if (address.isH2()) {
            // Nothing on the way drops idle connections to an embedded database, and the last to go takes it along.
            config.setMaxLifetime(0);
        } else {
            // Every statement asks for few rows by a key, so a plan is as good for one value as for another. Left to itself,
            // PostgreSQL plans joins anew each time, which costs it more than half of what a call does.
            config.setConnectionInitSql("SET plan_cache_mode = force_generic_plan");
        }
        return config;
    }

    private static Properties credentials(DatabaseAddress address) {
        var credentials = new Properties();
        if (address.isH2() && !address.url().toUpperCase(Locale.ROOT).contains(";USER=")) {
            credentials.setProperty("user", "sa");
            credentials.setProperty("password", "");
        }
        return credentials;
    }
}
