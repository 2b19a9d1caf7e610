package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import dev.parley.venue.Adjustments.Adjustment;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Tools that book losses, deliveries and corrections, and undo them.
public final class AdjustmentTools {
    private static final int DEFAULT_LIMIT = 50;

    private final Till till;

    AdjustmentTools(Till till) {
        this.till = till;
    }

    @Tool("Books a loss, a delivery or a correction of one product at one location. Say the size of a loss as a plain "
            + "number: it always reduces stock.")
    public ObjectNode createAdjustment(
            @Param("The product's name or id") String productName,
            @Param("The location's name or id") String locationName,
            @Param("How many containers: bottles, cans, pieces; up to three decimals for what is poured, and a minus "
                    + "only for a correction that takes away") BigDecimal quantity,
            @Param("spillage, breakage, comp, theft, expired, restock or correction") AdjustmentType adjustmentType,
            @Param(value = "What happened", maxLength = 500) Optional<String> note,
            @Param("A manager's PIN, when a large loss needs approval") Optional<String> managerPin,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var product = Stockkeeping.product(transaction, productName);
            var location = Stockkeeping.location(transaction, locationName);
            var delta = adjustmentType.delta(product.base(quantity));
            if (delta == 0) {
                throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "quantity: expected a number other than 0.");
            }
            Adjustments.approveLoss(transaction, product, delta, managerPin);
            var key = new StockKey(product.id(), location.id());
            transaction.stock().lock(List.of(key));
            if (delta < 0 && !transaction.stock().allows(key, -delta)) {
                throw Stockkeeping.shortage(transaction, product, location, -delta);
            }
            var posted = Adjustments.post(transaction, key, delta, adjustmentType.name(), Stockkeeping.words(note),
                    null);
            var change = product.containers(delta);
            var answer = Answer.saying(change.abs().toPlainString() + " " + product.name() + (delta < 0
                    ? " taken off at "
                    : " added at ") + location.name() + ", " + product.containers(posted.onHand()).toPlainString()
                    + " left.")
                    .with("adjustmentId", posted.id())
                    .with("applied_change", change);
            StockValue.cost(product, Math.abs(delta)).ifPresent(cost -> answer.with("cost_cents", cost));
            return Stockkeeping.withLevel(answer, product, posted.onHand());
        });
    }

    @Tool("Lists past adjustments, newest first.")
    public ObjectNode readAdjustmentHistory(
            @Param("Only of this product: its name or id") Optional<String> productId,
            @Param("Only of this type; count_variance for what counts found") Optional<String> type,
            @Param("Only from this day or moment on: 2026-06-05 or 2026-06-05T18:00:00Z") Optional<String> since,
            @Param(value = "How many at most, 50 if left out", min = 1, max = 200) Optional<Integer> limit,
            @Param("Whether those that were voided are listed too; true if left out") Optional<Boolean> includeVoided,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var product = productId.filter(said -> !said.isBlank()).map(transaction::product);
            var found = history(transaction, product, type.map(AdjustmentTools::type), since.map(said -> moment(said,
                    transaction.venue().timezone())), includeVoided.orElse(true), limit.orElse(DEFAULT_LIMIT));
            var list = Stockkeeping.json().arrayNode();
            found.forEach(adjustment -> list.add(view(transaction, adjustment)));
            return Answer.saying(switch (found.size()) {
                case 0 -> "There are no adjustments.";
                case 1 -> "There is one adjustment.";
                default -> "There are " + found.size() + " adjustments.";
            }).with("adjustments", list).with("count", found.size());
        });
    }

    private static String type(String said) {
        var wanted = Folded.of(said).replace(' ', '_');
        for (var type : AdjustmentType.values()) {
            if (type.name().equals(wanted)) {
                return wanted;
            }
        }
        if (wanted.equals(Adjustments.COUNT_VARIANCE)) {
            return wanted;
        }
        throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "type: expected spillage, breakage, comp, theft, expired, "
                + "restock, correction or count_variance, found \"" + said + "\".");
    }

    private static Instant moment(String said, ZoneId zone) {
        try {
            return said.contains("T")
                    ? OffsetDateTime.parse(said).toInstant()
                    : LocalDate.parse(said).atStartOfDay(zone).toInstant();
        } catch (DateTimeException _) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS,
                    "since: expected a day such as 2026-06-05 or a moment such as "
                            + "2026-06-05T18:00:00Z, found \"" + said + "\".");
        }
    }

    private static List<Adjustment> history(Transaction transaction, Optional<Product> product, Optional<String> type,
            Optional<Instant> since, boolean includeVoided, int limit) {
        var query = transaction.db()
                .createQuery("SELECT * FROM inventory_adjustments WHERE venue_id = :venue"
                        + (product.isPresent() ? " AND product_id = :product" : "")
                        + (type.isPresent() ? " AND type = :type" : "")
                        + (since.isPresent() ? " AND created_at >= :since" : "")
                        + (includeVoided ? "" : " AND voided_at IS NULL")
                        + " ORDER BY created_at DESC, id DESC LIMIT :limit")
                .bind("venue", transaction.venue().id())
                .bind("limit", limit);
        product.ifPresent(wanted -> query.bind("product", wanted.id()));
        type.ifPresent(wanted -> query.bind("type", wanted));
        since.ifPresent(wanted -> query.bind("since", Times.toColumn(wanted)));
        return query.map((row, _) -> Adjustment.read(row)).list();
    }

    private static ObjectNode view(Transaction transaction, Adjustment adjustment) {
        var product = transaction.catalogue().product(adjustment.productId());
        return Stockkeeping.json()
                .put("id", adjustment.id())
                .put("product_id", product.id())
                .put("product", product.name())
                .put("location", transaction.catalogue().location(adjustment.locationId()).name())
                .put("quantity", product.containers(adjustment.delta()))
                .put("type", adjustment.type())
                .put("note", adjustment.note().orElse(null))
                .put("created_at", adjustment.createdAt().toString())
                .put("voided", adjustment.voidedAt().isPresent())
                .put("void_reason", adjustment.voidReason().orElse(null))
                .put("source", adjustment.source());
    }

    @Tool("Undoes a wrong adjustment. Ask before you do it.")
    public ObjectNode voidAdjustment(
            @Param("The adjustment's id, or \"last\" for the latest of this conversation") String adjustmentId,
            @Param(value = "Why", maxLength = 500) Optional<String> reason,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var adjustment = (Folded.of(adjustmentId).equals("last")
                    ? Adjustments.last(transaction)
                    : Optional.of(adjustmentId))
                    .flatMap(id -> Adjustments.lock(transaction, id))
                    .orElseThrow(() -> new Refusal(ErrorCode.ADJUSTMENT_NOT_FOUND, "Adjustment not found"));
            if (adjustment.voidedAt().isPresent()) {
                throw new Refusal(ErrorCode.ADJUSTMENT_ALREADY_VOIDED, "Adjustment already voided", Map.of("voided_at",
                        adjustment.voidedAt().get().toString()));
            }
            var product = transaction.catalogue().product(adjustment.productId());
            transaction.stock().lock(List.of(adjustment.key()));
            if (adjustment.delta() > 0 && !transaction.stock().allows(adjustment.key(), adjustment.delta())) {
                throw Stockkeeping.shortage(transaction, product, transaction.catalogue()
                        .location(adjustment
                                .locationId()), adjustment.delta());
            }
            var onHand = Adjustments.reverse(transaction, adjustment, Stockkeeping.words(reason));
            return Stockkeeping.withLevel(Answer.saying("Adjustment voided, " + product.containers(onHand)
                    .toPlainString() + " " + product.name() + " on hand.")
                    .with("adjustmentId", adjustment.id())
                    .with("reversed_change", product.containers(-adjustment.delta())), product, onHand);
        });
    }
}
