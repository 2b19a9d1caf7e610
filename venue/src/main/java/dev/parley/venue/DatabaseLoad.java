package dev.parley.venue;

/// How busy a database is.
///
/// @param connections how many it may have
/// @param active how many of them are at work
/// @param idle how many of them are open and have nothing to do
/// @param waiting how many operations wait for their turn
public record DatabaseLoad(int connections, int active, int idle, int waiting) {}
