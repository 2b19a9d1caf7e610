package dev.parley.venue;

import tools.jackson.databind.node.ObjectNode;

/// What the reference's clients send that its own schema does not allow. To be applied to a request's arguments before
/// they are checked against the schema, which stays as it is documented. Thread-safe.
///
/// A bare string among the items of `add_multiple_to_cart` and `item` in `check_inventory` need no help: those tools'
/// schemas take them.
public final class ReferenceClients {
    private ReferenceClients() {}

    /// The arguments as the tool's schema has them; those given stay as they are.
    public static ObjectNode arguments(String tool, ObjectNode given) {
        return switch (tool) {
            case "archive_product", "update_inventory_count", "read_adjustment_history" -> renamed(given, "product_name",
                    "product_id");
            case "read_product", "update_product", "create_adjustment" -> renamed(given, "product_id", "product_name");
            default -> given;
        };
    }

    /// A member that is missing, from one that means the same.
    private static ObjectNode renamed(ObjectNode given, String from, String to) {
        if (!given.has(from) || given.has(to)) {
            return given;
        }
        var arguments = given.deepCopy();
        arguments.set(to, arguments.remove(from));
        return arguments;
    }
}
