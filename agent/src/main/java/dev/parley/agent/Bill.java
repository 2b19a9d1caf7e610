package dev.parley.agent;

import dev.parley.realtime.ServerEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a call has used and cost so far. Confined to the conversation's thread.
final class Bill {
    private final Prices prices;
    private Cost total;

    Bill(Prices prices) {
        this.prices = prices;
        this.total = prices.cost(Consumption.NONE);
    }

    /// What `event` adds to the bill.
    Optional<CallEvent> on(ServerEvent event) {
        return switch (event) {
            case ServerEvent.ResponseDone done -> {
                var usage = done.response().usage();
                yield charged(done.response().id(), usage == null ? null : Consumption.of(usage));
            }
            case ServerEvent.InputTranscriptCompleted words -> {
                var usage = words.usage();
                yield charged(words.itemId(), usage == null ? null : Consumption.of(usage));
            }
            default -> Optional.empty();
        };
    }

    private Optional<CallEvent> charged(String id, @Nullable Consumption used) {
        if (used == null || used.amounts().isEmpty()) {
            return Optional.empty();
        }
        var cost = prices.cost(used);
        total = total.plus(cost);
        return Optional.of(new CallEvent.Charged(id, used, cost, total));
    }
}
