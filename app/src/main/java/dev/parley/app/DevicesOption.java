package dev.parley.app;

import dev.parley.media.EchoControl;
import dev.parley.media.HalfDuplexGate;
import dev.parley.media.device.DeviceLeg;
import dev.parley.media.device.SoundDevices;
import dev.parley.media.device.SoundDevices.Direction;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which microphone and which loudspeaker, and how they are kept apart.
final class DevicesOption {
    @Option(names = "--devices", description = "List microphones and loudspeakers, and end.")
    private boolean list;

    @Option(names = "--input-device", paramLabel = "NAME", description = "The microphone whose name contains this."
            + " Default: the first that opens.")
    private @Nullable String input;

    @Option(names = "--output-device", paramLabel = "NAME", description = "The loudspeaker whose name contains this."
            + " Default: the first that opens.")
    private @Nullable String output;

    @Option(names = "--half-duplex", description = "Close the microphone while the loudspeaker plays. Done anyway where no"
            + " echo canceller works.")
    private boolean halfDuplex;

    @Option(names = "--headphones", description = "No echo control: nobody but you hears the agent.")
    private boolean headphones;

    @Option(names = "--push-to-talk", description = "The microphone is closed until Enter is pressed, and closed by Enter"
            + " again.")
    private boolean pushToTalk;

    @Option(names = "--meter", description = "Show how loud both sides are.")
    private boolean meter;

    boolean isList() {
        return list;
    }

    /// One line a device.
    static void print(PrintStream out) throws IOException {
        for (var direction : Direction.values()) {
            var devices = SoundDevices.list(direction);
            out.println(direction == Direction.INPUT ? "Microphones:" : "Loudspeakers:");
            devices.forEach(device -> out.println("  " + device));
            if (devices.isEmpty()) {
                out.println("  none");
            }
        }
    }

    DeviceTalker open() throws IOException {
        var echo = echo();
        try {
            var leg = DeviceLeg.open(Optional.ofNullable(input), Optional.ofNullable(output), echo);
            return new DeviceTalker(leg, echo.description(), pushToTalk, meter);
        } catch (IOException e) {
            echo.close();
            throw new CommandFailed(String.valueOf(e.getMessage()));
        }
    }

    private EchoControl echo() {
        if (headphones) {
            return EchoControl.none();
        }
        return halfDuplex ? new HalfDuplexGate(HalfDuplexGate.TAIL) : EchoControl.best(DeviceLeg.RATE);
    }
}
