package dev.parley.rtc;

import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;

/// The client role of a handshake.
final class DtlsClient extends AbstractTlsClient {
    private final DtlsTerms terms;

    DtlsClient(DtlsTerms terms) {
        super(terms.identity().crypto());
        this.terms = terms;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return DtlsTerms.VERSIONS.clone();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return DtlsTerms.CLIENT_SUITES.clone();
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return terms.timeoutMillis();
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return DtlsTerms.RESEND_MILLIS;
    }

    @Override
    public Hashtable<?, ?> getClientExtensions() throws IOException {
        Hashtable<?, ?> extensions = super.getClientExtensions();
        terms.offer(extensions);
        return extensions;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the library declares it
    public void processServerExtensions(Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        terms.accept(extensions);
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
                terms.check(certificate.getCertificate());
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) {
                return terms.identity().signer(context);
            }
        };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        terms.export(context);
    }
}
