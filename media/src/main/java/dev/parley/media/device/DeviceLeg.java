package dev.parley.media.device;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.EchoControl;
import dev.parley.media.LevelMeter;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.Samples;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.sound.sampled.SourceDataLine;
import javax.sound.sampled.TargetDataLine;

/// This machine's microphone and loudspeaker as one end of a call, at 24 kHz.
///
/// One thread reads the microphone, 20 ms at a time, and hands them to the listener. What is sent waits in the loudspeaker's
/// buffer, some 60 ms, whose clock also holds up a sender that is too fast; [#flush] drops it at once.
public final class DeviceLeg implements AudioLeg {
    /// Samples a second, both ways.
    public static final int RATE = Pcm.REALTIME_RATE;

    private static final AudioFormat FORMAT = AudioFormat.REALTIME_PCM;
    private static final Duration PIECE = Duration.ofMillis(20);
    /// Silence before the first sound, and after the buffer ran empty, so that a sender may be late a little.
    private static final Duration HEAD_START = Duration.ofMillis(40);
    private static final Duration BUFFER = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Microphone microphone;
    private final Loudspeaker speaker;
    private final EchoControl echo;
    private final Resampler toSpeaker;
    private final Resampler fromMicrophone;
    private final LevelMeter heard = new LevelMeter();
    private final LevelMeter said = new LevelMeter();
    private final Object speaking = new Object();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread reader;
    private volatile Consumer<Pcm> listener = _ -> {};
    private volatile boolean talking = true;

    /// Takes over devices and echo control, and closes them.
    DeviceLeg(Microphone microphone, Loudspeaker speaker, EchoControl echo) {
        this.microphone = microphone;
        this.speaker = speaker;
        this.echo = echo;
        this.toSpeaker = new Resampler(FORMAT.rate(), speaker.rate());
        this.fromMicrophone = new Resampler(microphone.rate(), FORMAT.rate());
        // Reading ends in native code, which would hold on to a virtual thread's carrier.
        this.reader = Thread.ofPlatform().daemon().name("microphone-line").start(this::listen);
    }

    /// Opens a microphone and a loudspeaker, each by a part of its name or, without one, the first that opens. Takes over the
    /// echo control.
    ///
    /// @throws SoundDeviceException if there is none, or none that opens; within a few seconds in any case
    public static DeviceLeg open(Optional<String> input, Optional<String> output, EchoControl echo)
            throws SoundDeviceException {
        var microphone = SoundDevices.open(SoundDevices.Direction.INPUT, input, BUFFER);
        try {
            var speaker = SoundDevices.open(SoundDevices.Direction.OUTPUT, output, BUFFER);
            return new DeviceLeg(new Lines.In((TargetDataLine) microphone), new Lines.Out((SourceDataLine) speaker),
                    echo);
        } catch (SoundDeviceException e) {
            microphone.close();
            throw e;
        }
    }

    @Override
    public AudioFormat format() {
        return FORMAT;
    }

    @Override
    public void onAudio(Consumer<Pcm> listener) {
        this.listener = listener;
    }

    /// Opens or closes the microphone: a key to hold while talking. A closed one hears silence.
    public void talking(boolean talking) {
        this.talking = talking;
    }

    /// How loud the microphone is, echo taken out.
    public LevelMeter microphoneLevel() {
        return heard;
    }

    /// How loud the loudspeaker is.
    public LevelMeter speakerLevel() {
        return said;
    }

    private void listen() {
        int frames = Math.toIntExact(Samples.in(PIECE, microphone.rate()));
        while (!closed.get()) {
            var piece = microphone.read(frames);
            if (piece.isEmpty()) {
                // Closed, or pulled out: the call will notice that nobody speaks.
                return;
            }
            var clean = echo.cleaned(fromMicrophone.process(piece));
            var audio = talking ? clean : Pcm.silence(clean.rate(), clean.frames());
            heard.hear(audio);
            listener.accept(audio);
        }
    }

    @Override
    public void send(Pcm audio) {
        if (closed.get()) {
            return;
        }
        said.hear(audio);
        echo.played(audio);
        var piece = toSpeaker.process(audio);
        synchronized (speaking) {
            if (speaker.pending() == 0) {
                speaker.write(Pcm.silence(speaker.rate(), HEAD_START));
            }
            speaker.write(piece);
        }
    }

    @Override
    public Duration flush() {
        // Not behind the lock: a writer that waits for room is what this is to end.
        long dropped = speaker.pending();
        speaker.flush();
        return Samples.duration(dropped, speaker.rate());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        speaker.close();
        microphone.close();
        try {
            if (!reader.join(PATIENCE)) {
                // A driver that hangs: its thread is a daemon and ends with the program.
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        echo.close();
    }
}
