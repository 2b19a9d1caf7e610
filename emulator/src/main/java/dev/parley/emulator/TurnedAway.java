package dev.parley.emulator;

import java.time.Instant;
import java.util.Optional;

/// A client that came for a session and was not let in.
///
/// @param request how it came
/// @param status the HTTP status it was answered with, or the code its socket was closed with: above 999
/// @param code what was wrong, as in the error it was told; empty when the service has no code for that
public record TurnedAway(Instant at, SessionLog.Request request, int status, Optional<String> code) {}
