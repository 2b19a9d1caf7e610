package dev.parley.emulator;

/// How much an emulated session forgives.
public enum Strictness {
    /** As the service does: what is not in the protocol is refused by name. The default. */
    STRICT,
    /** Old clients get by: members nobody knows are ignored, flat ones of the beta dialect are understood. */
    LENIENT
}
