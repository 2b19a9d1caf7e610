package dev.parley.rtc;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one connection has offered and answered, and what has come of it (RFC 9429). A description that cannot be used
/// counts as not given. Pure; not thread-safe.
final class Negotiation {
    private final Jsep.Wishes wishes;
    private final Fingerprint fingerprint;
    private final Sdp.Source source;
    private final long sessionId;
    private long version;
    private @Nullable Sdp local;
    private @Nullable Sdp remoteOffer;
    private boolean offering;
    private Optional<Jsep.Agreement> agreement = Optional.empty();

    Negotiation(Jsep.Wishes wishes, Fingerprint fingerprint, Sdp.Source source, long sessionId) {
        this.wishes = wishes;
        this.fingerprint = fingerprint;
        this.source = source;
        this.sessionId = sessionId;
    }

    /// Makes an offer; `self` is how we are called in it.
    Sdp offer(IceCredentials self) {
        if (remoteOffer != null) {
            throw new IllegalStateException("expected createAnswer, as there is an offer of the other side");
        }
        var offer = jsep(self).offer();
        local = offer;
        offering = true;
        return offer;
    }

    /// Takes the other side's answer to our offer, and says what is agreed; or else its offer.
    Optional<Jsep.Agreement> setRemote(Sdp description) {
        if (!offering) {
            remoteOffer = description;
            return Optional.empty();
        }
        var next = agreed(Jsep.agreement(local(), description, true));
        offering = false;
        return Optional.of(next);
    }

    /// Whether the offer that was set asks for another way: there is an agreement, and it has another name than that.
    boolean asksForRestart() {
        var offered = remoteOffer().transport();
        return agreement.isPresent()
                && offered.filter(one -> !one.ufrag().equals(agreement.get().remote().ufrag())).isPresent();
    }

    /// Answers the offer that was set, and says what is agreed.
    Jsep.Agreement answer(IceCredentials self) {
        var offer = remoteOffer();
        var answer = jsep(self).answer(offer);
        var next = agreed(Jsep.agreement(answer, offer, false));
        local = answer;
        remoteOffer = null;
        return next;
    }

    /// Our offer or answer, without candidates.
    Sdp local() {
        var description = local;
        if (description == null) {
            throw new IllegalStateException("expected an offer or an answer to be made first, found none");
        }
        return description;
    }

    Optional<Jsep.Agreement> agreement() {
        return agreement;
    }

    List<Codec> codecs() {
        return agreement.map(Jsep.Agreement::codecs).orElse(List.of());
    }

    private Sdp remoteOffer() {
        var offer = remoteOffer;
        if (offer == null) {
            throw new IllegalStateException("expected the other side's offer to be set, found none");
        }
        return offer;
    }

    private Jsep jsep(IceCredentials self) {
        return new Jsep(wishes, new Jsep.Self(sessionId, ++version, self.ufrag(), self.password(),
                new Sdp.Fingerprint(fingerprint.algorithm(), fingerprint.value()), source));
    }

    private Jsep.Agreement agreed(Jsep.Agreement next) {
        if (agreement.isPresent() && !agreement.get().fingerprint().equals(next.fingerprint())) {
            throw new SdpException("expected the fingerprint of the connection, found another: a new peer needs a new "
                    + "connection");
        }
        agreement = Optional.of(next);
        return next;
    }
}
