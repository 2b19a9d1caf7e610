package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// One evening on a database of its own, of which each test breaks one thing by hand and sees it found; the breach is
/// rolled back. What the databases themselves refuse to store is let in first.
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
class VenueCheckTest {
    private static final List<String> GUARDS = List.of("tool_calls", "orders", "payments", "event_allocations");

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE"
            + ";DB_CLOSE_DELAY=-1";
    private final TestVenue venue = new TestVenue(url);

    @BeforeAll
    void anEvening() throws SQLException {
        Evening.at(venue);
        try (var db = DriverManager.getConnection(url, "sa", "")) {
            for (var guard : guards(db)) {
                execute(db, guard);
            }
        }
    }

    /// The statements that drop what keeps the tests from writing nonsense.
    private static List<String> guards(Connection db) throws SQLException {
        try (var statement = db.createStatement();
                var rows = statement.executeQuery(
                        """
                                SELECT table_name, constraint_name FROM information_schema.table_constraints
                                WHERE constraint_type IN ('UNIQUE', 'CHECK') OR table_name = 'tool_calls' AND constraint_type = 'PRIMARY KEY'
                                """)) {
            var drops = new ArrayList<String>();
            while (rows.next()) {
                if (GUARDS.contains(rows.getString(1))) {
                    drops.add("ALTER TABLE " + rows.getString(1) + " DROP CONSTRAINT IF EXISTS \"" + rows.getString(2)
                            + "\"");
                }
            }
            return drops;
        }
    }

    @AfterAll
    void close() {
        venue.close();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void findsNothingAfterAnEveningOfEverything(Engine engine) {
        try (var bar = new TestVenue(engine)) {
            Evening.at(bar);

            assertThat(new Shelf(bar).findings()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            R-2  | but its movements come to | UPDATE stock_levels SET on_hand = on_hand + 1 WHERE on_hand > 0
            R-2  | has no stock level        | DELETE FROM stock_levels WHERE on_hand > 0
            R-2  | with those before it      | UPDATE stock_movements SET balance_after = balance_after + 1 WHERE kind = 'sale'
            R-2  | with those before it      | UPDATE stock_movements SET delta = delta + 1 WHERE kind = 'sale'
            R-2  | has been changed          | UPDATE stock_levels SET version = version + 1
            R-3  | expected 0 or more        | UPDATE stock_levels SET on_hand = -1
            R-2  | makes or loses            | UPDATE stock_movements SET kind = 'transfer' WHERE kind = 'sale'
            R-1  | no record as done         | DELETE FROM tool_calls WHERE name = 'create_adjustment'
            R-1  | no record as done         | UPDATE tool_calls SET status = 'refused' WHERE name = 'process_order'
            R-19 | expected one              | INSERT INTO tool_calls SELECT 'x', venue_id, session_id, call_id, name, arguments, status, error_code, result, started_at, duration_us FROM tool_calls FETCH FIRST ROW ONLY
            R-9  | pending carts             | UPDATE orders SET kind = 'cart', status = 'pending', session_id = 's'
            R-10 | open tabs called          | UPDATE orders SET kind = 'tab', status = 'pending', folded_name = 'x'
            R-9  | its key should be         | UPDATE orders SET open_key = NULL WHERE status = 'pending'
            R-9  | its key should be         | UPDATE orders SET open_key = 'x' WHERE status = 'cancelled'
            R-5  | its payment cannot be     | UPDATE orders SET payment_status = 'pending' WHERE status = 'completed'
            R-5  | its payment cannot be     | UPDATE orders SET payment_status = 'refunded' WHERE status = 'completed'
            R-5  | without any lines         | DELETE FROM order_lines
            R-5  | no order that has been paid | UPDATE stock_movements SET ref_id = 'x' WHERE kind = 'sale'
            R-5  | movements of product      | DELETE FROM stock_movements WHERE kind = 'sale'
            R-5  | movements of product      | UPDATE stock_movements SET delta = delta - 1 WHERE kind = 'sale'
            R-6  | is off by                 | DELETE FROM stock_movements WHERE kind = 'void_restore'
            R-6  | is off by                 | UPDATE stock_movements SET delta = delta + 1 WHERE kind = 'void_restore'
            R-6  | restores its stock        | UPDATE orders SET payment_status = 'completed', status = 'completed' WHERE payment_status = 'refunded'
            R-7  | its line comes to         | UPDATE order_lines SET line_total_cents = line_total_cents + 1
            R-7  | has a subtotal of         | UPDATE orders SET subtotal_cents = subtotal_cents + 1
            R-7  | has a tax of              | UPDATE orders SET tax_cents = tax_cents + 1
            R-7  | has a tax of              | UPDATE orders SET total_cents = total_cents - 1
            R-5  | sale payments             | DELETE FROM payments WHERE kind = 'sale'
            R-5  | sale payments             | INSERT INTO payments SELECT 'x', venue_id, order_id, kind, method, amount_cents, tip_cents, session_id, actor, paid_at FROM payments WHERE kind = 'sale' FETCH FIRST ROW ONLY
            R-5  | whose total is            | UPDATE payments SET amount_cents = amount_cents + 1 WHERE kind = 'sale'
            R-5  | which has not been paid   | UPDATE orders SET status = 'pending', payment_status = 'pending'
            R-6  | refunds, expected one     | DELETE FROM payments WHERE kind = 'refund'
            R-6  | refunds it                | UPDATE orders SET payment_status = 'completed', status = 'completed' WHERE payment_status = 'refunded'
            R-6  | and refunded              | UPDATE payments SET amount_cents = amount_cents + 1 WHERE kind = 'refund'
            R-11 | in its adjustments        | DELETE FROM inventory_adjustments WHERE source = 'count'
            R-11 | in its adjustments        | UPDATE inventory_count_lines SET counted = counted + 1
            R-11 | did not count product     | UPDATE inventory_counts SET status = 'cancelled'
            R-11 | did not count product     | DELETE FROM inventory_count_lines
            R-12 | count                     | UPDATE inventory_counts SET open_key = NULL
            R-14 | has movements of          | DELETE FROM stock_movements WHERE kind = 'adjustment'
            R-14 | has movements of          | UPDATE inventory_adjustments SET delta = delta + 1
            R-14 | taken back by its void    | UPDATE inventory_adjustments SET voided_at = NULL
            R-14 | taken back by its void    | DELETE FROM stock_movements WHERE kind = 'adjustment_void'
            R-14 | which does not exist      | DELETE FROM inventory_adjustments
            R-15 | is closed with            | UPDATE event_allocations SET returned = returned + 1 WHERE status = 'closed'
            R-15 | of it was returned        | UPDATE event_allocations SET returned = 1 WHERE status = 'open'
            R-15 | its movements come to     | DELETE FROM stock_movements WHERE kind = 'event_return'
            R-15 | its movements come to     | UPDATE event_allocations SET allocated = allocated + 1
            R-15 | which does not exist      | DELETE FROM event_allocations
            R-12 | but its allocation        | UPDATE event_allocations SET status = 'open'
            R-12 | but its allocation        | UPDATE events SET status = 'planned' WHERE status = 'open'
            R-12 | its key should be         | UPDATE events SET open_key = 'x' WHERE status = 'closed'
            R-7  | has a tax of              | UPDATE orders SET tax_bps = tax_bps + 100
            R-7  | has a tax of              | UPDATE orders SET tax_included = NOT tax_included
            R-17 | in the open order         | UPDATE products SET archived_at = created_at
            R-17 | set aside for event       | UPDATE products SET archived_at = created_at
            R-17 | an ingredient of          | UPDATE products SET archived_at = created_at, active_key = NULL WHERE id IN (SELECT ingredient_id FROM recipe_items)
            R-17 | its key should be         | UPDATE products SET active_key = NULL
            R-18 | but product               | UPDATE categories SET active = FALSE
            R-18 | is below it               | UPDATE categories SET active = FALSE WHERE parent_id IS NULL
            R-18 | a third level             | UPDATE categories SET parent_id = (SELECT MAX(id) FROM categories WHERE parent_id IS NOT NULL) WHERE parent_id IS NULL
            """)
    void finds(String rule, String words, String breach) throws SQLException {
        assertThat(foundAfter(breach)).as(breach)
                .anySatisfy(finding -> {
                    assertThat(finding.rule()).isEqualTo(rule);
                    assertThat(finding.venueId()).isEqualTo(venue.venue().id());
                    assertThat(finding.sentence()).contains(words);
                });
    }

    @ParameterizedTest
    @CsvSource({"stock_movements, product_id", "stock_movements, location_id", "products, category_id",
            "sessions, location_id", "orders, location_id", "payments, order_id", "inventory_counts, location_id",
            "inventory_adjustments, product_id", "inventory_adjustments, location_id",
            "inventory_adjustments, count_id", "stock_levels, location_id", "recipe_items, ingredient_id",
            "order_lines, product_id", "inventory_count_lines, product_id", "event_allocations, product_id",
            "event_allocations, location_id"})
    void r20FindsARowOfAnotherVenue(String table, String column) throws SQLException {
        var other = switch (column) {
            case "product_id", "ingredient_id" -> "products";
            case "location_id" -> "locations";
            case "category_id" -> "categories";
            case "order_id" -> "orders";
            default -> "inventory_counts";
        };

        // The named row moves to another venue. Both ends of a recipe or a stock level are moved apart by hand.
        var found = foundAfter("INSERT INTO venues SELECT 'elsewhere', name, currency, timezone, tax_bps, "
                + "prices_include_tax, allow_negative_stock, low_stock_default, auto_create_locations, "
                + "void_window_hours, loss_approval_cents, catalogue_version FROM venues FETCH FIRST ROW ONLY",
                "UPDATE " + other + " SET venue_id = 'elsewhere' WHERE id IN (SELECT " + column + " FROM " + table
                        + ")");

        assertThat(found).as(found.toString())
                .anySatisfy(finding -> assertThat(finding.sentence()).startsWith("a row of " + table + " names ")
                        .contains(" in " + column + ", which is of venue elsewhere"));
    }

    @Test
    void namesTheVenueTheRuleAndTheIds() throws SQLException {
        var finding = foundAfter("UPDATE stock_levels SET on_hand = on_hand + 1 WHERE on_hand = 7").getFirst();

        assertThat(finding).hasToString("venue " + venue.venue().id() + ", R-2: " + finding.sentence());
        assertThat(finding.sentence()).matches("product prd_\\w+ at location loc_\\w+ has 8 on hand, but its movements "
                + "come to 7");
    }

    private List<VenueCheck.Finding> foundAfter(String... breaches) throws SQLException {
        try (var db = DriverManager.getConnection(url, "sa", "")) {
            execute(db, "SET REFERENTIAL_INTEGRITY FALSE");
            db.setAutoCommit(false);
            for (var breach : breaches) {
                execute(db, breach);
            }
            var found = VenueCheck.findings(Jdbi.open(db));
            db.rollback();
            return found;
        }
    }

    private static void execute(Connection db, String sql) throws SQLException {
        try (var statement = db.createStatement()) {
            statement.execute(sql);
        }
    }
}
