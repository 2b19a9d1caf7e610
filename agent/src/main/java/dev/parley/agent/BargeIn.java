package dev.parley.agent;

/// What becomes of a running tool when the caller begins to speak.
///
/// - `CONTINUE`: it goes on, and its result is told when it is there.
/// - `CANCEL`: it is interrupted, and its output says that it was cancelled: for questions whose answer nobody waits for
///   once the caller has moved on. A tool that changes something should go on, or undo on interruption.
public enum BargeIn {
    CONTINUE, CANCEL
}
