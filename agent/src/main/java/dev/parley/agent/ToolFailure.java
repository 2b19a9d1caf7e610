package dev.parley.agent;

/// Why a tool call has no result.
///
/// - `UNKNOWN_TOOL`: no tool has that name; nothing ran.
/// - `BAD_ARGUMENTS`: the arguments are not JSON or do not fit the schema; nothing ran.
/// - `REFUSED`: the tool threw a [ToolException].
/// - `CRASHED`: the tool threw something else; the log has the stack trace under the incident named in the message.
/// - `DEADLINE`: the deadline passed. What the tool does afterwards is not reported to the model.
/// - `CANCELLED`: the caller spoke, and the tool is one that is given up then.
/// - `FORBIDDEN`: a [ToolGuard] refused the arguments, and nothing ran; or the result, which is withheld.
/// - `NO_RESULT`: the tool returned null or an empty [java.util.Optional].
/// - `TOO_LONG`: the result is longer than the runner passes on.
/// - `CONFLICT`: the call id was used before with another name or other arguments; nothing ran.
/// - `FORGOTTEN`: the call id was used so long ago that its result is gone; nothing ran again.
/// - `BUSY`: too many calls are running; nothing ran.
/// - `CLOSED`: the runner is closed, or was closed before the tool ended.
public enum ToolFailure {
    UNKNOWN_TOOL, BAD_ARGUMENTS, REFUSED, CRASHED, DEADLINE, CANCELLED, FORBIDDEN, NO_RESULT, TOO_LONG, CONFLICT,
    FORGOTTEN, BUSY, CLOSED
}
