package dev.parley.venue;

import java.util.Arrays;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/// Brings a database to the schema this version knows.
///
/// The history has a table of its own, so that the database can share a database with others.
final class DatabaseSchema {
    private static final String MIGRATIONS = "classpath:dev/parley/venue/db";

    private DatabaseSchema() {}

    static void bringUpToDate(DataSource database, String name) {
        try {
            var flyway = Flyway.configure(DatabaseSchema.class.getClassLoader())
                    .dataSource(database)
                    .locations(MIGRATIONS)
                    .table("venue_schema_history")
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load();
            refuseNewer(flyway.info().applied(), name);
            flyway.migrate();
        } catch (FlywayException e) {
            throw new DatabaseException("expected the database " + name + " to have a schema this version made, found: "
                    + DatabaseAddress.firstLine(e) + "; restore it, or choose another database", e);
        }
    }

    private static void refuseNewer(MigrationInfo[] applied, String name) {
        var newer = Arrays.stream(applied)
                .filter(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS
                        || migration.getState() == MigrationState.FUTURE_FAILED)
                .map(migration -> String.valueOf(migration.getVersion()))
                .collect(Collectors.joining(", "));
        if (!newer.isEmpty()) {
            throw new DatabaseException("expected the database " + name
                    + " to have a schema this version knows, found the "
                    + "newer version " + newer + "; use a newer Parley, or another database");
        }
    }
}
