package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.GatewaySettings.Access;
import dev.parley.gateway.TestGateway.Reply;
import dev.parley.venue.Role;
import dev.parley.venue.ToolSet;
import dev.parley.venue.Venue;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One key for staff, and one for managers, who need nobody's approval.
@Timeout(60)
class StaffKeysTest {
    private static final String STAFF = "the key that staff show";
    private static final String MANAGER = "the key that managers show";
    private static final String APPROVAL = "approval_required";
    private static final String SALE = "the sale of a beer";

    @TempDir
    private Path folder;

    private String database;
    private TestGateway gateway;

    @BeforeEach
    void open() {
        database = "jdbc:h2:file:" + folder.resolve("bar");
        gateway = new TestGateway(Venue.open(database, Venue.Options.DEFAULT), settings -> settings.withTools(
                ToolSet.EXTENDED).withAccess(Access.OPEN.withKey(STAFF).withManagerKey(MANAGER)));
        done(MANAGER, "create_product", "{'name':'Beer','unit_type':'can','price':5,'cost':4,'inventory':100}");
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private Reply call(String key, String tool, String args) {
        return gateway.post("/api/realtime/execute-tool", "{'name':'" + tool + "','args':" + args
                + ",'sessionId':'bar'}", "Authorization", "Bearer " + key);
    }

    private Reply done(String key, String tool, String args) {
        var reply = call(key, tool, args);
        assertThat(reply.status()).as(tool + ": " + reply.text()).isEqualTo(200);
        return reply;
    }

    private String refused(String key, String tool, String args) {
        var reply = call(key, tool, args);
        assertThat(reply.status()).as(tool + ": " + reply.text()).isEqualTo(403);
        return reply.json().path("code").asString();
    }

    /// What there is to be allowed: each after what makes it possible.
    @ParameterizedTest
    @ValueSource(strings = {"void_transaction {'customer_name':'Ann'}", "apply_discount {'percent':10}",
            "update_product {'product_name':'Beer','updates':{'price':4}}",
            "update_product {'product_name':'Beer','updates':{'inventory':1}}",
            "create_adjustment {'product_name':'Beer','location_name':'Main Bar','quantity':60,'adjustment_type':'theft'}"})
    void theManagersKeyApprovesWhatTheKeyOfStaffDoesNot(String words) {
        var tool = words.substring(0, words.indexOf(' '));
        var args = words.substring(words.indexOf(' ') + 1);
        done(STAFF, "add_to_cart", "{'drink_name':'Beer'}");
        done(STAFF, "process_order", "{'customer_name':'Ann'}");
        done(STAFF, "add_to_cart", "{'drink_name':'Beer'}");

        assertThat(refused(STAFF, tool, args)).isEqualTo(APPROVAL);
        done(MANAGER, "show_cart", "{}");
        assertThat(refused(STAFF, tool, args)).as("nothing of the manager is left in the session").isEqualTo(APPROVAL);

        done(MANAGER, tool, args);
    }

    @Test
    void aManagersPinApprovesWhatComesWithTheKeyOfStaff() {
        gateway.venue.staff().add("Mia", Role.MANAGER, "2468");
        var price = "{'product_name':'Beer','updates':{'price':4}";

        assertThat(refused(STAFF, "update_product", price + ",'manager_pin':'1357'}")).isEqualTo(APPROVAL);
        done(STAFF, "update_product", price + ",'manager_pin':'2468'}");
    }

    @Test
    void bothKeysOpenTheDoorAndNoOtherDoes() {
        for (var path : List.of("/api/realtime/tools", "/metrics", "/api/orders", "/api/reports/daily")) {
            for (var key : List.of(STAFF, MANAGER)) {
                assertThat(gateway.get(path, "X-Access-Key", key).status()).as(path).isEqualTo(200);
            }
            for (var other : List.of("", STAFF + MANAGER, MANAGER.toUpperCase(java.util.Locale.ROOT))) {
                var reply = gateway.get(path, "Authorization", "Bearer " + other);
                assertThat(reply.status()).as(path + " with '" + other + "': " + reply.text()).isEqualTo(401);
                assertThat(reply.text()).doesNotContain(STAFF, MANAGER);
            }
        }
    }

    @Test
    void theRecordsSayWhoseKeyItWasUntilSomebodySignsIn() throws SQLException {
        done(STAFF, "add_to_cart", "{'drink_name':'Beer'}");
        done(STAFF, "process_order", "{'customer_name':'" + SALE + "'}");
        gateway.post("/api/orders", "{'items':[{'name':'Beer','quantity':1}]}", "X-Access-Key", MANAGER);
        gateway.venue.staff().add("Leo", Role.STAFF, "1357");
        gateway.post("/api/staff/sign-in", "{'sessionId':'bar','pin':'1357'}", "X-Access-Key", STAFF);
        done(MANAGER, "void_transaction", "{'customer_name':'" + SALE + "'}");

        assertThat(strings("SELECT actor FROM payments ORDER BY paid_at")).containsExactly("staff's key",
                "manager's key", "Leo");
        assertThat(strings("SELECT actor FROM audit_log WHERE action = 'product.create'")).containsExactly(
                "manager's key");
        assertThat(strings("SELECT actor FROM audit_log WHERE action = 'approve'")).containsExactly("Leo");
        assertThat(strings("SELECT after_value FROM audit_log WHERE action = 'approve'")).containsExactly(
                "manager's key: voiding an order");
        assertThat(strings("SELECT actor || COALESCE(after_value, '') FROM audit_log").toString()).doesNotContain(
                STAFF, MANAGER);
    }

    @Test
    void aCallThatComesAgainWithTheOtherKeyIsStillTheSameCall() {
        var body = "{'name':'add_to_cart','args':{'drink_name':'Beer'},'sessionId':'bar','call_id':'once'}";

        var first = gateway.post("/api/realtime/execute-tool", body, "X-Access-Key", STAFF);
        var again = gateway.post("/api/realtime/execute-tool", body, "X-Access-Key", MANAGER);

        assertThat(first.status()).isEqualTo(200);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(done(STAFF, "show_cart", "{}").json().path("result").path("itemCount").asInt()).isEqualTo(1);
    }

    /// From the file, once the venue is closed.
    private List<String> strings(String sql) throws SQLException {
        gateway.close();
        try (var connection = DriverManager.getConnection(database + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE", "sa",
                "");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}
