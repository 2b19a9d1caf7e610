package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.realtime.SessionConfig;
import dev.parley.speech.Hearing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The emulator behind TLS, reached by clients that trust its authority and by one that does not.
@Timeout(30)
class TlsTest {
    private static final Instant NOW = Instant.now();

    @TempDir
    private Path folder;

    @Test
    void servesHttpsToWhoTrustsItsAuthority() throws Exception {
        try (var emulator = emulator(local()); var http = trusting(caFile())) {
            assertThat(emulator.uri().toString()).matches("https://127\\.0\\.0\\.1:\\d+/v1");

            for (var host : List.of("127.0.0.1", "localhost")) {
                var root = URI.create("https://" + host + ":" + emulator.uri().getPort() + "/");

                assertThat(get(http, root).body()).as(host).contains("Realtime service");
            }
        }
    }

    @Test
    void opensSessionsOverWss() throws Exception {
        try (var emulator = emulator(local()); var http = trusting(caFile())) {
            var frames = new LinkedBlockingQueue<String>();
            var socket = http.newWebSocketBuilder()
                    .header("Authorization", "Bearer sk-test")
                    .buildAsync(URI.create(emulator.uri().toString().replace("https:", "wss:")
                            + "/realtime?model=gpt-realtime"), collecting(frames))
                    .get(10, TimeUnit.SECONDS);

            assertThat(frames.poll(10, TimeUnit.SECONDS)).contains("\"session.created\"");
            socket.abort();
        }
    }

    @Test
    void isSpokenToByTheClientThatComesWithIt() throws Exception {
        var authority = Certificates.newAuthority("somebody else", NOW, Duration.ofDays(30));
        var own = own(Certificates.newServer(authority, List.of("127.0.0.1"), NOW, Duration.ofDays(20)));

        for (var tls : List.of(local(), own)) {
            try (var emulator = emulator(tls); var caller = SpeakingClient.connect(emulator)) {
                assertThat(emulator.uri()).hasScheme("https");
                assertThat(emulator.sslContext()).isPresent();
                assertThat(inWriting(caller).write("hello there").words()).startsWith("Hello.");
            }
        }
    }

    @Nested
    class WithTheExtension {
        @RegisterExtension
        private final EmulatorExtension secure = EmulatorExtension.of(() -> Emulator.Settings.plain().withTls(local()));

        @Test
        void givesTestsAClientThatTrustsIt(Emulator emulator, SpeakingClient caller) {
            assertThat(emulator.uri()).hasScheme("https");
            assertThat(inWriting(caller).write("say good night").words()).isEqualTo("good night");
        }
    }

    @Test
    void isNotTrustedByWhoDoesNotKnowItsAuthority() {
        try (var emulator = emulator(local()); var http = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> get(http, emulator.uri())).isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void keepsItsAuthorityFromOneStartToTheNext() throws Exception {
        try (var first = emulator(local())) {
            assertThat(first.uri()).hasScheme("https");
        }
        var trusted = trusting(caFile());

        try (trusted; var second = emulator(local())) {
            assertThat(get(trusted, second.uri().resolve("/")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void keepsTheKeyOfItsAuthorityToItsOwner() throws Exception {
        LocalAuthority.in(folder.resolve("home/.parley"), NOW);

        var file = folder.resolve("home/.parley/authority.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(Files.readString(file)).contains("BEGIN PRIVATE KEY");
    }

    @Test
    void publishesTheCertificateOfItsAuthorityWithoutTheKey() throws Exception {
        try (var emulator = emulator(local())) {
            assertThat(emulator.uri()).hasScheme("https");
        }

        assertThat(Files.readString(caFile())).startsWith("-----BEGIN CERTIFICATE-----").doesNotContain("PRIVATE");
        assertThat(certificate(caFile()).getBasicConstraints()).as("vouches for servers only").isZero();
    }

    @Test
    void makesOneAuthorityHoweverManyStartAtOnce() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var starts = java.util.Collections.nCopies(8,
                    (java.util.concurrent.Callable<X509Certificate>) () -> LocalAuthority
                            .in(folder, NOW)
                            .certificate());

            var made = threads.invokeAll(starts).stream().map(start -> start.resultNow()).distinct();

            assertThat(made).hasSize(1);
        }
    }

    @Test
    void makesANewAuthorityBeforeTheOldOneRunsOut() throws Exception {
        var old = LocalAuthority.in(folder, NOW.minus(Duration.ofDays(3_500)));

        var fresh = LocalAuthority.in(folder, NOW);

        assertThat(fresh.certificate()).isNotEqualTo(old.certificate());
        assertThat(fresh.certificate().getNotAfter().toInstant()).isAfter(NOW.plus(Duration.ofDays(3_600)));
    }

    @Test
    void namesThisMachineAndTheAddressItListensOn() throws Exception {
        var server = LocalAuthority.serverIdentity(LocalAuthority.in(folder, NOW), "10.1.2.3", NOW);

        assertThat(server.certificate().getSubjectAlternativeNames().stream().map(name -> (String) name.get(1)))
                .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "10.1.2.3");
    }

    @Test
    void saysWhatToDoAboutAnAuthorityThatIsNone() throws Exception {
        Files.writeString(folder.resolve("authority.pem"), "nothing of the kind");

        assertThatThrownBy(() -> emulator(local())).isInstanceOf(EmulatorException.class)
                .hasMessage("cannot use the local authority: " + folder.resolve("authority.pem")
                        + ": expected a PEM certificate (BEGIN CERTIFICATE), found none."
                        + " Remove the file, and a new authority is made");
    }

    @Test
    void servesACertificateOfOnesOwn() throws Exception {
        var authority = Certificates.newAuthority("somebody else", NOW, Duration.ofDays(30));
        Files.writeString(caFile(), Certificates.pem(authority.chain()));
        var own = own(Certificates.newServer(authority, List.of("127.0.0.1"), NOW, Duration.ofDays(20)));

        try (var emulator = emulator(own); var http = trusting(caFile())) {
            assertThat(get(http, emulator.uri().resolve("/")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void refusesAKeyThatDoesNotBelongToTheCertificate() throws Exception {
        var authority = Certificates.newAuthority("somebody else", NOW, Duration.ofDays(30));
        var one = Certificates.newServer(authority, List.of("localhost"), NOW, Duration.ofDays(20));
        var other = Certificates.newServer(authority, List.of("localhost"), NOW, Duration.ofDays(20));

        var mixed = own(new Certificates.Identity(one.chain(), other.key()));

        assertThatThrownBy(() -> emulator(mixed)).isInstanceOf(EmulatorException.class)
                .hasMessageEndingWith(
                        "expected the certificate's private key, found one that does not belong to it");
    }

    @Test
    void saysWhichFileIsMissing() {
        var missing = folder.resolve("none.pem");

        assertThatThrownBy(() -> emulator(Tls.own(missing, missing))).isInstanceOf(EmulatorException.class)
                .hasMessage("cannot read " + missing + ": no such file");
    }

    @Test
    void neverQuotesAKeyItCannotRead() throws Exception {
        var authority = Certificates.newAuthority("somebody else", NOW, Duration.ofDays(30));
        var certificate = folder.resolve("server.pem");
        var key = folder.resolve("key.pem");
        Files.writeString(certificate, Certificates.pem(authority.chain()));
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");

        assertThatThrownBy(() -> emulator(Tls.own(certificate, key))).isInstanceOf(EmulatorException.class)
                .hasMessageNotContaining("c2VjcmV0")
                .hasStackTraceContaining("expected ");
    }

    private static SpeakingClient inWriting(SpeakingClient caller) {
        return caller.configure(SessionConfig.builder().outputModality("text").build());
    }

    private Tls own(Certificates.Identity identity) throws IOException {
        var certificate = folder.resolve("server.pem");
        var key = folder.resolve("key.pem");
        Files.writeString(certificate, Certificates.pem(identity.chain()));
        Files.writeString(key, Certificates.pemWithKey(identity));
        return Tls.own(certificate, key);
    }

    private Tls local() {
        return new Tls.LocalAuthority(folder, Optional.of(caFile()));
    }

    private Path caFile() {
        return folder.resolve("ca.pem");
    }

    private static Emulator emulator(Tls tls) {
        return Emulator.start(Emulator.Settings.of(Scenario.paymentDesk())
                .withEars(_ -> new Hearing.NotUnderstood())
                .withTls(tls));
    }

    private static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    /// A client that trusts this authority and no other.
    private static HttpClient trusting(Path caFile) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", certificate(caFile));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static HttpResponse<String> get(HttpClient http, URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static WebSocket.Listener collecting(BlockingQueue<String> frames) {
        return new WebSocket.Listener() {
            private final StringBuilder message = new StringBuilder();

            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                message.append(data);
                if (last) {
                    frames.add(message.toString());
                    message.setLength(0);
                }
                socket.request(1);
                return java.util.concurrent.CompletableFuture.completedStage(null);
            }
        };
    }
}
