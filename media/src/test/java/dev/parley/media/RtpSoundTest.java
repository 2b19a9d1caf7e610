package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RtpSoundTest {
    private static final int SSRC = 0x8000_1234;
    private static final int RATE = 24_000;
    private static final Pcm SPEECH = FakeSpeech.of(RATE, 5, 6, 0.5, 0.1).audio();

    @ParameterizedTest
    @EnumSource
    void soundGoesThroughALosslessWayWithoutHarm(RtpCodec codec) {
        var receiver = receiver(codec);

        var heard = new Network(1).run(sender(codec), receiver, SPEECH.duration().plusMillis(300));

        assertThat(Likeness.of(SPEECH, heard, 200).correlation()).isGreaterThan(codec == RtpCodec.OPUS
                ? 0.9
                : 0.95);
        assertThat(receiver.statistics()).satisfies(statistics -> {
            assertThat(statistics.lost()).isZero();
            assertThat(statistics.late()).isZero();
            assertThat(statistics.duplicates()).isZero();
        });
    }

    @ParameterizedTest
    @CsvSource({"OPUS, 0.05, 0", "OPUS, 0.20, 0", "OPUS, 0, 60", "OPUS, 0.05, 60", "PCMU, 0.05, 0", "PCMA, 0.05, 60",
            "PCMU, 0.20, 30"})
    void soundOutlivesLossAndDisorder(RtpCodec codec, double loss, int jitter) {
        var receiver = receiver(codec);
        var network = new Network(2).losing(loss).jitter(Duration.ofMillis(jitter)).doubling(0.05);

        var heard = network.run(sender(codec), receiver, SPEECH.duration().plusMillis(500));

        assertThat(Likeness.of(SPEECH, heard, 250).correlation()).isGreaterThan(0.8);
        assertThat(heard.rms() / SPEECH.rms()).isBetween(0.75, 1.1);
        assertThat(receiver.statistics().lost()).isBetween((long) (loss * 150), (long) (loss * 450) + 5);
        if (codec == RtpCodec.OPUS && loss > 0) {
            assertThat(receiver.statistics().recovered()).isPositive();
        }
    }

    @Test
    void timestampsGoOnOverSilenceAndATalkBeginsWithAMarker() {
        var sender = RtpSender.sparse(new RtpFormat(RtpCodec.PCMU, 0), SSRC, 8_000, OpusSettings.SPEECH);
        sender.add("one", 0, Pcm.silence(8_000, 320));
        var packets = new ArrayList<String>();
        int first = 0;
        for (int i = 0; i < 22; i++) {
            if (i == 20) {
                sender.add("two", 0, Pcm.silence(8_000, 160));
            }
            var packet = sender.next();
            first = i == 0 ? packet.orElseThrow().timestamp() : first;
            int start = first;
            packet.ifPresent(rtp -> packets.add((rtp.timestamp() - start) / 160 + (rtp.marker() ? " marked" : "")));
        }

        // Two of sound, five of silence behind, and then nothing until there is something to say.
        assertThat(packets).containsExactly("0 marked", "1", "2", "3", "4", "5", "6", "20 marked", "21");
    }

    @Test
    void whatIsStoppedHasBeenSentToTheLastPacketAndTheRestIsDropped() {
        var sender = sender(RtpCodec.OPUS);
        for (int i = 0; i < 10; i++) {
            sender.next();
        }

        var cut = sender.stop();

        assertThat(cut).singleElement().satisfies(heard -> {
            assertThat(heard.itemId()).isEqualTo("item");
            assertThat(heard.millis()).isEqualTo(200);
            assertThat(heard.samples() + heard.dropped()).isEqualTo(SPEECH.frames());
        });
        assertThat(sender.queued()).isZero();
    }

    @Test
    void aContinuousSenderIsHeardToBeSilent() {
        var sender = RtpSender.continuous(new RtpFormat(RtpCodec.OPUS, 111), SSRC, RATE, OpusSettings.SPEECH);

        for (int i = 0; i < 20; i++) {
            boolean first = i == 0;
            assertThat(sender.next()).hasValueSatisfying(rtp -> assertThat(rtp.marker()).isEqualTo(first));
        }
    }

    @Test
    void clocksThatDriftApartDoNotMakeTheWaitGrow() {
        var sender = RtpSender.sparse(new RtpFormat(RtpCodec.PCMU, 0), SSRC, 8_000, OpusSettings.SPEECH);
        for (int i = 0; i < 8; i++) {
            sender.add("item", 0, FakeSpeech.of(8_000, i, 6, 0.5, 0.1).audio());
        }
        var receiver = new RtpReceiver(List.of(new RtpFormat(RtpCodec.PCMU, 0)), 8_000);

        // A thousand times worse than any crystal is.
        new Network(3).drift(-0.01).run(sender, receiver, Duration.ofSeconds(40));

        assertThat(receiver.statistics()).satisfies(statistics -> {
            assertThat(statistics.lost()).isZero();
            assertThat(statistics.skipped()).isBetween(8L, 40L);
            assertThat(statistics.restarts()).isZero();
        });
    }

    @Test
    void packetsOfOtherTypesAndBrokenOnesAreCountedAndPassedOver() {
        var receiver = receiver(RtpCodec.OPUS);
        var random = new Random(9);
        var packet = new RtpPacket();
        var bytes = new byte[2_000];
        for (int i = 0; i < 2_000; i++) {
            int length = random.nextInt(random.nextInt(20) == 0 ? 1_900 : 60);
            random.nextBytes(bytes);
            packet.start(bytes, 0, length);
            packet.payloadType(random.nextInt(4) == 0 ? 101 : 111);
            packet.sequence(i);
            packet.timestamp(i * 960);
            packet.ssrc(SSRC);
            receiver.received(packet, i * Network.PACKET_TIME);

            assertThat(receiver.next(i * Network.PACKET_TIME).duration()).isEqualTo(RtpCodec.PACKET_TIME);
        }

        assertThat(receiver.statistics().malformed()).isGreaterThan(100);
        assertThat(receiver.statistics().foreign()).isGreaterThan(300);
    }

    @ParameterizedTest
    @EnumSource
    void keysAreHeardOnceEachInTheMiddleOfSoundOverABadWay(RtpCodec codec) {
        var pressed = new StringBuilder();
        var receiver = new RtpReceiver(List.of(new RtpFormat(codec, 111)), RATE, 101, pressed::append);
        var sender = RtpSender.sparse(new RtpFormat(codec, 111), 101, SSRC, RATE, OpusSettings.SPEECH);
        sender.add("item", 0, SPEECH);
        var network = new Network(4).losing(0.05).jitter(Duration.ofMillis(60)).doubling(0.05);

        network.run(sender, receiver, Duration.ofSeconds(1));
        for (char key : "0*#9".toCharArray()) {
            assertThat(sender.press(key, Duration.ofMillis(100))).isTrue();
        }
        var before = sender.queued();
        network.run(sender, receiver, Duration.ofMillis(500));
        assertThat(sender.queued()).as("sound waits").isEqualTo(before);
        network.run(sender, receiver, SPEECH.duration());

        assertThat(pressed).hasToString("0*#9");
        assertThat(sender.queued()).isZero();
        assertThat(receiver.statistics().foreign()).isZero();
    }

    @Test
    void theSoundAfterAKeyBeginsAnewAtItsTime() {
        var sender = RtpSender.continuous(new RtpFormat(RtpCodec.PCMU, 0), 101, SSRC, 8_000, OpusSettings.SPEECH);
        int begin = sender.next().orElseThrow().timestamp();
        sender.press('5', Duration.ofMillis(40));
        var packets = new ArrayList<String>();
        for (int i = 1; i < 8; i++) {
            sender.next()
                    .ifPresent(rtp -> packets.add(rtp.payloadType() + " at " + (rtp.timestamp() - begin) / 160
                            + (rtp.marker() ? " marked" : "")));
        }

        // The key takes two packets and its end two more.
        assertThat(packets).containsExactly("101 at 1 marked", "101 at 1", "101 at 1", "101 at 1", "0 at 5 marked",
                "0 at 6", "0 at 7");
    }

    @Test
    void keysAreForThoseWhoAgreedOnThem() {
        assertThatThrownBy(() -> sender(RtpCodec.OPUS).press('1', Duration.ofMillis(100)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a sender of keys");
    }

    private static RtpSender sender(RtpCodec codec) {
        var sender = RtpSender.sparse(new RtpFormat(codec, 111), SSRC, RATE, OpusSettings.SPEECH);
        sender.add("item", 0, SPEECH);
        sender.finish("item", 0);
        return sender;
    }

    private static RtpReceiver receiver(RtpCodec codec) {
        return new RtpReceiver(List.of(new RtpFormat(codec, 111)), RATE);
    }
}
