package dev.parley.realtime;

/// How fast recorded audio is sent.
public enum Pace {
    /** As it would be spoken. The service's turn detection expects this. */
    REALTIME,
    /** As fast as the far side takes it; for sessions without turn detection. */
    UNPACED
}
