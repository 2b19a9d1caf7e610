package dev.parley.app;

import dev.parley.emulator.EmulatorException;
import dev.parley.emulator.ScenarioException;
import dev.parley.realtime.RealtimeException;
import dev.parley.venue.LedgerException;
import java.io.IOException;

/// Which failures are somebody's to mend and say so in one line, and which are ours and need a stack trace.
final class Failures {
    private Failures() {}

    static boolean isExpected(Exception failure) {
        return switch (failure) {
            case CommandFailed _ -> true;
            case EmulatorException _ -> true;
            case ScenarioException _ -> true;
            case RealtimeException _ -> true;
            case LedgerException _ -> true;
            case IOException _ -> true;
            default -> false;
        };
    }
}
