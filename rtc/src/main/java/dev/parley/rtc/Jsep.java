package dev.parley.rtc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes offers and answers, and says what a pair of them agrees on (RFC 9429): one section of sound, one of data
/// channels, both over one transport. Everything else is refused in its place.
final class Jsep {
    /// What we take and send, by default; Chromium holds the other side to it exactly.
    static final long MAX_MESSAGE_SIZE = 262_144;
    static final int SCTP_PORT = 5_000;

    private static final String AUDIO_PROTOCOL = "UDP/TLS/RTP/SAVPF";
    private static final String DATA_PROTOCOL = "UDP/DTLS/SCTP";
    /// The port of a section whose candidates will follow.
    private static final int DISCARD = 9;
    private static final List<String> HASHES = List.of("sha-256", "sha-384", "sha-512");

    /// What a connection of ours is ready for.
    record Wishes(boolean audio, boolean data, List<Codec> codecs, Direction direction, boolean iceLite) {
        Wishes {
            codecs = List.copyOf(codecs);
        }
    }

    /// Who we are in a description.
    record Self(long sessionId, long version, String ufrag, String password, Sdp.Fingerprint fingerprint,
            Sdp.Source source) {
        @Override
        public String toString() {
            return "Self of session " + sessionId + ", version " + version;
        }
    }

    /// What an offer and its answer come to.
    ///
    /// @param codecs     for sound, in the order of preference, under the other side's numbers; empty without sound
    /// @param direction  of sound, as seen by us
    /// @param data       the other side's data channels, if they are agreed
    /// @param fingerprint whose certificate the other side must show
    /// @param dtlsClient  whether we begin the handshake
    record Agreement(List<Codec> codecs, Direction direction, Optional<Sdp.Data> data, Sdp.Transport remote,
            boolean remoteLite, Fingerprint fingerprint, boolean dtlsClient) {}

    private final Wishes wishes;
    private final Self self;

    Jsep(Wishes wishes, Self self) {
        this.wishes = wishes;
        this.self = self;
    }

    Sdp offer() {
        List<Sdp.Section> sections = new ArrayList<>();
        List<String> mids = new ArrayList<>();
        var transport = transport(Setup.ACTPASS);
        if (wishes.audio) {
            mids.add(Integer.toString(mids.size()));
            sections.add(audio(mids.getLast(), transport, wishes.direction, wishes.codecs));
        }
        if (wishes.data) {
            mids.add(Integer.toString(mids.size()));
            sections.add(new Sdp.Data(mids.getLast(), DISCARD, false, DATA_PROTOCOL, transport, SCTP_PORT,
                    MAX_MESSAGE_SIZE));
        }
        return new Sdp(self.sessionId, self.version, wishes.iceLite, mids, sections);
    }

    /// @throws SdpException if nothing of the offer can be accepted
    Sdp answer(Sdp offer) {
        List<Sdp.Section> sections = new ArrayList<>();
        List<String> mids = new ArrayList<>();
        var accepted = new Accepted(offer);
        for (var section : offer.sections()) {
            var answer = accepted.consider(section);
            sections.add(answer);
            if (!answer.refused() && !answer.mid().isEmpty()) {
                mids.add(answer.mid());
            }
        }
        if (accepted.first.isEmpty()) {
            throw new SdpException("expected an offer of " + wanted() + ", found "
                    + offer.sections().stream().map(Jsep::summary).toList());
        }
        // A group that was not offered must not be answered.
        var bundle = offer.bundle().isEmpty() ? List.<String>of() : mids;
        return new Sdp(self.sessionId, self.version, wishes.iceLite, bundle, sections);
    }

    /// What was agreed, of which `local` is ours and `remote` the other side's description, in whatever order.
    ///
    /// @throws SdpException if the two do not fit together
    static Agreement agreement(Sdp local, Sdp remote, boolean weOffered) {
        if (local.sections().size() != remote.sections().size()) {
            throw new SdpException("expected as many sections in the answer as in the offer, found "
                    + (weOffered ? remote : local).sections().size() + " for "
                    + (weOffered ? local : remote).sections().size());
        }
        List<Codec> codecs = List.of();
        var direction = Direction.INACTIVE;
        Optional<Sdp.Data> data = Optional.empty();
        for (var i = 0; i < local.sections().size(); i++) {
            var ours = local.sections().get(i);
            var theirs = remote.sections().get(i);
            if (ours.refused() || theirs.refused()) {
                continue;
            }
            if (!ours.mid().equals(theirs.mid()) && !theirs.mid().isEmpty()) {
                throw new SdpException("expected section " + i + " to be '" + ours.mid()
                        + "' in both descriptions, found '"
                        + SdpReader.excerpt(theirs.mid()) + "'");
            }
            if (ours instanceof Sdp.Audio mine && theirs instanceof Sdp.Audio other) {
                codecs = common(mine.codecs(), other.codecs());
                direction = meet(mine.direction(), other.direction());
            } else if (ours instanceof Sdp.Data && theirs instanceof Sdp.Data other) {
                data = Optional.of(other);
            } else {
                throw new SdpException("expected section " + i + " to be of the same kind in both descriptions, found "
                        + summary(theirs) + " for " + summary(ours));
            }
        }
        if (codecs.isEmpty() && data.isEmpty()) {
            throw new SdpException("expected sound or data channels in common, found neither: the answer refuses "
                    + "every section or shares no codec");
        }
        var transport = remote.transport().filter(Jsep::isComplete).orElseThrow(Jsep::noTransport);
        var setup = transport.setup().orElse(weOffered ? Setup.ACTIVE : Setup.ACTPASS);
        if (weOffered && setup == Setup.ACTPASS) {
            throw new SdpException("expected an answer with a=setup:active or passive, found actpass");
        }
        return new Agreement(codecs, direction, data, transport, remote.iceLite(), fingerprint(transport),
                setup.answer() == Setup.ACTIVE);
    }

    private static Fingerprint fingerprint(Sdp.Transport transport) {
        var first = transport.fingerprints()
                .stream()
                .filter(one -> HASHES.contains(one.algorithm()))
                .findFirst()
                .orElseThrow(Jsep::noTransport);
        try {
            return new Fingerprint(first.algorithm(), first.value());
        } catch (IllegalArgumentException e) {
            throw new SdpException("a=fingerprint: " + e.getMessage());
        }
    }

    /// Whether it says who the other side is, so that nobody else can take its place.
    static boolean isComplete(Sdp.Transport transport) {
        return !transport.ufrag().isEmpty() && !transport.password().isEmpty()
                && transport.fingerprints().stream().anyMatch(one -> HASHES.contains(one.algorithm()));
    }

    private static SdpException noTransport() {
        return new SdpException("expected a=ice-ufrag, a=ice-pwd and a=fingerprint with one of " + HASHES
                + ", found a section without");
    }

    /// Takes the first section that fits and whatever shares its transport.
    private final class Accepted {
        private final Sdp offer;
        private Optional<Sdp.Section> first = Optional.empty();
        private boolean sound;
        private boolean channels;

        Accepted(Sdp offer) {
            this.offer = offer;
        }

        Sdp.Section consider(Sdp.Section section) {
            if (section.refused() || !sharesTransport(section)) {
                return refusal(section);
            }
            return switch (section) {
                case Sdp.Audio audio when wishes.audio && !sound && audio.rtcpMux() && speaks(audio) -> {
                    sound = true;
                    take(audio);
                    yield Jsep.this.answer(audio);
                }
                case Sdp.Data data when wishes.data && !channels -> {
                    channels = true;
                    take(data);
                    yield new Sdp.Data(data.mid(), DISCARD, false, data.protocol(), answering(), SCTP_PORT,
                            MAX_MESSAGE_SIZE);
                }
                case Sdp.Audio _,Sdp.Data _,Sdp.Other _ -> refusal(section);
            };
        }

        private void take(Sdp.Section section) {
            if (first.isEmpty()) {
                if (!isComplete(section.transport())) {
                    throw noTransport();
                }
                first = Optional.of(section);
            }
        }

        private Sdp.Transport answering() {
            return transport(first.flatMap(one -> one.transport().setup()).orElse(Setup.ACTPASS).answer());
        }

        private boolean sharesTransport(Sdp.Section section) {
            return first.isEmpty() || (offer.bundle().contains(section.mid())
                    && offer.bundle().contains(first.get().mid()));
        }

        private boolean speaks(Sdp.Audio audio) {
            return !common(wishes.codecs, audio.codecs()).isEmpty();
        }
    }

    private Sdp.Audio answer(Sdp.Audio offered) {
        var setup = offered.transport().setup().orElse(Setup.ACTPASS).answer();
        // Under the offer's numbers, with our own parameters.
        var codecs = common(wishes.codecs, offered.codecs()).stream()
                .map(codec -> wishes.codecs.stream()
                        .filter(codec::isSameAs)
                        .findFirst()
                        .orElse(codec)
                        .withPayloadType(codec.payloadType()))
                .toList();
        return new Sdp.Audio(offered.mid(), DISCARD, false, offered.protocol(), transport(setup),
                meet(wishes.direction, offered.direction()), codecs, List.of(), true, Optional.of(self.source),
                msid());
    }

    private Sdp.Audio audio(String mid, Sdp.Transport transport, Direction direction, List<Codec> codecs) {
        return new Sdp.Audio(mid, DISCARD, false, AUDIO_PROTOCOL, transport, direction, codecs, List.of(), true,
                Optional.of(self.source), msid());
    }

    private String msid() {
        return self.source.cname() + " audio";
    }

    private Sdp.Transport transport(Setup setup) {
        return new Sdp.Transport(self.ufrag, self.password, true, List.of(self.fingerprint), Optional.of(setup),
                List.of(), false);
    }

    private static Sdp.Section refusal(Sdp.Section section) {
        return switch (section) {
            case Sdp.Audio audio -> new Sdp.Audio(audio.mid(), 0, false, audio.protocol(), Sdp.Transport.NONE,
                    Direction.INACTIVE, audio.codecs(), List.of(), false, Optional.empty(), "");
            case Sdp.Data data -> new Sdp.Data(data.mid(), 0, false, data.protocol(), Sdp.Transport.NONE,
                    data.sctpPort(), data.maxMessageSize());
            case Sdp.Other other -> new Sdp.Other(other.mid(), 0, false, other.kind(), other.protocol(),
                    other.formats());
        };
    }

    /// The other side's codecs that are ours, too, in its order; nothing if there would be digits and no sound.
    private static List<Codec> common(List<Codec> ours, List<Codec> theirs) {
        var both = theirs.stream().filter(codec -> ours.stream().anyMatch(codec::isSameAs)).toList();
        return both.stream().allMatch(Codec::isTelephoneEvent) ? List.of() : both;
    }

    /// What flows when we want `ours` and the other side, in its own view, `theirs`.
    private static Direction meet(Direction ours, Direction theirs) {
        var seen = theirs.reversed();
        var send = sends(ours) && sends(seen);
        var receive = sends(ours.reversed()) && sends(seen.reversed());
        if (send) {
            return receive ? Direction.SENDRECV : Direction.SENDONLY;
        }
        return receive ? Direction.RECVONLY : Direction.INACTIVE;
    }

    private static boolean sends(Direction direction) {
        return direction == Direction.SENDRECV || direction == Direction.SENDONLY;
    }

    private String wanted() {
        var sound = wishes.codecs.stream().map(codec -> codec.name() + "/" + codec.clockRate()).toList();
        var audio = "sound (" + AUDIO_PROTOCOL + " with rtcp-mux and one of " + sound + ")";
        var data = "data channels (" + DATA_PROTOCOL + " webrtc-datachannel)";
        return wishes.audio && wishes.data ? audio + " or " + data : wishes.audio ? audio : data;
    }

    private static String summary(Sdp.Section section) {
        return SdpReader.excerpt(switch (section) {
            case Sdp.Audio audio -> "audio " + audio.protocol() + " "
                    + audio.codecs().stream().map(codec -> codec.name() + "/" + codec.clockRate()).toList();
            case Sdp.Data data -> "application " + data.protocol();
            case Sdp.Other other -> other.kind() + " " + other.protocol();
        });
    }
}
