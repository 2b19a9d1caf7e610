package dev.parley.emulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// Makes the socket an emulator listens on, plain or behind TLS.
final class Connectors {
    /// What the system may have received of a connection and nobody has read. Left to itself it keeps megabytes, minutes of
    /// speech: an emulator that is behind would seem silent to its client, and a ping would wait behind all of it. This way
    /// the client is held up instead, and sees it.
    private static final int RECEIVED = 64 << 10;

    private static final int ACCEPT_QUEUE = 1_024;

    private Connectors() {}

    /// The socket an emulator listens on.
    ///
    /// @param identity what it shows its clients; empty to listen without TLS
    static ServerConnector listening(Emulator.Listening where, Optional<Certificates.Identity> identity, Server server,
            HttpConfiguration http) {
        // Else a connection that has shown a key is let in with the same letters in another case.
        http.setHeaderCacheCaseSensitive(true);
        var connector = identity.map(shown -> secure(server, http, shown))
                .orElseGet(() -> new ServerConnector(server, new HttpConnectionFactory(http)));
        connector.setHost(where.host());
        connector.setPort(where.port());
        connector.setAcceptedReceiveBufferSize(RECEIVED);
        // The system resets who comes when its queue is full; the usual 50 are a small crowd.
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        return connector;
    }

    /// What the server shows its clients.
    ///
    /// @throws EmulatorException naming the file that is at fault
    static Certificates.Identity identity(Tls tls, String host, Instant now) {
        return switch (tls) {
            case Tls.LocalAuthority(var folder, var caFile) -> {
                try {
                    var authority = LocalAuthority.in(folder, now);
                    if (caFile.isPresent()) {
                        Files.writeString(caFile.get(), Certificates.pem(authority.chain()),
                                StandardCharsets.US_ASCII);
                    }
                    yield LocalAuthority.serverIdentity(authority, host, now);
                } catch (IOException e) {
                    throw new EmulatorException("cannot keep the local authority in " + folder + caFile.map(
                            file -> " and its certificate in " + file).orElse("") + ": " + e.getMessage(), e);
                } catch (GeneralSecurityException e) {
                    throw new EmulatorException("cannot use the local authority: " + e.getMessage(), e);
                }
            }
            case Tls.Own(var certificate, var key) -> {
                try {
                    yield Certificates.read(text(certificate), text(key));
                } catch (GeneralSecurityException e) {
                    throw new EmulatorException("cannot use the certificate " + certificate + " with the key " + key
                            + ": " + e.getMessage(), e);
                }
            }
        };
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new EmulatorException("cannot read " + file + ": no such file", e);
        } catch (IOException e) {
            throw new EmulatorException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /// A socket that speaks TLS 1.2 and 1.3 and HTTP/1.1, as WebSockets need it.
    private static ServerConnector secure(Server server, HttpConfiguration plain, Certificates.Identity identity) {
        var https = new HttpConfiguration(plain);
        // A client may have found the way by an address or a name of its own.
        https.addCustomizer(new SecureRequestCustomizer(false));
        var keys = new SslContextFactory.Server();
        keys.setKeyStore(keyStore(identity));
        keys.setKeyStorePassword("");
        keys.setSniRequired(false);
        return new ServerConnector(server, new SslConnectionFactory(keys, "http/1.1"), new HttpConnectionFactory(
                https));
    }

    /// In memory only.
    private static KeyStore keyStore(Certificates.Identity identity) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("emulator", identity.key(), new char[0], identity.chain()
                    .toArray(X509Certificate[]::new));
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no PKCS12 key store", e);
        }
    }
}
