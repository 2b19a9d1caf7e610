package dev.parley.venue;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Open tabs, by the names they are spoken of.
final class Tabs {
    private static final int SUGGESTED = 5;

    private Tabs() {}

    /// The open tab that is meant, locked until the transaction ends: by its id, by its name, or by words of its
    /// name that no other open tab has.
    ///
    /// @throws Refusal if there is none, or more than one
    static Order lock(Transaction transaction, String spoken) {
        var folded = Folded.of(spoken);
        return Orders.lockTab(transaction, folded)
                .or(() -> Orders.lock(transaction, spoken).filter(Tabs::isOpenTab))
                .orElseGet(() -> lockByWords(transaction, spoken, folded));
    }

    private static boolean isOpenTab(Order order) {
        return order.isPending() && order.kind() == Order.Kind.TAB;
    }

    private static Order lockByWords(Transaction transaction, String spoken, String folded) {
        var open = Orders.openTabs(transaction);
        var meant = open.stream().filter(tab -> !folded.isEmpty() && hasWords(tab, folded)).toList();
        if (meant.size() > 1) {
            throw new Refusal(ErrorCode.AMBIGUOUS_TAB, "Which tab: " + String.join(" or ", names(meant)) + "?", Map.of(
                    "candidates", meant.stream().map(tab -> candidate(transaction, tab)).toList()));
        }
        return meant.stream()
                .findFirst()
                .flatMap(tab -> Orders.lock(transaction, tab.id()))
                .filter(Tabs::isOpenTab)
                .orElseThrow(() -> new Refusal(ErrorCode.TAB_NOT_FOUND, "No open tab found for " + spoken, Map.of(
                        "open_tabs", nearest(open, folded))));
    }

    private static boolean hasWords(Order tab, String folded) {
        var words = List.of(folded(tab).split(" ", -1));
        return words.containsAll(List.of(folded.split(" ", -1)));
    }

    private static String folded(Order tab) {
        return Folded.of(tab.tabName().orElse(""));
    }

    private static List<String> names(List<Order> tabs) {
        return tabs.stream().map(tab -> tab.tabName().orElse("")).toList();
    }

    private static List<String> nearest(List<Order> open, String folded) {
        return names(open.stream()
                .sorted(Comparator.comparingInt(tab -> distance(folded(tab), folded)))
                .limit(SUGGESTED)
                .toList());
    }

    /// What tells an order from others of its name.
    static Map<String, Object> candidate(Transaction transaction, Order order) {
        var candidate = new LinkedHashMap<String, Object>();
        candidate.put("order_id", order.id());
        candidate.put("name", order.name().orElse(OrderViews.WALK_IN));
        candidate.put("status", Orders.text(order.status()));
        candidate.put("total_cents", order.totals(transaction.venue()).totalCents());
        candidate.put("time", order.closedAt().orElse(order.openedAt()).toString());
        return candidate;
    }

    /// Letters to change, add or leave out to make one word of the other.
    static int distance(String one, String other) {
        var row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                var changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
