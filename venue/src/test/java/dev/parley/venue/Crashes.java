package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/// Kills a process at the till, again and again, and looks after each time what its database holds (scenario 14).
///
/// To be run by hand as well: with a folder that is not there yet, or the URL of an empty database, and the number of times.
final class Crashes {
    private static final String H2 = "jdbc:h2:file:";
    private static final int MOST_CALLS = 30;
    private static final long MOST_NANOS = 5_000_000;

    private final String url;
    private final Random random;
    private long next = 1;
    private long acknowledged;
    private long lost;

    private Crashes(String url, long seed) {
        this.url = url;
        this.random = new Random(seed);
    }

    static void main(String[] arguments) throws IOException {
        var url = arguments[0].startsWith("jdbc:")
                ? arguments[0]
                : url(Files.createDirectories(Path.of(arguments[0])).resolve("bar"));
        var seed = System.nanoTime();
        System.out.println("seed " + seed);
        System.out.println(run(url, Integer.parseInt(arguments[1]), seed));
        System.exit(0);
    }

    /// Of an H2 file; H2 adds `.mv.db` to its name.
    static String url(Path file) {
        return H2 + file;
    }

    /// What was seen, in a sentence.
    ///
    /// @throws AssertionError if anything is not as it must be
    static String run(String url, int times, long seed) throws IOException {
        var crashes = new Crashes(url, seed);
        crashes.prepare();
        for (int i = 0; i < times; i++) {
            crashes.once();
        }
        return times + " kills: " + crashes.acknowledged + " acknowledged calls are there exactly once, " + crashes.lost
                + " calls were under way, of each of which one effect was made by calling again";
    }

    private void prepare() {
        try (var venue = TillProcess.open(url)) {
            new Shelf(venue).pieces("Beer", 100);
            venue.venue().events().create("web", "Wedding", LocalDate.parse("2026-06-20"));
        }
    }

    private void once() throws IOException {
        var first = next;
        var process = new ProcessBuilder(command(url, first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var heard = listen(process);
        assertThat(heard).as("acknowledged in order").isEqualTo(numbers(first, heard.size()));
        next = first + heard.size();
        acknowledged += heard.size();
        keep();
        look(heard);
    }

    /// Hears some calls acknowledged, kills the process somewhere in one of the next, and hears the rest.
    private List<Long> listen(Process process) throws IOException {
        var heard = new ArrayList<Long>();
        try (var lines = process.inputReader()) {
            var calls = 1 + random.nextInt(MOST_CALLS);
            while (heard.size() < calls) {
                var line = lines.readLine();
                assertThat(line).as("an acknowledged call").isNotNull().matches("\\d+");
                heard.add(Long.parseLong(line));
            }
            // Anywhere within a call: what the process is at does not depend on us.
            LockSupport.parkNanos(random.nextLong(MOST_NANOS));
            // By its handle: what it had said by then stays readable.
            process.toHandle().destroyForcibly();
            lines.lines().forEach(line -> {
                assertThat(line).as("an acknowledged call").matches("\\d+");
                heard.add(Long.parseLong(line));
            });
        } finally {
            process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
        }
        return heard;
    }

    /// What the process left behind, as it was before anybody opened it: to look into if a rule is broken.
    private void keep() throws IOException {
        if (url.startsWith(H2)) {
            var file = url.substring(H2.length());
            Files.copy(Path.of(file + ".mv.db"), Path.of(file + ".killed"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void look(List<Long> heard) {
        try (var venue = TillProcess.open(url)) {
            assertThat(venue.venue().check()).as("what breaks a rule after a kill").isEmpty();
            for (var number : heard) {
                assertThat(records(venue, number)).as("records of call " + number).isEqualTo(1);
            }
            assertThat(records(venue, next + 1)).as("calls that were never made").isZero();
            // The call under way: it has happened or it has not. Whoever made it does not know, and makes it again.
            var before = records(venue, next);
            var answer = TillProcess.call(venue, next);
            var stock = movements(venue);
            venue.restartSessions();
            assertThat(TillProcess.call(venue, next)).as("the same answer again").isEqualTo(answer);
            assertThat(TillProcess.isSettled(answer)).as(answer).isTrue();
            assertThat(before).isIn(0L, 1L);
            assertThat(records(venue, next)).isEqualTo(1);
            assertThat(movements(venue)).as("movements").isEqualTo(stock);
            assertThat(venue.venue().check()).as("what breaks a rule after calling again").isEmpty();
            lost++;
            next++;
        }
    }

    private static long records(TestVenue venue, long number) {
        return venue.perform(transaction -> transaction.db()
                .createQuery("SELECT COUNT(*) FROM tool_calls WHERE call_id = :call")
                .bind("call", TillProcess.id(number))
                .mapTo(Long.class)
                .one());
    }

    private static long movements(TestVenue venue) {
        return venue.perform(transaction -> transaction.db()
                .createQuery("SELECT COUNT(*) FROM stock_movements")
                .mapTo(Long.class)
                .one());
    }

    private static List<Long> numbers(long first, int count) {
        return LongStream.range(first, first + count).boxed().toList();
    }

    /// Runs a [TillProcess] from call number `first` on, in a JVM that starts quickly.
    static List<String> command(String url, long first) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), TillProcess.class.getName(), url,
                Long.toString(first));
    }
}
