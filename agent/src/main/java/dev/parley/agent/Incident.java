package dev.parley.agent;

import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;

/// A failure of ours that is logged under a number, so that whoever hears of the one finds the other.
///
/// At default levels the log has where it happened and what kind of exception it was, never its message, which may hold
/// the caller's words; that is logged at debug level.
final class Incident {
    private Incident() {}

    /// Logs a failure under a number.
    ///
    /// @param what such as `Tool pay of call call_1 failed`
    /// @return the number
    static String log(Logger log, String what, Throwable e) {
        var number = String.format("%08x", ThreadLocalRandom.current().nextInt());
        log.error("{}, incident {}", what, number, new Wordless(e));
        log.debug("Incident {} in full", number, e);
        return number;
    }

    /// The stack trace of an exception, with the exception's type for a message.
    private static final class Wordless extends Exception {
        Wordless(Throwable original) {
            this(original, 0);
        }

        private Wordless(Throwable original, int depth) {
            super(original.getClass().getName(), original.getCause() == null || depth == 8
                    ? null
                    : new Wordless(original.getCause(), depth + 1));
            setStackTrace(original.getStackTrace());
        }
    }
}
