package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class DatabaseFileTest {
    private static final Money PRICE = new Money(4_995, Currency.getInstance("USD"));

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("data/ledger");
    }

    @Test
    void keepsRequestsFromOneOpeningToTheNext() {
        PaymentRequest written;
        try (var ledger = PaymentLedger.open(file)) {
            written = ledger.create(NewPaymentRequest.pending("call_1", PRICE));
        }

        try (var ledger = PaymentLedger.open("jdbc:h2:file:" + file)) {
            assertThat(ledger.list(10)).containsExactly(written);
            assertThat(ledger.create(NewPaymentRequest.pending("call_1", PRICE))).isEqualTo(written);
            assertThat(ledger.create(NewPaymentRequest.pending("call_2", PRICE)).orderId()).hasToString("1002");
        }
        assertThat(folder.resolve("data")).isDirectoryContaining("glob:**/ledger.mv.db");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:file:./x;WRITE_DELAY=10", "jdbc:h2:mem:x;write_delay=0",
            "jdbc:h2:tcp://localhost/x",
            "jdbc:h2:file:./x;AUTO_SERVER=TRUE"})
    void refusesAnH2DatabaseThatItWouldNotHaveToItself(String url) {
        assertThatExceptionOfType(DatabaseException.class)
                .isThrownBy(() -> PaymentLedger.open(url))
                .withMessageStartingWith("expected an H2 ")
                .withMessageMatching(".*(leave it out|use PostgreSQL).*");
    }

    @Test
    void sharesAFileWithinTheProcess() throws Exception {
        try (var first = PaymentLedger.open(file);
                var second = PaymentLedger.open(file);
                var plain = DriverManager.getConnection("jdbc:h2:file:" + file, "sa", "");
                var rows = plain.createStatement()) {
            var written = first.create(NewPaymentRequest.pending("call_1", PRICE));

            assertThat(second.create(NewPaymentRequest.pending("call_1", PRICE))).isEqualTo(written);
            try (var result = rows.executeQuery("SELECT COUNT(*) FROM payment_request")) {
                assertThat(result.next()).isTrue();
                assertThat(result.getInt(1)).isEqualTo(1);
            }
        }
    }

    @Test
    void saysThatAnotherProcessHasTheFile() throws Exception {
        try (var other = new OtherProcess("hold")) {
            assertThat(other.nextLine()).isEqualTo("order 1001");

            assertThatExceptionOfType(DatabaseException.class).isThrownBy(() -> PaymentLedger.open(file))
                    .withMessage("expected the database " + file
                            + ".mv.db to be free, found it in use by another process; "
                            + "stop that process, or choose another file");
        }
    }

    @Test
    void losesNothingWhenTheProcessIsKilledAfterAnAnswer() throws Exception {
        try (var other = new OtherProcess("halt")) {
            assertThat(other.nextLine()).isEqualTo("order 1001");
            other.awaitEnd();
        }

        try (var ledger = PaymentLedger.open(file)) {
            assertThat(ledger.list(10)).extracting(request -> request.orderId().toString()).containsExactly("1001");
            assertThat(ledger.create(NewPaymentRequest.pending("call_2", PRICE)).orderId()).hasToString("1002");
        }
    }

    @Test
    void saysThatTheFileIsDamaged() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(Path.of(file + ".mv.db"), "This is not a database. ".repeat(1_000));

        assertThatExceptionOfType(DatabaseException.class).isThrownBy(() -> PaymentLedger.open(file))
                .withMessageStartingWith("expected the database " + file + ".mv.db to be an intact H2 2 database");
    }

    @Test
    void saysThatThePathIsOutOfReach() throws IOException {
        Files.writeString(folder.resolve("data"), "a file where the folder should be");

        assertThatExceptionOfType(DatabaseException.class).isThrownBy(() -> PaymentLedger.open(file))
                .withMessageStartingWith("expected the database " + file + ".mv.db to be readable and writable");
    }

    @Test
    void saysThatANewerVersionMadeTheSchema() throws Exception {
        PaymentLedger.open(file).close();
        try (var plain = DriverManager.getConnection(DatabaseAddress.file(file).url(), "sa", "");
                var update = plain.createStatement()) {
            update.execute("""
                    INSERT INTO "venue_schema_history" SELECT 99, '99', 'from the future', "type", 'V99__future.sql',
                    "checksum", "installed_by", "installed_on", "execution_time", "success"
                    FROM "venue_schema_history" WHERE "version" = '1'""");
        }

        assertThatExceptionOfType(DatabaseException.class).isThrownBy(() -> PaymentLedger.open(file))
                .withMessage("expected the database " + file
                        + ".mv.db to have a schema this version knows, found the newer "
                        + "version 99; use a newer Parley, or another database");
    }

    @Test
    void refusesAddressesItCannotUse() {
        assertThatExceptionOfType(DatabaseException.class).isThrownBy(() -> PaymentLedger.open("postgres:secret"))
                .withMessage("expected a JDBC URL such as jdbc:h2:file:./data/ledger, found one that starts with "
                        + "\"postgres\"");
        assertThatExceptionOfType(DatabaseException.class).isThrownBy(() -> PaymentLedger.open("jdbc:h2:mem:"))
                .withMessageContaining("use jdbc:h2:mem:NAME");
        assertThatExceptionOfType(DatabaseException.class)
                .isThrownBy(() -> PaymentLedger.open("jdbc:nobody://me:secret@host/db?password=secret"))
                .withMessage("expected a JDBC driver for the database jdbc:nobody://host/db, found none; "
                        + "put it on the class path")
                .withNoCause();
    }

    @Test
    void survivesTheInterruptionOfItsCallers() throws InterruptedException {
        try (var ledger = PaymentLedger.open(file)) {
            for (var round = 0; round < 200; round++) {
                var id = "call_" + round;
                var begun = new CountDownLatch(1);
                var caller = Thread.ofVirtual().start(() -> {
                    begun.countDown();
                    try {
                        ledger.create(NewPaymentRequest.pending(id, PRICE));
                    } catch (DatabaseException _) {
                        // Interrupted: the caller does not know, and asks again below.
                    }
                });
                begun.await();
                caller.interrupt();
                caller.join();
                ledger.create(NewPaymentRequest.pending(id, PRICE));
            }

            assertThat(ledger.list(1_000)).hasSize(200);
        }
    }

    @Test
    void opensAndClosesWithoutAWordInTheLog() {
        var lines = new ArrayList<String>();
        var root = Logger.getLogger("");
        var before = root.getLevel();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord logged) {
                lines.add(logged.getLoggerName() + ": " + logged.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var consoles = List.of(root.getHandlers()).stream().filter(ConsoleHandler.class::isInstance).toList();
        consoles.forEach(root::removeHandler);
        root.addHandler(handler);
        root.setLevel(Level.INFO);
        try {
            PaymentLedger.open(file).close();
        } finally {
            root.setLevel(before);
            root.removeHandler(handler);
            consoles.forEach(root::addHandler);
        }

        assertThat(lines).isEmpty();
    }

    /// A JVM that opens the database, creates a request, and then holds the file or halts.
    private final class OtherProcess implements AutoCloseable {
        private final Process process;

        OtherProcess(String then) throws IOException {
            process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), LedgerProcess.class.getName(), file.toString(), then)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        String nextLine() throws IOException {
            return process.inputReader().readLine();
        }

        void awaitEnd() {
            process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        }

        @Override
        public void close() {
            process.destroyForcibly();
            awaitEnd();
        }
    }
}
