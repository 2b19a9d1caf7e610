package dev.parley.venue;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a venue sells and where it keeps it, at one moment: products with their names, aliases and recipes, categories,
/// locations. Immutable.
final class Catalogue {
    private final Map<String, Product> products;
    private final Map<String, Category> categories;
    private final Map<String, Location> locations;
    /// Made when first asked for; made twice it is the same.
    private volatile @Nullable NameIndex names;

    Catalogue(Collection<Product> products, Collection<Category> categories, Collection<Location> locations) {
        this.products = products.stream().collect(Collectors.toUnmodifiableMap(Product::id, Function.identity()));
        this.categories = categories.stream().collect(Collectors.toUnmodifiableMap(Category::id, Function.identity()));
        this.locations = locations.stream().collect(Collectors.toUnmodifiableMap(Location::id, Function.identity()));
    }

    /// One that is known to exist, archived or not.
    Product product(String id) {
        return findProduct(id).orElseThrow(() -> new IllegalStateException("expected product " + id + ", found none"));
    }

    /// By its id, archived or not.
    Optional<Product> findProduct(String id) {
        return Optional.ofNullable(products.get(id));
    }

    /// In no particular order, without those that are archived.
    List<Product> activeProducts() {
        return products.values().stream().filter(product -> !product.isArchived()).toList();
    }

    /// The names of the active products.
    NameIndex names() {
        var made = names;
        if (made == null) {
            made = new NameIndex(activeProducts(), this);
            names = made;
        }
        return made;
    }

    Collection<Product> products() {
        return products.values();
    }

    Category category(String id) {
        var category = categories.get(id);
        if (category == null) {
            throw new IllegalStateException("expected category " + id + ", found none");
        }
        return category;
    }

    Collection<Category> categories() {
        return categories.values();
    }

    Location location(String id) {
        var location = locations.get(id);
        if (location == null) {
            throw new IllegalStateException("expected location " + id + ", found none");
        }
        return location;
    }

    /// Those in use, by name.
    List<Location> locations() {
        return locations.values().stream().sorted((one, other) -> one.name().compareTo(other.name())).toList();
    }

    Location defaultLocation() {
        return locations.values()
                .stream()
                .filter(Location::isDefault)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("expected a default location, found none"));
    }
}
