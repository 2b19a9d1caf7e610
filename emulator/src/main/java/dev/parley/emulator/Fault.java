package dev.parley.emulator;

import dev.parley.realtime.Close;
import dev.parley.realtime.RealtimeError;
import java.time.Duration;

/// A way for the emulator to be unkind, so that a client can show what it does about it. A value: it says what goes
/// wrong, and [When] says at which moment.
///
/// ```java
/// emulator.inject(new Fault.Drop().when(When.sent("response.output_audio.delta", 3)));
/// emulator.inject(new Fault.Refuse(429).when(new When.Connecting()).everyTime());
/// ```
public sealed interface Fault {
    /// The connection is lost without a word.
    record Drop() implements Fault {}

    /// Nothing is sent for a while; what is to be said waits.
    record Stall(Duration span) implements Fault {
        public Stall {
            requirePositive(span);
        }
    }

    /// From now on every event is sent so long after the one before it at the earliest.
    record Slow(Duration perEvent) implements Fault {
        public Slow {
            requirePositive(perEvent);
        }
    }

    /// An `error` event.
    record ErrorEvent(RealtimeError error) implements Fault {}

    /// A text frame that is sent as it stands.
    record Malformed(String frame) implements Fault {
        /// An event whose end is missing.
        public static final Malformed HALF_AN_EVENT = new Malformed("{\"type\":\"response.output_text.delta\",\"del");
    }

    /// An event of a type nobody knows.
    record UnknownEvent(String type) implements Fault {}

    /// A connection or a request is refused with this HTTP status, such as 401, 429 or 500.
    record Refuse(int status) implements Fault {
        public Refuse {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("expected an HTTP status of 400 to 599, found " + status);
            }
        }
    }

    /// The key or client secret that is shown counts as expired.
    record ExpiredKey() implements Fault {}

    /// The connection is closed with this code and reason.
    record End(Close close) implements Fault {
        public End {
            if (close.code() < 1000 || close.code() > 4999 || close.code() == Close.ABNORMAL || close.code() == 1005
                    || close.code() == 1015) {
                throw new IllegalArgumentException(
                        "expected a close code that can be sent, 1000 to 4999 but 1005, 1006 and 1015, found " + close
                                .code() + ": drop the connection for 1006");
            }
        }
    }

    /// The event is sent twice.
    record Duplicate() implements Fault {}

    /// The event is not sent.
    record Swallow() implements Fault {}

    /// From now on transcriptions of the caller arrive so much later, when other events have overtaken them.
    record LateTranscription(Duration span) implements Fault {
        public LateTranscription {
            requirePositive(span);
        }
    }

    /// The next response fails with this error.
    record FailedResponse(RealtimeError error) implements Fault {}

    /// This fault at that moment, once.
    default PlannedFault when(When when) {
        return new PlannedFault(this, when, PlannedFault.Repeat.ONCE);
    }

    private static void requirePositive(Duration span) {
        if (span.isNegative() || span.isZero() || span.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("expected more than nothing and at most a day, found " + span);
        }
    }
}
