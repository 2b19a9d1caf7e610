package dev.parley.venue;

import java.sql.Connection;
import java.sql.SQLException;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;

/// The file of an embedded H2 database, which is written when we say so and at no other time.
///
/// H2 has a thread of its own that writes now and then. A commit does not wait for what that thread is still writing
/// (`MVStore.store` finds nothing unsaved), so a process killed in that moment would lose what was said to be on disk. Without
/// the thread all writing is done by those who ask for it. There is no SQL for that: a `WRITE_DELAY` of 0 writes for each
/// transaction alone.
final class H2File {
    /// How often the space of what is gone is made free, in writes; much less work than the writes themselves.
    private static final int WRITES_BETWEEN_CLEANING = 500;
    private static final int FULL_ENOUGH_PERCENT = 60;
    private static final int CLEANED_BYTES = 1 << 20;

    private final MVStore store;
    private int writes;

    private H2File(MVStore store) {
        this.store = store;
    }

    /// Takes over the writing. To be called once the database is open, before anything is written.
    static H2File of(Connection connection) throws SQLException {
        var session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
        var store = session.getDatabase().getStore().getMvStore();
        // 0 ends the thread and waits for it; less than 0 says that nobody is to write at the end of a transaction either.
        store.setAutoCommitDelay(0);
        store.setAutoCommitDelay(-1);
        return new H2File(store);
    }

    /// Writes all that is committed. By one thread at a time.
    ///
    /// @throws RuntimeException if it could not be written; nothing more can be then
    void write() {
        store.commit();
        if (store.isClosed()) {
            throw new IllegalStateException("expected the file to be open, found that H2 has closed it", store
                    .getPanicException());
        }
        if (++writes % WRITES_BETWEEN_CLEANING == 0) {
            store.compact(FULL_ENOUGH_PERCENT, CLEANED_BYTES);
        }
    }
}
