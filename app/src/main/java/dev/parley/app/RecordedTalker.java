package dev.parley.app;

import dev.parley.agent.AgentCall;
import dev.parley.emulator.CallerEvent;
import dev.parley.emulator.FakeCaller;
import dev.parley.emulator.Scenario;
import dev.parley.media.AudioFile;
import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.LocalLine;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Says a recording at once, for whoever made it did not leave room for a greeting, and writes what is answered to a file.
final class RecordedTalker implements Talker {
    private final Path input;
    private final LocalLine line;
    private final AudioLeg leg;
    private final FakeCaller caller;
    private Optional<List<CallerEvent>> noticed = Optional.empty();

    private RecordedTalker(Path input, LocalLine line, AudioLeg leg, FakeCaller caller) {
        this.input = input;
        this.line = line;
        this.leg = leg;
        this.caller = caller;
    }

    /// @param output where answers are written; null: nowhere
    /// @param linger how long it waits for more after an answer
    /// @param observer is told what it does
    static RecordedTalker open(Path input, @Nullable Path output, Duration linger, Consumer<CallerEvent> observer)
            throws IOException {
        var said = new Scenario.CallerLine("(" + input + ")", input, null);
        var line = LocalLine.open(AudioFormat.REALTIME_PCM);
        var leg = output == null ? line.far() : Recording.ofArriving(line.far(), output);
        var caller = FakeCaller.join(leg, List.of(said), FreeTtsVoice.caller(), _ -> new Hearing.NotUnderstood(),
                observer, new FakeCaller.Patience(Duration.ZERO, linger));
        return new RecordedTalker(input, line, leg, caller);
    }

    /// Nobody is to be called for the sake of a file that cannot be read.
    static void require(Path input) throws IOException {
        if (Files.isDirectory(input)) {
            throw new CommandFailed("expected a recording to say, found a folder at " + input);
        }
        if (!Files.isReadable(input)) {
            throw new CommandFailed("expected a recording to say, found nothing to read at " + input);
        }
        AudioFile.read(input);
    }

    @Override
    public AudioLeg leg() {
        return line.near();
    }

    @Override
    public void await(AgentCall call, Duration longest) throws InterruptedException {
        noticed = BothEnds.await(caller, call, longest);
    }

    @Override
    public Optional<String> complaint() {
        boolean answered = noticed.isPresent()
                && noticed.get().stream().noneMatch(CallerEvent.IsNotAnswered.class::isInstance);
        return answered
                ? Optional.empty()
                : Optional.of("nothing was answered to " + input + ": is there speech in it?");
    }

    @Override
    public void close() {
        caller.close();
        try {
            leg.close();
        } finally {
            line.close();
        }
    }
}
