package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Who wrote what can be looked up later, whichever tool wrote it.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class AuditTest {
    /// A tool and what it is called with, in an order in which each finds what it needs; `-` marks those that only read.
    private static final List<String> CALLS = List.of("create_category {'name':'Ale'}",
            "create_product {'name':'Bud Light','unit_type':'bottle','category':'Ale','price':5,'inventory':50}",
            "create_product {'name':'Stout','unit_type':'can','price':5,'inventory':50}",
            "update_product {'product_name':'Bud Light','updates':{'price':6,'aliases':['Buddy']}}",
            "-read_product {'product_name':'Bud Light'}", "-search_drinks {'query':'bud'}",
            "-check_inventory {'drink_name':'Bud Light'}", "add_to_cart {'drink_name':'Bud Light'}",
            "add_multiple_to_cart {'items':['Bud Light',{'drink_name':'Stout','quantity':2}]}", "-show_cart {}",
            "remove_from_cart {'drink_name':'Stout'}", "process_order {'customer_name':'Ann'}", "-get_orders_list {}",
            "void_transaction {'customer_name':'Ann'}", "add_to_cart {'drink_name':'Stout'}", "clear_cart {}",
            "add_to_cart {'drink_name':'Stout'}", "create_tab {'customer_name':'John'}",
            "close_tab {'customer_name':'John'}", "start_inventory_count {'location_name':'Main Bar'}",
            "update_inventory_count {'count_session_id':'','product_id':'Stout','quantity':40}",
            "close_inventory_count {'count_session_id':''}",
            "create_adjustment {'product_name':'Stout','location_name':'Main Bar','quantity':1,'adjustment_type':'theft'}",
            "-read_adjustment_history {}", "void_adjustment {'adjustment_id':'last'}",
            "create_event {'name':'Wedding','event_date':'2027-06-05'}",
            "create_event_allocation {'event_id':'Wedding','product_name':'Stout','quantity':5}",
            "update_event_consumption {'event_id':'Wedding','product_name':'Stout','quantity_used':2}",
            "close_event_inventory {'event_id':'Wedding'}", "archive_product {'product_id':'Stout'}",
            "update_category {'category_id':'Ale','updates':{'name':'Beers'}}", "create_category {'name':'Other'}",
            "delete_category {'category_id':'Beers','move_products_to':'Other'}",
            "terminate_session {'reason':'closing time'}");

    private final SellingBar bar;

    AuditTest(Engine engine) {
        this.bar = new SellingBar(engine);
    }

    @AfterEach
    void close() {
        bar.close();
    }

    @Test
    void recordsEveryWriteOfEveryToolAndNoReading() {
        for (var call : CALLS) {
            var isReading = call.startsWith("-");
            var words = call.substring(isReading ? 1 : 0).split(" ", 2);
            var before = bar.number("SELECT COUNT(*) FROM audit_log WHERE venue_id = ? AND session_id = 's'");

            bar.done(words[0], words[1]);

            var written = bar.number("SELECT COUNT(*) FROM audit_log WHERE venue_id = ? AND session_id = 's'") - before;
            if (isReading) {
                assertThat(written).as(call).isZero();
            } else {
                assertThat(written).as(call).isPositive();
            }
        }
    }

    @Test
    void recordsThatProductsWereMovedToAnotherCategory() {
        bar.done("create_product", "{'name':'Bud Light','unit_type':'bottle','category':'Ale'}");
        bar.done("create_category", "{'name':'Other'}");

        bar.done("delete_category", "{'category_id':'Ale','move_products_to':'Other'}");

        assertThat(bar.number("""
                SELECT COUNT(*) FROM audit_log
                WHERE venue_id = ? AND action = 'category.move' AND after_value = '1 to Other'""")).isEqualTo(1);
    }

    @Test
    void takesNamesForWhatTheyAreAndNeverForSqlOrMarkup() {
        for (var name : List.of("Robert'); DROP TABLE products; --", "<script>alert(\"1\")</script>", "100%_%",
                "50% \\ off", "O'Neil's ${jndi:ldap://x} #{1}")) {
            var id = bar.done("create_product", "{'name':'" + escaped(name)
                    + "','unit_type':'can','price':5,'inventory':9}").path("productId").asString();

            assertThat(bar.done("read_product", "{'product_name':'" + id + "'}")
                    .path("product")
                    .path("name")
                    .asString()).isEqualTo(name);
            bar.done("add_to_cart", "{'drink_name':'" + escaped(name) + "'}");
        }
        assertThat(bar.done("show_cart", "{}").path("itemCount").asInt()).isEqualTo(5);
        assertThat(SellingBar.code(bar.refused("close_tab", "{'customer_name':'" + escaped("x' OR '1'='1")
                + "'}"))).isEqualTo(
                        "tab_not_found");
    }

    @Test
    void recordsAnApprovalOfACallAndASignInToASessionHoweverLongTheirIds() {
        var session = "s".repeat(128);
        bar.venue.venue().staff().add("Mia", Role.MANAGER, "4711");
        bar.done("create_product", "{'name':'Stout','unit_type':'can','price':5}");

        assertThat(bar.venue.venue().staff().signIn(session, "4711")).isPresent();
        var changed = bar.venue.call(session, "c".repeat(512), "update_product",
                "{'product_name':'Stout','updates':{'price':6}}");
        var approved = bar.venue.call("other", "d".repeat(512), "update_product",
                "{'product_name':'Stout','updates':{'price':7},'manager_pin':'4711'}");

        assertThat(changed.succeeded()).as(changed.toString()).isTrue();
        assertThat(approved.succeeded()).as(approved.toString()).isTrue();
    }

    /// As a JSON text whose quotes are written with single ones.
    private static String escaped(String words) {
        return words.replace("\\", "\\\\").replace("\"", "\\\"").replace("'", "\\u0027");
    }
}
