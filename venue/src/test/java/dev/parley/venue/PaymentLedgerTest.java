package dev.parley.venue;

import static dev.parley.venue.PaymentState.CANCELLED;
import static dev.parley.venue.PaymentState.DRAFT;
import static dev.parley.venue.PaymentState.EXPIRED;
import static dev.parley.venue.PaymentState.PAID;
import static dev.parley.venue.PaymentState.PENDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PaymentLedgerTest {
    private static final Currency USD = Currency.getInstance("USD");
    private static final Money PRICE = new Money(4_995, USD);

    private final PaymentLedger ledger = PaymentLedger.inMemory();

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void numbersRequestsFrom1001WithoutGaps() {
        var ids = new ArrayList<String>();
        for (var i = 0; i < 50; i++) {
            ids.add(ledger.create(NewPaymentRequest.pending("call_" + i % 25, PRICE)).orderId().toString());
        }

        assertThat(ids.subList(0, 3)).containsExactly("1001", "1002", "1003");
        assertThat(ids.subList(0, 25)).doesNotHaveDuplicates().endsWith("1025").isEqualTo(ids.subList(25, 50));
    }

    @Test
    void keepsEverythingItIsTold() {
        var now = Instant.parse("2026-07-01T12:00:00.123456789Z");
        try (var stamped = PaymentLedger.open("jdbc:h2:mem:keeps", () -> now)) {
            var written = stamped.create(new NewPaymentRequest("call_1", new Money(1_234, Currency.getInstance("KWD")),
                    "Zoë O'Neil", "table 7; DROP TABLE payment_request", DRAFT));

            assertThat(stamped.find(written.orderId())).contains(written);
            assertThat(written).isEqualTo(new PaymentRequest(new OrderId(1001), "call_1",
                    new Money(1_234, Currency.getInstance("KWD")), "Zoë O'Neil", "table 7; DROP TABLE payment_request",
                    DRAFT, Instant.parse("2026-07-01T12:00:00.123456Z"), Instant.parse("2026-07-01T12:00:00.123456Z")));
        }
    }

    @Test
    void findsNothingUnderAnIdItNeverGave() {
        assertThat(ledger.find(new OrderId(1001))).isEmpty();
        assertThat(ledger.list(10)).isEmpty();
    }

    @Test
    void listsTheLatestFirst() {
        for (var i = 0; i < 5; i++) {
            ledger.create(NewPaymentRequest.pending("call_" + i, PRICE));
        }

        assertThat(ledger.list(3)).extracting(request -> request.orderId().number())
                .containsExactly(1005L, 1004L, 1003L);
    }

    @Test
    void makesOneRequestOfOneCallIdFromFiftyThreads() throws Exception {
        var seen = new HashSet<OrderId>();

        for (var request : together(50, _ -> ledger.create(NewPaymentRequest.pending("call_1", PRICE)))) {
            seen.add(request.get(30, TimeUnit.SECONDS).orderId());
        }

        // Whoever loses the race may have used up a number.
        assertThat(seen).hasSize(1);
        assertThat(ledger.list(10)).extracting(PaymentRequest::orderId).containsExactlyElementsOf(seen);
    }

    @Test
    void makesOneRequestPerCallIdOfManyMixed() throws Exception {
        Map<String, Set<OrderId>> seen = new ConcurrentHashMap<>();

        for (var request : together(400, i -> ledger.create(NewPaymentRequest.pending("call_" + i % 40, PRICE)))) {
            var made = request.get(30, TimeUnit.SECONDS);
            seen.computeIfAbsent(made.callId(), _ -> new HashSet<>()).add(made.orderId());
        }

        assertThat(seen).hasSize(40);
        assertThat(seen.values()).allSatisfy(ids -> assertThat(ids).hasSize(1));
        assertThat(ledger.list(1_000)).hasSize(40);
    }

    @Test
    void refusesOneCallIdOverTwoAmounts() {
        ledger.create(NewPaymentRequest.pending("call_1", PRICE));

        assertThatExceptionOfType(PaymentRefusedException.class)
                .isThrownBy(() -> ledger.create(NewPaymentRequest.pending("call_1", new Money(1, USD))))
                .withMessage("This call has already made payment request 1001 over 49.95 USD; nothing was changed.");
        assertThat(ledger.list(10)).hasSize(1);
    }

    @Test
    void movesAlongTheLegalTransitionsOnly() {
        var legal = Map.of(DRAFT, Set.of(PENDING, CANCELLED, EXPIRED), PENDING, Set.of(PAID, CANCELLED, EXPIRED), PAID,
                Set.<PaymentState>of(), CANCELLED, Set.<PaymentState>of(), EXPIRED, Set.<PaymentState>of());

        for (var from : PaymentState.values()) {
            for (var to : PaymentState.values()) {
                var request = requestIn(from, from + " to " + to);
                if (from == to || legal.get(from).contains(to)) {
                    assertThat(ledger.move(request.orderId(), to).state()).isEqualTo(to);
                } else {
                    assertThatExceptionOfType(PaymentRefusedException.class)
                            .isThrownBy(() -> ledger.move(request.orderId(), to))
                            .withMessageContaining("is " + from + " and cannot become " + to);
                    assertThat(ledger.find(request.orderId())).contains(request);
                }
            }
        }
    }

    @Test
    void letsOneOfManyDecide() throws Exception {
        var id = ledger.create(NewPaymentRequest.pending("call_1", PRICE)).orderId();
        var outcomes = List.of(PAID, CANCELLED, EXPIRED);
        var winners = new HashSet<PaymentState>();

        for (var moved : together(30, i -> ledger.move(id, outcomes.get(i % 3)))) {
            try {
                winners.add(moved.get(30, TimeUnit.SECONDS).state());
            } catch (java.util.concurrent.ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(PaymentRefusedException.class);
            }
        }

        assertThat(winners).containsExactly(ledger.find(id).orElseThrow().state());
    }

    @Test
    void refusesToMoveWhatIsNotThere() {
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> ledger.move(new OrderId(9), PAID))
                .withMessage("There is no payment request 9.");
    }

    @Test
    void saysThatItIsClosed() {
        ledger.close();
        ledger.close();

        assertThatExceptionOfType(DatabaseException.class).isThrownBy(() -> ledger.list(1))
                .withMessage("expected the database memory to be open, found it closed");
    }

    private PaymentRequest requestIn(PaymentState state, String callId) {
        var initial = state == DRAFT ? DRAFT : PENDING;
        var request = ledger.create(new NewPaymentRequest(callId, PRICE, null, null, initial));
        return ledger.move(request.orderId(), state);
    }

    private interface Work<T> {
        T at(int index);
    }

    /// Runs `work` on `count` virtual threads that start at one moment.
    private static <T> List<Future<T>> together(int count, Work<T> work) throws InterruptedException {
        var start = new CountDownLatch(1);
        var futures = new ArrayList<Future<T>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < count; i++) {
                var index = i;
                futures.add(threads.submit(() -> {
                    start.await();
                    return work.at(index);
                }));
            }
            start.countDown();
        }
        return futures;
    }
}
