package dev.parley.media;

import java.util.Optional;

/// A key of a telephone, or another named event, in place of its sound: the payload of RFC 4733 section 2.3.
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     event     |E|R| volume    |          duration             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// @param event    0 to 9, 10 for `*`, 11 for `#`, 12 to 15 for A to D; others are no keys
/// @param end      whether the event is over
/// @param volume   decibels below the loudest, 0 to 63
/// @param duration ticks of the stream's clock since the packet's timestamp, 0 to 65,535
public record TelephoneEvent(int event, boolean end, int volume, int duration) {
    /// Bytes of the payload.
    public static final int LENGTH = 4;

    private static final String KEYS = "0123456789*#ABCD";
    private static final int END = 0x80;
    private static final int VOLUME = 0x3F;

    public TelephoneEvent {
        if (event < 0 || event > 255 || volume < 0 || volume > VOLUME || duration < 0 || duration > 0xFFFF) {
            throw new IllegalArgumentException(
                    "expected an event of 0 to 255, a volume of 0 to 63 and a duration of 0 to"
                            + " 65,535, found " + event + ", " + volume + " and " + duration);
        }
    }

    /// The number of a key.
    public static int eventOf(char key) {
        int event = KEYS.indexOf(Character.toUpperCase(key));
        if (event < 0) {
            throw new IllegalArgumentException("expected one of the keys " + KEYS + ", found another");
        }
        return event;
    }

    /// The key, if the event is one.
    public Optional<Character> key() {
        return event < KEYS.length() ? Optional.of(KEYS.charAt(event)) : Optional.empty();
    }

    /// Reads the first event of a payload; empty if it is too short.
    public static Optional<TelephoneEvent> read(byte[] bytes, int offset, int length) {
        if (length < LENGTH) {
            return Optional.empty();
        }
        int flags = Wire.u8(bytes, offset + 1);
        return Optional.of(new TelephoneEvent(Wire.u8(bytes, offset), (flags & END) != 0, flags & VOLUME,
                Wire.u16(bytes, offset + 2)));
    }

    /// Writes the payload's four bytes.
    public void write(byte[] bytes, int offset) {
        bytes[offset] = (byte) event;
        bytes[offset + 1] = (byte) ((end ? END : 0) | volume);
        Wire.put16(bytes, offset + 2, duration);
    }

    /// Without the key: what callers dial is theirs.
    @Override
    public String toString() {
        return "TelephoneEvent[" + (end ? "end, " : "") + "duration " + duration + "]";
    }
}
