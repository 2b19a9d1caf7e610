package dev.parley.rtc;

import java.io.IOException;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/// What both roles of a handshake ask of the peer and get out of it: who it is, how SRTP is protected, and with which keys.
///
/// The keys of SRTP are exported (RFC 5764 section 4.2) in this order:
/// ```
/// +------------+------------+-------------+-------------+
/// | client key | server key | client salt | server salt |
/// +------------+------------+-------------+-------------+
/// ```
/// Not thread-safe: the handshake's thread owns it.
final class DtlsTerms {
    static final ProtocolVersion[] VERSIONS = {ProtocolVersion.DTLSv12};

    /// Ours is an ECDSA certificate; a server's may be RSA.
    static final int[] SERVER_SUITES = {CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384};
    static final int[] CLIENT_SUITES = {CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384};

    /// Peers are near, or no call would be made: twice the round trip of half the world.
    static final int RESEND_MILLIS = 250;

    private final DtlsIdentity identity;
    private final Fingerprint peer;
    private final List<SrtpProfile> profiles;
    private final int timeoutMillis;

    private @Nullable SrtpProfile profile;
    private @Nullable SrtpKeys clientKeys;
    private @Nullable SrtpKeys serverKeys;
    private String complaint = "";

    DtlsTerms(DtlsIdentity identity, Fingerprint peer, List<SrtpProfile> profiles, int timeoutMillis) {
        this.identity = identity;
        this.peer = peer;
        this.profiles = profiles;
        this.timeoutMillis = timeoutMillis;
    }

    DtlsIdentity identity() {
        return identity;
    }

    int timeoutMillis() {
        return timeoutMillis;
    }

    /// What we did not like about the peer, or nothing.
    String complaint() {
        return complaint;
    }

    SrtpKeys clientKeys() {
        return required(clientKeys);
    }

    SrtpKeys serverKeys() {
        return required(serverKeys);
    }

    /// Checks that the peer is who the description of the call said it would be.
    void check(@Nullable Certificate certificate) throws IOException {
        if (certificate == null || certificate.isEmpty()
                || !peer.matches(certificate.getCertificateAt(0).getEncoded())) {
            throw refuse(AlertDescription.bad_certificate,
                    "expected the certificate with the fingerprint of the session description, found another");
        }
    }

    /// Offers all profiles.
    void offer(Hashtable<?, ?> extensions) throws IOException {
        TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(ids(profiles), TlsUtils.EMPTY_BYTES));
    }

    /// Chooses the profile we like best of those that the client offers.
    void choose(Hashtable<?, ?> extensions) throws IOException {
        var offered = use(extensions).getProtectionProfiles();
        for (var one : profiles) {
            if (Arrays.stream(offered).anyMatch(id -> id == one.id())) {
                profile = one;
                return;
            }
        }
        throw refuse(AlertDescription.handshake_failure, "expected one of the SRTP profiles " + profiles + " offered");
    }

    /// Tells the client what was chosen.
    void answer(Hashtable<?, ?> extensions) throws IOException {
        TlsSRTPUtils.addUseSRTPExtension(extensions,
                new UseSRTPData(ids(List.of(required(profile))), TlsUtils.EMPTY_BYTES));
    }

    /// Takes note of what the server chose.
    void accept(Hashtable<?, ?> extensions) throws IOException {
        var use = use(extensions);
        var chosen = use.getProtectionProfiles();
        for (var one : profiles) {
            if (chosen.length == 1 && chosen[0] == one.id() && use.getMki().length == 0) {
                profile = one;
                return;
            }
        }
        throw refuse(AlertDescription.illegal_parameter, "expected one of the SRTP profiles " + profiles + " chosen");
    }

    private UseSRTPData use(@Nullable Hashtable<?, ?> extensions) throws IOException {
        var use = extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions);
        if (use == null) {
            throw refuse(AlertDescription.handshake_failure, "expected the extension use_srtp, found none");
        }
        return use;
    }

    /// Makes the keys of both directions.
    void export(TlsContext context) {
        var chosen = required(profile);
        int key = SrtpProfile.KEY_LENGTH;
        int salt = chosen.saltLength();
        var material = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, 2 * (key + salt));
        clientKeys = SrtpKeys.of(chosen, Arrays.copyOf(material, key),
                Arrays.copyOfRange(material, 2 * key, 2 * key + salt));
        serverKeys = SrtpKeys.of(chosen, Arrays.copyOfRange(material, key, 2 * key),
                Arrays.copyOfRange(material, 2 * key + salt, 2 * (key + salt)));
        Arrays.fill(material, (byte) 0);
    }

    /// How the peer may sign.
    static Vector<?> signatures(TlsContext context) {
        return TlsUtils.getDefaultSupportedSignatureAlgorithms(context);
    }

    private TlsFatalAlert refuse(short alert, String complaint) {
        this.complaint = complaint;
        return new TlsFatalAlert(alert, complaint);
    }

    private static int[] ids(List<SrtpProfile> profiles) {
        return profiles.stream().mapToInt(SrtpProfile::id).toArray();
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("expected the handshake to be further");
        }
        return value;
    }
}
