package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class StunTest {
    private static final byte[] KEY = "VOkJxbRl1RmTxUk/WvJxBt".getBytes(StandardCharsets.US_ASCII);

    /// RFC 5769 section 2.1.
    private static final byte[] REQUEST = hex("""
            00010058 2112a442 b7e7a701 bc34d686 fa87dfae
            80220010 5354554e 20746573 7420636c 69656e74
            00240004 6e0001ff
            80290008 932ff9b1 51263b36
            00060009 6576746a 3a683676 59202020
            00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
            80280004 e57a3bcf
            """);

    /// RFC 5769 section 2.2.
    private static final byte[] IPV4_RESPONSE = hex("""
            0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
            8022000b 74657374 20766563 746f7220
            00200008 0001a147 e112a643
            00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
            80280004 c07d4c96
            """);

    /// RFC 5769 section 2.3.
    private static final byte[] IPV6_RESPONSE = hex("""
            01010048 2112a442 b7e7a701 bc34d686 fa87dfae
            8022000b 74657374 20766563 746f7220
            00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
            00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
            80280004 c8fb0b4c
            """);

    @Test
    void readsTheRequestOfRfc5769() {
        var request = parse(REQUEST).orElseThrow();

        assertThat(request.isBinding(StunMessage.Kind.REQUEST)).isTrue();
        assertThat(request.username()).contains("evtj:h6vY");
        assertThat(request.software()).contains("STUN test client");
        assertThat(request.priority()).hasValue(0x6e0001ffL);
        assertThat(request.controlled()).hasValue(0x932ff9b151263b36L);
        assertThat(request.controlling()).isEmpty();
        assertThat(request.useCandidate()).isFalse();
        assertThat(request.isAuthentic(KEY)).isTrue();
        assertThat(request.isAuthentic("another".getBytes(StandardCharsets.US_ASCII))).isFalse();
    }

    @Test
    void readsTheResponsesOfRfc5769() throws Exception {
        var ipv4 = parse(IPV4_RESPONSE).orElseThrow();
        var ipv6 = parse(IPV6_RESPONSE).orElseThrow();

        assertThat(ipv4.isBinding(StunMessage.Kind.SUCCESS)).isTrue();
        assertThat(ipv4.isAuthentic(KEY)).isTrue();
        assertThat(ipv4.mappedAddress()).contains(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 32_853));
        assertThat(ipv6.isAuthentic(KEY)).isTrue();
        assertThat(ipv6.mappedAddress()).contains(new InetSocketAddress(InetAddress.getByName(
                "2001:db8:1234:5678:11:2233:4455:6677"), 32_853));
    }

    @Test
    void readsWhatItWrites() throws Exception {
        var id = new StunMessage.TransactionId(0x0123_4567_89ab_cdefL, 0x7654_3210);
        var address = new InetSocketAddress(InetAddress.getByName("2001:db8::7"), 1);

        var request = parse(StunWriter.bindingRequest(id)
                .username("they:we")
                .priority(0xFFFF_FFFFL)
                .role(true, -5)
                .useCandidate()
                .software("parley")
                .sealed(KEY)).orElseThrow();
        var response = parse(new StunWriter(StunMessage.Kind.SUCCESS, StunMessage.BINDING, id).mappedAddress(address)
                .sealed(KEY)).orElseThrow();
        var error = parse(new StunWriter(StunMessage.Kind.ERROR, StunMessage.BINDING, id).error(487, "Role Conflict")
                .unknown(List.of(0x7777))
                .sealed(KEY)).orElseThrow();

        assertThat(request.id()).isEqualTo(id);
        assertThat(request.username()).contains("they:we");
        assertThat(request.priority()).hasValue(0xFFFF_FFFFL);
        assertThat(request.controlling()).hasValue(-5);
        assertThat(request.useCandidate()).isTrue();
        assertThat(request.isAuthentic(KEY)).isTrue();
        assertThat(response.mappedAddress()).contains(address);
        assertThat(error.kind()).isEqualTo(StunMessage.Kind.ERROR);
        assertThat(error.errorCode()).hasValue(487);
        assertThat(error.isAuthentic(KEY)).isTrue();
    }

    @Test
    void keepsMethodAndClassApart() {
        for (var kind : StunMessage.Kind.values()) {
            for (var method = 0; method < 0x100; method += 5) {
                var bytes = new StunWriter(kind, method, new StunMessage.TransactionId(1, 2)).bytes();

                assertThat(parse(bytes)).hasValueSatisfying(message -> assertThat(message.kind()).isEqualTo(kind));
                assertThat(parse(bytes).orElseThrow().method()).isEqualTo(method);
            }
        }
    }

    @Test
    void trustsNothingOfWhichABitHasChanged() {
        for (var bit = 0; bit < REQUEST.length * 8; bit++) {
            var forged = REQUEST.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            if (bit / 16 == (REQUEST.length - 8) / 2) {
                continue; // no fingerprint any more, but something unknown
            }

            assertThat(parse(forged).filter(message -> message.isAuthentic(KEY))).as("bit " + bit).isEmpty();
        }
    }

    @Test
    void authenticatesNothingThatWasChangedUnderTheFingerprint() {
        var forged = REQUEST.clone();
        forged[0x30]++;
        var end = forged.length - 4;
        System.arraycopy(ByteBuffer.allocate(4).putInt(StunWriter.checksum(forged, end - 4)).array(), 0, forged,
                end, 4);

        assertThat(parse(forged)).hasValueSatisfying(message -> assertThat(message.isAuthentic(KEY)).isFalse());
    }

    /// Or else USE-CANDIDATE could be put behind somebody else's signature.
    @Test
    void doesNotReadWhatFollowsTheIntegrity() {
        var id = new StunMessage.TransactionId(1, 2);
        var signed = StunWriter.bindingRequest(id).priority(7).sealed(KEY);
        var open = ByteBuffer.allocate(signed.length - 8 + 4);
        open.put(signed, 0, signed.length - 8).putInt(0x00250000);
        open.putShort(2, (short) (open.capacity() - StunMessage.HEADER_LENGTH));

        var message = parse(open.array()).orElseThrow();

        assertThat(message.isAuthentic(KEY)).isTrue();
        assertThat(message.priority()).hasValue(7);
        assertThat(message.useCandidate()).isFalse();
    }

    @Test
    void namesTheAttributesItWouldHaveToUnderstand() {
        var bytes = ByteBuffer.allocate(28)
                .putShort((short) 1)
                .putShort((short) 8)
                .putInt(StunMessage.MAGIC_COOKIE)
                .position(20)
                .putInt(0x7FF0_0000)
                .putInt(0xC001_0000)
                .array();

        assertThat(parse(bytes).orElseThrow().unknown()).containsExactly(0x7FF0);
    }

    @Test
    void outlivesWhateverIsSentToIt() {
        var seed = System.nanoTime();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var corpus = List.of(REQUEST, IPV4_RESPONSE, IPV6_RESPONSE);
        for (var i = 0; i < 200_000; i++) {
            var bytes = corpus.get(random.nextInt(corpus.size())).clone();
            // Without the fingerprint, or hardly anything would get beyond it.
            var length = random.nextBoolean() ? bytes.length - 8 : random.nextInt(bytes.length + 1);
            for (var n = random.nextInt(4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (random.nextBoolean()) {
                bytes[3] = (byte) (length - StunMessage.HEADER_LENGTH);
            }
            try {
                StunMessage.parse(bytes, 0, length).ifPresent(message -> {
                    message.isAuthentic(KEY);
                    message.mappedAddress();
                    message.username();
                    message.errorCode();
                    message.unknown();
                });
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i + ": " + HexFormat.of()
                        .formatHex(bytes, 0,
                                length), e);
            }
        }
    }

    private static Optional<StunMessage> parse(byte[] bytes) {
        return StunMessage.parse(bytes, 0, bytes.length);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
}
