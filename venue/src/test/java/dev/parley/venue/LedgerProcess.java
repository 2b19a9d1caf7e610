package dev.parley.venue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Currency;

/// Another process at the ledger: makes one request, says so, then holds the file until it is killed or halts at once.
final class LedgerProcess {
    private LedgerProcess() {}

    static void main(String[] arguments) throws IOException {
        var ledger = PaymentLedger.open(Path.of(arguments[0]));
        var request = ledger
                .create(NewPaymentRequest.pending("call_1", new Money(4_995, Currency.getInstance("USD"))));
        System.out.println("order " + request.orderId());
        System.out.flush();
        if (arguments[1].equals("hold")) {
            System.in.read();
        }
        Runtime.getRuntime().halt(0);
    }
}
