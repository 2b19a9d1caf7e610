package dev.parley.app;

import dev.parley.venue.PaymentLedger;
import java.io.IOException;
import java.nio.file.Path;

/// Another process that has the ledger open: says so, and holds it until its standard input ends.
final class LedgerHolder {
    private LedgerHolder() {}

    static void main(String[] arguments) throws IOException {
        try (var ledger = PaymentLedger.open(Path.of(arguments[0]))) {
            System.out.println("holding " + ledger.list(1).size());
            System.out.flush();
            System.in.read();
        }
    }
}
