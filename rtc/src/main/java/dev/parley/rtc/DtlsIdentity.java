package dev.parley.rtc;

/// Who we are in DTLS handshakes: an ECDSA P-256 key and its self-signed certificate. Sketch. Safe to share between threads.
public final class DtlsIdentity {
    private DtlsIdentity() {}

    /// The identity of this process, made on first use.
    public static DtlsIdentity ofProcess() {
        throw new UnsupportedOperationException();
    }

    /// A new key and certificate.
    public static DtlsIdentity generate() {
        throw new UnsupportedOperationException();
    }

    /// The SHA-256 fingerprint, for SDP.
    public Fingerprint fingerprint() {
        throw new UnsupportedOperationException();
    }

    /// Runs handshakes in memory until the code and the crypto behind them are warm, so that the first call is not slow.
    /// Takes around a second; call it on a thread of its own at start.
    public static void warmUp() {
        throw new UnsupportedOperationException();
    }
}
