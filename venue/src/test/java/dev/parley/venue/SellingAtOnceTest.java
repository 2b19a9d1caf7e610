package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Many sessions at once, on both databases.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(120)
class SellingAtOnceTest {
    private static final List<String> DRINKS = List.of("Bud Light", "Corona", "Martini", "Gin");
    private static final Set<String> EXPECTED = Set.of("insufficient_stock", "cart_not_found", "item_not_in_cart",
            "tab_not_found", "tab_exists", "order_not_found", "already_voided", "ambiguous_order",
            "quantity_out_of_range");

    private final SellingBar bar;

    SellingAtOnceTest(Engine engine) {
        this.bar = new SellingBar(engine);
    }

    @AfterEach
    void close() {
        bar.close();
    }

    /// What all of these answer, begun at the same moment: `done`, or the code of the refusal.
    private List<String> atOnce(int count, IntFunction<Callable<String>> callers) {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(0, count).mapToObj(callers).map(caller -> threads.submit(() -> {
                assertThat(start.await(30, TimeUnit.SECONDS)).as("the start is given").isTrue();
                return caller.call();
            })).toList();
            start.countDown();
            return running.stream().map(SellingAtOnceTest::end).toList();
        }
    }

    private static String end(Future<String> running) {
        try {
            return running.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("expected every caller to end within a minute", e);
        }
    }

    private String outcome(String session, String tool, String arguments) {
        var result = bar.venue.call(session, tool, arguments);
        return result.succeeded()
                ? "done"
                : TestVenue.JSON.readTree(result.output()).path("code").asString(result.output());
    }

    private static int count(List<String> outcomes, String which) {
        return (int) outcomes.stream().filter(which::equals).count();
    }

    @Test
    void scenario05Sells10Of10To50Sessions() {
        var budLight = bar.piece("Bud Light", 500, 10);

        var outcomes = atOnce(50, i -> () -> {
            bar.done("s" + i, "add_to_cart", "{'drink_name':'Bud Light'}");
            return "done";
        });
        assertThat(count(outcomes, "done")).isEqualTo(50);
        outcomes = atOnce(50, i -> () -> outcome("s" + i, "process_order", "{}"));

        assertThat(count(outcomes, "done")).isEqualTo(10);
        assertThat(count(outcomes, "insufficient_stock")).isEqualTo(40);
        assertThat(bar.onHand(budLight)).isZero();
        assertThat(bar.number("SELECT COUNT(*) FROM payments WHERE venue_id = ?")).isEqualTo(10);
    }

    @Test
    void r10OneOfManyWhoOpenATabOfOneNameAtOnceGetsIt() {
        var outcomes = atOnce(20, i -> () -> outcome("s" + i, "create_tab", "{'customer_name':'John'}"));

        assertThat(count(outcomes, "done")).isEqualTo(1);
        assertThat(count(outcomes, "tab_exists")).isEqualTo(19);
    }

    @Test
    void r5OneOfManyWhoCloseATabAtOnceTakesTheMoney() {
        var budLight = bar.piece("Bud Light", 500, 10);
        bar.done("create_tab", "{'customer_name':'John'}");
        bar.done("add_to_cart", "{'drink_name':'Bud Light','tab':'John'}");

        var outcomes = atOnce(20, i -> () -> outcome("s" + i, "close_tab", "{'customer_name':'John'}"));

        assertThat(count(outcomes, "done")).isEqualTo(1);
        assertThat(count(outcomes, "tab_not_found")).isEqualTo(19);
        assertThat(bar.onHand(budLight)).isEqualTo(9);
    }

    @Test
    void r6OneOfManyWhoVoidAnOrderAtOnceRefundsIt() {
        var budLight = bar.piece("Bud Light", 500, 10);
        bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':3}");
        var order = bar.done("process_order", "{}").path("orderId").asString();

        var outcomes = atOnce(20, i -> () -> outcome("s" + i, "void_transaction", "{'customer_name':'" + order + "'}"));

        assertThat(count(outcomes, "done")).isEqualTo(1);
        assertThat(count(outcomes, "already_voided")).isEqualTo(19);
        assertThat(bar.onHand(budLight)).isEqualTo(10);
        assertThat(bar.number("SELECT COUNT(*) FROM payments WHERE venue_id = ? AND kind = 'refund'")).isEqualTo(1);
    }

    @Test
    void r4TabsThatAreFilledAtOnceKeepEachDrink() {
        bar.piece("Bud Light", 500, 100);
        bar.done("create_tab", "{'customer_name':'John'}");

        var outcomes = atOnce(20, i -> () -> outcome("s" + i, "add_to_cart",
                "{'drink_name':'Bud Light','quantity':2,'tab':'John'}"));

        assertThat(count(outcomes, "done")).isEqualTo(20);
        assertThat(bar.done("show_cart", "{'tab':'John'}").path("itemCount").asLong()).isEqualTo(40);
    }

    @Test
    void r23RandomCallsOf200SessionsKeepStockAndMoney() {
        var seed = System.nanoTime();
        System.out.println("Random calls of 200 sessions: seed " + seed);
        bar.piece("Bud Light", 500, 300);
        bar.piece("Corona", 600, 100);
        var gin = bar.poured("Gin", 800, 44, 750 * 20);
        bar.mixed("Martini", 1200, java.util.Map.of(gin, 60L));
        atOnce(200, i -> () -> outcome("s" + i, "show_cart", "{}"));
        var end = System.nanoTime() + Duration.ofMillis(2_500).toNanos();

        var outcomes = atOnce(200, i -> () -> {
            var random = new Random(seed + i);
            var strange = new ArrayList<String>();
            while (System.nanoTime() < end) {
                var outcome = randomCall("s" + i, random);
                if (!outcome.equals("done") && !EXPECTED.contains(outcome)) {
                    strange.add(outcome);
                }
            }
            return strange.toString();
        });

        assertThat(outcomes).as("seed " + seed).containsOnly("[]");
        assertInvariants("seed " + seed);
        System.out.println("  " + bar.number("SELECT COUNT(*) FROM tool_calls WHERE venue_id = ?") + " calls, "
                + bar.number("SELECT COUNT(*) FROM payments WHERE venue_id = ?") + " payments");
    }

    private String randomCall(String session, Random random) {
        var drink = DRINKS.get(random.nextInt(DRINKS.size()));
        var tab = "Tab " + random.nextInt(6);
        var quantity = 1 + random.nextInt(3);
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> outcome(session, "add_to_cart", "{'drink_name':'" + drink + "','quantity':" + quantity
                    + "}");
            case 3, 4 -> outcome(session, "add_to_cart", "{'drink_name':'" + drink + "','quantity':" + quantity
                    + ",'tab':'" + tab + "'}");
            case 5 -> outcome(session, "remove_from_cart", "{'drink_name':'" + drink + "'}");
            case 6 -> outcome(session, "create_tab", "{'customer_name':'" + tab + "'}");
            case 7 -> outcome(session, "close_tab", "{'customer_name':'" + tab + "'}");
            case 8, 9 -> outcome(session, "process_order", "{'customer_name':'" + session + "'}");
            case 10 -> outcome(session, "void_transaction", "{'customer_name':'" + (random.nextBoolean()
                    ? tab
                    : random.nextBoolean() ? "last" : "s" + random.nextInt(200)) + "'}");
            default -> outcome(session, random.nextBoolean() ? "clear_cart" : "show_cart", "{}");
        };
    }

    private void assertInvariants(String which) {
        var broken = new TreeMap<String, Long>();
        broken.put("R-2: levels that are not the sum of their movements", bar.number("""
                SELECT COUNT(*) FROM stock_levels s JOIN products p ON p.id = s.product_id WHERE p.venue_id = ?
                AND s.on_hand <> (SELECT COALESCE(SUM(m.delta), 0) FROM stock_movements m
                    WHERE m.product_id = s.product_id AND m.location_id = s.location_id)"""));
        broken.put("R-3: levels below zero", bar.number("""
                SELECT COUNT(*) FROM stock_levels s JOIN products p ON p.id = s.product_id WHERE p.venue_id = ?
                AND s.on_hand < 0"""));
        broken.put("R-5: paid orders without exactly one sale of their total", bar.number("""
                SELECT COUNT(*) FROM orders o WHERE o.venue_id = ? AND o.closed_at IS NOT NULL
                AND 1 <> (SELECT COUNT(*) FROM payments p
                    WHERE p.order_id = o.id AND p.kind = 'sale' AND p.amount_cents = o.total_cents)"""));
        broken.put("R-5: sales of orders that were never paid", bar.number("""
                SELECT COUNT(*) FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.venue_id = ?
                AND o.closed_at IS NULL"""));
        broken.put("R-6: refunds of another amount than the sale, or of orders that are not refunded", bar.number("""
                SELECT COUNT(*) FROM payments r JOIN orders o ON o.id = r.order_id WHERE r.venue_id = ?
                AND r.kind = 'refund' AND (o.payment_status <> 'refunded' OR r.amount_cents <> (SELECT p.amount_cents
                    FROM payments p WHERE p.order_id = r.order_id AND p.kind = 'sale'))"""));
        broken.put("R-6: orders whose movements do not fit their state", bar.number("""
                SELECT COUNT(*) FROM orders o WHERE o.venue_id = ? AND o.closed_at IS NOT NULL
                AND (o.payment_status = 'refunded') <> (0 = (SELECT COALESCE(SUM(m.delta), 0) FROM stock_movements m
                    WHERE m.ref_id = o.id))"""));
        broken.put("R-7: orders whose lines are not their subtotal", bar.number("""
                SELECT COUNT(*) FROM orders o WHERE o.venue_id = ? AND o.subtotal_cents <> (
                    SELECT COALESCE(SUM(l.unit_price_cents * l.quantity), 0) FROM order_lines l
                    WHERE l.order_id = o.id)"""));
        broken.put("R-9: carts that are empty, or sessions with several", bar.number("""
                SELECT COUNT(*) FROM orders o WHERE o.venue_id = ? AND o.kind = 'cart' AND o.status = 'pending'
                AND (NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id)
                    OR EXISTS (SELECT 1 FROM orders x WHERE x.venue_id = o.venue_id AND x.kind = 'cart'
                        AND x.status = 'pending' AND x.session_id = o.session_id AND x.id <> o.id))"""));
        broken.put("R-10: open tabs of one name", bar.number("""
                SELECT COUNT(*) FROM orders o WHERE o.venue_id = ? AND o.kind = 'tab' AND o.status = 'pending'
                AND EXISTS (SELECT 1 FROM orders x WHERE x.venue_id = o.venue_id AND x.kind = 'tab'
                    AND x.status = 'pending' AND x.folded_name = o.folded_name AND x.id <> o.id)"""));
        broken.values().removeIf(number -> number == 0);
        assertThat(broken).as(which).isEmpty();
    }
}
