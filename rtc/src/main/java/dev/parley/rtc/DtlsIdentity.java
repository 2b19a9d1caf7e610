package dev.parley.rtc;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCertificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/// Who we are in DTLS handshakes: an ECDSA P-256 key and its self-signed certificate (RFC 8827 section 6.5), which names
/// nobody. Prints no key. Safe to share between threads; one for a process is enough.
public final class DtlsIdentity {
    /// Clocks differ; peers of WebRTC ignore the dates, but not all of them have to.
    private static final Duration BEFORE = Duration.ofDays(1);
    private static final Duration AFTER = Duration.ofDays(365);
    private static final SignatureAndHashAlgorithm ECDSA = SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256,
            SignatureAlgorithm.ecdsa);

    private final JcaTlsCrypto crypto;
    private final KeyPair keys;
    private final Certificate chain;
    private final Fingerprint fingerprint;

    private DtlsIdentity(JcaTlsCrypto crypto, KeyPair keys, byte[] certificate) throws IOException {
        this.crypto = crypto;
        this.keys = keys;
        this.chain = new Certificate(new TlsCertificate[]{new JcaTlsCertificate(crypto, certificate)});
        this.fingerprint = Fingerprint.of(certificate);
    }

    private static final class OfProcess {
        private static final DtlsIdentity IDENTITY = generate();
    }

    /// The identity of this process, made on first use.
    public static DtlsIdentity ofProcess() {
        return OfProcess.IDENTITY;
    }

    /// A new key and certificate.
    public static DtlsIdentity generate() {
        var random = new SecureRandom();
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            var keys = generator.generateKeyPair();
            return new DtlsIdentity(new JcaTlsCryptoProvider().create(random), keys, selfSigned(keys, random));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("expected a runtime with ECDSA on P-256", e);
        }
    }

    private static byte[] selfSigned(KeyPair keys, SecureRandom random) throws OperatorCreationException, IOException {
        var name = new X500Name("CN=WebRTC");
        var now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(name, new BigInteger(63, random).add(BigInteger.ONE),
                Date.from(now.minus(BEFORE)), Date.from(now.plus(AFTER)), name, keys.getPublic());
        return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())).getEncoded();
    }

    /// The SHA-256 fingerprint, for SDP.
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    JcaTlsCrypto crypto() {
        return crypto;
    }

    TlsCredentialedSigner signer(TlsContext context) {
        return new JcaDefaultTlsCredentialedSigner(new TlsCryptoParameters(context), crypto, keys.getPrivate(), chain,
                ECDSA);
    }

    @Override
    public String toString() {
        return "DtlsIdentity[" + fingerprint + "]";
    }
}
