package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsepTest {
    private static final List<Codec> CODECS = List.of(Codec.OPUS, Codec.PCMU, Codec.PCMA, Codec.TELEPHONE_EVENT_48K,
            Codec.TELEPHONE_EVENT_8K);
    private static final Sdp.Fingerprint FINGERPRINT = new Sdp.Fingerprint("sha-256", "0A:".repeat(31) + "0B");

    @Test
    void answersWhatChromiumOffersUnderItsNumbers() {
        var answer = answerTo("chromium-offer");

        var audio = answer.audio().orElseThrow();
        assertThat(audio.codecs()).extracting(Codec::payloadType).containsExactly(111, 0, 8, 110, 126);
        assertThat(audio.direction()).isEqualTo(Direction.SENDRECV);
        assertThat(audio.rtcpMux()).isTrue();
        assertThat(answer.bundle()).containsExactly("0", "1");
        assertThat(answer.transport().orElseThrow().setup()).contains(Setup.ACTIVE);
        assertThat(answer.data().orElseThrow().maxMessageSize()).isEqualTo(262_144);
    }

    @Test
    void refusesVideoInItsPlace() {
        var answer = answerTo("firefox-offer");

        assertThat(answer.sections()).extracting(Sdp.Section::mid).containsExactly("0", "1", "2");
        assertThat(answer.sections()).extracting(Sdp.Section::refused).containsExactly(false, true, false);
        assertThat(answer.bundle()).containsExactly("0", "2");
        assertThat(answer.write()).contains("m=video 0 UDP/TLS/RTP/SAVPF 120\r\n");
    }

    @Test
    void takesTheNumbersOfTheOfferEvenWhereTheyAreOthersInOurs() {
        var answer = answerTo("aiortc-offer");

        assertThat(answer.audio().orElseThrow().codecs().getFirst()).isEqualTo(new Codec(96, "opus", 48_000, 2,
                "minptime=10;useinbandfec=1"));
        assertThat(answer.write()).contains("a=rtpmap:96 opus/48000/2\r\n");
    }

    /// aiortc offers channels as the drafts before RFC 8841 did, and reads no other answer.
    @Test
    void answersTheOldWayOfOfferingChannelsInTheSameWay() {
        var offer = Descriptions.of("aiortc-offer")
                .replace("UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5000")
                .replace("a=sctp-port:5000", "a=sctpmap:5000 webrtc-datachannel 65535");

        var answer = jsep(true, true, Direction.SENDRECV).answer(Sdp.parse(offer));

        assertThat(Sdp.parse(offer).data().orElseThrow().sctpPort()).isEqualTo(5_000);
        assertThat(answer.sections()).extracting(Sdp.Section::refused).containsExactly(false, false);
        assertThat(answer.write()).contains(" DTLS/SCTP 5000\r\n", "a=sctpmap:5000 webrtc-datachannel 65535\r\n")
                .doesNotContain("sctp-port");
        assertThat(answer.write().lines().filter(line -> line.startsWith("a=ice-ufrag"))).hasSize(2);
        assertThat(Sdp.parse(answer.write())).isEqualTo(answer);
    }

    /// Meta refuses an answer that differs from this shape.
    @Test
    void answersWhatsAppInTheShapeItAccepts() {
        var offer = Sdp.parse(Descriptions.of("whatsapp-offer"));
        var candidate = IceCandidate.parse("1 1 udp 2130706431 203.0.113.9 40000 typ host");

        var written = jsep(true, false, Direction.SENDRECV).answer(offer)
                .withCandidates(List.of(candidate), true)
                .write();

        assertThat(written.lines()).filteredOn(line -> line.startsWith("m="))
                .containsExactly("m=audio 40000 UDP/TLS/RTP/SAVPF 111 126");
        assertThat(written.lines()).contains("c=IN IP4 203.0.113.9", "a=group:BUNDLE audio", "a=mid:audio",
                "a=rtcp-mux",
                "a=sendrecv", "a=setup:active", "a=candidate:1 1 udp 2130706431 203.0.113.9 40000 typ host",
                "a=end-of-candidates", "a=rtpmap:111 opus/48000/2", "a=rtpmap:126 telephone-event/8000",
                "a=ssrc:7 cname:parley");
        assertThat(written.lines()).filteredOn(line -> line.startsWith("a=fingerprint:")).hasSize(1);
        assertThat(written).doesNotContain("ice-lite").doesNotContain("extmap");
    }

    @Test
    void agreesOnWhatWasOfferedAndAnswered() {
        var offer = jsep(true, true, Direction.SENDRECV).offer();
        var answer = Sdp.parse(Descriptions.of("pion-lite-answer"));

        var agreement = Jsep.agreement(offer, answer, true);

        assertThat(agreement.codecs()).extracting(Codec::name).containsExactly("opus", "PCMU", "PCMA");
        assertThat(agreement.remoteLite()).isTrue();
        assertThat(agreement.dtlsClient()).as("the answer is passive").isTrue();
        assertThat(agreement.data().orElseThrow().maxMessageSize()).isEqualTo(65_536);
        assertThat(agreement.remote().ufrag()).isEqualTo("QxGtBnWzLpKdRvHs");
    }

    @Test
    void bothSidesOfAnAgreementSeeTheSame() {
        var offer = jsep(true, true, Direction.SENDONLY).offer();
        var answer = jsep(true, true, Direction.SENDRECV).answer(Sdp.parse(offer.write()));

        var offerer = Jsep.agreement(offer, Sdp.parse(answer.write()), true);
        var answerer = Jsep.agreement(answer, Sdp.parse(offer.write()), false);

        assertThat(offerer.direction()).isEqualTo(Direction.SENDONLY);
        assertThat(answerer.direction()).isEqualTo(Direction.RECVONLY);
        assertThat(offerer.dtlsClient()).isFalse();
        assertThat(answerer.dtlsClient()).isTrue();
        assertThat(offerer.codecs()).isEqualTo(answerer.codecs());
    }

    @Test
    void refusesWhatDoesNotShareTheTransport() {
        var offer = Sdp.parse(Descriptions.of("chromium-offer").replace("a=group:BUNDLE 0 1\n", ""));

        var answer = jsep(true, true, Direction.SENDRECV).answer(offer);

        assertThat(answer.sections()).extracting(Sdp.Section::refused).containsExactly(false, true);
        assertThat(answer.bundle()).isEmpty();
    }

    @Test
    void offersDataChannelsAlone() {
        var offer = jsep(false, true, Direction.SENDRECV).offer();

        assertThat(offer.audio()).isEmpty();
        assertThat(Sdp.parse(offer.write()).data().map(Sdp.Data::sctpPort)).isEqualTo(Optional.of(5_000));
    }

    @Test
    void saysWhatWasWantedWhenNothingFits() {
        var jsep = jsep(true, false, Direction.SENDRECV);

        assertThatThrownBy(() -> jsep.answer(Sdp.parse("v=0\nm=audio 9 UDP/TLS/RTP/SAVPF 9\na=rtcp-mux\n")))
                .isInstanceOf(SdpException.class)
                .hasMessageContaining("expected an offer of sound")
                .hasMessageContaining("opus/48000");
        assertThatThrownBy(() -> jsep.answer(Sdp.parse(Descriptions.of("chromium-offer").replace("rtcp-mux", "x"))))
                .isInstanceOf(SdpException.class)
                .hasMessageContaining("rtcp-mux");
        assertThatThrownBy(() -> jsep.answer(Sdp.parse(Descriptions.of("chromium-offer").replace("fingerprint", "x"))))
                .isInstanceOf(SdpException.class)
                .hasMessageContaining("a=fingerprint");
    }

    @Test
    void refusesSoundThatIsOnlyDigits() {
        var offer = Sdp.parse("v=0\nm=audio 9 UDP/TLS/RTP/SAVPF 126\na=rtcp-mux\na=rtpmap:126 telephone-event/8000\n");

        assertThatThrownBy(() -> jsep(true, false, Direction.SENDRECV).answer(offer)).isInstanceOf(SdpException.class)
                .hasMessageContaining("telephone-event");
    }

    @Test
    void refusesAnswersThatDoNotFitTheOffer() {
        var offer = jsep(true, true, Direction.SENDRECV).offer();
        var answer = Descriptions.of("pion-lite-answer");

        disagrees(offer, answer.substring(0, answer.indexOf("m=application")), "as many sections");
        disagrees(offer, answer.replace("a=mid:0", "a=mid:7"), "to be '0' in both");
        disagrees(offer, answer.replace("setup:passive", "setup:actpass"), "found actpass");
        disagrees(offer, answer.replace("a=ice-pwd", "a=x"), "a=ice-pwd");
        disagrees(offer, answer.replace("m=audio 9 ", "m=audio 0 ").replace("m=application 9 ", "m=application 0 "),
                "refuses every section");
    }

    private static void disagrees(Sdp offer, String answer, String complaint) {
        assertThatThrownBy(() -> Jsep.agreement(offer, Sdp.parse(answer), true)).isInstanceOf(SdpException.class)
                .hasMessageContaining(complaint);
    }

    private static Sdp answerTo(String name) {
        return jsep(true, true, Direction.SENDRECV).answer(Sdp.parse(Descriptions.of(name)));
    }

    private static Jsep jsep(boolean audio, boolean data, Direction direction) {
        return new Jsep(new Jsep.Wishes(audio, data, CODECS, direction, false), new Jsep.Self(42, 1, "ours",
                "twenty-two-characters..", FINGERPRINT, new Sdp.Source(7, "parley")));
    }
}
