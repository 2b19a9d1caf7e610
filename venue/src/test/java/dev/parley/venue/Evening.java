package dev.parley.venue;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;

/// An evening at a bar in which everything happens that leaves a trace in stock and money: sold, voided, on a tab,
/// counted, adjusted, set aside, used, returned.
final class Evening {
    private Evening() {}

    static void at(TestVenue venue) {
        var shelf = new Shelf(venue);
        shelf.pieces("Bud Light", 30);
        shelf.pieces("Coors", 7);
        var whiskey = shelf.poured("Makers Mark", 59, 1_500);
        shelf.mixed("Old Fashioned", Map.of(whiskey, 59L));
        venue.done("create_category", "{'name':'Whiskey','parent_id':'Drinks'}");
        shelf.location("Storage");
        venue.perform(transaction -> transaction.db()
                .execute("UPDATE sessions SET location_id = ? WHERE id = 'test' AND venue_id = ?", transaction
                        .sellingLocation()
                        .id(), transaction.venue().id()));

        venue.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");
        venue.done("add_to_cart", "{'drink_name':'Old Fashioned','quantity':1}");
        venue.done("process_order", "{'customer_name':'Ann'}");
        venue.pass(Duration.ofSeconds(1));
        venue.done("add_to_cart", "{'drink_name':'Bud Light','quantity':3}");
        venue.done("process_order", "{'customer_name':'Bob'}");
        venue.done("void_transaction", "{'customer_name':'Bob'}");
        venue.done("add_to_cart", "{'drink_name':'Old Fashioned','quantity':2}");
        venue.done("create_tab", "{'customer_name':'John'}");
        venue.done("other", "add_to_cart", "{'drink_name':'Bud Light'}");

        venue.done("start_inventory_count", "{'location_name':'Main Bar'}");
        venue.done("update_inventory_count", "{'count_session_id':'','product_id':'Bud Light','quantity':25}");
        venue.done("close_inventory_count", "{'count_session_id':''}");
        venue.done("start_inventory_count", "{'location_name':'Storage'}");
        venue.done("create_adjustment", adjustment("breakage", 2));
        venue.done("create_adjustment", adjustment("restock", 5));
        venue.done("void_adjustment", "{'adjustment_id':'last'}");

        venue.venue().events().create("web", "Wedding", LocalDate.parse("2026-06-20"));
        venue.venue().events().create("web", "Party", LocalDate.parse("2026-06-21"));
        for (var event : new String[]{"Wedding", "Party"}) {
            venue.done("create_event_allocation",
                    "{'event_id':'" + event + "','product_name':'Bud Light','quantity':4}");
            venue.done("update_event_consumption",
                    "{'event_id':'" + event + "','product_name':'Bud Light','quantity_used':1}");
        }
        venue.done("close_event_inventory", "{'event_id':'Wedding'}");
    }

    private static String adjustment(String type, int quantity) {
        return "{'product_name':'Bud Light','location_name':'Main Bar','quantity':" + quantity + ",'adjustment_type':'"
                + type + "'}";
    }
}
