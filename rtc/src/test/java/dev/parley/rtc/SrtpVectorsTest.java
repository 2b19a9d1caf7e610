package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The vectors of RFC 3711 appendix B, RFC 7714 sections 16 and 17 and RFC 2202.
class SrtpVectorsTest {
    private static final SrtpKeys RFC_3711 = SrtpKeys.of(SrtpProfile.AES128_CM_SHA1_80,
            hex("e1f97a0d3e018be0d64fa32c06de4139"), hex("0ec675ad498afeebb6960b3aabe6"));
    private static final byte[] GALOIS_KEY = hex("000102030405060708090a0b0c0d0e0f");
    private static final byte[] GALOIS_SALT = hex("517569642070726f2071756f");

    @Test
    void derivesTheSessionKeysOfB3() {
        var keys = new SrtpSessionKeys(RFC_3711, SrtpSessionKeys.RTP);

        assertThat(keys.encryption()).isEqualTo(hex("c61e7a93744f39ee10734afe3ff7a087"));
        assertThat(keys.salt()).isEqualTo(hex("30cbbc08863d8c85d49db34a9ae1"));
        assertThat(keys.authentication()).isEqualTo(hex("cebe321f6ff7716b6fd4ab49af256a156d38baa4"));
    }

    @Test
    void producesTheKeyStreamOfB2ToItsEnd() {
        var cipher = new CounterModeCipher(hex("2b7e151628aed2a6abf7158809cf4f3c"), new byte[20],
                hex("f0f1f2f3f4f5f6f7f8f9fafbfcfd"));
        int blocks = 0xFF02;
        var packet = new byte[12 + blocks * 16 + 10];

        cipher.seal(packet, 0, 12, 12 + blocks * 16, 0, 0);

        assertThat(Arrays.copyOfRange(packet, 12, 12 + 48)).isEqualTo(hex("e03ead0935c95e80e166b16dd92b4eb4"
                + "d23513162b02d0f72a43a2fe4a5f97ab" + "41e95b3bb0a2e8dd477901e4fca894c0"));
        assertThat(Arrays.copyOfRange(packet, 12 + 0xFEFF * 16, 12 + 0xFF02 * 16))
                .isEqualTo(hex("ec8cdf7398607cb0f2d21675ea9ea1e4"
                        + "362b7c3c6773516318a077d7fc5073ae" + "6a2cc3787889374fbeb4c81b17ba6c44"));
    }

    @Test
    void authenticatesAsRfc2202Says() {
        var hmac = new HmacSha1(hex("0b".repeat(20)));
        var text = "Hi There".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 2; i++) {
            hmac.update(text, 0, text.length);
            assertThat(hmac.finish()).isEqualTo(hex("b617318655057264e28bc0b6fb378c8ef146be00"));
        }
    }

    @Test
    void protectsAPacketWithCounterModeAsOthersDo() {
        var packet = Arrays.copyOf(hex("800f1234decafbadcafebabe" + "ab".repeat(16)), 28 + 10);

        int length = new SrtpSender(RFC_3711).protectRtp(packet, 0, 28);

        assertThat(length).isEqualTo(38);
        assertThat(packet).isEqualTo(hex(
                "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb"));
    }

    @Test
    void protectsThePacketOfSection16() {
        var cipher = new GaloisCipher(GALOIS_KEY, GALOIS_SALT);
        var plain = hex("8040f17b8041f8d35501a0b2"
                + "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573");
        var packet = Arrays.copyOf(plain, plain.length + 16);

        assertThat(cipher.seal(packet, 0, 12, plain.length, 0x5501A0B2, 0xF17B)).isEqualTo(packet.length);

        assertThat(packet).isEqualTo(hex("8040f17b8041f8d35501a0b2"
                + "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
                + "899d7f27beb16a9152cf765ee4390cce"));
        assertThat(cipher.open(packet, 0, 12, packet.length, 0x5501A0B2, 0xF17B)).isEqualTo(plain.length);
        assertThat(packet).startsWith(plain);
    }

    @Test
    void protectsTheControlPacketOfSection17() {
        var cipher = new GaloisCipher(GALOIS_KEY, GALOIS_SALT);
        var plain = hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61" + "deadbeef".repeat(5));
        var packet = Arrays.copyOf(plain, plain.length + 20);

        cipher.sealControl(packet, 0, plain.length, 0x4D617273, 0x5D4);

        assertThat(packet).isEqualTo(hex("81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d"
                + "6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"));
        assertThat(cipher.openControl(packet, 0, packet.length, 0x4D617273, 0x5D4)).isEqualTo(plain.length);
        assertThat(packet).startsWith(plain);
    }

    /// Shows that a salt of 96 bits is taken for key derivation as others take it.
    @Test
    void opensAControlPacketThatLibsrtpMade() {
        var keys = SrtpKeys.of(SrtpProfile.AEAD_AES_128_GCM, GALOIS_KEY, hex("a0a1a2a3a4a5a6a7a8a9aaab"));
        var packet = hex("81c8000bcafebabe c98b8b5df0392a55852b6c21ac8e7025 c52c6fbea2b3b446ea31123ba88ce61e 80000001");

        int length = new SrtpReceiver(keys).unprotectRtcp(packet, 0, packet.length);

        assertThat(Arrays.copyOf(packet, Math.max(length, 0))).isEqualTo(hex("81c8000bcafebabe" + "ab".repeat(16)));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
