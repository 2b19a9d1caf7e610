package dev.parley.rtc;

import java.util.Locale;

/// A way to code audio, with the number it travels under.
///
/// The number belongs to one peer connection: where an offer maps the codec to another, the answer takes the offer's
/// (RFC 8829 section 5.3.1).
///
/// @param payloadType 0 to 127
/// @param name        the encoding name, such as `opus`; case does not matter
/// @param clockRate   RTP timestamp units a second
/// @param channels    1 or more
/// @param parameters  the value of `a=fmtp`, or nothing
public record Codec(int payloadType, String name, int clockRate, int channels, String parameters) {
    /// Opus with in-band forward error correction (RFC 7587). Always two channels on paper, whatever is coded.
    public static final Codec OPUS = new Codec(111, "opus", 48_000, 2, "minptime=10;useinbandfec=1");
    /// G.711 mu-law.
    public static final Codec PCMU = new Codec(0, "PCMU", 8_000, 1, "");
    /// G.711 A-law.
    public static final Codec PCMA = new Codec(8, "PCMA", 8_000, 1, "");
    /// Keypad digits (RFC 4733) on the clock of Opus.
    public static final Codec TELEPHONE_EVENT_48K = new Codec(110, "telephone-event", 48_000, 1, "0-16");
    /// Keypad digits (RFC 4733) on the clock of G.711; WhatsApp sends these beside Opus, too.
    public static final Codec TELEPHONE_EVENT_8K = new Codec(126, "telephone-event", 8_000, 1, "0-16");

    public Codec {
        if (payloadType < 0 || payloadType > 127) {
            throw new IllegalArgumentException("expected a payload type from 0 to 127, found " + payloadType);
        }
        if (name.isEmpty() || clockRate < 1 || channels < 1) {
            throw new IllegalArgumentException("expected a codec with a name, a clock rate and a channel, found "
                    + name + "/" + clockRate + "/" + channels);
        }
    }

    /// The same codec under another number.
    public Codec withPayloadType(int number) {
        return new Codec(number, name, clockRate, channels, parameters);
    }

    /// Whether the other codec is this one, whatever its number and parameters.
    public boolean isSameAs(Codec other) {
        return name.toLowerCase(Locale.ROOT).equals(other.name.toLowerCase(Locale.ROOT))
                && clockRate == other.clockRate
                && channels == other.channels;
    }

    /// Whether this carries digits instead of sound.
    public boolean isTelephoneEvent() {
        return name.equalsIgnoreCase("telephone-event");
    }
}
