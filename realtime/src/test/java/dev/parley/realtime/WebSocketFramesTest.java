package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames as bytes, in both directions, without a network (RFC 6455 section 5).
class WebSocketFramesTest {
    private static final int MANY = 1 << 20;
    private static final int KEY = 0x37fa213d;

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /// As a server would write it.
    private static byte[] frame(boolean last, int opcode, byte[] payload) {
        var head = ByteBuffer.allocate(10).put((byte) ((last ? 0x80 : 0) | opcode));
        if (payload.length < 126) {
            head.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            head.put((byte) 126).putShort((short) payload.length);
        } else {
            head.put((byte) 127).putLong(payload.length);
        }
        return concat(Arrays.copyOf(head.array(), head.position()), payload);
    }

    private static String show(Incoming incoming) {
        return switch (incoming) {
            case Incoming.Text(var text) -> text;
            case Incoming.Binary() -> "binary";
            case Incoming.Ping(var payload) -> "ping " + new String(payload, StandardCharsets.UTF_8);
            case Incoming.Pong() -> "pong";
            case Incoming.Goodbye(var how) -> how.toString();
        };
    }

    /// Everything that is said until the bytes end.
    private static List<String> said(InputStream in, MessageReader reader) throws IOException {
        var said = new ArrayList<String>();
        while (true) {
            for (var next = reader.next(); next != null; next = reader.next()) {
                said.add(show(next));
            }
            try {
                reader.fill(in);
            } catch (EOFException _) {
                return said;
            }
        }
    }

    private static List<String> said(byte[]... frames) throws IOException {
        return said(new ByteArrayInputStream(concat(frames)), new MessageReader(MANY));
    }

    private static Close refused(byte[]... frames) {
        var refused = new ArrayList<Close>();
        assertThatExceptionOfType(BadFrameException.class).isThrownBy(() -> said(frames))
                .satisfies(e -> refused.add(e.close()));
        return refused.getFirst();
    }

    /// Gives at most so many bytes at a time.
    private static InputStream inPieces(byte[] bytes, int most) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int at, int length) {
                return super.read(to, at, Math.min(length, most));
            }
        };
    }

    // What the specification shows

    @ParameterizedTest
    @CsvSource({"8105 48656c6c6f, Hello", "0103 48656c 8002 6c6f, Hello", "8905 48656c6c6f, ping Hello",
            "8a05 48656c6c6f, pong", "8100, ''", "8802 03e8, close code 1000", "8800, close code 1005",
            "8807 0fa0 656e6f7567, close code 4000 (enoug)", "0101 c3 8900 8001 a9, ping |\u00e9"})
    void readsTheExamplesOfTheSpecification(String frames, String expected) throws IOException {
        assertThat(said(hex(frames))).containsExactly(expected.split("\\|", -1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 256, 65_535, 65_536, 100_000})
    void readsLengthsOfAllThreeForms(int length) throws IOException {
        var text = "x".repeat(length);

        assertThat(said(frame(true, 1, bytes(text)), frame(true, 2, new byte[length]), frame(true, 1, bytes("next"))))
                .containsExactly(text, "binary", "next");
    }

    @Test
    void writesTheExamplesOfTheSpecification() throws IOException {
        var out = new ByteArrayOutputStream();
        var writer = new FrameWriter(out, () -> KEY);

        writer.text("Hello");
        writer.pong(bytes("Hello"));
        writer.ping();
        writer.close(new Close(1005, ""));

        assertThat(out.toByteArray()).isEqualTo(hex("8185 37fa213d 7f9f4d5158 8a85 37fa213d 7f9f4d5158"
                + "8980 37fa213d 8880 37fa213d"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 125, 126, 127, 16_370, 16_371, 16_384, 65_535, 65_536, 65_537, 200_001})
    void whatIsWrittenIsOneMaskedFrameOfThatText(int length) throws IOException {
        var text = "0123456789".repeat(length / 10 + 1).substring(0, length);
        var out = new ByteArrayOutputStream();

        new FrameWriter(out, () -> KEY).text(text);

        var written = out.toByteArray();
        var header = FrameHeader.read(written, 0, written.length);
        assertThat(header.isMasked()).isTrue();
        assertThat(header.isMinimal()).isTrue();
        assertThat(header.length()).isEqualTo(length);
        assertThat(written).hasSize(header.size() + length);
        var key = ByteBuffer.allocate(4).putInt(KEY).array();
        var unmasked = new byte[length];
        for (int i = 0; i < length; i++) {
            unmasked[i] = (byte) (written[header.size() + i] ^ key[i % 4]);
        }
        assertThat(new String(unmasked, StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void aSmallFrameLeavesInOneWriteAndALargeOneInBuffers() throws IOException {
        var writes = new ArrayList<Integer>();
        var out = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] from, int at, int length) {
                writes.add(length);
            }
        };

        var writer = new FrameWriter(out, new MaskKeys());
        writer.text("x".repeat(16_000));
        writer.text("x".repeat(40_000));

        assertThat(writes).containsExactly(16_008, 16_384, 16_384, 40_008 - 2 * 16_384);
    }

    @Test
    void keysAreNotForetold() {
        var keys = new MaskKeys();

        assertThat(keys.getAsInt()).isNotEqualTo(keys.getAsInt());
        assertThat(IntStream.generate(keys).limit(1_000).distinct().count()).isGreaterThan(990);
    }

    // However it is cut

    @Test
    void messagesAreTheSameWhereverTheyAreCut() throws IOException {
        var words = "caf\u00e9 \ud83d\ude00 ".repeat(3_000);
        var stream = concat(frame(true, 1, bytes("{\"a\":1}")), frame(false, 1, bytes(words.substring(0, 7))),
                frame(true, 9, bytes("?")), frame(false, 0, new byte[0]), frame(true, 0, bytes(words.substring(7))),
                frame(true, 2, new byte[20_000]), frame(false, 2, new byte[3]), frame(true, 0, new byte[3]),
                frame(true, 10, new byte[125]), frame(true, 1, bytes(words)), frame(true, 8, new byte[]{3,
                        (byte) 232}));
        var expected = List.of("{\"a\":1}", "ping ?", words, "binary", "binary", "pong", words, "close code 1000");

        for (int most : new int[]{1, 2, 3, 5, 7, 13, 100, 1_000, 16_383, 16_384, 1 << 20}) {
            assertThat(said(inPieces(stream, most), new MessageReader(MANY))).as("%d at a time", most)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aFrameThatFillsTheBufferIsRead() throws IOException {
        for (int length = MessageReader.BUFFER - 8; length < MessageReader.BUFFER + 2; length++) {
            assertThat(said(frame(true, 1, bytes("ab")), frame(true, 1, bytes("y".repeat(length))))).hasSize(2);
        }
    }

    @Test
    void whatCameWithTheAnswerToTheUpgradeIsNotLost() throws IOException {
        var buffer = new byte[MessageReader.BUFFER];
        var early = concat(bytes("HTTP"), frame(true, 1, bytes("early")), hex("8104 6c61"));
        System.arraycopy(early, 0, buffer, 0, early.length);

        assertThat(said(new ByteArrayInputStream(bytes("te")), new MessageReader(buffer, 4, early.length, MANY)))
                .containsExactly("early", "late");
    }

    // What is not allowed

    @ParameterizedTest
    @CsvSource({"c100, reserved bits", "a100, reserved bits", "9100, reserved bits", "8180, mask",
            "ffff, reserved bits",
            "8300, opcode", "8700, opcode", "8b00, opcode", "8f00, opcode", "8000, did not begin",
            "0000, did not begin",
            "0101 61 8101 62, rest of a message", "0101 61 8200, rest of a message", "0900, control frame",
            "897e, control frame", "087f, control frame", "0800, control frame", "817e 007d, as few bytes",
            "817f 000000000000ffff, as few bytes", "817f 8000000000000000, as few bytes",
            "817f ffffffffffffffff, as few bytes", "8801 03, close code of 16 bits", "8802 03e7, close code that",
            "8802 03ec, close code that", "8802 03ed, close code that", "8802 03ee, close code that",
            "8802 03f7, close code that", "8802 0bb7, close code that", "8802 1388, close code that",
            "8802 0000, close code that"})
    void whatTheRulesDoNotAllowIsAProtocolError(String frames, String why) {
        assertThat(refused(hex(frames))).satisfies(close -> {
            assertThat(close.code()).isEqualTo(1002);
            assertThat(close.reason()).contains(why).hasSizeLessThan(124);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"8101 c3", "8101 80", "8102 c0af", "8103 eda080", "8104 f4908080", "8101 ff",
            "8104 efbfbdc3", "0101 c3 8001 28", "8804 03e8 c328", "0102 f09f 8000"})
    void whatIsNoTextIsToldSo(String frames) {
        assertThat(refused(hex(frames)).code()).isEqualTo(1007);
    }

    @Test
    void aReplacementCharacterThatWasWrittenIsText() throws IOException {
        assertThat(said(frame(true, 1, bytes("a\ufffdb \ufffd \u4e2d")))).containsExactly("a\ufffdb \ufffd \u4e2d");
    }

    @Test
    void theLargestMessageIsTakenAndALargerOneIsNot() throws IOException {
        for (var text : List.of("1234567890", "\u00e9".repeat(10), "\u4e2d".repeat(10), "\ud83d\ude00".repeat(5))) {
            var fits = new MessageReader(10);
            var doesNot = new MessageReader(9);

            assertThat(said(new ByteArrayInputStream(frame(true, 1, bytes(text))), fits)).containsExactly(text);
            assertThatExceptionOfType(BadFrameException.class)
                    .isThrownBy(() -> said(new ByteArrayInputStream(frame(true, 1, bytes(text))), doesNot))
                    .satisfies(e -> assertThat(e.close().code()).isEqualTo(1009));
        }
    }

    @Test
    void fragmentsAreTooLargeTogether() {
        var reader = new MessageReader(10);
        var frames = concat(frame(false, 1, new byte[20]), frame(false, 0, new byte[20]));

        assertThatExceptionOfType(BadFrameException.class)
                .isThrownBy(() -> said(new ByteArrayInputStream(frames), reader))
                .satisfies(e -> assertThat(e.close().code()).isEqualTo(1009));
    }

    @ParameterizedTest
    @ValueSource(strings = {"817f 7fffffffffffffff", "017f 0000000100000000", "827f 0000010000000000"})
    void whatIsAnnouncedTooLargeIsRefusedBeforeItComes(String header) {
        assertThat(refused(hex(header)).code()).isEqualTo(1009);
    }

    @Test
    void noRoomIsMadeForWhatIsOnlyAnnounced() throws IOException {
        var limit = 512 << 20;
        var announced = hex("817f 0000000020000000 6161");
        var readers = new ArrayList<MessageReader>();

        // 512 MB each, which no heap of a test would hold.
        for (int i = 0; i < 100; i++) {
            var reader = new MessageReader(limit);
            assertThat(said(new ByteArrayInputStream(announced), reader)).isEmpty();
            readers.add(reader);
        }

        assertThat(readers).hasSize(100);
    }

    @Test
    void aMessageOfVeryManyFragmentsIsNotCopiedForEach() throws IOException {
        var out = new ByteArrayOutputStream();
        out.writeBytes(frame(false, 1, bytes("x")));
        for (int i = 0; i < 300_000; i++) {
            out.writeBytes(frame(false, 0, bytes("x")));
        }
        out.writeBytes(frame(true, 0, new byte[0]));

        assertThat(said(out.toByteArray())).singleElement().asString().hasSize(300_001);
    }

    @Test
    void damagedFramesEndInMessagesOrInTheProtocolsOwnExceptions() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var good = concat(frame(true, 1, bytes("{\"type\":\"caf\u00e9\"}")), frame(false, 1, bytes("a")),
                frame(true, 9, bytes("?")), frame(true, 0, bytes("b")), frame(true, 2, new byte[300]),
                frame(true, 1, bytes("x".repeat(70_000))), frame(true, 8, new byte[]{3, (byte) 232, 'a'}));
        for (int round = 0; round < 20_000; round++) {
            var damaged = good.clone();
            for (int times = 1 + random.nextInt(4); times > 0; times--) {
                // Mostly among the headers at the beginning.
                int at = random.nextInt(random.nextInt(4) == 0 ? damaged.length : 40);
                damaged[at] = (byte) random.nextInt(256);
            }
            try {
                assertThat(said(inPieces(damaged, 1 + random.nextInt(40_000)), new MessageReader(80_000))).isNotNull();
            } catch (BadFrameException e) {
                assertThat(e.close().code()).as("seed %d, round %d", seed, round).isIn(1002, 1007, 1009);
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }
}
