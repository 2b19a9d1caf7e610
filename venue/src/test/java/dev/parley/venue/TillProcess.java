package dev.parley.venue;

import java.util.List;

/// Another process at a bar: calls one tool after the other, without end, and says the number of each call once it has
/// its answer, until it is killed or a call is neither done nor refused.
final class TillProcess {
    /// One round of work. What is done depends on nothing but the number of the call.
    private static final List<String> ROUND = List.of(
            "create_adjustment {'product_name':'Beer','location_name':'Main Bar','quantity':9,'adjustment_type':'restock'}",
            "add_to_cart {'drink_name':'Beer','quantity':2}",
            "process_order {'customer_name':'Ann'}",
            "start_inventory_count {'location_name':'Main Bar'}",
            "update_inventory_count {'count_session_id':'','product_id':'Beer','quantity':40}",
            "create_adjustment {'product_name':'Beer','location_name':'Main Bar','quantity':1,'adjustment_type':'breakage'}",
            "close_inventory_count {'count_session_id':''}",
            "create_event_allocation {'event_id':'Wedding','product_name':'Beer','quantity':1}",
            "void_transaction {'customer_name':'last'}",
            "void_adjustment {'adjustment_id':'last'}");

    private TillProcess() {}

    static void main(String[] arguments) {
        try (var venue = open(arguments[0])) {
            for (var number = Long.parseLong(arguments[1]);; number++) {
                var answer = call(venue, number);
                if (!isSettled(answer)) {
                    System.out.println("failed: " + number + " " + answer);
                    Runtime.getRuntime().halt(1);
                }
                System.out.println(number);
            }
        }
    }

    static TestVenue open(String url) {
        return new TestVenue(url, "1");
    }

    static String id(long number) {
        return "call-" + number;
    }

    /// The answer to a call, done or refused.
    static String call(TestVenue venue, long number) {
        var words = ROUND.get((int) (number % ROUND.size())).split(" ", 2);
        return venue.call("s", id(number), words[0], words[1]).output();
    }

    /// Whether an answer is one that a till remembers.
    static boolean isSettled(String answer) {
        return answer.startsWith("{\"success\":true") || answer.contains("\"retryable\":false");
    }
}
