package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import dev.parley.agent.ToolException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What the model may do with the payment ledger. Safe for use from many threads.
public final class PaymentTools {
    private static final int DEFAULT_LIST = 5;
    private static final int MAX_LIST = 20;

    private final PaymentLedger ledger;
    private final PaymentLimits limits;

    public PaymentTools(PaymentLedger ledger) {
        this(ledger, PaymentLimits.defaults());
    }

    public PaymentTools(PaymentLedger ledger, PaymentLimits limits) {
        this.ledger = ledger;
        this.limits = limits;
    }

    /// A payment request as the model sees it; `message` is ready to be spoken.
    public record Answer(String orderId, String amount, String currency, String state, String message) {
        static Answer of(PaymentRequest request, String message) {
            return new Answer(request.orderId().toString(), request.money().amount().toPlainString(),
                    request.money().currency().getCurrencyCode(), request.state().toString(), message);
        }
    }

    /// Several payment requests, newest first.
    public record Answers(List<Answer> requests, String message) {
        public Answers {
            requests = List.copyOf(requests);
        }
    }

    @Tool("Creates a payment request over an amount of money. Call it once the amount and the currency are known, and "
            + "tell the order ID it returns.")
    public Answer createPaymentRequest(
            @Param("The amount to pay in major units, as a plain number: 49.95") BigDecimal amount,
            @Param("The currency: an ISO 4217 code such as USD, or the word that was said") String currency,
            ToolCallContext call) {
        return speaking(() -> {
            var money = limits.check(Money.of(amount, SpokenCurrency.resolve(currency)));
            var request = ledger.create(NewPaymentRequest.pending(call.callId(), money));
            return Answer.of(request, "New payment request order ID is " + request.orderId() + ".");
        });
    }

    @Tool("Tells the amount and the state of one payment request.")
    public Answer paymentRequestStatus(@Param("The order ID, in digits: 1001") String orderId) {
        return speaking(() -> {
            var id = parse(orderId);
            return ledger.find(id).map(PaymentTools::status).orElseThrow(() -> unknown(id.toString()));
        });
    }

    @Tool("Lists the latest payment requests, newest first.")
    public Answers listRecentPaymentRequests(@Param("How many, 1 to 20; 5 if left out") Optional<Integer> limit) {
        return speaking(() -> {
            var count = limit.orElse(DEFAULT_LIST);
            if (count < 1 || count > MAX_LIST) {
                throw new PaymentRefusedException("I can list 1 to " + MAX_LIST + " payment requests at a time.");
            }
            var requests = ledger.list(count).stream().map(PaymentTools::status).toList();
            return new Answers(requests, switch (requests.size()) {
                case 0 -> "There are no payment requests yet.";
                case 1 -> "There is one payment request.";
                default -> "These are the latest " + requests.size() + " payment requests.";
            });
        });
    }

    @Tool("Cancels a payment request that has not been paid.")
    public Answer cancelPaymentRequest(@Param("The order ID, in digits: 1001") String orderId) {
        return speaking(() -> {
            var request = ledger.move(parse(orderId), PaymentState.CANCELLED);
            return Answer.of(request, "Payment request " + request.orderId() + " is cancelled.");
        });
    }

    private static Answer status(PaymentRequest request) {
        return Answer.of(request, "Payment request " + request.orderId() + " over " + request.money() + " is "
                + request.state() + ".");
    }

    private static OrderId parse(String orderId) {
        return OrderId.parse(orderId).orElseThrow(() -> unknown("with that number"));
    }

    private static PaymentRefusedException unknown(String what) {
        return new PaymentRefusedException("There is no payment request " + what + ". Which order ID is meant?");
    }

    private static <T> T speaking(Supplier<T> work) {
        try {
            return work.get();
        } catch (PaymentRefusedException e) {
            throw new ToolException(String.valueOf(e.getMessage()), e);
        }
    }
}
