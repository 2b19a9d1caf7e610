package dev.parley.realtime;

/// Which version of the protocol a service speaks. The types of this library are GA's; other dialects are translated.
public enum Dialect {
    /** The protocol since 2025-08-28. */
    GA,
    /** The protocol before. OpenAI has switched it off; Azure's preview endpoint still speaks it. */
    BETA
}
