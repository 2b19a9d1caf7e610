package dev.parley.rtc;

/// A request of ours to the other side that awaits its response.
final class IceTransaction {
    final IcePair pair;
    final IceCredentials remote;
    final boolean controlling;
    final boolean nominates;
    /// Consent is asked for once and not repeated.
    final boolean consent;
    final byte[] packet;
    long retryAt;
    long retry;
    int tries = 1;

    IceTransaction(IcePair pair, IceCredentials remote, boolean controlling, boolean nominates, boolean consent,
            byte[] packet) {
        this.pair = pair;
        this.remote = remote;
        this.controlling = controlling;
        this.nominates = nominates;
        this.consent = consent;
        this.packet = packet;
    }
}
