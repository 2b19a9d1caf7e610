package dev.parley.venue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The databases that every rule of the bar holds on. Each is started once for all tests, which keep apart by having a
/// venue each.
enum Engine {
    H2 {
        @Override
        String url() {
            return "jdbc:h2:mem:engine-of-all-tests;DB_CLOSE_DELAY=-1";
        }
    },
    POSTGRESQL {
        @Override
        String url() {
            return Postgres.SERVER.getJdbcUrl("postgres", "postgres");
        }
    };

    abstract String url();

    /// Started when first asked for; it ends with the JVM.
    private static final class Postgres {
        private static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException("expected PostgreSQL to start from its embedded binaries", e);
            }
        }
    }
}
