package dev.parley.rtc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A session description (RFC 8866) with what peer connections use of it (RFC 9429).
///
/// What a description says for the whole session holds for each section. Whatever is not understood is left out.
///
/// @param sessionId the number of the session
/// @param version   grows with each description of it
/// @param iceLite   whether the writer does no connectivity checks of its own
/// @param bundle    the sections that share one transport, by their `mid`
record Sdp(long sessionId, long version, boolean iceLite, List<String> bundle, List<Section> sections) {
    /// What Chromium takes for granted where a description does not say it (RFC 8841 section 6.1).
    static final long DEFAULT_MAX_MESSAGE_SIZE = 65_536;

    Sdp {
        bundle = List.copyOf(bundle);
        sections = List.copyOf(sections);
    }

    /// One `m=` line and what follows.
    sealed interface Section {
        /// The name of the section, or nothing.
        String mid();

        /// The default port; 0 says that the section is refused, unless it is [#bundleOnly()].
        int port();

        /// Whether it may be used although its port is 0 (RFC 9143).
        boolean bundleOnly();

        Transport transport();

        default boolean refused() {
            return port() == 0 && !bundleOnly();
        }
    }

    /// Sound, `UDP/TLS/RTP/SAVPF`.
    ///
    /// @param source the SSRC that will be sent and its CNAME, where they are known beforehand
    /// @param msid   stream and track, or nothing
    record Audio(String mid, int port, boolean bundleOnly, String protocol, Transport transport, Direction direction,
            List<Codec> codecs, List<Extension> extensions, boolean rtcpMux, Optional<Source> source,
            String msid) implements Section {
        Audio {
            codecs = List.copyOf(codecs);
            extensions = List.copyOf(extensions);
        }
    }

    /// Data channels, `UDP/DTLS/SCTP webrtc-datachannel` (RFC 8841); or `DTLS/SCTP 5000`, as in the drafts before it, which
    /// aiortc still offers.
    ///
    /// @param maxMessageSize in bytes; 0 says that any size is taken
    record Data(String mid, int port, boolean bundleOnly, String protocol, Transport transport, int sctpPort,
            long maxMessageSize) implements Section {
        static final String OLD_PROTOCOL = "DTLS/SCTP";
    }

    /// Anything else. It is refused in the place where it stands.
    record Other(String mid, int port, boolean bundleOnly, String kind, String protocol,
            String formats) implements Section {
        @Override
        public Transport transport() {
            return Transport.NONE;
        }
    }

    /// How a section is reached and secured.
    ///
    /// @param setup empty where the description does not say
    record Transport(String ufrag, String password, boolean trickle, List<Fingerprint> fingerprints,
            Optional<Setup> setup, List<IceCandidate> candidates, boolean endOfCandidates) {
        /// The transport of a section that is refused or shares another's.
        static final Transport NONE = new Transport("", "", false, List.of(), Optional.empty(), List.of(), false);

        Transport {
            fingerprints = List.copyOf(fingerprints);
            candidates = List.copyOf(candidates);
        }

        Transport with(List<IceCandidate> ours, boolean end) {
            return new Transport(ufrag, password, trickle, fingerprints, setup, ours, end);
        }

        @Override
        public String toString() {
            return "Transport of " + ufrag + " with " + candidates.size() + " candidates";
        }
    }

    /// The hash of a certificate (RFC 8122).
    ///
    /// @param algorithm such as `sha-256`, in lower case
    /// @param value     hexadecimal pairs in upper case, with colons
    record Fingerprint(String algorithm, String value) {}

    /// A header extension (RFC 8285).
    record Extension(int id, String uri) {}

    /// A sender of RTP.
    record Source(long ssrc, String cname) {}

    /// Reads a description, tolerant of its lines' ends and order and of what it does not know.
    ///
    /// @throws SdpException if it is malformed or larger than any honest one
    static Sdp parse(String text) {
        return SdpReader.read(text);
    }

    /// The description as it is sent.
    String write() {
        return SdpWriter.write(this);
    }

    /// The sound, unless it is refused.
    Optional<Audio> audio() {
        return sections.stream()
                .filter(section -> !section.refused())
                .filter(Audio.class::isInstance)
                .map(Audio.class::cast)
                .findFirst();
    }

    /// The data channels, unless they are refused.
    Optional<Data> data() {
        return sections.stream()
                .filter(section -> !section.refused())
                .filter(Data.class::isInstance)
                .map(Data.class::cast)
                .findFirst();
    }

    /// The transport of the first section in use; the bundled ones share it.
    Optional<Transport> transport() {
        return sections.stream().filter(Sdp::isInUse).map(Section::transport).findFirst();
    }

    /// The same description with these candidates of ours.
    Sdp withCandidates(List<IceCandidate> candidates, boolean end) {
        List<Section> all = new ArrayList<>(sections);
        for (var i = 0; i < all.size(); i++) {
            if (isInUse(all.get(i))) {
                all.set(i, with(all.get(i), all.get(i).transport().with(candidates, end)));
                break;
            }
        }
        return new Sdp(sessionId, version, iceLite, bundle, all);
    }

    private static Section with(Section section, Transport at) {
        return switch (section) {
            case Audio a -> new Audio(a.mid, a.port, a.bundleOnly, a.protocol, at, a.direction, a.codecs, a.extensions,
                    a.rtcpMux, a.source, a.msid);
            case Data d -> new Data(d.mid, d.port, d.bundleOnly, d.protocol, at, d.sctpPort, d.maxMessageSize);
            case Other other -> other;
        };
    }

    private static boolean isInUse(Section section) {
        return !section.refused() && !(section instanceof Other);
    }
}
