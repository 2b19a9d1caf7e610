package dev.parley.rtc;

import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;

/// The server role of a handshake, which asks the client for its certificate.
final class DtlsServer extends DefaultTlsServer {
    private final DtlsTerms terms;

    DtlsServer(DtlsTerms terms) {
        super(terms.identity().crypto());
        this.terms = terms;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return DtlsTerms.VERSIONS.clone();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return DtlsTerms.SERVER_SUITES.clone();
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
    @SuppressWarnings("rawtypes") // as the library declares it
    public void processClientExtensions(Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        terms.choose(extensions);
    }

    @Override
    public Hashtable<?, ?> getServerExtensions() throws IOException {
        Hashtable<?, ?> extensions = super.getServerExtensions();
        terms.answer(extensions);
        return extensions;
    }

    @Override
    protected TlsCredentialedSigner getECDSASignerCredentials() {
        return terms.identity().signer(context);
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        return new CertificateRequest(new short[]{ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
                DtlsTerms.signatures(context), null);
    }

    @Override
    public void notifyClientCertificate(Certificate certificate) throws IOException {
        terms.check(certificate);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        terms.export(context);
    }
}
