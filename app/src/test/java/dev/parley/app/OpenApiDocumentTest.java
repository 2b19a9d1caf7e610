package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.Gateway;
import dev.parley.gateway.GatewaySettings;
import dev.parley.venue.ToolSet;
import dev.parley.venue.Venue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The gateway's description of its API is judged by a validator of others, with the official schemas. That it tells the
/// truth is checked in the gateway, of every request of its tests.
@Timeout(60)
class OpenApiDocumentTest {
    private static final Path PROGRAMS = Path.of("src", "test", "node");

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsTheValidator() {
        Peers.require(Files.isDirectory(PROGRAMS.resolve("node_modules/@seriousme/openapi-schema-validator")),
                "the npm packages; run: npm ci --prefix app/src/test/node");
    }

    @Test
    void isOpenApi() throws Exception {
        var document = description();

        assertThat(judged(document)).isEqualTo("OpenAPI 3.1");
        assertThat(judged(document.replace("\"openapi\":\"3.1.0\"", "\"openapi\":\"4.0.0\""))).startsWith("not valid");
        assertThat(judged(document.replaceFirst("\"responses\":", "\"answers\":"))).as("what the judge is worth")
                .startsWith("not valid");
    }

    private static String description() throws Exception {
        try (var venue = Venue.inMemory(Venue.Options.DEFAULT);
                var gateway = Gateway.start(venue, GatewaySettings.DEFAULT.withTools(ToolSet.EXTENDED))) {
            return ServeTest.get(gateway.uri() + "/openapi.json");
        }
    }

    private String judged(String document) throws Exception {
        var file = Files.writeString(folder.resolve("openapi.json"), document);
        var output = folder.resolve("judgement");
        var node = new ProcessBuilder("node", PROGRAMS.resolve("openapi-document.mjs").toString(), file.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(node.waitFor(30, TimeUnit.SECONDS)).as("node ends within 30 s").isTrue();
            return Files.readString(output, StandardCharsets.UTF_8).strip();
        } finally {
            node.destroyForcibly();
        }
    }
}
