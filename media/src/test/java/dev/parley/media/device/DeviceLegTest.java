package dev.parley.media.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.media.EchoControl;
import dev.parley.media.HalfDuplexGate;
import dev.parley.media.Pcm;
import dev.parley.media.device.SoundDevices.Direction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class DeviceLegTest {
    private static final Duration PIECE = Duration.ofMillis(20);

    private final FakeMicrophone microphone = new FakeMicrophone();
    private final FakeSpeaker speaker = new FakeSpeaker();
    private final BlockingQueue<Pcm> heard = new LinkedBlockingQueue<>();

    @Test
    void theListenerHearsTheMicrophoneAtTheRateOfTheLeg() throws Exception {
        try (var leg = leg(EchoControl.none())) {
            leg.onAudio(heard::add);
            for (int i = 0; i < 5; i++) {
                microphone.says(loud(48_000));
            }

            nextHeard();
            var second = nextHeard();

            assertThat(second.rate()).isEqualTo(24_000);
            assertThat(second.duration()).isEqualTo(PIECE);
            assertThat(second.rms()).isGreaterThan(0.1);
            assertThat(leg.microphoneLevel().decibels()).isGreaterThan(-20);
        }
    }

    @Test
    void theLoudspeakerGetsAHeadStartOfSilence() {
        try (var leg = leg(EchoControl.none())) {
            leg.send(loud(24_000));

            // 40 ms, and 20 less what the filter holds back.
            assertThat(speaker.pending()).isBetween(48_000L / 1_000 * 58, 48_000L / 1_000 * 60);
        }
    }

    @Test
    void flushingDropsWhatHasNotBeenPlayedAndSaysHowMuchThatWas() {
        try (var leg = leg(EchoControl.none())) {
            leg.send(loud(24_000));
            leg.send(loud(24_000));
            speaker.plays(48_000 / 50);

            var dropped = leg.flush();

            assertThat(dropped).isBetween(Duration.ofMillis(58), Duration.ofMillis(60));
            assertThat(speaker.pending()).isZero();
            assertThat(leg.flush()).isZero();
        }
    }

    @Test
    void aClosedGateKeepsTheLoudspeakerOutOfTheMicrophone() throws Exception {
        try (var leg = leg(new HalfDuplexGate(Duration.ofMillis(100)))) {
            leg.onAudio(heard::add);
            leg.send(loud(24_000));
            microphone.says(loud(48_000));

            assertThat(nextHeard().rms()).isZero();
        }
    }

    @Test
    void aMicrophoneIsHeardOnlyWhileTheKeyIsDown() throws Exception {
        try (var leg = leg(EchoControl.none())) {
            leg.onAudio(heard::add);
            leg.talking(false);
            microphone.says(loud(48_000));
            assertThat(nextHeard().rms()).isZero();

            leg.talking(true);
            microphone.says(loud(48_000));

            assertThat(nextHeard().rms()).isGreaterThan(0.1);
        }
    }

    @Test
    void closingTwiceClosesDevicesAndEchoControlOnce() {
        var closed = new AtomicInteger();
        var leg = leg(new EchoControl() {
            @Override
            public void played(Pcm audio) {}

            @Override
            public Pcm cleaned(Pcm audio) {
                return audio;
            }

            @Override
            public String description() {
                return "counts";
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        });

        leg.close();
        leg.close();
        leg.send(loud(24_000));

        assertThat(closed).hasValue(1);
        assertThat(microphone.closed).isTrue();
        assertThat(speaker.pending()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceThatIsNotThereIsAnErrorThatSaysWhatToDo(Direction direction) throws Exception {
        var devices = SoundDevices.list(direction);

        assertThat(devices).allSatisfy(device -> assertThat(device.name()).isNotBlank());
        assertThatExceptionOfType(SoundDeviceException.class)
                .isThrownBy(() -> SoundDevices.open(direction, Optional.of("no such device \u0000"), PIECE))
                .withMessageContaining("fits none of");
        if (devices.isEmpty()) {
            assertThatExceptionOfType(SoundDeviceException.class)
                    .isThrownBy(() -> SoundDevices.open(direction, Optional.empty(), PIECE))
                    .withMessageContaining("none on this machine")
                    .withMessageContaining("FILE");
        }
    }

    private DeviceLeg leg(EchoControl echo) {
        return new DeviceLeg(microphone, speaker, echo);
    }

    private Pcm nextHeard() throws InterruptedException {
        var audio = heard.poll(10, TimeUnit.SECONDS);
        assertThat(audio).as("audio from the microphone within 10 s").isNotNull();
        return audio;
    }

    private static Pcm loud(int rate) {
        var samples = new short[rate / 50];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (10_000 * Math.sin(2 * Math.PI * 500 * i / rate));
        }
        return Pcm.copyOf(rate, samples);
    }

    private static final class FakeMicrophone implements Microphone {
        private static final Pcm NOTHING = Pcm.silence(48_000, 0);

        private final BlockingQueue<Pcm> said = new LinkedBlockingQueue<>();
        private volatile boolean closed;

        void says(Pcm audio) {
            said.add(audio);
        }

        @Override
        public int rate() {
            return 48_000;
        }

        @Override
        public Pcm read(int frames) {
            try {
                var next = closed ? NOTHING : said.poll(20, TimeUnit.SECONDS);
                return next == null ? NOTHING : next;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return NOTHING;
            }
        }

        @Override
        public void close() {
            closed = true;
            said.add(NOTHING);
        }
    }

    private static final class FakeSpeaker implements Loudspeaker {
        private long pending;

        synchronized void plays(int frames) {
            pending -= frames;
        }

        @Override
        public int rate() {
            return 48_000;
        }

        @Override
        public synchronized void write(Pcm audio) {
            pending += audio.frames();
        }

        @Override
        public synchronized long pending() {
            return pending;
        }

        @Override
        public synchronized void flush() {
            pending = 0;
        }

        @Override
        public void close() {
            flush();
        }
    }
}
