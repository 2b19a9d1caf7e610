package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import dev.parley.media.RtcpPacket.Chunk;
import dev.parley.media.RtcpPacket.Goodbye;
import dev.parley.media.RtcpPacket.Other;
import dev.parley.media.RtcpPacket.ReceiverReport;
import dev.parley.media.RtcpPacket.ReportBlock;
import dev.parley.media.RtcpPacket.SenderReport;
import dev.parley.media.RtcpPacket.SourceDescription;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RtcpPacketTest {
    private static final ReportBlock BLOCK = new ReportBlock(0xBC5E9A40, 0xFF, -2, 0x1_46E1L, 0x111L, 0x9F36432,
            0xFFFF_FFFFL);
    private static final List<RtcpPacket> COMPOUND = List.of(
            new SenderReport(0x902F9E2E, 0xDA8BD1FC_DDDDA05AL, 0xAAF4EDD5, 1, 0xFFFF_FFFFL, List.of(BLOCK)),
            new SourceDescription(List.of(new Chunk(0x902F9E2E, "mü"), new Chunk(1, ""), new Chunk(2, "abcd"))),
            new Goodbye(List.of(0x902F9E2E), "FOO"));
    private static final String BYTES = "81c8000c 902f9e2e da8bd1fc dddda05a aaf4edd5 00000001 ffffffff"
            + "bc5e9a40 fffffffe 000146e1 00000111 09f36432 ffffffff"
            + "83ca0008 902f9e2e 01036dc3 bc000000 00000001 00000000 00000002 01046162 63640000"
            + "81cb0002 902f9e2e 03464f4f";

    @Test
    void writesTheBytesOfTheStandard() {
        assertThat(HexFormat.of().formatHex(RtcpPacket.compound(COMPOUND))).isEqualTo(BYTES.replace(" ", ""));
    }

    @Test
    void readsWhatItWrites() throws MalformedPacketException {
        assertThat(parse(BYTES)).isEqualTo(COMPOUND);
    }

    @Test
    void readsWhatSharesTheBytesWithOthers() throws MalformedPacketException {
        var bytes = hex("ffff" + BYTES + "ffff");

        assertThat(RtcpPacket.parse(bytes, 2, bytes.length - 4)).isEqualTo(COMPOUND);
    }

    @Test
    void leavesOtherTypesAndOtherItemsAside() throws MalformedPacketException {
        assertThat(parse("81cd0002 00000001 00000002" + "81ca0004 00000007 02034a6f65 010161 00 000000"))
                .containsExactly(new Other(205, 1, 8), new SourceDescription(List.of(new Chunk(7, "a"))));
    }

    @Test
    void takesPaddingOffTheLastPacket() throws MalformedPacketException {
        assertThat(parse("a0c90002 00000007 00000004")).containsExactly(new ReceiverReport(7, List.of()));
        assertThat(parse("a1cb0002 00000007 00000004")).containsExactly(new Goodbye(List.of(7), ""));
    }

    @Test
    void saysWhatIsWrong() {
        assertMalformed("81c80001 00000007", "expected 20 bytes for sender information, found 0");
        assertMalformed("81c90001 00000007", "expected 24 bytes for 1 report blocks, found 0");
        assertMalformed("80c90002 00000007", "expected 12 bytes for packet 201, found 8");
        assertMalformed("80c9", "expected 4 bytes for a header, found 2");
        assertMalformed("", "expected 4 bytes for a header, found 0");
        assertMalformed("40c90001 00000007", "expected RTCP version 2, found 1");
        assertMalformed("a0c90001 00000005", "expected padding of 1 to 4 bytes, found 5");
        assertMalformed("81cb0002 00000007 0441424c", "expected 4 bytes for a reason, found 3");
        assertMalformed("81ca0002 00000007 01034142", "expected 3 bytes for an item's text, found 2");
    }

    @Test
    void refusesToWriteWhatDoesNotFit() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReceiverReport(1, Collections.nCopies(32, BLOCK)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Chunk(1, "x".repeat(256)));
        assertThatIllegalArgumentException().isThrownBy(() -> RtcpPacket.compound(List.of(new Other(205, 1, 0))));
    }

    @Test
    void readsOrRefusesWhateverArrives() {
        var random = new Random(3_550);
        var seed = hex(BYTES);
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            var bytes = Arrays.copyOf(seed, random.nextInt(3) == 0 ? random.nextInt(seed.length + 1) : seed.length);
            for (int flips = random.nextInt(5); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                RtcpPacket.parse(bytes, 0, bytes.length);
                read++;
            } catch (MalformedPacketException e) {
                if (!e.getMessage().startsWith("expected")) {
                    fail("a message that explains nothing", e);
                }
            }
        }
        assertThat(read).isBetween(10_000, 190_000);
    }

    private static List<RtcpPacket> parse(String digits) throws MalformedPacketException {
        var bytes = hex(digits);
        return RtcpPacket.parse(bytes, 0, bytes.length);
    }

    private static void assertMalformed(String digits, String message) {
        assertThatExceptionOfType(MalformedPacketException.class).isThrownBy(() -> parse(digits)).withMessage(message);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
