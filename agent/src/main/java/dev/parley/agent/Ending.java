package dev.parley.agent;

/// How a call ended.
public sealed interface Ending {
    /// One side hung up.
    record HungUp(String by) implements Ending {}

    /// It could not go on, for this reason.
    record Failed(String reason) implements Ending {}
}
