package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
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

        assertThat(Likeness.of(SPEECH, heard, RATE / 5).correlation()).isGreaterThan(codec == RtpCodec.OPUS
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

        assertThat(Likeness.of(SPEECH, heard, RATE / 4).correlation()).isGreaterThan(0.8);
        assertThat(heard.rms() / SPEECH.rms()).isBetween(0.75, 1.1);
        assertThat(receiver.statistics().lost()).isBetween((long) (loss * 200), (long) (loss * 600));
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
