package dev.parley.agent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.ToolOutcome.Failed;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ToolRunnerTest {
    public record Order(String orderId, BigDecimal amount, Optional<String> memo) {}

    /// Tools that behave, and tools that do not; `release` lets the stubborn ones go.
    public static final class Bar {
        final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
        final CountDownLatch release = new CountDownLatch(1);
        final LinkedBlockingQueue<String> started = new LinkedBlockingQueue<>();

        @Tool("Counts its runs.")
        public String count(ToolCallContext call) {
            var run = runs.computeIfAbsent(call.callId(), _ -> new AtomicInteger()).incrementAndGet();
            return call.callId() + " ran " + run;
        }

        @Tool("Tells where it was called.")
        public String whereabouts(ToolCallContext call) {
            return call.conversation() + ": " + call.name() + call.arguments();
        }

        @Tool("Has no time for a call the first time.")
        public String busyAtFirst(ToolCallContext call) {
            var output = count(call);
            if (output.endsWith(" 1")) {
                throw new ToolException("The till is busy.", Map.of("retryable", true)) {
                    @Override
                    public boolean isRetryable() {
                        return true;
                    }
                };
            }
            return output;
        }

        @Tool("Refuses, and tells a program why.")
        public String refuseWithFacts() {
            throw new ToolException("Only 3 are left.", Map.of("code", "insufficient_stock"));
        }

        @Tool("Gives a record.")
        public Order order() {
            return new Order("1001", new BigDecimal("49.90"), Optional.empty());
        }

        @Tool("Gives a map in a list.")
        public List<Map<String, Integer>> list() {
            return List.of(Map.of("n", 1));
        }

        @Tool(value = "Hangs until it is interrupted.", timeoutMillis = 50)
        public String hang() throws InterruptedException {
            started.add("hang");
            new CountDownLatch(1).await();
            return "never";
        }

        @Tool(value = "Has all the time in the world.", timeoutMillis = Long.MAX_VALUE)
        public String unhurried() {
            return "at last";
        }

        @Tool(value = "Hangs whatever happens.", timeoutMillis = 50)
        public String ignore() {
            return stubborn();
        }

        @Tool("Hangs until the runner closes.")
        public String linger() throws InterruptedException {
            started.add("wait");
            release.await();
            return "waited";
        }

        @Tool("Hangs whatever happens, without a deadline of its own.")
        public String stubborn() {
            started.add("stubborn");
            var interrupted = false;
            while (true) {
                try {
                    release.await();
                    return "late";
                } catch (InterruptedException _) {
                    interrupted = true;
                } finally {
                    if (interrupted) {
                        started.offer("interrupted");
                    }
                }
            }
        }

        @Tool(value = "Runs alone.", sequential = true)
        public String alone(String name) throws InterruptedException {
            started.add(name);
            release.await();
            return name;
        }

        @Tool(value = "Runs alone, but not for long.", sequential = true, timeoutMillis = 50)
        public String brieflyAlone(String name) {
            started.add(name);
            return stubborn();
        }

        @Tool("Refuses.")
        public String refuse() {
            throw new ToolException("The bar is closed on Mondays.");
        }

        @Tool("Throws.")
        public String crash(String word) {
            throw new IllegalStateException("secret " + word, new RuntimeException("deeper " + word));
        }

        @Tool("Throws an error.")
        public String overflow() {
            return overflow();
        }

        @Tool("Gives nothing.")
        public @Nullable String nothing() {
            return null;
        }

        @Tool("Gives no order.")
        public Optional<Order> noOrder() {
            return Optional.empty();
        }

        @Tool("Gives a megabyte of text.")
        public String megabyte() {
            return "x".repeat(1 << 20);
        }

        @Tool("Gives a megabyte of list.")
        public List<String> megabyteList() {
            return java.util.Collections.nCopies(1 << 16, "0123456789abcdef");
        }

        @Tool("Gives a number that is huge when written out.")
        public Map<String, BigDecimal> hugeNumber() {
            return Map.of("n", new BigDecimal("1e999999999"));
        }

        @Tool("Gives a list that contains itself.")
        public List<Object> circle() {
            var list = new ArrayList<>();
            list.add(list);
            return list;
        }
    }

    private final Bar bar = new Bar();
    private final Toolbox toolbox = Toolbox.of(bar);
    private @Nullable ToolRunner open;

    @AfterEach
    void close() {
        bar.release.countDown();
        if (open != null) {
            open.close();
        }
    }

    @Test
    void handsOverStringsAsTheyAreAndEverythingElseAsJson() {
        var runner = runner(ToolLimits.defaults());

        assertThat(call(runner, "a", "count").output()).isEqualTo("a ran 1");
        assertThat(call(runner, "b", "order").output()).isEqualTo("{\"order_id\":\"1001\",\"amount\":49.90}");
        assertThat(call(runner, "c", "list").output()).isEqualTo("[{\"n\":1}]");
        assertThat(call(runner, "d", "count").succeeded()).isTrue();
    }

    @Test
    void runsEachCallIdOnceHoweverOftenItComes() throws InterruptedException {
        var seed = new Random().nextLong();
        var runner = runner(ToolLimits.defaults().withConcurrent(1_000));
        var ids = 200;
        var submitters = 8;
        var each = 1_000;
        var results = new LinkedBlockingQueue<ToolResult>();

        for (var s = 0; s < submitters; s++) {
            var random = new Random(seed + s);
            Thread.ofVirtual().start(() -> {
                for (var i = 0; i < each; i++) {
                    runner.submit(new ToolCall("call_" + random.nextInt(ids), "count", "{}"), results::add);
                }
            });
        }

        for (var i = 0; i < submitters * each; i++) {
            var result = results.poll(20, SECONDS);
            assertThat(result).as("result %d, seed %d", i, seed).isNotNull();
            assertThat(result.output()).as("seed %d", seed).isEqualTo(result.callId() + " ran 1");
        }
        assertThat(bar.runs.values()).as("seed %d", seed).allSatisfy(runs -> assertThat(runs).hasValue(1));
        assertThat(results).isEmpty();
    }

    @Test
    void joinsAReplayToTheRunningCall() throws InterruptedException {
        var runner = runner(ToolLimits.defaults());
        var first = submit(runner, "a", "linger", "{}");
        assertThat(bar.started.poll(10, SECONDS)).isEqualTo("wait");

        var second = submit(runner, "a", "linger", "{}");
        bar.release.countDown();

        assertThat(second.join()).isEqualTo(first.join());
        assertThat(bar.started).isEmpty();
    }

    @Test
    void refusesACallIdThatComesWithOtherArguments() {
        var runner = runner(ToolLimits.defaults());
        call(runner, "a", "crash", "{\"word\":\"one\"}");

        var other = call(runner, "a", "crash", "{\"word\":\"two\"}");
        var otherName = call(runner, "a", "order");

        assertThat(reason(other)).isEqualTo(ToolFailure.CONFLICT);
        assertThat(reason(otherName)).isEqualTo(ToolFailure.CONFLICT);
    }

    @Test
    void runsACallAgainThatWasRefusedForAReasonThatPasses() {
        var runner = runner(ToolLimits.defaults());

        var refused = call(runner, "a", "busy_at_first");
        var again = call(runner, "a", "busy_at_first");
        var replayed = call(runner, "a", "busy_at_first");

        assertThat(refused.output()).isEqualTo("{\"error\":\"The till is busy.\",\"retryable\":true}");
        assertThat(again.output()).isEqualTo("a ran 2");
        assertThat(replayed).as("what was done is done once").isEqualTo(again);
    }

    @Test
    void remembersARefusalThatDoesNotPass() {
        var runner = runner(ToolLimits.defaults());

        var refused = call(runner, "a", "refuse_with_facts");

        assertThat(call(runner, "a", "refuse_with_facts")).isEqualTo(refused);
        assertThat(reason(call(runner, "a", "count"))).isEqualTo(ToolFailure.CONFLICT);
    }

    @Test
    void keepsNothingIfItIsToldThatToolsKnowTheirCallsThemselves() throws InterruptedException {
        var runner = runner(ToolLimits.defaults().withRememberedResults(0));
        var first = submit(runner, "a", "linger", "{}");
        assertThat(bar.started.poll(10, SECONDS)).isEqualTo("wait");
        var second = submit(runner, "a", "linger", "{}");
        bar.release.countDown();

        assertThat(second.join()).as("at the same time it still runs once").isEqualTo(first.join());
        assertThat(bar.started).isEmpty();
        assertThat(call(runner, "b", "count").output()).isEqualTo("b ran 1");
        assertThat(call(runner, "b", "count").output()).isEqualTo("b ran 2");
    }

    @Test
    void neverRunsACallAgainAfterForgettingItsResult() {
        var runner = runner(ToolLimits.defaults().withRememberedResults(2));
        for (var id : List.of("a", "b", "c")) {
            call(runner, id, "count");
        }

        var forgotten = call(runner, "a", "count");
        var remembered = call(runner, "b", "count");

        assertThat(reason(forgotten)).isEqualTo(ToolFailure.FORGOTTEN);
        assertThat(remembered.output()).isEqualTo("b ran 1");
        assertThat(bar.runs.get("a")).hasValue(1);
    }

    @Test
    void x8AnswersAnUnknownToolWithTheNamesItKnows() {
        var result = call(runner(ToolLimits.defaults()), "a", "delete_everything");

        assertThat(reason(result)).isEqualTo(ToolFailure.UNKNOWN_TOOL);
        assertThat(result.output()).startsWith(
                "{\"error\":\"There is no tool named \\\"delete_everything\\\"; known are ")
                .contains("count");
    }

    @Test
    void refusesACallWithoutAnId() {
        var runner = runner(ToolLimits.defaults());

        assertThat(reason(call(runner, " ", "count"))).isEqualTo(ToolFailure.BAD_ARGUMENTS);
        assertThat(reason(call(runner, "x".repeat(513), "count"))).isEqualTo(ToolFailure.BAD_ARGUMENTS);
        assertThat(bar.runs).isEmpty();
    }

    @Test
    void givesUpAToolAtItsDeadline() {
        var runner = runner(ToolLimits.defaults());

        var result = call(runner, "a", "hang");

        assertThat(result.outcome()).isEqualTo(new Failed(ToolFailure.DEADLINE,
                "hang took longer than 50 ms and was given up; whether it took effect is unknown."));
        assertThat(call(runner, "a", "hang")).isEqualTo(result);
    }

    @Test
    void givesUpAToolAtTheRunnersDeadlineWhenItHasNone() {
        var runner = runner(ToolLimits.defaults().withDeadline(Duration.ofMillis(30)));

        assertThat(call(runner, "a", "linger").output()).contains("linger took longer than 30 ms");
    }

    @Test
    void answersForAToolWithADeadlineBeyondAllCounting() {
        assertThat(call(runner(ToolLimits.defaults()), "a", "unhurried").output()).isEqualTo("at last");
    }

    @Test
    void dropsTheLateResultOfAToolThatIgnoresInterruption() throws InterruptedException {
        try (var log = new Log()) {
            var runner = runner(ToolLimits.defaults());

            var result = call(runner, "a", "ignore");
            var meanwhile = call(runner, "b", "count");
            bar.release.countDown();

            assertThat(reason(result)).isEqualTo(ToolFailure.DEADLINE);
            assertThat(meanwhile.output()).isEqualTo("b ran 1");
            assertThat(log.next()).contains("Tool ignore of call a was given up at its deadline of PT0.05S");
            assertThat(log.next()).contains("Tool ignore gave a result ").contains("too late; it was dropped");
            assertThat(call(runner, "a", "ignore")).isEqualTo(result);
        }
    }

    @Test
    void saysThatItIsBusyBeyondItsLimitUntilAPlaceIsFree() throws InterruptedException {
        var runner = runner(ToolLimits.defaults().withConcurrent(2));
        var running = List.of(submit(runner, "a", "linger", "{}"), submit(runner, "b", "linger", "{}"));

        var refused = call(runner, "c", "count");
        bar.release.countDown();
        running.forEach(CompletableFuture::join);

        assertThat(reason(refused)).isEqualTo(ToolFailure.BUSY);
        assertThat(call(runner, "d", "count").output()).isEqualTo("d ran 1");
        assertThat(call(runner, "c", "count").output()).as("nothing was done, so nothing is remembered")
                .isEqualTo(
                        "c ran 1");
    }

    @Test
    void runsCallsAtOnce() throws InterruptedException {
        var runner = runner(ToolLimits.defaults());
        var both = List.of(submit(runner, "a", "linger", "{}"), submit(runner, "b", "linger", "{}"));

        assertThat(bar.started.poll(10, SECONDS)).isEqualTo("wait");
        assertThat(bar.started.poll(10, SECONDS)).as("the second runs while the first does").isEqualTo("wait");
        bar.release.countDown();

        both.forEach(call -> assertThat(call.join().output()).isEqualTo("waited"));
    }

    @Test
    void runsCallsOfASequentialToolOneAfterTheOtherInTheirOrder() throws InterruptedException {
        var runner = runner(ToolLimits.defaults());
        var calls = new ArrayList<CompletableFuture<ToolResult>>();
        for (var name : List.of("a", "b", "c")) {
            calls.add(submit(runner, name, "alone", "{\"name\":\"" + name + "\"}"));
        }

        assertThat(bar.started.poll(10, SECONDS)).isEqualTo("a");
        assertThat(call(runner, "d", "count").output()).as("others need not wait").isEqualTo("d ran 1");
        assertThat(bar.started).isEmpty();
        bar.release.countDown();

        calls.forEach(CompletableFuture::join);
        assertThat(bar.started).containsExactly("b", "c");
    }

    @Test
    void aCallWhoseTurnDoesNotComeInTimeHasDoneNothing() throws InterruptedException {
        try (var log = new Log()) {
            var runner = runner(ToolLimits.defaults());
            var first = submit(runner, "a", "briefly_alone", "{\"name\":\"a\"}");
            var second = submit(runner, "b", "briefly_alone", "{\"name\":\"b\"}");

            assertThat(first.join().output()).contains("whether it took effect is unknown");
            assertThat(second.join().output()).contains("took longer than 50 ms and was given up; nothing was done.");
            bar.release.countDown();
            assertThat(log.next()).contains("given up");
            assertThat(bar.started).doesNotContain("b");
        }
    }

    @Test
    void cancelsARunningCallOnce() throws InterruptedException {
        var runner = runner(ToolLimits.defaults());
        var running = submit(runner, "a", "linger", "{}");
        assertThat(bar.started.poll(10, SECONDS)).isEqualTo("wait");

        runner.cancel("a");
        runner.cancel("a");
        runner.cancel("never seen");

        assertThat(running.join().outcome()).isEqualTo(new Failed(ToolFailure.CANCELLED,
                "linger was cancelled because the caller interrupted; whether it took effect is unknown."));
        assertThat(call(runner, "a", "linger")).isEqualTo(running.join());
    }

    @Test
    void cancelsACallThatWaitsForItsTurn() throws InterruptedException {
        var runner = runner(ToolLimits.defaults());
        var first = submit(runner, "a", "alone", "{\"name\":\"a\"}");
        var second = submit(runner, "b", "alone", "{\"name\":\"b\"}");
        assertThat(bar.started.poll(10, SECONDS)).isEqualTo("a");

        runner.cancel("b");
        assertThat(second.join().output()).contains("because the caller interrupted; nothing was done.");
        bar.release.countDown();

        assertThat(first.join().output()).isEqualTo("a");
        assertThat(call(runner, "c", "alone", "{\"name\":\"c\"}").output()).as("the queue moves on").isEqualTo("c");
    }

    @Test
    void passesOnTheSentenceOfAToolException() {
        var result = call(runner(ToolLimits.defaults()), "a", "refuse");

        assertThat(result.output()).isEqualTo("{\"error\":\"The bar is closed on Mondays.\"}");
        assertThat(reason(result)).isEqualTo(ToolFailure.REFUSED);
    }

    @Test
    void writesTheFactsOfAToolExceptionBesideItsSentence() {
        var result = call(runner(ToolLimits.defaults()), "a", "refuse_with_facts");

        assertThat(result.output()).isEqualTo("{\"error\":\"Only 3 are left.\",\"code\":\"insufficient_stock\"}");
    }

    @Test
    void withholdsTheFactsWhenAGuardChangesTheSentence() {
        var guard = ToolGuard.ofResults((_, _) -> ToolGuard.replace("Not now."));
        try (var runner = new ToolRunner(toolbox, guard)) {
            assertThat(call(runner, "a", "refuse_with_facts").output()).isEqualTo("{\"error\":\"Not now.\"}");
        }
    }

    @Test
    void tellsAToolWhichConversationItServes() {
        try (var runner = new ToolRunner(toolbox, "till-1", ToolGuard.NONE, ToolLimits.defaults(), InstantSource
                .system())) {
            assertThat(call(runner, "a", "whereabouts").output()).isEqualTo("till-1: whereabouts{}");
        }
    }

    @Test
    void x9KeepsTheWordsOfACrashOutOfTheOutputAndTheLog() throws InterruptedException {
        try (var log = new Log()) {
            var result = call(runner(ToolLimits.defaults()), "a", "crash", "{\"word\":\"xyzzy\"}");

            var logged = log.next();
            var incident = logged.replaceAll("(?s).*incident ([0-9a-f]{8}).*", "$1");
            assertThat(logged).contains("java.lang.IllegalStateException", "java.lang.RuntimeException",
                    "ToolRunnerTest$Bar.crash").doesNotContain("xyzzy", "secret");
            assertThat(result.output()).contains("incident " + incident).doesNotContain("xyzzy", "secret");
        }
    }

    @Test
    void outlivesErrors() throws InterruptedException {
        try (var log = new Log()) {
            var runner = runner(ToolLimits.defaults());

            assertThat(reason(call(runner, "a", "overflow"))).isEqualTo(ToolFailure.CRASHED);
            assertThat(log.next()).contains("java.lang.StackOverflowError");
            assertThat(reason(call(runner, "b", "circle"))).isEqualTo(ToolFailure.CRASHED);
            assertThat(call(runner, "c", "count").succeeded()).isTrue();
        }
    }

    @Test
    void saysSoWhenAToolGivesNothing() {
        var runner = runner(ToolLimits.defaults());

        assertThat(call(runner, "a", "nothing").output()).isEqualTo("{\"error\":\"nothing found nothing to answer.\"}");
        assertThat(reason(call(runner, "b", "no_order"))).isEqualTo(ToolFailure.NO_RESULT);
    }

    @Test
    void refusesToPassOnAMegabyte() {
        var runner = runner(ToolLimits.defaults());

        assertThat(call(runner, "a", "megabyte").output())
                .isEqualTo(
                        "{\"error\":\"The result of megabyte is too long, at most 65536 characters; ask for less.\"}");
        assertThat(reason(call(runner, "b", "megabyte_list"))).isEqualTo(ToolFailure.TOO_LONG);
        assertThat(reason(call(runner, "c", "huge_number"))).isIn(ToolFailure.TOO_LONG, ToolFailure.CRASHED);
    }

    @Test
    void goesOnWhenAListenerThrows() throws InterruptedException {
        try (var log = new Log()) {
            var runner = runner(ToolLimits.defaults());
            runner.submit(new ToolCall("a", "count", "{}"), _ -> {
                throw new IllegalStateException("listener");
            });

            assertThat(log.next()).contains("A listener failed on ToolResult[a, succeeded");
            assertThat(call(runner, "b", "count").succeeded()).isTrue();
        }
    }

    @Test
    void answersEveryCallWhenItClosesUnderThem() throws InterruptedException {
        var runner = runner(ToolLimits.defaults());
        var polite = submit(runner, "a", "linger", "{}");
        var stubborn = submit(runner, "b", "stubborn", "{}");
        bar.started.poll(10, SECONDS);
        bar.started.poll(10, SECONDS);

        var began = System.nanoTime();
        runner.close();
        var took = Duration.ofNanos(System.nanoTime() - began);

        assertThat(reason(polite.getNow(null))).isEqualTo(ToolFailure.CLOSED);
        assertThat(reason(stubborn.getNow(null))).isEqualTo(ToolFailure.CLOSED);
        assertThat(took).isLessThan(Duration.ofSeconds(3));
        assertThat(reason(call(runner, "c", "count"))).isEqualTo(ToolFailure.CLOSED);
        runner.close();
    }

    @Test
    void letsAToolThatIsNearlyDoneFinishWhenItCloses() throws InterruptedException {
        var runner = runner(ToolLimits.defaults());
        var nearlyDone = submit(runner, "a", "linger", "{}");
        assertThat(bar.started.poll(10, SECONDS)).isEqualTo("wait");

        var closing = Thread.ofVirtual().start(runner::close);
        for (var i = 0; reason(call(runner, "probe" + i, "count")) != ToolFailure.CLOSED; i++) {
            Thread.onSpinWait();
        }
        bar.release.countDown();
        closing.join();

        assertThat(nearlyDone.getNow(null).output()).isEqualTo("waited");
    }

    public static final class Exit {
        final CompletableFuture<ToolRunner> runner = new CompletableFuture<>();

        @Tool("Hangs up.")
        public String hangUp() {
            runner.join().close();
            return "bye";
        }
    }

    @Test
    void mayBeClosedByOneOfItsTools() {
        var exit = new Exit();
        var runner = new ToolRunner(Toolbox.of(exit));
        exit.runner.complete(runner);

        var result = call(runner, "a", "hang_up");

        assertThat(result.output()).isEqualTo("bye");
    }

    @Test
    void namesNoArgumentsInItsValuesTexts() {
        var call = new ToolCall("a", "pay", "{\"word\":\"xyzzy\"}");
        var result = ToolResult.failed("a", ToolFailure.REFUSED, "xyzzy", Duration.ZERO);

        assertThat(call.toString() + result).doesNotContain("xyzzy");
    }

    private ToolRunner runner(ToolLimits limits) {
        open = new ToolRunner(toolbox, limits, InstantSource.system());
        return open;
    }

    private static CompletableFuture<ToolResult> submit(ToolRunner runner, String id, String tool, String arguments) {
        var answer = new CompletableFuture<ToolResult>();
        runner.submit(new ToolCall(id, tool, arguments), answer::complete);
        return answer.orTimeout(10, SECONDS);
    }

    private static ToolResult call(ToolRunner runner, String id, String tool) {
        return call(runner, id, tool, "{}");
    }

    private static ToolResult call(ToolRunner runner, String id, String tool, String arguments) {
        return submit(runner, id, tool, arguments).join();
    }

    private static @Nullable ToolFailure reason(ToolResult result) {
        return result.outcome() instanceof Failed(var reason, var _) ? reason : null;
    }

    /// What the runner writes to its log at default levels.
    private static final class Log extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger(ToolRunner.class.getName());
        private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Log() {
            logger.setUseParentHandlers(false);
            logger.setLevel(Level.INFO);
            logger.addHandler(this);
        }

        String next() throws InterruptedException {
            var line = lines.poll(10, SECONDS);
            assertThat(line).as("a log line within 10 s").isNotNull();
            return line;
        }

        @Override
        public void publish(LogRecord logged) {
            lines.add(new SimpleFormatter().format(logged));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
            logger.setUseParentHandlers(true);
        }
    }
}
