package dev.parley.venue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/// Holds a whole database, with all its venues, against the rules that it must keep at all times (3.7), and tells in
/// words what breaks them. Changes nothing, and sees one moment of a database that is in use.
public final class VenueCheck {
    private static final int MOST_OF_A_KIND = 20;
    private static final int MOST_LOOKED_AT = 2_000;

    private final Database database;

    VenueCheck(Database database) {
        this.database = database;
    }

    /// Something that breaks a rule.
    ///
    /// @param rule as the specification numbers it
    /// @param sentence what was found, with the ids of what it concerns
    public record Finding(String venueId, String rule, String sentence) {
        /// `venue 1, R-2: ...`
        @Override
        public String toString() {
            return "venue " + venueId + ", " + rule + ": " + sentence;
        }
    }

    /// What is found, at most 20 of a kind in each venue; nothing if all is well.
    ///
    /// @throws DatabaseException if the database does not answer
    public List<Finding> findings() {
        return database.inTransaction(db -> {
            db.setTransactionIsolationLevel(TransactionIsolationLevel.REPEATABLE_READ);
            return findings(db);
        });
    }

    static List<Finding> findings(Handle db) {
        var findings = new ArrayList<Finding>();
        for (var invariant : Invariants.ALL) {
            db.createQuery(invariant.sql())
                    .setMaxRows(MOST_LOOKED_AT)
                    .map((row, _) -> finding(invariant, row))
                    .collect(Collectors.groupingBy(Finding::venueId, TreeMap::new, Collectors.toList()))
                    .values()
                    .forEach(found -> found.stream().limit(MOST_OF_A_KIND).forEach(findings::add));
        }
        return List.copyOf(findings);
    }

    private static Finding finding(Invariants.Invariant invariant, ResultSet row) throws SQLException {
        var words = new Object[row.getMetaData().getColumnCount() - 1];
        for (int i = 0; i < words.length; i++) {
            words[i] = row.getString(i + 2);
        }
        return new Finding(row.getString(1), invariant.rule(), invariant.sentence().formatted(words));
    }
}
