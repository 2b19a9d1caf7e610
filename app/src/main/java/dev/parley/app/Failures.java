package dev.parley.app;

import dev.parley.emulator.EmulatorException;
import dev.parley.emulator.ScenarioException;
import dev.parley.gateway.GatewayException;
import dev.parley.realtime.RealtimeException;
import dev.parley.venue.DatabaseException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.stream.Collectors;

/// Which failures are somebody's to mend and say so in one line, and which are ours and need a stack trace.
final class Failures {
    private Failures() {}

    static boolean isExpected(Exception failure) {
        return switch (failure) {
            case CommandFailed _ -> true;
            case EmulatorException _ -> true;
            case ScenarioException _ -> true;
            case RealtimeException _ -> true;
            case DatabaseException _ -> true;
            case GatewayException _ -> true;
            case IOException _ -> true;
            default -> false;
        };
    }

    /// What went wrong, in one line, whatever the libraries below make of it.
    static String line(Exception failure) {
        var text = switch (failure) {
            // The message of these is the path and nothing else.
            case NoSuchFileException e -> "expected an existing file or folder for " + e.getFile()
                    + ", found that there is no such folder; create it first";
            case FileAlreadyExistsException e -> "expected a folder at " + e.getFile() + ", found a file; name another";
            case AccessDeniedException e -> "expected to read and write " + e.getFile()
                    + ", found that it is not allowed;"
                    + " check its rights";
            default -> Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        };
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
    }
}
