package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Databases whose process dies, whose disk is full, whose server goes away.
@Timeout(180)
class CrashTest {
    private static final int OPENINGS = 3;
    private static final int CALLERS = 4;
    private static final int CALLS_EACH = 40;
    private static final int ATTEMPTS = 60;

    @TempDir
    private Path folder;

    /// A killed process leaves the file as it is at that moment. Here it is copied at many moments instead.
    @Test
    void everyCallIsInTheFileWhenItIsAnswered() throws Exception {
        var file = folder.resolve("bar");
        try (var venue = TillProcess.open(Crashes.url(file))) {
            new Shelf(venue).pieces("Beer", 100);
            venue.venue().events().create("web", "Wedding", LocalDate.parse("2026-06-20"));
        }
        var copy = folder.resolve("copy.mv.db");
        var number = 0;
        // Opened again and again, since closing makes room in the middle of the file, which is used differently.
        for (int opening = 0; opening < OPENINGS; opening++) {
            try (var venue = TillProcess.open(Crashes.url(file))) {
                for (int call = 0; call < CALLS_EACH; call++) {
                    number++;
                    assertThat(TillProcess.isSettled(TillProcess.call(venue, number))).isTrue();
                    Files.copy(Path.of(file + ".mv.db"), copy, StandardCopyOption.REPLACE_EXISTING);
                    assertThat(callsIn(folder.resolve("copy"))).as("opening " + opening).isEqualTo(number);
                }
            }
        }
    }

    private static int callsIn(Path file) throws SQLException {
        try (var connection = DriverManager.getConnection(DatabaseAddress.file(file).url(), "sa", "");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT COUNT(*) FROM tool_calls")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void scenario14LeavesNothingHalfDoneWhenTheProcessIsKilledBetweenAndDuringTools(Engine engine) throws Exception {
        var url = switch (engine) {
            case H2 -> Crashes.url(folder.resolve("bar"));
            case POSTGRESQL -> emptyDatabase(engine);
        };

        // More are for Crashes by hand.
        assertThat(Crashes.run(url, 2, 14)).startsWith("2 kills: ");
    }

    /// Other tests break rules on purpose in the one they share.
    private static String emptyDatabase(Engine engine) throws SQLException {
        var name = "crashes_" + System.nanoTime();
        try (var connection = DriverManager.getConnection(engine.url()); var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return engine.url().replace("/postgres?", "/" + name + "?");
    }

    /// A limit on the size of files makes writing fail as a full disk does, without a disk of its own.
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void losesNothingThatWasAnsweredWhenAFileMayNotGrow() throws IOException {
        var url = aBarIn(folder.resolve("bar"));
        var command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 1000 && exec \"$@\"", "sh"));
        command.addAll(Crashes.command(url, 1));

        var said = output(new ProcessBuilder(command));

        keptWhatItAnswered(url, said);
    }

    /// A file system of its own, in memory, that other files fill too.
    @Test
    void losesNothingThatWasAnsweredWhenTheDiskIsFullAndGoesOnOnceThereIsRoom() throws Exception {
        var disk = SmallDisk.in(Files.createDirectory(folder.resolve("disk")));
        assumeTrue(disk.isPresent(), "skipped: nothing can be mounted here, not even in a namespace of its own");
        var file = folder.resolve("bar");
        aBarIn(file);

        var said = output(disk.get()
                .fill(folder.resolve("bar.mv.db"), Crashes.command(Crashes.url(disk.get()
                        .folder()
                        .resolve("bar")), 1)));

        var room = said.indexOf(SmallDisk.ROOM);
        assertThat(answered(said.subList(0, room))).as("answered before there is room: " + said).hasSizeGreaterThan(10);
        assertThat(answered(said.subList(room, said.size()))).as("answered once there is: " + said).isNotEmpty();
        keptWhatItAnswered(Crashes.url(file), said);
    }

    private static String aBarIn(Path file) {
        var url = Crashes.url(file);
        try (var venue = TillProcess.open(url)) {
            new Shelf(venue).pieces("Beer", 100);
        }
        return url;
    }

    private static List<Long> answered(List<String> said) {
        return said.stream().filter(line -> line.matches("\\d+")).map(Long::parseLong).toList();
    }

    private static void keptWhatItAnswered(String url, List<String> said) {
        var numbers = answered(said);
        assertThat(said.toString()).contains("failed: ", "{\"error\":").doesNotContain("Exception");
        assertThat(numbers).as(said.toString()).hasSizeGreaterThan(10);
        try (var venue = TillProcess.open(url)) {
            assertThat(venue.venue().check()).isEmpty();
            List<Long> kept = venue.perform(transaction -> transaction.db()
                    .createQuery("SELECT call_id FROM tool_calls")
                    .mapTo(String.class)
                    .map(id -> Long.parseLong(id.substring("call-".length())))
                    .list());
            assertThat(kept).containsAll(numbers);
            assertThat(TillProcess.isSettled(TillProcess.call(venue, 2_000_000))).as("it goes on").isTrue();
        }
    }

    private static List<String> output(ProcessBuilder builder) throws IOException {
        var process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var lines = process.inputReader()) {
            return lines.lines().toList();
        } finally {
            process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void losesAndDoublesNothingWhenPostgresqlIsRestartedUnderLoad() throws Exception {
        var data = folder.resolve("postgres");
        var server = start(data, 0);
        var port = server.getPort();
        var busy = new AtomicInteger();
        try (var venue = new TestVenue(server.getJdbcUrl("postgres", "postgres"))) {
            var beer = new Shelf(venue).pieces("Beer", 0);
            var warm = new CountDownLatch(CALLERS * CALLS_EACH / 4);
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                var running = new ArrayList<Future<?>>();
                for (int i = 0; i < CALLERS; i++) {
                    var session = "caller " + i;
                    running.add(callers.submit(() -> deliver(venue, session, warm, busy)));
                }
                assertThat(warm.await(60, TimeUnit.SECONDS)).as("some calls were answered").isTrue();
                server.close();
                server = start(data, port);
                for (var caller : running) {
                    caller.get(60, TimeUnit.SECONDS);
                }
            }

            assertThat(new Shelf(venue).atBar(beer)).isEqualTo((long) CALLERS * CALLS_EACH);
            assertThat(new Shelf(venue).findings()).isEmpty();
            assertThat(busy).as("calls that were told to come again").hasPositiveValue();
        } finally {
            server.close();
        }
    }

    private static EmbeddedPostgres start(Path data, int port) throws IOException {
        return EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).setPort(port).start();
    }

    /// Books one after the other, each again under its call id until it is answered.
    private static void deliver(TestVenue venue, String session, CountDownLatch warm, AtomicInteger busy) {
        var arguments = "{'product_name':'Beer','location_name':'Main Bar','quantity':1,'adjustment_type':'restock'}";
        for (int call = 0; call < CALLS_EACH; call++) {
            for (var attempt = 0;; attempt++) {
                var result = venue.callAfresh(session, "call-" + call, "create_adjustment", arguments);
                if (result.succeeded()) {
                    warm.countDown();
                    break;
                }
                assertThat(result.output()).contains("\"code\":\"busy\"", "\"retryable\":true");
                assertThat(attempt).as("attempts").isLessThan(ATTEMPTS);
                busy.incrementAndGet();
            }
        }
    }
}
