package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.ToolCall;
import dev.parley.agent.ToolGuard;
import dev.parley.agent.ToolLimits;
import dev.parley.agent.ToolResult;
import dev.parley.agent.ToolRunner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// The tools about orders that the reference does not have, on both databases.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class ExtendedOrderToolsTest {
    private final SellingBar bar;
    private final ToolRunner runner;

    ExtendedOrderToolsTest(Engine engine) {
        this.bar = new SellingBar(engine);
        this.runner = new ToolRunner(bar.venue.venue().toolbox(ToolSet.EXTENDED), "s", ToolGuard.NONE, ToolLimits
                .defaults()
                .withDeadline(Duration.ofSeconds(30)), InstantSource.system());
    }

    @BeforeEach
    void fill() {
        bar.piece("Bud Light", 500, 100);
        bar.piece("Corona", 750, 100);
    }

    @AfterEach
    void close() {
        runner.close();
        bar.close();
    }

    private JsonNode call(String name, String arguments) {
        var result = new CompletableFuture<ToolResult>();
        runner.submit(new ToolCall(UUID.randomUUID().toString(), name, arguments.replace('\'', '"')), result::complete);
        return TestVenue.JSON.readTree(result.orTimeout(30, TimeUnit.SECONDS).join().output());
    }

    private List<Long> amounts(JsonNode split) {
        return split.path("shares").valueStream().map(share -> share.path("amount_cents").asLong()).toList();
    }

    @Test
    void areNotAmongTheToolsOfTheReference() {
        assertThat(bar.venue.venue().toolbox().definitions().stream().map(tool -> tool.name())).contains("add_to_cart",
                "void_transaction").doesNotContain("list_tabs", "split_check", "undo_last", "apply_discount");
    }

    @Test
    void splitsSoThatNothingIsLost() {
        assertThat(Split.equally(1000, 3)).containsExactly(334L, 333L, 333L);
        assertThat(Split.byWeight(1080, List.of(500L, 500L, 0L))).containsExactly(540L, 540L, 0L);
        assertThat(Split.byWeight(101, List.of(0L, 0L))).containsExactly(51L, 50L);
    }

    @Test
    void splitsATabEquallyOrByWhatEachHad() {
        call("create_tab", "{'customer_name':'John'}");
        call("add_to_cart", "{'drink_name':'Bud Light','quantity':2,'tab':'John'}");
        call("add_to_cart", "{'drink_name':'Corona','tab':'John'}");

        assertThat(amounts(call("split_check", "{'tab':'John','ways':4}"))).containsExactly(474L, 472L, 472L, 472L);
        assertThat(amounts(call("split_check", """
                {'tab':'John','shares':[{'name':'Ann','items':['corona','bud light']},
                 {'name':'Bob','items':['bud light']}]}"""))).containsExactly(1350L, 540L);
        assertThat(call("split_check", """
                {'tab':'John','shares':[{'name':'Ann','items':['corona']},{'name':'Bob','items':['bud light']}]}""")
                .path("error")
                .asString()).isEqualTo("1 Bud Light is on nobody's share.");
    }

    @Test
    void listsAndTransfersTabs() {
        call("create_tab", "{'customer_name':'John'}");
        call("create_tab", "{'customer_name':'Ann'}");
        call("add_to_cart", "{'drink_name':'Bud Light','quantity':2,'tab':'John'}");

        var taken = call("transfer_tab", "{'customer_name':'John','to_name':'ann'}");
        var moved = call("transfer_tab", "{'customer_name':'John','to_name':'Table 4'}");

        assertThat(taken.path("code").asString()).isEqualTo("tab_exists");
        assertThat(moved.path("tab").path("item_count").asLong()).isEqualTo(2);
        assertThat(call("list_tabs", "{}").path("message").asString()).isEqualTo("Open: Ann, Table 4");
        assertThat(call("show_tab", "{'customer_name':'Table 4'}").path("message").asString())
                .isEqualTo("Table 4's tab has 2 items totaling $10.80");
    }

    @Test
    void putsBackWhatWasClearedWithinAMinuteOnce() {
        call("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");
        call("clear_cart", "{}");
        bar.venue.pass(Duration.ofSeconds(1));

        var undone = call("undo_last", "{}");

        assertThat(undone.path("cart").path("total_cents").asLong()).isEqualTo(1080);
        assertThat(call("undo_last", "{}").path("code").asString()).isEqualTo("cart_not_found");
        bar.venue.pass(Duration.ofSeconds(1));
        call("clear_cart", "{}");
        bar.venue.pass(Duration.ofSeconds(61));
        assertThat(call("undo_last", "{}").path("code").asString()).isEqualTo("cart_not_found");
    }

    @Test
    void takesADiscountOffBeforeTaxIfAManagerApproves() {
        bar.venue.perform(transaction -> Staff.add(transaction, "Mia", Role.MANAGER, "4711"));
        call("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");

        var refused = call("apply_discount", "{'percent':10}");
        var granted = call("apply_discount", "{'percent':10,'manager_pin':'4711'}");

        assertThat(refused.path("code").asString()).isEqualTo("approval_required");
        assertThat(granted.path("cart").path("discount_cents").asLong()).isEqualTo(100);
        assertThat(granted.path("cart").path("total_cents").asLong()).isEqualTo(972);
        assertThat(call("process_order", "{}").path("total_cents").asLong()).isEqualTo(972);
        assertThat(call("print_receipt", "{}").path("text").asString()).contains("2 x Bud Light", "$10.00", "Discount",
                "-$1.00", "$9.72");
        assertThat(call("sales_summary", "{}").path("message").asString())
                .isEqualTo("1 order for $9.72, $0.00 of it refunded");
    }
}
