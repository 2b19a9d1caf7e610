package dev.parley.media;

/// A codec and the number it travels under, as two peers have agreed.
///
/// @param codec       how sound is coded
/// @param payloadType 0 to 127
public record RtpFormat(RtpCodec codec, int payloadType) {
    public RtpFormat {
        if (payloadType < 0 || payloadType > 127) {
            throw new IllegalArgumentException("expected a payload type of 0 to 127, found " + payloadType);
        }
    }
}
