package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SrtpTest {
    private static final int PLAIN = 92;
    private static final int SSRC = 0xCAFEBABE;

    private SrtpSender sender;
    private SrtpReceiver receiver;

    @ParameterizedTest
    @EnumSource
    void carriesPacketsAndHidesTheirPayload(SrtpProfile profile) {
        start(profile);
        var packet = rtp(SSRC, 1);
        var plain = packet.clone();

        int length = sender.protectRtp(packet, 3, PLAIN);

        assertThat(length).isEqualTo(PLAIN + profile.rtpOverhead());
        assertThat(Arrays.copyOfRange(packet, 3, 15)).isEqualTo(Arrays.copyOfRange(plain, 3, 15));
        assertThat(Arrays.copyOfRange(packet, 15, 31)).isNotEqualTo(Arrays.copyOfRange(plain, 15, 31));
        assertThat(receiver.unprotectRtp(packet, 3, length)).isEqualTo(PLAIN);
        assertThat(Arrays.copyOf(packet, 3 + PLAIN)).isEqualTo(Arrays.copyOf(plain, 3 + PLAIN));
    }

    @ParameterizedTest
    @EnumSource
    void carriesControlPackets(SrtpProfile profile) {
        start(profile);
        for (int i = 0; i < 300; i++) {
            var packet = rtcp(SSRC);
            var plain = packet.clone();

            int length = sender.protectRtcp(packet, 3, 28);

            assertThat(length).isEqualTo(28 + profile.rtcpOverhead());
            assertThat(receiver.unprotectRtcp(packet, 3, length)).isEqualTo(28);
            assertThat(Arrays.copyOf(packet, 31)).isEqualTo(Arrays.copyOf(plain, 31));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesReplays(SrtpProfile profile) {
        start(profile);
        var packets = new byte[300][];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = protectedRtp(65_400 + i);
        }
        var control = rtcp(SSRC);
        int controlLength = sender.protectRtcp(control, 3, 28);

        for (var packet : packets) {
            assertThat(receive(packet.clone())).isEqualTo(PLAIN);
        }
        assertThat(receiver.unprotectRtcp(control.clone(), 3, controlLength)).isEqualTo(28);

        for (var packet : packets) {
            assertThat(receive(packet.clone())).isEqualTo(-1);
        }
        assertThat(receiver.unprotectRtcp(control, 3, controlLength)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void takesPacketsInAnyOrderWithin128(SrtpProfile profile) {
        for (long seed = 0; seed < 20; seed++) {
            start(profile);
            var random = new Random(seed);
            var packets = new byte[1_000][];
            for (int i = 0; i < packets.length; i++) {
                packets[i] = protectedRtp(65_000 + i);
            }
            for (int i = 0; i < packets.length - 64; i += 64) {
                Collections.shuffle(Arrays.asList(packets).subList(i, i + 64), random);
            }
            for (int i = 0; i < packets.length; i++) {
                assertThat(receive(packets[i])).as("seed %d, packet %d", seed, i).isEqualTo(PLAIN);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsTooOldToTellFromAReplay(SrtpProfile profile) {
        start(profile);
        var old = protectedRtp(100);
        var oldest = protectedRtp(101);
        receive(protectedRtp(101 + 127));

        assertThat(receive(old)).isEqualTo(-1);
        assertThat(receive(oldest)).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @EnumSource
    void followsSequenceNumbersAsTheyWrapDespiteLongGaps(SrtpProfile profile) {
        start(profile);
        for (int sequence = 60_000; sequence < 400_000; sequence += 30_000) {
            assertThat(receive(protectedRtp(sequence))).as("sequence %d", sequence).isEqualTo(PLAIN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAPacketWithAnyBitChanged(SrtpProfile profile) {
        start(profile);
        var packet = protectedRtp(7);
        for (int bit = 0; bit < packet.length * 8; bit++) {
            var forged = packet.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(receive(forged)).as("bit %d", bit).isEqualTo(-1);
        }
        assertThat(receive(packet)).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @EnumSource
    void refusesControlPacketsThatAreForgedOrNotEncrypted(SrtpProfile profile) {
        start(profile);
        var packet = rtcp(SSRC);
        packet = Arrays.copyOfRange(packet, 3, 3 + sender.protectRtcp(packet, 3, 28));
        for (int bit = 0; bit < packet.length * 8; bit++) {
            var forged = packet.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(receiver.unprotectRtcp(forged, 0, forged.length)).as("bit %d", bit).isEqualTo(-1);
        }
        assertThat(receiver.unprotectRtcp(packet, 0, packet.length)).isEqualTo(28);
    }

    @ParameterizedTest
    @EnumSource
    void startsAfreshForASsrcThatWasRenegotiated(SrtpProfile profile) {
        start(profile);
        for (int sequence = 65_000; sequence < 66_000; sequence++) {
            receive(protectedRtp(sequence));
        }

        var packet = rtp(1, 500);
        int length = sender.protectRtp(packet, 3, PLAIN);

        assertThat(receiver.unprotectRtp(packet, 3, length)).isEqualTo(PLAIN);
        assertThat(receive(protectedRtp(66_000))).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @EnumSource
    void remembersSixtyFourSourcesAndNoneThatIsForged(SrtpProfile profile) {
        start(profile);
        for (int ssrc = 1; ssrc <= 1_000; ssrc++) {
            assertThat(receiver.unprotectRtp(rtp(ssrc, 1), 3, PLAIN)).isEqualTo(-1);
        }
        for (int ssrc = 1; ssrc <= 64; ssrc++) {
            var packet = rtp(ssrc, 1);
            int length = sender.protectRtp(packet, 3, PLAIN);
            assertThat(receiver.unprotectRtp(packet, 3, length)).isEqualTo(PLAIN);
        }

        assertThat(sender.protectRtp(rtp(65, 1), 3, PLAIN)).isEqualTo(-1);
        assertThat(sender.protectRtcp(rtcp(65), 3, 28)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void usesNoPartOfTheKeyStreamTwice(SrtpProfile profile) {
        start(profile);
        sender.protectRtp(rtp(SSRC, 10), 3, PLAIN);

        assertThat(sender.protectRtp(rtp(SSRC, 10), 3, PLAIN)).isEqualTo(-1);
        assertThat(sender.protectRtp(rtp(SSRC, 9), 3, PLAIN)).isPositive();
        assertThat(sender.protectRtp(rtp(SSRC, 9), 3, PLAIN)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void doesNotOpenWhatIsForSomebodyElse(SrtpProfile profile) {
        start(profile);
        var packet = protectedRtp(1);
        var other = new SrtpReceiver(keys(profile, 2));

        assertThat(other.unprotectRtp(packet, 0, packet.length)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void survivesWhateverArrives(SrtpProfile profile) {
        start(profile);
        var random = new Random(3_711);
        var seeds = new byte[][]{protectedRtp(1), Arrays.copyOfRange(rtcp(SSRC), 3, 80)};
        for (int i = 0; i < 60_000; i++) {
            var seed = seeds[i % 2];
            var bytes = Arrays.copyOf(seed, random.nextInt(seed.length + 1));
            for (int flips = 1 + random.nextInt(6); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(Math.min(bytes.length, 20))] = (byte) random.nextInt();
            }
            if (Arrays.equals(bytes, seed)) {
                continue;
            }
            if (receiver.unprotectRtp(bytes, 0, bytes.length) >= 0
                    || receiver.unprotectRtcp(bytes, 0, bytes.length) >= 0) {
                fail("opened a forged packet, round " + i);
            }
            sender.protectRtp(Arrays.copyOf(bytes, bytes.length + 16), 0, bytes.length);
            sender.protectRtcp(Arrays.copyOf(bytes, bytes.length + 20), 0, bytes.length);
        }
    }

    /// The bound leaves room for what the provider does behind our back once in a while.
    @Test
    void allocatesNothingPerPacketInCounterModeOnceWarm() {
        start(SrtpProfile.AES128_CM_SHA1_80);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var packet = rtp(SSRC, 0);
        int sequence = 0;
        long before = 0;
        int rounds = 20_000;
        for (int i = 0; i < 2 * rounds; i++) {
            if (i == rounds) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            Wire.put16(packet, 5, ++sequence);
            int length = sender.protectRtp(packet, 3, PLAIN);
            if (receiver.unprotectRtp(packet, 3, length) != PLAIN) {
                fail("lost a packet");
            }
        }

        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / rounds).isLessThan(8);
    }

    @Test
    void keepsKeysOutOfLogsAndRefusesOnesOfAnotherLength() {
        assertThat(keys(SrtpProfile.AEAD_AES_128_GCM, 1)).hasToString("SrtpKeys[AEAD_AES_128_GCM]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SrtpKeys.of(SrtpProfile.AEAD_AES_128_GCM, new byte[16], new byte[14]))
                .withMessage("expected a key of 16 bytes and a salt of 12 for AEAD_AES_128_GCM, found 16 and 14");
    }

    private void start(SrtpProfile profile) {
        sender = new SrtpSender(keys(profile, 1));
        receiver = new SrtpReceiver(keys(profile, 1));
    }

    private byte[] protectedRtp(int sequence) {
        var packet = rtp(SSRC, sequence);
        int length = sender.protectRtp(packet, 3, PLAIN);
        return Arrays.copyOfRange(packet, 3, 3 + length);
    }

    private int receive(byte[] packet) {
        return receiver.unprotectRtp(packet, 0, packet.length);
    }

    private static SrtpKeys keys(SrtpProfile profile, long seed) {
        var random = new Random(seed);
        var key = new byte[16];
        var salt = new byte[profile.saltLength()];
        random.nextBytes(key);
        random.nextBytes(salt);
        return SrtpKeys.of(profile, key, salt);
    }

    /// Three bytes of somebody else, a packet of 92, and room.
    private static byte[] rtp(int ssrc, int sequence) {
        var bytes = new byte[3 + PLAIN + 16];
        bytes[3] = (byte) 0x80;
        bytes[4] = 111;
        Wire.put16(bytes, 5, sequence);
        Wire.put32(bytes, 11, ssrc);
        return bytes;
    }

    private static byte[] rtcp(int ssrc) {
        var bytes = new byte[100];
        bytes[3] = (byte) 0x80;
        bytes[4] = (byte) 200;
        bytes[6] = 6;
        Wire.put32(bytes, 7, ssrc);
        return bytes;
    }
}
