package dev.parley.media.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.DataLine;
import javax.sound.sampled.Line;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.Mixer;
import javax.sound.sampled.SourceDataLine;
import javax.sound.sampled.TargetDataLine;

/// The machine's microphones and loudspeakers.
///
/// Asking takes at most [#PATIENCE]: a sound system that hangs becomes an exception. Safe to use from any thread.
public final class SoundDevices {
    /// How long the sound system may think.
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    /// In this order: the model's own, what every card has, and what old ones have.
    private static final List<AudioFormat> FORMATS = List.of(pcm(24_000, 1), pcm(48_000, 1), pcm(48_000, 2),
            pcm(44_100, 1), pcm(44_100, 2), pcm(16_000, 1));

    private SoundDevices() {}

    /// What a device is for.
    public enum Direction {
        INPUT("microphone", "--input FILE", TargetDataLine.class), OUTPUT("loudspeaker", "--output FILE",
                SourceDataLine.class);

        private final String noun;
        private final String instead;
        private final Class<? extends DataLine> line;

        Direction(String noun, String instead, Class<? extends DataLine> line) {
            this.noun = noun;
            this.instead = instead;
            this.line = line;
        }
    }

    /// A device.
    ///
    /// @param direction   what it is for
    /// @param name        what it is chosen by
    /// @param description what its driver says about it
    public record Device(Direction direction, String name, String description) {
        @Override
        public String toString() {
            return name + (description.isBlank() || description.equals(name) ? "" : " (" + description + ")");
        }
    }

    /// The devices for `direction`; the first is used where none is asked for.
    public static List<Device> list(Direction direction) throws SoundDeviceException {
        return within("the list of devices", () -> mixers(direction).stream()
                .map(info -> device(direction, info))
                .toList());
    }

    private static Device device(Direction direction, Mixer.Info info) {
        return new Device(direction, info.getName(), info.getDescription());
    }

    private static List<Mixer.Info> mixers(Direction direction) {
        var wanted = new Line.Info(direction.line);
        return Arrays.stream(AudioSystem.getMixerInfo())
                .filter(info -> AudioSystem.getMixer(info).isLineSupported(wanted))
                .toList();
    }

    /// Opens the device whose name contains `name`, in capitals or not; without a name, the first that opens.
    static DataLine open(Direction direction, Optional<String> name, Duration buffer) throws SoundDeviceException {
        return within("the " + direction.noun, () -> {
            var all = mixers(direction);
            return firstThatOpens(direction, name.isEmpty() ? all : List.of(choose(direction, name.get(), all)),
                    buffer);
        });
    }

    private static Mixer.Info choose(Direction direction, String name, List<Mixer.Info> all)
            throws SoundDeviceException {
        var wanted = name.toLowerCase(Locale.ROOT);
        var fitting = all.stream().filter(info -> info.getName().toLowerCase(Locale.ROOT).contains(wanted)).toList();
        var exact = fitting.stream().filter(info -> info.getName().equalsIgnoreCase(name)).findFirst();
        if (exact.isPresent()) {
            return exact.get();
        }
        if (fitting.size() != 1) {
            var names = (fitting.isEmpty() ? all : fitting).stream().map(Mixer.Info::getName).toList();
            throw new SoundDeviceException("expected a name that fits one " + direction.noun + ", found that \"" + name
                    + "\" fits " + (fitting.isEmpty() ? "none" : "several") + " of " + names);
        }
        return fitting.getFirst();
    }

    private static DataLine firstThatOpens(Direction direction, List<Mixer.Info> mixers, Duration buffer)
            throws SoundDeviceException {
        var failures = new ArrayList<String>();
        for (var info : mixers) {
            for (var format : FORMATS) {
                var wanted = new DataLine.Info(direction.line, format);
                try {
                    var mixer = AudioSystem.getMixer(info);
                    if (mixer.isLineSupported(wanted)) {
                        return open(mixer.getLine(wanted), format, buffer);
                    }
                } catch (LineUnavailableException | IllegalArgumentException | SecurityException e) {
                    failures.add(info.getName() + ": " + e.getMessage());
                }
            }
        }
        throw new SoundDeviceException("expected a " + direction.noun + ", found "
                + (failures.isEmpty() ? "none on this machine" : "that none opens " + failures)
                + "; connect one, or use " + direction.instead);
    }

    private static DataLine open(Line line, AudioFormat format, Duration buffer) throws LineUnavailableException {
        long frames = Math.round(format.getSampleRate() * buffer.toMillis() / 1_000.0);
        int bytes = Math.toIntExact(frames * format.getFrameSize());
        return switch (line) {
            case SourceDataLine speaker -> {
                speaker.open(format, bytes);
                yield speaker;
            }
            case TargetDataLine microphone -> {
                microphone.open(format, bytes);
                yield microphone;
            }
            default -> throw new LineUnavailableException("it is neither a microphone nor a loudspeaker");
        };
    }

    private static <T> T within(String what, Callable<T> question) throws SoundDeviceException {
        var task = new FutureTask<>(question);
        // Drivers may hang in native code, where nobody can be interrupted.
        Thread.ofPlatform().daemon().name("sound-devices").start(task);
        try {
            return task.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SoundDeviceException("expected " + what + " within " + PATIENCE.toSeconds()
                    + " s, found a sound system that hangs; end other programs that use it, or use files", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SoundDeviceException("expected " + what + ", found an interruption", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SoundDeviceException known) {
                throw known;
            }
            throw new SoundDeviceException("expected " + what + ", found a sound system that fails: "
                    + e.getCause(), e);
        }
    }

    private static AudioFormat pcm(int rate, int channels) {
        return new AudioFormat(rate, 16, channels, true, false);
    }
}
