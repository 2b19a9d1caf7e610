package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SdpTest {
    @Test
    void readsWhatChromiumOffers() {
        var offer = Sdp.parse(Descriptions.of("chromium-offer"));

        assertThat(offer.bundle()).containsExactly("0", "1");
        var audio = offer.audio().orElseThrow();
        assertThat(audio.codecs()).extracting(Codec::payloadType).containsExactly(111, 63, 9, 0, 8, 13, 110, 126);
        assertThat(audio.codecs().getFirst().parameters()).isEqualTo("minptime=10;useinbandfec=1");
        assertThat(audio.extensions()).hasSize(4)
                .contains(new Sdp.Extension(1, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"));
        assertThat(audio.source()).contains(new Sdp.Source(3_215_748_096L, "Yk3wS0dQm1vN7xZp"));
        assertThat(audio.rtcpMux()).isTrue();
        var transport = offer.transport().orElseThrow();
        assertThat(transport.ufrag()).isEqualTo("h7Fq");
        assertThat(transport.trickle()).isTrue();
        assertThat(transport.setup()).contains(Setup.ACTPASS);
        assertThat(transport.candidates()).singleElement()
                .satisfies(one -> assertThat(one.isUsable()).as("a name of the local network cannot be used")
                        .isFalse());
        assertThat(offer.data().orElseThrow().maxMessageSize()).isEqualTo(262_144);
    }

    @Test
    void takesWhatFirefoxSaysForTheSessionAsSaidForEachSection() {
        var offer = Sdp.parse(Descriptions.of("firefox-offer"));

        var transport = offer.transport().orElseThrow();
        assertThat(transport.fingerprints()).singleElement()
                .satisfies(one -> assertThat(one.value()).startsWith("A4:19:0D"));
        assertThat(transport.trickle()).isTrue();
        assertThat(offer.data()).as("bundle-only, with port 0").isPresent();
        assertThat(offer.sections().get(1)).isInstanceOf(Sdp.Other.class);
    }

    @Test
    void readsTheCandidatesOfAiortcAndPion() {
        var aiortc = Sdp.parse(Descriptions.of("aiortc-offer")).transport().orElseThrow();
        var pion = Sdp.parse(Descriptions.of("pion-lite-answer"));

        assertThat(aiortc.candidates()).extracting(IceCandidate::type)
                .containsExactly(IceCandidate.Type.HOST, IceCandidate.Type.SERVER_REFLEXIVE);
        assertThat(aiortc.candidates().getLast().related()).hasValueSatisfying(from -> assertThat(from.getPort())
                .isEqualTo(45_881));
        assertThat(aiortc.endOfCandidates()).isTrue();
        assertThat(pion.iceLite()).isTrue();
        assertThat(pion.transport().orElseThrow().candidates()).extracting(IceCandidate::isUsable)
                .as("neither the second component nor TCP")
                .containsExactly(true, false, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium-offer", "firefox-offer", "aiortc-offer", "pion-lite-answer", "whatsapp-offer"})
    void readsTheSameWhateverEndsALine(String name) {
        var lf = Descriptions.of(name).replace("\r\n", "\n");

        assertThat(Sdp.parse(lf.replace("\n", "\r\n"))).isEqualTo(Sdp.parse(lf));
        assertThat(Sdp.parse(lf.stripTrailing())).isEqualTo(Sdp.parse(lf));
        assertThat(Sdp.parse(lf.replace("\n", " \n\n"))).isEqualTo(Sdp.parse(lf));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium-offer", "firefox-offer", "aiortc-offer", "pion-lite-answer", "whatsapp-offer"})
    void readsWhatItWrites(String name) {
        var sdp = Sdp.parse(Descriptions.of(name));

        var again = Sdp.parse(sdp.write());

        assertThat(again.audio().map(Sdp.Audio::codecs)).isEqualTo(sdp.audio().map(Sdp.Audio::codecs));
        assertThat(again.transport()).isEqualTo(sdp.transport());
        assertThat(again.sections()).extracting(Sdp.Section::mid)
                .isEqualTo(sdp.sections().stream().map(Sdp.Section::mid).toList());
        assertThat(again.iceLite()).isEqualTo(sdp.iceLite());
        assertThat(Sdp.parse(again.write())).isEqualTo(again);
    }

    @Test
    void writesLinesThatEndWithCrLf() {
        var written = Sdp.parse(Descriptions.of("whatsapp-offer")).write();

        assertThat(written).endsWith("\r\n");
        assertThat(written.replace("\r\n", "")).doesNotContain("\r").doesNotContain("\n");
    }

    @Test
    void putsTheAddressOfACandidateWhereOldReadersLook() {
        var written = Sdp.parse(Descriptions.of("whatsapp-offer")).write();

        assertThat(written).contains("m=audio 3482 ").contains("c=IN IP4 198.51.100.7\r\n");
    }

    @Test
    void takesCodecsByTheirNumbersInOrderAndKnowsThoseOfG711() {
        var sdp = Sdp.parse("""
                v=0
                m=audio 9 UDP/TLS/RTP/SAVPF 8 99 0 77
                a=rtpmap:99 OPUS/48000/2
                """);

        assertThat(sdp.audio().orElseThrow().codecs()).extracting(Codec::toString)
                .containsExactly(Codec.PCMA.toString(), new Codec(99, "OPUS", 48_000, 2, "").toString(),
                        Codec.PCMU.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hello                                               | begins with v=0
            v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\n               | escaped twice
            v=0;nonsense                                        | line 2: expected a letter and '='
            v=0;m=audio                                         | m=KIND PORT PROTOCOL FORMATS
            v=0;m=audio x UDP/TLS/RTP/SAVPF 0                   | port: expected a number from 0 to 65535, found 'x'
            v=0;m=audio 70000 UDP/TLS/RTP/SAVPF 0               | found '70000'
            v=0;m=audio -1 UDP/TLS/RTP/SAVPF 0                  | found '-1'
            v=0;m=audio 9 UDP/TLS/RTP/SAVPF 200                 | payload type: expected a number from 0 to 127
            v=0;m=audio 9 UDP/TLS/RTP/SAVPF 9;a=rtpmap:9        | line 3: a=rtpmap: expected NUMBER NAME/CLOCK
            v=0;m=audio 9 UDP/TLS/RTP/SAVPF 9;a=rtpmap:9 x/0    | above 0
            v=0;m=audio 9 UDP/TLS/RTP/SAVPF 9;a=setup:maybe     | expected active, passive or actpass, found 'maybe'
            v=0;m=audio 9 UDP/TLS/RTP/SAVPF 9;a=ice-pwd:short   | expected 22 to 256 characters, found 5
            v=0;m=audio 9 UDP/TLS/RTP/SAVPF 9;a=ice-ufrag:a b   | a=ice-ufrag
            v=0;m=audio 9 UDP/TLS/RTP/SAVPF 9;a=fingerprint:x   | hexadecimal pairs
            v=0;m=audio 9 UDP/TLS/RTP/SAVPF 9;a=candidate:1 1 u | candidate: expected foundation
            v=0;m=audio 9 UDP/TLS/RTP/SAVPF 9;a=extmap:x y      | extmap: expected a number
            v=0;m=audio 9 UDP/TLS/RTP/SAVPF 9;a=ssrc:-5 cname:x | ssrc: expected a number
            """)
    void saysWhatIsWrongAndWhere(String text, String complaint) {
        assertThatThrownBy(() -> Sdp.parse(text.replace(";", "\n"))).isInstanceOf(SdpException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void neverShowsAPassword() {
        var sdp = Sdp.parse(Descriptions.of("chromium-offer"));

        assertThat(sdp.toString()).doesNotContain("9dP0qg1tC5mH7yW3bR8kZ2nX");
        assertThatThrownBy(() -> Sdp.parse(Descriptions.of("chromium-offer")
                .replace("9dP0qg1tC5mH7yW3bR8kZ2nX", "9dP0")))
                .isInstanceOf(SdpException.class)
                .hasMessageNotContaining("9dP0");
    }

    @Test
    void refusesWhatIsLargerThanAnyHonestDescription() {
        var offer = Descriptions.of("chromium-offer");

        refuses("v=0\n" + "a=x\n".repeat(SdpReader.LONGEST / 4));
        refuses("v=0\na=" + "x".repeat(SdpReader.LONGEST_LINE));
        refuses(offer + "m=video 9 UDP/TLS/RTP/SAVPF 96\n".repeat(SdpReader.MOST_SECTIONS));
        refuses(offer + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\n".repeat(SdpReader.MOST_OF_A_KIND + 1));
    }

    @Test
    void neverFailsInAnyOtherWayThanWithItsOwnException() {
        var seed = System.nanoTime();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var corpus = List.of("chromium-offer", "firefox-offer", "aiortc-offer", "pion-lite-answer", "whatsapp-offer")
                .stream()
                .map(Descriptions::of)
                .toList();
        for (var i = 0; i < 20_000; i++) {
            var text = mangled(corpus.get(random.nextInt(corpus.size())), random);
            try {
                var sdp = Sdp.parse(text);
                Sdp.parse(sdp.write());
            } catch (SdpException e) {
                assertThat(e).hasMessageMatching("[ -~]+");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i + ":\n" + text, e);
            }
        }
    }

    private static String mangled(String text, RandomGenerator random) {
        var mangled = new StringBuilder(text);
        for (var n = random.nextInt(1, 6); n > 0; n--) {
            var at = random.nextInt(mangled.length());
            var end = Math.min(mangled.length(), at + random.nextInt(1, 40));
            switch (random.nextInt(5)) {
                case 0 -> mangled.setCharAt(at, (char) random.nextInt(256));
                case 1 -> mangled.delete(at, end);
                case 2 -> mangled.insert(at, text.substring(Math.min(text.length(), at), Math.min(text.length(), end)));
                case 3 -> mangled.insert(at, Long.toString(random.nextLong()));
                default -> mangled.insert(at, ":/ =\n;0".charAt(random.nextInt(7)));
            }
            if (mangled.length() < 4) {
                return text;
            }
        }
        return mangled.toString();
    }

    private static void refuses(String text) {
        assertThatThrownBy(() -> Sdp.parse(text)).isInstanceOf(SdpException.class).hasMessageContaining("up to");
    }

    @Test
    void readsCandidatesAsBrowsersHandThemOver() {
        var line = "candidate:842163049 1 UDP 1677729535 203.0.113.5 46154 typ srflx raddr 10.0.0.7 rport 46154 generation 0";

        var candidate = IceCandidate.parse(line);

        assertThat(candidate.transport()).isEqualTo("udp");
        assertThat(candidate.socketAddress().orElseThrow().getPort()).isEqualTo(46_154);
        assertThat(IceCandidate.parse("a=" + candidate.line())).isEqualTo(candidate);
        assertThat(IceCandidate.parse("candidate:1 1 udp 1 abc.local 9 typ host").socketAddress())
                .isEqualTo(Optional.empty());
    }
}
