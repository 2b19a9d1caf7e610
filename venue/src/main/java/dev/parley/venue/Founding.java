package dev.parley.venue;

import java.util.Currency;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/// Makes a venue that is not there yet: its row, and a bar to sell from.
final class Founding {
    private static final String DEFAULT_LOCATION = "Main Bar";

    private Founding() {}

    static void found(Database database, Venue.Options options) {
        database.inTransaction(db -> {
            if (!exists(db, options.id())) {
                insert(db, options);
            }
            return options.id();
        });
    }

    private static boolean exists(Handle db, String id) {
        return db.createQuery("SELECT COUNT(*) FROM venues WHERE id = :id").bind("id", id).mapTo(Long.class).one() > 0;
    }

    private static void insert(Handle db, Venue.Options options) {
        var made = db.createUpdate("""
                INSERT INTO venues (id, name, currency, timezone, tax_bps, prices_include_tax, allow_negative_stock,
                    low_stock_default, auto_create_locations, void_window_hours, loss_approval_cents,
                    catalogue_version)
                VALUES (:id, :name, :currency, 'UTC', 800, FALSE, FALSE, 5, FALSE, 24, 10000, 1)
                ON CONFLICT DO NOTHING""")
                .bind("id", options.id())
                .bind("name", options.name())
                .bind("currency", Currency.getInstance(Locale.US).getCurrencyCode())
                .execute();
        if (made == 1) {
            db.createUpdate("""
                    INSERT INTO locations (id, venue_id, name, folded_name, is_default, active)
                    VALUES (:id, :venue, :name, :folded, TRUE, TRUE)""")
                    .bind("id", Ids.next("loc", options.clock().instant()))
                    .bind("venue", options.id())
                    .bind("name", DEFAULT_LOCATION)
                    .bind("folded", Folded.of(DEFAULT_LOCATION))
                    .execute();
        }
    }
}
