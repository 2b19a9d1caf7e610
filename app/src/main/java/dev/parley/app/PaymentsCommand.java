package dev.parley.app;

import dev.parley.venue.PaymentRequest;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// `parley payments`: what the ledger holds.
@Command(name = "payments", description = "Lists the payment requests, newest first.", mixinStandardHelpOptions = true, footer = {
        "", "Example: parley payments --limit 5"})
final class PaymentsCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many, 1 to 1000. Default:"
            + " ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Mixin
    private LedgerOption ledgerOption = new LedgerOption();

    @Override
    public Integer call() {
        if (limit < 1 || limit > 1_000) {
            throw new ParameterException(spec.commandLine(), "expected a --limit of 1 to 1000, found " + limit);
        }
        try (var ledger = ledgerOption.open()) {
            var payments = ledger.list(limit);
            if (json) {
                payments.forEach(payment -> System.out.println(asJson(payment)));
            } else if (payments.isEmpty()) {
                System.out.println("No payment requests yet. Make one: parley demo");
            } else {
                System.out.println(row("ORDER", "AMOUNT", "STATE", "CREATED", "CALL"));
                payments.forEach(payment -> System.out.println(row(payment.orderId().toString(),
                        payment.money().toString(), payment.state().name().toLowerCase(Locale.ROOT),
                        payment.createdAt().toString(), payment.callId())));
            }
        }
        return 0;
    }

    private static String row(String order, String amount, String state, String created, String call) {
        return String.format(Locale.ROOT, "%-8s %14s  %-10s %-28s %s", order, amount, state, created, call)
                .stripTrailing();
    }

    private static String asJson(PaymentRequest payment) {
        return JSON.writeValueAsString(JsonNodeFactory.instance.objectNode()
                .put("order_id", payment.orderId().toString())
                .put("amount", payment.money().amount().toPlainString())
                .put("currency", payment.money().currency().getCurrencyCode())
                .put("state", payment.state().name().toLowerCase(Locale.ROOT))
                .put("created_at", payment.createdAt().toString())
                .put("call_id", payment.callId()));
    }
}
