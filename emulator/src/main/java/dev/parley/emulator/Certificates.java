package dev.parley.emulator;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// Makes, signs, reads and writes X.509 certificates (RFC 5280), which the JDK can only check.
///
/// The one class that knows Bouncy Castle; everybody else sees the JDK's types. Keys are ECDSA on P-256.
final class Certificates {
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final Duration SKEW = Duration.ofHours(1);
    private static final int SERIAL_BITS = 127;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Certificates() {}

    /// A certificate, those that vouch for it, and its key.
    record Identity(List<X509Certificate> chain, PrivateKey key) {
        Identity {
            chain = List.copyOf(chain);
        }

        X509Certificate certificate() {
            return chain.getFirst();
        }

        /// What a client trusts who is to trust this identity and no other.
        SSLContext trust() {
            try {
                var trusted = KeyStore.getInstance("PKCS12");
                trusted.load(null, null);
                trusted.setCertificateEntry("trusted", chain.getLast());
                var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(trusted);
                var context = SSLContext.getInstance("TLS");
                context.init(null, factory.getTrustManagers(), null);
                return context;
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException("this Java cannot trust a certificate", e);
            }
        }

        @Override
        public String toString() {
            return "Identity[" + certificate().getSubjectX500Principal() + "]";
        }
    }

    /// A new authority that vouches for servers, and for no other authority.
    static Identity newAuthority(String name, Instant now, Duration life) {
        var keys = newKeys();
        var subject = new X500Name("CN=" + name);
        var certificate = signed(subject, keys.getPrivate(), null, subject, keys.getPublic(), now, life, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        });
        return new Identity(List.of(certificate), keys.getPrivate());
    }

    /// A new server certificate for these names and addresses, signed by an authority.
    static Identity newServer(Identity authority, List<String> hosts, Instant now, Duration life) {
        var keys = newKeys();
        var issuer = X500Name.getInstance(authority.certificate().getSubjectX500Principal().getEncoded());
        var certificate = signed(issuer, authority.key(), authority.certificate(), new X500Name("CN=" + hosts
                .getFirst()), keys.getPublic(), now, life, builder -> {
                    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(
                            KeyPurposeId.id_kp_serverAuth));
                    builder.addExtension(Extension.subjectAlternativeName, false, names(hosts));
                });
        return new Identity(List.of(certificate, authority.certificate()), keys.getPrivate());
    }

    private interface Extensions {
        void addTo(JcaX509v3CertificateBuilder builder) throws CertIOException;
    }

    private static X509Certificate signed(X500Name issuer, PrivateKey issuerKey, @Nullable X509Certificate issuerCert,
            X500Name subject, PublicKey key, Instant now, Duration life, Extensions extensions) {
        var builder = new JcaX509v3CertificateBuilder(issuer, new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                Date.from(now.minus(SKEW)), Date.from(now.plus(life)), subject, key);
        try {
            var ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(key));
            if (issuerCert != null) {
                builder.addExtension(Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(
                        issuerCert));
            }
            extensions.addTo(builder);
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(issuerKey)));
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("this Java cannot sign a certificate with " + SIGNATURE, e);
        }
    }

    private static GeneralNames names(List<String> hosts) {
        return new GeneralNames(new LinkedHashSet<>(hosts).stream()
                .map(host -> new GeneralName(isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new));
    }

    private static boolean isAddress(String host) {
        if (!host.contains(":") && !host.matches("[0-9.]+")) {
            return false;
        }
        try {
            // A literal: nothing is looked up.
            return !InetAddress.getByName(host).getHostAddress().isEmpty();
        } catch (UnknownHostException _) {
            return false;
        }
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no elliptic curve P-256", e);
        }
    }

    /// The certificates as PEM (RFC 7468).
    static String pem(List<X509Certificate> certificates) {
        return written(certificates);
    }

    /// The certificates and then the key as PEM.
    static String pemWithKey(Identity identity) {
        var all = new ArrayList<Object>(identity.chain());
        try {
            all.add(new JcaPKCS8Generator(identity.key(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return written(all);
    }

    private static String written(List<?> objects) {
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            for (var object : objects) {
                pem.writeObject(object);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /// Reads an identity from the PEM of its certificates and of its key; the two may be in one text.
    ///
    /// @throws GeneralSecurityException saying what was expected and what was found, never quoting the key
    static Identity read(String certificates, String key) throws GeneralSecurityException {
        var chain = new ArrayList<X509Certificate>();
        for (var object : objects(certificates)) {
            if (object instanceof X509CertificateHolder holder) {
                chain.add(new JcaX509CertificateConverter().getCertificate(holder));
            }
        }
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("expected a PEM certificate (BEGIN CERTIFICATE), found none");
        }
        var identity = new Identity(chain, privateKey(key));
        requireMatch(identity);
        return identity;
    }

    private static PrivateKey privateKey(String text) throws GeneralSecurityException {
        for (var object : objects(text)) {
            try {
                switch (object) {
                    case PrivateKeyInfo info -> {
                        return new JcaPEMKeyConverter().getPrivateKey(info);
                    }
                    case PEMKeyPair pair -> {
                        return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                    }
                    default -> {
                        // Curve parameters and certificates may come before the key.
                    }
                }
            } catch (IOException _) {
                throw new GeneralSecurityException("expected a private key of a kind this Java knows");
            }
        }
        throw new GeneralSecurityException(
                "expected a PEM private key without a password (BEGIN PRIVATE KEY), found none");
    }

    private static void requireMatch(Identity identity) throws GeneralSecurityException {
        var probe = new byte[32];
        RANDOM.nextBytes(probe);
        var signer = Signature.getInstance(switch (identity.key().getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC", "ECDSA" -> "SHA256withECDSA";
            default -> identity.key().getAlgorithm();
        });
        try {
            signer.initSign(identity.key());
            signer.update(probe);
            var signature = signer.sign();
            signer.initVerify(identity.certificate().getPublicKey());
            signer.update(probe);
            if (signer.verify(signature)) {
                return;
            }
        } catch (GeneralSecurityException _) {
            // Told below: a key of another kind cannot even be tried.
        }
        throw new GeneralSecurityException(
                "expected the certificate's private key, found one that does not belong to it");
    }

    private static List<Object> objects(String text) throws GeneralSecurityException {
        var found = new ArrayList<Object>();
        try (Reader reader = new StringReader(text); var pem = new PEMParser(reader)) {
            for (var next = pem.readObject(); next != null; next = pem.readObject()) {
                found.add(next);
            }
        } catch (IOException | RuntimeException _) {
            // Without the cause, which may quote the key.
            throw new GeneralSecurityException("expected PEM, found something else");
        }
        return found;
    }
}
