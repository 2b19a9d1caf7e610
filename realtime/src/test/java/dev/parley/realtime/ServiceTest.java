package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which service a client asks, how, and as whom; the server here notes what it is asked and refuses.
@Timeout(60)
class ServiceTest {
    private static final String KEY = "hunter2hunter2";

    private final BlockingQueue<Asked> asked = new ArrayBlockingQueue<>(10);
    private HttpServer server;
    private URI base;

    private record Asked(URI uri, Headers headers) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(new Asked(exchange.getRequestURI(), exchange.getRequestHeaders()));
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        server.start();
        base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Asked connect(RealtimeClient.Builder builder) throws InterruptedException {
        try (var client = builder.build()) {
            assertThat(client.toString()).doesNotContain(KEY);
            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect).satisfies(e -> {
                assertThat(e.status()).hasValue(401);
                assertThat(e.getMessage()).doesNotContain(KEY).contains("check the API key");
            });
        }
        return Objects.requireNonNull(asked.poll(10, TimeUnit.SECONDS), "nothing was asked");
    }

    @Test
    void asksOpenAi() throws Exception {
        var request = connect(RealtimeClient.builder()
                .baseUrl(base.resolve("/v1"))
                .apiKey(KEY)
                .model("a b")
                .organization("org_7")
                .project("proj_7"));

        assertThat(request.uri()).hasToString("/v1/realtime?model=a+b");
        assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(request.headers().getFirst("OpenAI-Organization")).isEqualTo("org_7");
        assertThat(request.headers().getFirst("OpenAI-Project")).isEqualTo("proj_7");
        assertThat(request.headers()).doesNotContainKey("Openai-beta");
    }

    @Test
    void asksForBeta() throws Exception {
        var request = connect(RealtimeClient.builder().baseUrl(base).model("m").dialect(Dialect.BETA));

        assertThat(request.headers().getFirst("OpenAI-Beta")).isEqualTo("realtime=v1");
        assertThat(request.headers()).doesNotContainKey("Authorization");
    }

    @Test
    void asksForATranscriptionOrACall() throws Exception {
        assertThat(connect(RealtimeClient.builder().baseUrl(base).transcription()).uri())
                .hasToString("/realtime?intent=transcription");
        assertThat(connect(RealtimeClient.builder().baseUrl(base).callId("rtc_7")).uri())
                .hasToString("/realtime?call_id=rtc_7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/openai", "/openai/v1/"})
    void asksAzure(String path) throws Exception {
        var request = connect(RealtimeClient.builder().azure(base.resolve(path), "my deployment").apiKey(KEY));

        assertThat(request.uri()).hasToString("/openai/v1/realtime?model=my+deployment");
        assertThat(request.headers().getFirst("api-key")).isEqualTo(KEY);
        assertThat(request.headers()).doesNotContainKey("Authorization");
    }

    @Test
    void asksAzuresPreview() throws Exception {
        var request = connect(RealtimeClient.builder().azure(base, "d").dialect(Dialect.BETA).apiKey(KEY));
        assertThat(request.uri()).hasToString("/openai/realtime?api-version=2025-04-01-preview&deployment=d");

        request = connect(RealtimeClient.builder().azure(base, "d").dialect(Dialect.BETA).apiKey(KEY).transcription());
        assertThat(request.uri()).hasToString(
                "/openai/realtime?api-version=2025-04-01-preview&deployment=d&intent=transcription");
    }

    @Test
    void asksForATokenAtEveryConnect() {
        var count = new AtomicInteger();
        try (var client = RealtimeClient.builder()
                .azure(base, "d")
                .apiKey(KEY)
                .tokenSupplier(() -> "token" + count.incrementAndGet())
                .build()) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect);
            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect);
        }

        assertThat(asked).extracting(request -> request.headers().getFirst("Authorization"))
                .containsExactly("Bearer token1", "Bearer token2");
        assertThat(asked).noneMatch(request -> request.headers().containsKey("Api-key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2\nhunter2", "hunter2\u00e9", "hunter2 hunter2"})
    void aKeyThatFitsNoHeaderIsNotRepeated(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> RealtimeClient.builder().apiKey(key).build())
                .withNoCause()
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
    }

    // The environment

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "OPENAI_API_KEY=hunter2; wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1, GA, with a key",
            "OPENAI_API_KEY=hunter2,OPENAI_MODEL=m; wss://api.openai.com/v1/realtime?model=m, GA, with a key",
            "OPENAI_BASE_URL=http://localhost:1; ws://localhost:1/realtime?model=gpt-realtime-2.1, GA, without a key",
            "AZURE_OPENAI_ENDPOINT=https://x.com,AZURE_OPENAI_API_KEY=hunter2,AZURE_OPENAI_DEPLOYMENT=d,"
                    + "OPENAI_API_KEY=other; wss://x.com/openai/v1/realtime?model=d, GA, with a key",
            "AZURE_OPENAI_ENDPOINT=https://x.com,AZURE_OPENAI_API_KEY=hunter2,AZURE_OPENAI_USE_ENTRA=false;"
                    + " wss://x.com/openai/v1/realtime?model=gpt-realtime-2.1, GA, with a key"})
    void theEnvironmentChoosesTheService(String variables, String client) {
        try (var chosen = RealtimeClient.fromEnvironment(env(variables)).build()) {
            assertThat(chosen).hasToString("RealtimeClient[" + client + "]");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "OPENAI_API_KEY=sk-12secret34; https://api.openai.com/v1, key sk-12..., model gpt-realtime-2.1",
            "OPENAI_API_KEY=secret; https://api.openai.com/v1, key ..., model gpt-realtime-2.1",
            "OPENAI_BASE_URL=http://localhost:1/v1; http://localhost:1/v1, without a key, model gpt-realtime-2.1",
            "AZURE_OPENAI_ENDPOINT=https://x.com,AZURE_OPENAI_API_KEY=abcdesecret,AZURE_OPENAI_DEPLOYMENT=d;"
                    + " https://x.com/openai/v1, key abcde..., deployment d"})
    void aProgramCanPrintWhatItUses(String variables, String description) {
        try (var client = RealtimeClient.fromEnvironment(env(variables)).build()) {
            assertThat(client.description()).isEqualTo(description).doesNotContain("secret");
        }
    }

    @Test
    void asksForATranslation() throws Exception {
        try (var client = RealtimeClient.builder().baseUrl(base.resolve("/v1")).model("t").apiKey(KEY).build()) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::translate)
                    .withMessageContaining("/v1/realtime/translations");
        }
        assertThat(asked.take().uri()).hasToString("/v1/realtime/translations?model=t");
    }

    @Test
    void entraNeedsTokens() {
        var env = env("AZURE_OPENAI_ENDPOINT=https://x.com,AZURE_OPENAI_USE_ENTRA=true,AZURE_OPENAI_API_KEY=hunter2");

        assertThatIllegalArgumentException().isThrownBy(() -> RealtimeClient.fromEnvironment(env).build())
                .withMessageContaining("tokenSupplier");
        try (var client = RealtimeClient.fromEnvironment(env).tokenSupplier(() -> "t").build()) {
            assertThat(client.toString()).contains("with a token");
            assertThat(client.description()).contains("with a token");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"A=b; OPENAI_API_KEY", "OPENAI_API_KEY= ; AZURE_OPENAI_ENDPOINT",
            "AZURE_OPENAI_ENDPOINT=https://x.com; AZURE_OPENAI_API_KEY nor AZURE_OPENAI_USE_ENTRA",
            "AZURE_OPENAI_ENDPOINT=hunter2 hunter2,AZURE_OPENAI_API_KEY=hunter2; AZURE_OPENAI_ENDPOINT"})
    void saysWhatIsMissingAndNotWhatIsThere(String variables, String missing) {
        assertThatIllegalArgumentException().isThrownBy(() -> RealtimeClient.fromEnvironment(env(variables)).build())
                .withMessageContaining(missing)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
    }

    private static Map<String, String> env(String variables) {
        var env = new HashMap<String, String>();
        for (var variable : variables.split(",")) {
            var parts = variable.split("=", 2);
            env.put(parts[0], parts[1]);
        }
        return env;
    }
}
