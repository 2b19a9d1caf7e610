package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What happens when the menu is changed while somebody else needs it as it was: one transaction is held just before it is
/// committed, and a call that gets into its way is made.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class MenuAtOnceTest {
    private final SellingBar bar;

    MenuAtOnceTest(Engine engine) {
        this.bar = new SellingBar(engine);
    }

    @AfterEach
    void everyInvariantHolds() {
        assertThat(bar.venue.venue().check()).filteredOn(finding -> finding.venueId().equals(bar.venue.venue().id()))
                .isEmpty();
        bar.close();
    }

    /// How a call ends that is made while `first` has done its work and is not committed.
    private String during(Consumer<Transaction> first, String tool, String arguments) throws Exception {
        var done = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var holding = CompletableFuture.runAsync(() -> bar.venue.till().perform("first", transaction -> {
            first.accept(transaction);
            done.countDown();
            await(go);
            return true;
        }), Thread::startVirtualThread);
        await(done);
        var call = CompletableFuture.supplyAsync(() -> bar.venue.call("second", tool, arguments),
                Thread::startVirtualThread);
        try {
            call.get(200, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // It waits, as it should; or it has not got that far, which the next time will show.
        } finally {
            go.countDown();
        }
        holding.get(30, TimeUnit.SECONDS);
        return ending(call);
    }

    private static String ending(CompletableFuture<dev.parley.agent.ToolResult> call) throws InterruptedException,
            ExecutionException, TimeoutException {
        var result = call.get(30, TimeUnit.SECONDS);
        return result.succeeded() ? "done" : SellingBar.code(TestVenue.JSON.readTree(result.output()));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).as("the other one got there within 30 s").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void archive(Transaction transaction, String id) {
        Products.beginChange(transaction);
        Products.archive(transaction, transaction.catalogue().product(id), java.util.Optional.empty());
        Products.changed(transaction, id);
    }

    private static void rename(Transaction transaction, String id, String name) {
        Products.beginChange(transaction);
        Products.update(transaction, named(transaction.catalogue().product(id), name));
        Products.changed(transaction, id);
    }

    private static Product named(Product product, String name) {
        return new Product(product.id(), name, product.categoryId(), product.subcategory(), product.description(),
                product
                        .imageUrl(), product.unitType(), product.priceCents(), product.costCents(), product.isPoured(),
                product
                        .containerSize(), product.servingSize(), product.lowStockThreshold(), product.isArchived(),
                product
                        .aliases(), product.recipe());
    }

    private static void add(Transaction transaction, String id) {
        var ordering = Ordering.open(transaction, java.util.Optional.empty());
        ordering.add(transaction.catalogue().product(id), 1);
        ordering.save("order.add");
    }

    @Test
    void r17WhatIsBeingArchivedIsNotAdded() throws Exception {
        var beer = bar.piece("Bud Light", 500, 10);

        assertThat(during(transaction -> archive(transaction, beer), "add_to_cart", "{'drink_name':'Bud Light'}"))
                .isEqualTo("product_archived");
    }

    @Test
    void r17WhatIsBeingAddedIsNotArchived() throws Exception {
        var beer = bar.piece("Bud Light", 500, 10);

        assertThat(during(transaction -> add(transaction, beer), "archive_product", "{'product_id':'Bud Light'}"))
                .isEqualTo("product_in_use");
    }

    @Test
    void r17WhatIsBeingArchivedIsNotSetAside() throws Exception {
        var beer = bar.piece("Bud Light", 500, 10);
        bar.venue.venue().events().create("s", "Wedding", java.time.LocalDate.of(2027, 6, 5));

        assertThat(during(transaction -> archive(transaction, beer), "create_event_allocation",
                "{'event_id':'Wedding','product_name':'Bud Light','quantity':2}")).isEqualTo("product_archived");
    }

    @Test
    void r17WhatBecomesAnIngredientIsNotArchived() throws Exception {
        var gin = bar.poured("Gin", 800, 44, 1_500);
        bar.piece("Martini", 1_200, 0);

        assertThat(during(transaction -> archive(transaction, gin), "update_product",
                "{'product_name':'Martini','updates':{'recipe':[{'ingredient':'Gin','amount':60}]}}"))
                .isEqualTo("product_not_found");
    }

    @Test
    void ofTwoRenamesToOneNameOneIsRefused() throws Exception {
        var beer = bar.piece("Bud Light", 500, 10);
        bar.piece("Coors", 500, 10);

        assertThat(during(transaction -> rename(transaction, beer, "House Beer"), "update_product",
                "{'product_name':'Coors','updates':{'name':'House Beer'}}")).isEqualTo("duplicate_product");
    }

    @Test
    void ofTwoRestoredToOneNameOneIsRefused() throws Exception {
        var beer = bar.piece("Bud Light", 500, 10);
        bar.done("archive_product", "{'product_id':'Bud Light'}");
        var other = bar.piece("Coors", 500, 10);

        assertThat(during(transaction -> rename(transaction, other, "Bud Light"), "update_product",
                "{'product_name':'" + beer + "','updates':{'is_active':true}}")).isEqualTo("duplicate_product");
    }

    @Test
    void ofTwoCategoriesThatGetOneNameOneIsRefused() throws Exception {
        bar.done("create_category", "{'name':'Ale'}");
        bar.done("create_category", "{'name':'Lager'}");

        assertThat(during(transaction -> {
            Products.beginChange(transaction);
            var ale = Categories.find(transaction, "Ale");
            Categories.update(transaction, ale, new Category(ale.id(), "House", ale.parentId(), true));
        }, "update_category", "{'category_id':'Lager','updates':{'name':'House'}}")).isEqualTo("category_exists");
    }
}
