package dev.parley.venue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a venue sells, for programs, in the shapes that the reference documents (3.2). Thread-safe.
///
/// A product is `{id,name,category,price,imageUrl,stock,createdAt,updatedAt}`: the price in cents, stock in containers,
/// or in servings of what is mixed.
public final class Menu {
    private static final String INSTRUCTIONS = "instructions.txt";

    private final Till till;

    Menu(Till till) {
        this.till = till;
    }

    /// The products on sale, by category and name.
    ///
    /// @param category id or name of the only one wanted; a name that is none gives an empty list
    public ArrayNode products(Optional<String> category) {
        return till.read(transaction -> {
            var catalogue = transaction.catalogue();
            var within = category.filter(said -> !said.isBlank());
            var wanted = within.flatMap(said -> Categories.lookUp(transaction, said));
            var views = StockViews.all(transaction);
            var times = times(transaction);
            var list = JsonNodeFactory.instance.arrayNode();
            catalogue.activeProducts()
                    .stream()
                    .filter(product -> within.isEmpty() || wanted.filter(one -> isIn(catalogue, product, one))
                            .isPresent())
                    .sorted(Comparator.comparing((Product product) -> catalogue.category(product.categoryId()).name())
                            .thenComparing(Product::name))
                    .forEach(product -> list.add(view(catalogue, product, views.quantity(product), times)));
            return list;
        });
    }

    private static boolean isIn(Catalogue catalogue, Product product, Category category) {
        return product.categoryId().equals(category.id()) || catalogue.category(product.categoryId())
                .parentId()
                .filter(category.id()::equals)
                .isPresent();
    }

    /// One product by its id, archived or not.
    public Optional<ObjectNode> product(String id) {
        return till.read(transaction -> transaction.catalogue()
                .findProduct(id)
                .map(product -> view(transaction.catalogue(), product, StockViews.of(transaction, List.of(product))
                        .quantity(product), times(transaction))));
    }

    /// The names of the categories in use, sorted.
    public List<String> categories() {
        return till.read(transaction -> Categories.names(transaction.catalogue()));
    }

    /// Who the model is to be, and how it is to work with the tools.
    public String instructions() {
        try (var stream = Menu.class.getResourceAsStream(INSTRUCTIONS)) {
            if (stream == null) {
                throw new IllegalStateException("expected the resource " + INSTRUCTIONS + ", found none");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record History(Instant created, Instant updated) {
        static History read(ResultSet row) throws SQLException {
            return new History(Times.of(row, "created_at"), Times.of(row, "updated_at"));
        }
    }

    private static Map<String, History> times(Transaction transaction) {
        var times = new HashMap<String, History>();
        transaction.db()
                .createQuery("SELECT id, created_at, updated_at FROM products WHERE venue_id = :venue")
                .bind("venue", transaction.venue().id())
                .map((row, _) -> Map.entry(row.getString("id"), History.read(row)))
                .forEach(entry -> times.put(entry.getKey(), entry.getValue()));
        return times;
    }

    private static ObjectNode view(Catalogue catalogue, Product product, BigDecimal stock, Map<String, History> times) {
        var history = Objects.requireNonNull(times.get(product.id()));
        return JsonNodeFactory.instance.objectNode()
                .put("id", product.id())
                .put("name", product.name())
                .put("category", catalogue.category(product.categoryId()).name())
                .put("price", product.priceCents())
                .put("imageUrl", product.imageUrl().orElse(null))
                .put("stock", stock)
                .put("createdAt", history.created().toString())
                .put("updatedAt", history.updated().toString());
    }
}
