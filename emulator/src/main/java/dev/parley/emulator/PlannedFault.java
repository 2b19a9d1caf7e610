package dev.parley.emulator;

/// A [Fault], its moment, and whether it happens again.
///
/// @param repeat once in the emulator's life, or each time the moment comes, in each session
public record PlannedFault(Fault fault, When when, Repeat repeat) {
    /// Whether a fault happens again.
    public enum Repeat {
        ONCE, EVERY_TIME
    }

    public PlannedFault {
        var fits = switch (fault) {
            case Fault.Refuse _,Fault.ExpiredKey _ ->
                when instanceof When.Connecting || when instanceof When.Requesting;
            case Fault.Duplicate _,Fault.Swallow _ -> when instanceof When.Sent;
            case Fault.Drop _,Fault.Stall _,Fault.Slow _,Fault.ErrorEvent _,Fault.Malformed _,Fault.UnknownEvent _,Fault.End _,Fault.LateTranscription _,Fault.FailedResponse _ ->
                !(when instanceof When.Requesting);
        };
        if (!fits) {
            throw new IllegalArgumentException("expected " + expected(fault) + " for " + fault + ", found " + when);
        }
    }

    /// The same, each time its moment comes.
    public PlannedFault everyTime() {
        return new PlannedFault(fault, when, Repeat.EVERY_TIME);
    }

    /// Reads a fault as it is given on the command line: as JSON, or as `NAME[:ARGUMENT...][@MOMENT][*]`, such as
    /// `drop@sent:response.output_audio.delta:3` or `http:429*`.
    ///
    /// @throws IllegalArgumentException saying what was expected and what was found
    public static PlannedFault parse(String line) {
        return FaultFormat.parse(line);
    }

    private static String expected(Fault fault) {
        return switch (fault) {
            case Fault.Refuse _,Fault.ExpiredKey _ -> "connecting or requesting";
            case Fault.Duplicate _,Fault.Swallow _ -> "an event that is sent";
            default -> "a moment of a session";
        };
    }
}
