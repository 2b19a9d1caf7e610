package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.JitterBuffer.Sound;
import dev.parley.media.JitterBuffer.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Packets carry their own number; a step is 20 ms, 160 ticks.
class JitterBufferTest {
    private static final long STEP = 20_000_000;
    private static final int TICKS = 160;
    private static final String PAUSE = "pause";

    private final JitterBuffer buffer = new JitterBuffer();
    private final List<String> heard = new ArrayList<>();
    private int ssrc = 7;
    private int firstSequence = 1_000;
    private int firstTimestamp = 50_000;

    @Test
    void playsPacketsInTheOrderOfTheirNumbers() {
        arrive(0, 0);
        arrive(2, 1);
        arrive(1, 1);
        arrive(3, 2);

        play(0, 7);

        assertThat(sounds()).containsExactly("0", "1", "2", "3");
        assertThat(buffer.lost()).isZero();
    }

    @Test
    void goesOnAcrossTheEndOfNumbersAndTimestamps() {
        firstSequence = 65_530;
        firstTimestamp = -1_000;

        for (int i = 0; i < 30; i++) {
            arrive(i, i);
            play(i, i + 1);
        }

        assertThat(sounds()).hasSizeGreaterThan(25)
                .startsWith("0", "1", "2")
                .isSortedAccordingTo(
                        (a, b) -> Integer.parseInt(a) - Integer.parseInt(b));
        assertThat(buffer.restarts()).isZero();
        assertThat(buffer.lost()).isZero();
    }

    @Test
    void playsWhatComesTwiceOnce() {
        arrive(0, 0);
        arrive(0, 0);
        arrive(1, 1);
        play(0, 3);
        arrive(0, 3);

        play(3, 6);

        assertThat(sounds()).containsExactly("0", "1");
        assertThat(buffer.duplicates()).isEqualTo(2);
        assertThat(buffer.late()).isZero();
    }

    @Test
    void offersThePacketBehindALostOneForErrorCorrection() {
        steadily(0, 10, 5);

        assertThat(sounds()).containsSequence("4", "lost 20 before 6", "6", "7");
        assertThat(buffer.lost()).isOne();
    }

    @Test
    void offersItForTheLastOfSeveralLostOnesOnly() {
        steadily(0, 12, 5, 6);

        assertThat(sounds()).containsSequence("4", "lost 20", "lost 20 before 7", "7");
    }

    @Test
    void makesUpNoMoreForAGapThanWasLostInIt() {
        steadily(0, 14, 5, 6, 7, 8, 9);

        long pauses = heard.subList(heard.indexOf("4"), heard.indexOf("10")).stream().filter(PAUSE::equals).count();
        long replaced = sounds().stream().filter(h -> h.startsWith("lost 20")).count();
        assertThat(pauses + replaced).isEqualTo(5);
        assertThat(buffer.lost()).isEqualTo(5);
    }

    @Test
    void waitsForWhatIsLateInsteadOfLosingIt() {
        steadily(0, 6);
        play(6, 10);
        arrive(6, 9);
        arrive(7, 9);

        play(10, 12);

        assertThat(sounds()).containsSequence("5", "6", "7");
        assertThat(buffer.lost()).isZero();
    }

    @Test
    void countsWhatComesAfterItsTurnAsLostAndLate() {
        steadily(0, 10, 5);
        arrive(5, 10);

        play(10, 13);

        assertThat(buffer.lost()).isOne();
        assertThat(buffer.late()).isOne();
        assertThat(sounds()).doesNotContain("5");
    }

    @Test
    void doesNotTakeASendersSilenceForLoss() {
        steadily(0, 5);
        play(5, 20);
        // Numbers go on, timestamps have gone on meanwhile.
        for (int i = 0; i < 5; i++) {
            buffer.add(packet(5 + i, 20 + i), RtpCodec.PCMU, TICKS, (20 + i) * STEP);
            play(20 + i, 21 + i);
        }

        play(25, 28);

        assertThat(sounds()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(buffer.lost()).isZero();
    }

    @Test
    void followsANewSourceAtOnce() {
        steadily(0, 10);
        ssrc = 8;
        firstSequence = 9;
        firstTimestamp = 3;

        steadily(10, 20);

        assertThat(sounds()).contains("7", "10", "16");
        assertThat(buffer.restarts()).isOne();
        assertThat(buffer.lost()).isZero();
    }

    @Test
    void followsNumbersFarOffAtTheSecondPacketButNoStray() {
        steadily(0, 10);
        arrive(20_000, 10);
        steadily(10, 20);
        assertThat(buffer.restarts()).isZero();
        assertThat(sounds()).doesNotContain("20000");

        firstSequence += 20_000;
        steadily(20, 30);

        assertThat(buffer.restarts()).isOne();
        assertThat(sounds()).contains("21", "26");
    }

    @Test
    void followsASenderWhoseClockIsSetBackOrForth() {
        steadily(0, 10);
        firstTimestamp -= 80_000;
        steadily(10, 20);
        assertThat(sounds()).contains("12", "16");

        firstTimestamp += 800_000;
        steadily(20, 30);

        assertThat(sounds()).contains("22", "26");
        assertThat(buffer.restarts()).isEqualTo(2);
    }

    @Test
    void waitsAsLongAsTheWayIsUnevenAndNoLonger() {
        var random = new Random(1);
        for (int i = 0; i < 500; i++) {
            arriveAt(i, i * STEP + random.nextLong(60_000_000));
        }
        assertThat(buffer.delay()).isBetween(Duration.ofMillis(50), Duration.ofMillis(65));

        for (int i = 500; i < 1_500; i++) {
            arriveAt(i, i * STEP + random.nextLong(900_000_000));
        }
        assertThat(buffer.delay()).isEqualTo(Duration.ofMillis(500));

        for (int i = 1_500; i < 4_000; i++) {
            arriveAt(i, i * STEP);
        }
        assertThat(buffer.delay()).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void passesOverWhatIsNoSound() {
        arrive(0, 0);
        buffer.addSilent(packet(1, 1), STEP);
        buffer.addSilent(packet(2, 1), STEP);
        arrive(3, 3);

        play(0, 10);

        assertThat(sounds()).containsExactly("0", "3");
        assertThat(buffer.lost()).isZero();
    }

    @Test
    void dropsTheOldestInAFlood() {
        for (int i = 0; i < 1_000; i++) {
            arriveAt(i, i);
        }

        play(1_000, 1_300);

        assertThat(sounds()).hasSize(JitterBuffer.CAPACITY).startsWith("744").endsWith("999");
    }

    @Test
    void standsWhateverComes() {
        var random = new Random(5);
        long now = 0;
        for (int i = 0; i < 50_000; i++) {
            ssrc = random.nextInt(100) == 0 ? random.nextInt() : ssrc;
            now += random.nextLong(random.nextInt(50) == 0 ? 5_000_000_000L : 20_000_000);
            var packet = packet(i, i);
            if (random.nextInt(4) == 0) {
                packet.sequence(random.nextInt());
            }
            if (random.nextInt(4) == 0) {
                packet.timestamp(random.nextInt());
            }
            switch (random.nextInt(3)) {
                case 0 -> buffer.addSilent(packet, now);
                default -> buffer.add(packet, random.nextInt(20) == 0 ? RtpCodec.OPUS : RtpCodec.PCMU,
                        random.nextInt(5_760), now);
            }
            if (buffer.next(now, 0) instanceof Turn.Lost(long nanos, _)) {
                assertThat(nanos).isNotNegative();
            }
        }

        assertThat(buffer.received()).isPositive();
    }

    /// Each packet arrives in its step and one turn is taken.
    private void steadily(int from, int to, int... lost) {
        for (int i = from; i < to; i++) {
            int number = i;
            if (Arrays.stream(lost).noneMatch(l -> l == number)) {
                arrive(i, i);
            }
            play(i, i + 1);
        }
    }

    private void arrive(int number, int step) {
        arriveAt(number, step * STEP);
    }

    private void arriveAt(int number, long now) {
        buffer.add(packet(number, number), RtpCodec.PCMU, TICKS, now);
    }

    private RtpPacket packet(int number, int time) {
        var bytes = new byte[RtpPacket.HEADER_LENGTH + 4];
        var packet = new RtpPacket();
        packet.start(bytes, 0, 4);
        packet.ssrc(ssrc);
        packet.sequence(firstSequence + number);
        packet.timestamp(firstTimestamp + time * TICKS);
        Wire.put32(bytes, RtpPacket.HEADER_LENGTH, number);
        return packet;
    }

    private void play(int fromStep, int toStep) {
        for (int step = fromStep; step < toStep; step++) {
            heard.add(switch (buffer.next(step * STEP, 0)) {
                case Turn.Play(Sound sound, _) -> number(sound);
                case Turn.Lost(long nanos, var following) ->
                    "lost " + nanos / 1_000_000 + following.map(f -> " before " + number(f)).orElse("");
                case Turn.Nothing() -> PAUSE;
            });
        }
    }

    private static String number(Sound sound) {
        return Integer.toString(Wire.i32(sound.payload(), 0));
    }

    private List<String> sounds() {
        return heard.stream().filter(h -> !h.equals(PAUSE)).toList();
    }
}
