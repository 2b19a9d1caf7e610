package dev.parley.app;

import dev.parley.emulator.Scenario;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which scenario the emulator plays.
final class ScenarioOption {
    @Option(names = "--scenario", paramLabel = "FILE", description = "What the emulator's model hears, says and calls. Default: a desk for payment requests.")
    private @Nullable Path file;

    Scenario load() {
        return loadOr(Scenario.paymentDesk());
    }

    Scenario loadOr(Scenario shipped) {
        return file == null ? shipped : Scenario.load(file);
    }
}
