package dev.parley.venue;

import dev.parley.venue.Matching.Match;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One tool call, or one request of a program, at work on the database: all of what it does happens, or none.
///
/// Rows are locked in one order: the session (always, first), orders, counts, adjustments, events and their allocations,
/// then stock. Belongs to one thread.
final class Transaction {
    private static final int MAX_VALUE = 4_000;

    private final Handle db;
    private final Instant now;
    private final VenueSettings venue;
    private final Session session;
    private final Optional<String> callId;
    private final Supplier<Catalogue> freshCatalogue;
    private final List<VenueEvent> events = new ArrayList<>();
    private final Stock stock = new Stock(this);
    private Catalogue catalogue;

    /// @param callId of the tool call; empty for what is none
    /// @param freshCatalogue reads it once more
    Transaction(Handle db, Instant now, VenueSettings venue, Session session, Optional<String> callId,
            Catalogue catalogue, Supplier<Catalogue> freshCatalogue) {
        this.db = db;
        this.now = now;
        this.venue = venue;
        this.session = session;
        this.callId = callId;
        this.catalogue = catalogue;
        this.freshCatalogue = freshCatalogue;
    }

    Handle db() {
        return db;
    }

    /// When the call began. One moment for all that it writes.
    Instant now() {
        return now;
    }

    VenueSettings venue() {
        return venue;
    }

    Session session() {
        return session;
    }

    Optional<String> callId() {
        return callId;
    }

    /// As it is in this transaction.
    Catalogue catalogue() {
        return catalogue;
    }

    Stock stock() {
        return stock;
    }

    String newId(String prefix) {
        return Ids.next(prefix, now);
    }

    /// Who does this, for the records.
    String actor() {
        return session.doer();
    }

    /// To be called after each change to products, aliases, recipes, categories or locations.
    void catalogueChanged() {
        db.createUpdate("UPDATE venues SET catalogue_version = catalogue_version + 1 WHERE id = :id")
                .bind("id", venue.id())
                .execute();
        catalogue = freshCatalogue.get();
    }

    /// Told on the venue's feed once this transaction is on disk.
    void publish(String type, ObjectNode data) {
        events.add(new VenueEvent(type, session.id(), now, data));
    }

    List<VenueEvent> events() {
        return List.copyOf(events);
    }

    /// Records who changed what.
    ///
    /// @param entity its id
    void audit(String action, String entity, @Nullable Object before, @Nullable Object after) {
        db.createUpdate("""
                INSERT INTO audit_log (id, venue_id, session_id, actor, action, entity, before_value, after_value,
                    logged_at)
                VALUES (:id, :venue, :session, :actor, :action, :entity, :before, :after, :now)""")
                .bind("id", newId("aud"))
                .bind("venue", venue.id())
                .bind("session", session.id())
                .bind("actor", actor())
                .bind("action", action)
                .bind("entity", entity)
                .bind("before", text(before))
                .bind("after", text(after))
                .bind("now", Times.toColumn(now))
                .execute();
    }

    private static @Nullable String text(@Nullable Object value) {
        var text = value == null ? null : value.toString();
        return text == null || text.length() <= MAX_VALUE ? text : text.substring(0, MAX_VALUE);
    }

    /// The active product that these words mean, or that has this id.
    ///
    /// @throws Refusal if there is none, or more than one
    Product product(String spoken) {
        return switch (Matching.product(catalogue, spoken)) {
            case Match.One(var product) -> product;
            case Match.Several(var candidates) -> throw ambiguous(candidates);
            case Match.None(var suggestions) -> throw new Refusal(ErrorCode.PRODUCT_NOT_FOUND, "Drink \"" + spoken
                    + "\" not found in our system", Map.of("suggestions", names(suggestions)));
        };
    }

    /// Asks which of several products is meant.
    static Refusal ambiguous(List<Product> candidates) {
        return new Refusal(ErrorCode.AMBIGUOUS_PRODUCT, "Which one: " + list(candidates) + "?", Map.of("candidates",
                names(candidates)));
    }

    /// The location of this name or id.
    ///
    /// @throws Refusal if there is none
    Location location(String spoken) {
        var folded = Folded.of(spoken);
        return catalogue.locations()
                .stream()
                .filter(location -> location.id().equals(spoken) || Folded.of(location.name()).equals(folded))
                .findFirst()
                .orElseThrow(() -> new Refusal(ErrorCode.LOCATION_NOT_FOUND, "There is no location \"" + spoken
                        + "\"; there is " + String.join(", ", locationNames()) + ".", Map.of("locations",
                                locationNames())));
    }

    private List<String> locationNames() {
        return catalogue.locations().stream().map(Location::name).toList();
    }

    /// Where this session sells from.
    Location sellingLocation() {
        return session.locationId().map(catalogue::location).orElseGet(catalogue::defaultLocation);
    }

    /// Asks for a manager, unless one is signed in or the venue has none.
    ///
    /// @param what what is to be done, as in "to void an order"
    /// @param pin said by a manager for this once
    /// @throws Refusal if there is neither
    void approve(String what, Optional<String> pin) {
        Staff.approve(this, what, pin);
    }

    private static List<String> names(List<Product> products) {
        return products.stream().map(Product::name).toList();
    }

    private static String list(List<Product> products) {
        return String.join(", ", names(products.subList(0, products.size() - 1))) + " or " + products.getLast().name();
    }
}
