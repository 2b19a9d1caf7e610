package dev.parley.emulator;

import java.nio.file.Path;
import java.util.Optional;

/// What an emulator that speaks https and wss shows its clients.
public sealed interface Tls {
    /// A certificate made at each start, signed by an authority of this machine that is made on first use.
    ///
    /// A client trusts it once it trusts the authority: `NODE_EXTRA_CA_CERTS=ca.pem` for Node, `SSL_CERT_FILE` or
    /// `REQUESTS_CA_BUNDLE` for Python, `--cacert` for curl.
    ///
    /// @param folder where the authority is kept with its key, for its owner's eyes only
    /// @param caFile where to write the authority's certificate, which is no secret; empty to write it nowhere else
    record LocalAuthority(Path folder, Optional<Path> caFile) implements Tls {}

    /// A certificate of one's own.
    ///
    /// @param certificate PEM file: the certificate, followed by those between it and its authority
    /// @param key PEM file: its private key, without a password
    record Own(Path certificate, Path key) implements Tls {}

    /// The authority of this user, in `.parley` in the home folder.
    ///
    /// @param caFile where to write the authority's certificate
    static Tls localAuthority(Path caFile) {
        return new LocalAuthority(Path.of(System.getProperty("user.home"), ".parley"), Optional.of(caFile));
    }

    /// A certificate of one's own, and its key, both as PEM files.
    static Tls own(Path certificate, Path key) {
        return new Own(certificate, key);
    }
}
