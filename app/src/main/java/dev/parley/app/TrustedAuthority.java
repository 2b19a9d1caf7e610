package dev.parley.app;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Trust in the authorities of a PEM file, such as the one `parley emulate --tls --ca-file` writes, and in no others.
final class TrustedAuthority {
    private TrustedAuthority() {}

    static SSLContext of(Path pem) {
        try (var in = new BufferedInputStream(Files.newInputStream(pem))) {
            var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("authority-" + trusted.size(), certificate);
            }
            if (trusted.size() == 0) {
                throw new CommandFailed("expected a certificate in " + pem + ", found none");
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (CertificateException e) {
            throw new CommandFailed("expected certificates in PEM in " + pem + ", found something else", e);
        } catch (IOException e) {
            throw new CommandFailed("expected certificates in PEM in " + pem + ", but it cannot be read: "
                    + Failures.line(e), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK knows no TLS", e);
        }
    }
}
