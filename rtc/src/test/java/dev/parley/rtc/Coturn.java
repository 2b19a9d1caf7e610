package dev.parley.rtc;

import java.io.IOException;
import java.math.BigInteger;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A coturn on loopback with ports, users and a certificate of its own.
final class Coturn implements AutoCloseable {
    private static final String PROGRAM = "turnserver";
    private static final String USER = "bar";
    private static final String PASSWORD = "an-open-secret";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;
    private final int port;
    private final int tlsPort;
    private final SSLContext trust;

    private Coturn(Process process, int port, int tlsPort, SSLContext trust) {
        this.process = process;
        this.port = port;
        this.tlsPort = tlsPort;
        this.trust = trust;
    }

    static boolean isThere() {
        return List.of("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
                .stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
    }

    static Coturn start(Path folder)
            throws IOException, GeneralSecurityException, OperatorCreationException, InterruptedException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        var keys = generator.generateKeyPair();
        var certificate = certificate(keys);
        var certFile = pem(folder.resolve("cert.pem"), "CERTIFICATE", certificate.getEncoded());
        var keyFile = pem(folder.resolve("key.pem"), "PRIVATE KEY", keys.getPrivate().getEncoded());
        var port = freePort();
        var tlsPort = freePort();
        var process = new ProcessBuilder(PROGRAM, "-n", "-p", "" + port, "--tls-listening-port", "" + tlsPort, "-L",
                "127.0.0.1", "-E", "127.0.0.1", "--allow-loopback-peers", "--no-cli", "--no-rfc5780", "--lt-cred-mech",
                "-u", USER + ":" + PASSWORD, "-r", "relay.example", "--cert", certFile.toString(), "--pkey",
                keyFile.toString(), "--pidfile", folder.resolve("pid").toString(), "--userdb",
                folder.resolve("users").toString(), "--log-file", "stdout", "--simple-log")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        var coturn = new Coturn(process, port, tlsPort, trusting(certificate));
        coturn.awaitReady(folder.resolve("log"));
        return coturn;
    }

    TurnServer server(TurnServer.Transport transport) {
        var at = new InetSocketAddress(InetAddress.getLoopbackAddress(),
                transport == TurnServer.Transport.TLS ? tlsPort : port);
        return new TurnServer(at, transport, USER, PASSWORD, Optional.of(trust));
    }

    /// It answers STUN as soon as it can.
    private void awaitReady(Path log) throws IOException, InterruptedException {
        var deadline = Instant.now().plus(PATIENCE);
        var request = StunWriter.bindingRequest(new StunMessage.TransactionId(1, 2)).bytes();
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(100);
            while (Instant.now().isBefore(deadline) && process.isAlive()) {
                socket.send(new DatagramPacket(request, request.length, InetAddress.getLoopbackAddress(), port));
                try {
                    socket.receive(new DatagramPacket(new byte[1_500], 1_500));
                    return;
                } catch (SocketTimeoutException _) {
                    // asked again
                }
            }
        }
        close();
        throw new AssertionError("coturn does not answer: " + Files.readString(log));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static X509Certificate certificate(KeyPair keys)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        var now = Instant.now();
        var name = new X500Name("CN=localhost");
        var builder = new JcaX509v3CertificateBuilder(name, BigInteger.ONE, Date.from(now.minusSeconds(60)),
                Date.from(now.plusSeconds(86_400)), name, keys.getPublic());
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[]{
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1")}));
        return new JcaX509CertificateConverter().getCertificate(
                builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static SSLContext trusting(X509Certificate certificate) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("coturn", certificate);
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static Path pem(Path file, String kind, byte[] bytes) throws IOException {
        var text = new StringBuilder();
        text.append("-----BEGIN " + kind + "-----\n");
        text.append(Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes));
        text.append("\n-----END " + kind + "-----\n");
        return Files.writeString(file, text.toString());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
