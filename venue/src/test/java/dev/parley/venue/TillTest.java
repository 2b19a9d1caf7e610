package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.agent.ToolCallContext;
import dev.parley.agent.ToolFailure;
import dev.parley.agent.ToolOutcome;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// How calls become transactions, on both databases.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class TillTest {
    private final TestVenue venue;

    TillTest(Engine engine) {
        this.venue = new TestVenue(engine);
    }

    @AfterEach
    void close() {
        venue.close();
    }

    @Test
    void r1LeavesNothingOfACallThatFailsHalfway() {
        var call = new ToolCallContext("c1", "half", "s", TestVenue.json("{}"));

        assertThatIllegalStateException().isThrownBy(() -> venue.till().call(call, transaction -> {
            transaction.audit("half", "done", null, null);
            throw new IllegalStateException("a bug");
        }));

        assertThat(count("audit_log")).isZero();
        assertThat(venue.till().call(call, _ -> Answer.saying("whole")).path("message").asString())
                .as("the same call, tried again")
                .isEqualTo("whole");
    }

    @Test
    void r2KeepsTheSumOfTheMovementsEqualToTheStock() {
        SampleVenue.load(venue.venue(), SampleVenue.Others.REFUSE);

        venue.done("add_to_cart", "{'drink_name':'Old Fashioned','quantity':2}");
        venue.done("process_order", "{}");
        venue.done("void_transaction", "{'customer_name':'last'}");
        venue.done("create_adjustment", "{'product_name':'Bud Light','location_name':'Main Bar','quantity':3,"
                + "'adjustment_type':'breakage'}");

        assertThat(venue.<Long>perform(transaction -> transaction.db()
                .createQuery("""
                        SELECT COUNT(*) FROM stock_levels l JOIN products p ON p.id = l.product_id
                        WHERE p.venue_id = :venue AND l.on_hand <> (SELECT COALESCE(SUM(m.delta), 0)
                            FROM stock_movements m
                            WHERE m.product_id = l.product_id AND m.location_id = l.location_id)""")
                .bind("venue", transaction.venue().id())
                .mapTo(Long.class)
                .one())).isZero();
        assertThat(count("stock_movements")).as("movements").isGreaterThan(65);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            remove_from_cart         | {'drink_name':'x'}
            update_inventory_count   | {'count_session_id':'','product_id':'x','quantity':1}
            close_inventory_count    | {'count_session_id':'cnt_x'}
            create_adjustment        | {'product_name':'x','location_name':'Main Bar','quantity':1,'adjustment_type':'comp'}
            void_adjustment          | {'adjustment_id':'adj_x'}
            process_order            | {}
            close_tab                | {'customer_name':'nobody'}
            void_transaction         | {'customer_name':'nobody'}
            read_product             | {'product_name':'x'}
            update_product           | {'product_name':'x','updates':{'price':1}}
            archive_product          | {'product_id':'x'}
            update_category          | {'category_id':'x','updates':{'name':'y'}}
            delete_category          | {'category_id':'x'}
            create_event_allocation  | {'event_id':'x','product_name':'x','quantity':1}
            update_event_consumption | {'event_id':'x','product_name':'x','quantity_used':1}
            close_event_inventory    | {'event_id':'x'}
            check_inventory          | {'drink_name':'x'}
            add_to_cart              | {'drink_name':'x'}""")
    void v3RefusesInOneStyleWhateverTheTool(String tool, String arguments) {
        var refusal = venue.refused(tool, arguments.replace("\"", "'"));

        assertThat(refusal.propertyNames()).containsExactly("error", "code", "details", "retryable");
        assertThat(refusal.path("error").asString()).as("a sentence").isNotBlank();
        assertThat(refusal.path("code").asString()).isEqualTo(refusal.path("code").asString().toLowerCase(Locale.ROOT))
                .isNotBlank();
    }

    @Test
    void r19GivesTheStoredAnswerToACallThatComesAgainAfterARestart() {
        var first = venue.call("s", "c1", "navigate_to_screen", "{'screen':'tabs'}");
        venue.restartSessions();

        var second = venue.call("s", "c1", "navigate_to_screen", "{'screen':'tabs'}");

        assertThat(second.output()).isEqualTo(first.output());
        assertThat(venue.events("ui.navigate")).hasSize(1);
    }

    @Test
    void r19RefusesACallIdThatComesAgainWithOtherArgumentsAfterARestart() {
        venue.call("s", "c1", "navigate_to_screen", "{'screen':'tabs'}");
        venue.restartSessions();

        var second = venue.call("s", "c1", "navigate_to_screen", "{'screen':'menu'}");

        assertThat(TestVenue.json(second.output()).path("code").asString()).isEqualTo("idempotency_conflict");
        assertThat(venue.events("ui.navigate")).hasSize(1);
    }

    @Test
    void r19RemembersARefusalToo() {
        var first = venue.call("s", "c1", "navigate_to_screen", "{'screen':'moon'}");
        venue.restartSessions();

        var second = venue.call("s", "c1", "navigate_to_screen", "{'screen':'moon'}");

        assertThat(second.output()).isEqualTo(first.output()).contains("There is no screen", "invalid_screen");
        assertThat(second.outcome()).isInstanceOfSatisfying(ToolOutcome.Failed.class,
                failed -> assertThat(failed.reason()).isEqualTo(ToolFailure.REFUSED));
    }

    @Test
    void r24RegistersAnUnknownSessionOnFirstUse() {
        venue.done("a new one, with any name: 😀", "navigate_to_screen", "{'screen':'menu'}");

        assertThat(venue.refused("x".repeat(129), "navigate_to_screen", "{'screen':'menu'}").path("error").asString())
                .contains("expected 1 to 128 characters, found 129");
    }

    @Test
    void r22TellsWhatHappenedInOrderAfterItIsOnDisk() {
        venue.done("navigate_to_screen", "{'screen':'tabs'}");

        assertThat(venue.events("tool.finished").getFirst().data().path("outcome").asString()).isEqualTo("done");
        assertThat(venue.events("ui.navigate").getFirst().sessionId()).isEqualTo("s");
    }

    @Test
    void firstCallsOfOneNewSessionAtOnceDoNotGetIntoEachOthersWay() throws InterruptedException {
        var start = new CountDownLatch(1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                callers.execute(() -> {
                    await(start);
                    venue.done("new", "navigate_to_screen", "{'screen':'tabs'}");
                });
            }
            start.countDown();
            callers.shutdown();
            assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).as("all calls ended").isTrue();
        }

        assertThat(venue.events("ui.navigate")).hasSize(20);
    }

    private long count(String table) {
        return venue.<Long>perform(transaction -> transaction.db()
                .createQuery("SELECT COUNT(*) FROM " + table + " WHERE venue_id = :venue")
                .bind("venue", transaction.venue().id())
                .mapTo(Long.class)
                .one());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
