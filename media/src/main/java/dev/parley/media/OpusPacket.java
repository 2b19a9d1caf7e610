package dev.parley.media;

/// What the outside of an Opus packet says, without decoding it (RFC 6716 section 3).
/// ```
///  0 1 2 3 4 5 6 7
/// +-+-+-+-+-+-+-+-+
/// | config  |s| c |   config: mode, bandwidth, frame length; s: stereo; c: 1, 2, 2 or some frames
/// +-+-+-+-+-+-+-+-+
/// ```
///
/// @param ticks      how long it lasts, at 48 kHz: 120 (2.5 ms) to 5,760 (120 ms)
/// @param frameTicks how long each of its frames lasts
/// @param hasFec     whether it carries the frame before it a second time, in worse quality
record OpusPacket(int ticks, int frameTicks, boolean hasFec) {
    /// RTP timestamps of Opus count at this rate, whatever the audio's is (RFC 7587 section 4.1).
    static final int CLOCK = 48_000;

    private static final int LONGEST_FRAME = 1_275;
    private static final int LONGEST = CLOCK * 120 / 1_000;
    private static final int TWENTY_MS = CLOCK / 50;
    /// Configurations from here on are of the transform coder, which has no error correction.
    private static final int FIRST_HYBRID = 12;
    private static final int FIRST_CELT = 16;

    /// Reads a packet's header, and refuses a packet that breaks a rule of section 3.4.
    static OpusPacket read(byte[] bytes, int offset, int length) throws MalformedPacketException {
        if (length < 1) {
            throw new MalformedPacketException("expected an Opus packet, found nothing");
        }
        return new Reader(bytes, offset, offset + length).read();
    }

    /// Where the reading is.
    private static final class Reader {
        private final byte[] bytes;
        private final int toc;
        private int at;
        private int end;

        Reader(byte[] bytes, int offset, int end) {
            this.bytes = bytes;
            this.toc = bytes[offset];
            this.at = offset + 1;
            this.end = end;
        }

        OpusPacket read() throws MalformedPacketException {
            int frameTicks = frameTicks();
            int frames = 1;
            int first;
            switch (toc & 3) {
                case 0 -> first = end - at;
                case 1 -> {
                    frames = 2;
                    first = share(2);
                }
                case 2 -> {
                    frames = 2;
                    first = size();
                    requireFrame(end - at - first);
                }
                default -> {
                    int count = u8();
                    frames = count & 0x3F;
                    if (frames == 0 || frames * frameTicks > LONGEST) {
                        throw new MalformedPacketException("expected an Opus packet of at most 120 ms, found " + frames
                                + " frames of " + frameTicks + " ticks");
                    }
                    skipPadding(count);
                    first = (count & 0x80) == 0 ? share(frames) : varied(frames);
                }
            }
            requireFrame(first);
            return new OpusPacket(frames * frameTicks, frameTicks, first > 0 && hasFec(bytes[at], frameTicks));
        }

        private int frameTicks() {
            int config = (toc >> 3) & 0x1F;
            if (config >= FIRST_CELT) {
                return (CLOCK / 400) << (config & 3);
            }
            if (config >= FIRST_HYBRID) {
                return (CLOCK / 100) << (config & 1);
            }
            return (config & 3) == 3 ? CLOCK * 60 / 1_000 : (CLOCK / 100) << (config & 3);
        }

        /// A frame of the speech coder begins with a bit for the voice in each 20 ms, then one for error correction
        /// (section 4.2.3); with two channels, the same again.
        private boolean hasFec(int firstByte, int frameTicks) {
            if (((toc >> 3) & 0x1F) >= FIRST_CELT) {
                return false;
            }
            int parts = Math.max(1, frameTicks / TWENTY_MS);
            boolean fec = ((firstByte >> (7 - parts)) & 1) != 0;
            boolean stereo = (toc & 4) != 0;
            return fec || (stereo && ((firstByte >> (6 - 2 * parts)) & 1) != 0);
        }

        private void skipPadding(int count) throws MalformedPacketException {
            if ((count & 0x40) == 0) {
                return;
            }
            int padding = 0;
            int more;
            do {
                more = u8();
                padding += more == 255 ? 254 : more;
            } while (more == 255);
            end -= padding;
            if (end < at) {
                throw new MalformedPacketException("expected less padding than Opus packet, found " + padding
                        + " bytes of it");
            }
        }

        private int share(int frames) throws MalformedPacketException {
            int rest = end - at;
            if (rest % frames != 0) {
                throw new MalformedPacketException("expected " + frames + " Opus frames of one size, found " + rest
                        + " bytes");
            }
            return rest / frames;
        }

        private int varied(int frames) throws MalformedPacketException {
            int first = 0;
            int sum = 0;
            for (int i = 0; i < frames - 1; i++) {
                int size = size();
                first = i == 0 ? size : first;
                sum += size;
            }
            int last = end - at - sum;
            requireFrame(last);
            return frames == 1 ? last : first;
        }

        private int size() throws MalformedPacketException {
            int first = u8();
            return first < 252 ? first : first + 4 * u8();
        }

        private int u8() throws MalformedPacketException {
            if (at >= end) {
                throw new MalformedPacketException("expected an Opus packet to its end, found it cut short");
            }
            return Wire.u8(bytes, at++);
        }

        private static void requireFrame(int size) throws MalformedPacketException {
            if (size < 0 || size > LONGEST_FRAME) {
                throw new MalformedPacketException("expected an Opus frame of 0 to " + LONGEST_FRAME + " bytes, found "
                        + size);
            }
        }
    }
}
