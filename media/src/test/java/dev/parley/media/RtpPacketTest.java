package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RtpPacketTest {
    /// Two CSRCs, one-byte extensions 1 (one byte, 0xAA) and 3 (two bytes, 0xBBCC), payload 01 02 03, three bytes of padding.
    private static final String EVERYTHING = "b2ef1234 89abcdef fedcba98 00000001 00000002"
            + "bede0002 10aa31bb cc000000 010203 000003";

    private final RtpPacket packet = new RtpPacket();

    @Test
    void readsEveryFieldWhereItLies() {
        var bytes = hex("ffff" + EVERYTHING);

        assertThat(packet.wrap(bytes, 2, bytes.length - 2)).isTrue();

        assertThat(packet.marker()).isTrue();
        assertThat(packet.payloadType()).isEqualTo(111);
        assertThat(packet.sequence()).isEqualTo(0x1234);
        assertThat(packet.timestamp()).isEqualTo(0x89ABCDEF);
        assertThat(packet.ssrc()).isEqualTo(0xFEDCBA98);
        assertThat(payload()).containsExactly(1, 2, 3);
    }

    @Test
    void rewritesWhatDiffersBetweenTwoLegsAndNothingElse() {
        var bytes = hex(EVERYTHING);
        packet.wrap(bytes, 0, bytes.length);

        packet.ssrc(0x01020304);
        packet.sequence(0x1FFFF);
        packet.timestamp(-2);
        packet.payloadType(9);

        assertThat(bytes).isEqualTo(hex("b289ffff fffffffe 01020304 00000001 00000002"
                + "bede0002 10aa31bb cc000000 010203 000003"));
        packet.marker(false);
        assertThat(packet.payloadType()).isEqualTo(9);
        assertThat(packet.marker()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> packet.payloadType(128));
    }

    @Test
    void stripsExtensionsWithoutTouchingThePayload() {
        var bytes = hex(EVERYTHING);
        packet.wrap(bytes, 0, bytes.length);

        packet.stripExtensions();

        assertThat(Arrays.copyOfRange(bytes, packet.offset(), packet.offset() + packet.length()))
                .isEqualTo(hex("a2ef1234 89abcdef fedcba98 00000001 00000002 010203 000003"));
        assertThat(new RtpPacket().wrap(bytes, packet.offset(), packet.length())).isTrue();
        int length = packet.length();
        packet.stripExtensions();
        assertThat(packet.length()).isEqualTo(length);
        assertThat(payload()).containsExactly(1, 2, 3);
    }

    @Test
    void findsExtensionsOfOneByte() {
        var bytes = hex(EVERYTHING);
        packet.wrap(bytes, 0, bytes.length);

        int third = packet.findExtension(3);

        assertThat(Arrays.copyOfRange(bytes, third, third + packet.extensionLength())).isEqualTo(hex("bbcc"));
        assertThat(packet.findExtension(1)).isEqualTo(third - 2);
        assertThat(packet.findExtension(2)).isEqualTo(-1);
    }

    @Test
    void findsExtensionsOfTwoBytesAmongPaddingAndEmptyOnes() {
        var bytes = hex("90000001 00000002 00000003 1000 0003 0500 00 1103 010203 00000000");
        packet.wrap(bytes, 0, bytes.length);

        int long17 = packet.findExtension(17);

        assertThat(Arrays.copyOfRange(bytes, long17, long17 + packet.extensionLength())).isEqualTo(hex("010203"));
        assertThat(packet.findExtension(5)).isPositive();
        assertThat(packet.extensionLength()).isZero();
        assertThat(packet.findExtension(4)).isEqualTo(-1);
    }

    @Test
    void stopsAtTheExtensionThatSaysSo() {
        var bytes = hex("90000001 00000002 00000003 bede 0001 f0 10 aa 00");
        packet.wrap(bytes, 0, bytes.length);

        assertThat(packet.findExtension(1)).isEqualTo(-1);
    }

    @Test
    void writesAHeaderBeforeAPayload() {
        var bytes = new byte[20];

        packet.start(bytes, 4, 4);
        packet.payloadType(0);
        packet.sequence(7);
        packet.timestamp(160);
        packet.ssrc(5);

        assertThat(bytes).isEqualTo(hex("00000000 80000007 000000a0 00000005 00000000"));
        assertThat(packet.payloadOffset()).isEqualTo(16);
    }

    @Test
    void refusesWhatIsCutOffOrContradictsItself() {
        var bytes = hex(EVERYTHING);

        for (int length = 0; length < 32; length++) {
            assertThat(packet.wrap(bytes, 0, length)).as("%d bytes", length).isFalse();
        }
        assertThat(packet.wrap(hex("a0000001 00000002 00000003 00000000"), 0, 16)).as("no padding").isFalse();
        assertThat(packet.wrap(hex("a0000001 00000002 00000003 00000005"), 0, 16)).as("long padding").isFalse();
        assertThat(packet.wrap(hex("40000001 00000002 00000003"), 0, 12)).as("version 1").isFalse();
    }

    @Test
    void tellsRtpFromRtcpAndFromTheRest() {
        assertThat(RtpPacket.isRtcp(hex("81c8"), 0, 2)).isTrue();
        assertThat(RtpPacket.isRtcp(hex("80ef"), 0, 2)).as("marker and type 111").isFalse();
        assertThat(RtpPacket.isRtpOrRtcp(hex("80ef"), 0, 2)).isTrue();
        assertThat(RtpPacket.isRtpOrRtcp(hex("16fe"), 0, 2)).as("DTLS").isFalse();
        assertThat(RtpPacket.isRtpOrRtcp(hex("0001"), 0, 2)).as("STUN").isFalse();
    }

    @Test
    void survivesWhateverArrives() {
        var random = new Random(20_261_124);
        var seed = hex(EVERYTHING);
        for (int i = 0; i < 300_000; i++) {
            var bytes = Arrays.copyOf(seed, random.nextInt(seed.length + 1));
            for (int flips = random.nextInt(6); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (packet.wrap(bytes, 0, bytes.length) && !isWithin(bytes.length, 1 + random.nextInt(255))) {
                fail("reaches beyond its bytes: " + HexFormat.of().formatHex(bytes));
            }
        }
    }

    private boolean isWithin(int length, int id) {
        int found = packet.findExtension(id);
        boolean extension = found < 0 || found + packet.extensionLength() <= packet.payloadOffset();
        packet.stripExtensions();
        return extension && packet.offset() >= 0 && packet.payloadLength() >= 0
                && packet.payloadOffset() + packet.payloadLength() <= length;
    }

    private byte[] payload() {
        return Arrays.copyOfRange(packet.bytes(), packet.payloadOffset(),
                packet.payloadOffset() + packet.payloadLength());
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
