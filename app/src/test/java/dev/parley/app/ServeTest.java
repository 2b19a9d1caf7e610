package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `parley serve` and what goes with it.
@Timeout(120)
class ServeTest {
    private static final String NO_DATABASE_NEEDED = "jdbc:h2:mem:serve";

    @TempDir
    private Path folder;

    @Test
    void ven5ServesUntilItIsAskedToEndAndKeepsEverything() throws Exception {
        var database = folder.resolve("venue").toString();
        try (var server = serve(database)) {
            var url = server.line();
            assertThat(url).matches("http://127\\.0\\.0\\.1:[1-9][0-9]*");
            assertThat(server.line()).contains("No OPENAI_API_KEY", "the emulator at http://127.0.0.1:");
            assertThat(post(url + "/api/realtime/execute-tool", """
                    {"name":"navigate_to_screen","args":{"screen":"tabs"},"sessionId":"s","call_id":"kept"}"""))
                    .contains("\"success\":true");
            for (var body : List.of("{}", "{\"format\":\"beta\"}")) {
                assertThat(post(url + "/api/realtime/session", body)).as(body).contains("\"client_secret\":\"ek_");
            }

            var other = CommandRun.of("serve", "--port", "0", "--database", database, "--no-emulator");
            assertThat(other.status()).isEqualTo(1);
            assertThat(other.complaint()).contains("in use by another process");

            server.terminate();
            assertThat(server.endsWithin(2_000)).as("ends within 2 s").isTrue();
            assertThat(server.status()).isEqualTo(143);
            assertThat(server.complaints()).isEmpty();
        }
        try (var server = serve(database)) {
            assertThat(get(server.line() + "/api/realtime/tool-calls?sessionId=s")).contains("\"call_id\":\"kept\"");
        }
    }

    private static ChildProcess serve(String database) throws Exception {
        return ChildProcess.start(Map.of("OPENAI_API_KEY", "", "OPENAI_BASE_URL", ""), Main.class, "serve", "--port",
                "0",
                "--database", database);
    }

    @Test
    void v2ServesOtherMachinesOnlyWithAKey() {
        var run = CommandRun.of("serve", "--port", "0", "--host", "0.0.0.0", "--database", NO_DATABASE_NEEDED,
                "--no-emulator");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.complaint()).contains("expected a loopback address", "PARLEY_ACCESS_KEY");
    }

    @Test
    void saysWhatIsWrongWithASetting() throws Exception {
        assertThat(CommandRun.of("serve", "--port", "many").complaint()).contains("expected a port of 0 to 65535");
        try (var server = ChildProcess.start(Map.of("FRONTEND_URL", "bar"), Main.class, "serve", "--port", "0",
                "--database", NO_DATABASE_NEEDED)) {
            assertThat(server.endsWithin(20_000)).isTrue();
            assertThat(server.status()).isEqualTo(2);
            assertThat(server.complaints()).contains("FRONTEND_URL, found bar").hasLineCount(1);
        }
    }

    @Test
    void aManagersKeyNeedsOneForStaffBesideIt() throws Exception {
        try (var server = ChildProcess.start(Map.of("PARLEY_ACCESS_KEY", "", "PARLEY_MANAGER_KEY",
                "the key that managers show"), Main.class, "serve", "--port", "0", "--database", NO_DATABASE_NEEDED)) {
            assertThat(server.endsWithin(20_000)).isTrue();
            assertThat(server.status()).isEqualTo(2);
            assertThat(server.complaints()).contains("expected PARLEY_ACCESS_KEY", "Try: parley serve --help")
                    .doesNotContain("managers show")
                    .hasLineCount(1);
        }
    }

    @Test
    void triesItsSettingsWithoutStaying() {
        var run = CommandRun.of("serve", "--dry-run", "--sample", "--port", "0", "--no-emulator", "--database",
                "jdbc:h2:mem:dry");

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out().getFirst()).startsWith("http://127.0.0.1:");
    }

    @Test
    void ven9LoadsTheSampleOnceAndFindsThatAllRulesAreKept() {
        var database = folder.resolve("sample").toString();

        assertThat(CommandRun.of("venue", "load-sample", "--database", database).out()).singleElement()
                .asString()
                .contains("Added 65 sample drinks");
        assertThat(CommandRun.of("venue", "load-sample", "--database", database).out()).singleElement()
                .asString()
                .contains("nothing was changed");
        assertThat(CommandRun.of("venue", "check", "--database", database).out()).containsExactly(
                "All rules are kept.");
    }

    @Test
    void takesStaffOn() {
        var run = CommandRun.of("venue", "add-staff", "--name", "Mia", "--role", "manager", "--database",
                NO_DATABASE_NEEDED);

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).singleElement().asString().matches("Mia is manager; PIN [0-9]{6}");
    }

    @Test
    void ven7ReadsSettingsFromFilesBelowThoseOfTheProcess() throws Exception {
        Files.writeString(folder.resolve(".env"), """
                # of everybody
                PORT=4000
                VENUE_NAME="The 'Anchor'" # with quotes
                export VENUE_ID=1
                EMPTY=
                """);
        Files.writeString(folder.resolve(".env.local"), "PORT = 4001\nDATABASE_URL=postgres://a:b%23c@db/x # here\n");

        assertThat(DotEnv.in(folder, Map.of("VENUE_ID", "2"))).isEqualTo(Map.of("PORT", "4001", "VENUE_NAME",
                "The 'Anchor'", "VENUE_ID", "2", "EMPTY", "", "DATABASE_URL", "postgres://a:b%23c@db/x"));
    }

    @Test
    void saysWhichLineOfAFileIsNoneWithoutShowingIt() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> DotEnv.read(".env", "A=1\nsk-secret\n"))
                .hasMessageContaining("line 2 of .env")
                .hasMessageNotContaining("secret");
    }

    @Test
    void readsAddressesOfDatabasesAsHostsGiveThem() {
        assertThat(DatabaseUrl.jdbc("postgres://bev:p%40ss+1@db.example.com:5433/bar?sslmode=require")).isEqualTo(
                "jdbc:postgresql://db.example.com:5433/bar?user=bev&password=p%40ss%2B1&sslmode=require");
        assertThat(DatabaseUrl.jdbc("postgresql://localhost/bar")).isEqualTo("jdbc:postgresql://localhost/bar");
        assertThat(DatabaseUrl.jdbc("jdbc:h2:mem:x")).isEqualTo("jdbc:h2:mem:x");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> DatabaseUrl.jdbc("postgres://bev:p@ss word@db/bar"))
                .isInstanceOf(CommandFailed.class)
                .hasMessageNotContaining("ss word");
    }

    static String get(String url) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url)));
    }

    static String post(String url, String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String send(HttpRequest.Builder request) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString()).body();
        }
    }
}
