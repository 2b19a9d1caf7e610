package dev.parley.venue;

import java.util.List;

/// Writes the lines of orders: those that have changed, and no others.
final class OrderLines {
    private OrderLines() {}

    static void insert(Transaction transaction, String orderId, OrderLine line) {
        transaction.db()
                .createUpdate("""
                        INSERT INTO order_lines (order_id, position, product_id, name, unit_price_cents, quantity,
                            line_total_cents)
                        VALUES (:order, :position, :product, :name, :price, :quantity, :total)""")
                .bind("order", orderId)
                .bind("position", line.position())
                .bind("product", line.productId())
                .bind("name", line.name())
                .bind("price", line.unitPriceCents())
                .bind("quantity", line.quantity())
                .bind("total", line.totalCents())
                .execute();
    }

    static void update(Transaction transaction, String orderId, List<OrderLine> before, List<OrderLine> after) {
        before.stream()
                .filter(line -> after.stream().noneMatch(line::isSameAs))
                .forEach(line -> delete(transaction, orderId, line));
        for (var line : after) {
            var old = before.stream().filter(line::isSameAs).findFirst();
            if (old.isEmpty()) {
                insert(transaction, orderId, line);
            } else if (old.get().quantity() != line.quantity()) {
                change(transaction, orderId, line);
            }
        }
    }

    private static void change(Transaction transaction, String orderId, OrderLine line) {
        transaction.db()
                .createUpdate("""
                        UPDATE order_lines SET quantity = :quantity, line_total_cents = :total
                        WHERE order_id = :order AND product_id = :product AND unit_price_cents = :price""")
                .bind("quantity", line.quantity())
                .bind("total", line.totalCents())
                .bind("order", orderId)
                .bind("product", line.productId())
                .bind("price", line.unitPriceCents())
                .execute();
    }

    private static void delete(Transaction transaction, String orderId, OrderLine line) {
        transaction.db()
                .createUpdate("""
                        DELETE FROM order_lines
                        WHERE order_id = :order AND product_id = :product AND unit_price_cents = :price""")
                .bind("order", orderId)
                .bind("product", line.productId())
                .bind("price", line.unitPriceCents())
                .execute();
    }
}
