package dev.parley.media;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// Reads one WAV file front to back. Memory grows with the bytes that arrive, never with the sizes a header claims.
final class WavReader {
    /// Longest audio taken, in samples: three hours at 24 kHz.
    static final int MAX_SAMPLES = 1 << 28;
    /// Sizes from here on are what writers leave that stream and cannot go back: 0x7FFFF000, 0xFFFFFFFF and between.
    static final long UNKNOWN_SIZE = 0x7FFF_F000L;

    private static final int BLOCK_BYTES = 1 << 16;
    private static final int MAX_CHANNELS = 32;
    private static final int FORMAT_BYTES = 16;
    private static final int EXTENSIBLE_BYTES = 40;
    /// What follows the format tag in every sub-format id of `WAVE_FORMAT_EXTENSIBLE` that stands for a tag.
    private static final byte[] TAG_GUID = HexFormat.of().parseHex("000000001000800000aa00389b71");

    private record Format(WavCodec codec, int channels, int rate) {
        int bytesPerFrame() {
            return codec.bytes() * channels;
        }
    }

    private final String name;
    private final InputStream in;
    private long position;

    WavReader(String name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    Pcm read() throws IOException {
        long riffSize = readRiffHeader();
        Optional<Format> format = Optional.empty();
        while (true) {
            var header = ByteBuffer.wrap(in.readNBytes(8)).order(ByteOrder.LITTLE_ENDIAN);
            if (header.limit() == 0) {
                throw bad("expected a '" + (format.isEmpty() ? "fmt " : "data")
                        + "' chunk, found the end of the file; export it again as WAV");
            }
            if (header.limit() < 8) {
                throw truncated("the 8 bytes of a chunk header", header.limit());
            }
            position += 8;
            var id = id(header);
            long size = Integer.toUnsignedLong(header.getInt());
            switch (id) {
                case "fmt " -> format = Optional.of(readFormat(size));
                case "data" -> {
                    return readAudio(format.orElseThrow(() -> bad(
                            "expected a 'fmt ' chunk before the audio, found none; export it again as WAV")), size,
                            riffSize);
                }
                default -> skip(id, size + (size & 1)); // chunks of odd length are padded
            }
        }
    }

    private long readRiffHeader() throws IOException {
        var header = ByteBuffer.wrap(in.readNBytes(12)).order(ByteOrder.LITTLE_ENDIAN);
        position = header.limit();
        if (header.limit() == 0) {
            throw bad("expected a WAV file, found an empty one; record or copy it again");
        }
        if (header.limit() >= 4 && !id(header).equals("RIFF")) {
            throw bad("expected a WAV file that begins with 'RIFF', found '" + id(header.rewind())
                    + "'; convert it to WAV first");
        }
        if (header.limit() < 12) {
            throw truncated("the 12 bytes of a RIFF header", header.limit());
        }
        long size = Integer.toUnsignedLong(header.getInt());
        var kind = id(header);
        if (!kind.equals("WAVE")) {
            throw bad("expected a RIFF file of kind 'WAVE', found '" + kind + "'; convert it to WAV first");
        }
        return size;
    }

    private Format readFormat(long size) throws IOException {
        if (size < FORMAT_BYTES) {
            throw bad("expected a 'fmt ' chunk of at least 16 bytes, found " + size + "; export it again as WAV");
        }
        int wanted = (int) Math.min(size, EXTENSIBLE_BYTES);
        var bytes = in.readNBytes(wanted);
        position += bytes.length;
        if (bytes.length < wanted) {
            throw truncated("a 'fmt ' chunk of " + size + " bytes", bytes.length);
        }
        skip("fmt ", size - wanted + (size & 1));

        var fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int tag = Short.toUnsignedInt(fields.getShort());
        int channels = Short.toUnsignedInt(fields.getShort());
        long rate = Integer.toUnsignedLong(fields.getInt());
        fields.getInt(); // bytes a second: follows from the rest
        int frameBytes = Short.toUnsignedInt(fields.getShort());
        int bits = Short.toUnsignedInt(fields.getShort());
        if (tag == WavCodec.EXTENSIBLE) {
            tag = subFormat(bytes);
        }
        return checked(tag, bits, channels, rate, frameBytes);
    }

    private int subFormat(byte[] fmt) throws WavFormatException {
        if (fmt.length < EXTENSIBLE_BYTES) {
            throw bad("expected an extensible 'fmt ' chunk of 40 bytes, found " + fmt.length
                    + "; export it again as 16-bit PCM");
        }
        if (!Arrays.equals(fmt, 26, EXTENSIBLE_BYTES, TAG_GUID, 0, TAG_GUID.length)) {
            throw bad("expected a sub-format of PCM, float or G.711, found "
                    + HexFormat.of().formatHex(fmt, 24, EXTENSIBLE_BYTES) + "; convert it to 16-bit PCM first");
        }
        return (fmt[24] & 0xFF) | ((fmt[25] & 0xFF) << 8);
    }

    private Format checked(int tag, int bits, int channels, long rate, int frameBytes) throws WavFormatException {
        var codec = WavCodec.of(tag, bits)
                .orElseThrow(() -> bad("expected PCM of 8, 16, 24 or 32 bits, 32-bit float or"
                        + " G.711, found format tag " + tag + " with " + bits
                        + " bits; convert it to 16-bit PCM first"));
        if (channels < 1 || channels > MAX_CHANNELS) {
            throw bad("expected 1 to 32 channels, found " + channels + "; export it as mono or stereo");
        }
        if (!Pcm.isRate(rate)) {
            throw bad("expected a sample rate of 1000 to 384000 Hz, found " + rate + "; export it again as WAV");
        }
        var format = new Format(codec, channels, (int) rate);
        if (frameBytes != format.bytesPerFrame()) {
            throw bad("expected frames of " + format.bytesPerFrame() + " bytes (" + channels + " x " + bits
                    + " bits), found " + frameBytes + "; export it again as WAV");
        }
        return format;
    }

    private Pcm readAudio(Format format, long size, long riffSize) throws IOException {
        boolean toTheEnd = size >= UNKNOWN_SIZE
                || (size == 0 && (riffSize >= UNKNOWN_SIZE || riffSize + 8 <= position));
        if (!toTheEnd && size / format.codec().bytes() > MAX_SAMPLES) {
            throw tooLong(Long.toString(size / format.codec().bytes()));
        }
        var samples = new short[4_096];
        int count = 0;
        long left = toTheEnd ? Long.MAX_VALUE : size;
        int blockBytes = BLOCK_BYTES - BLOCK_BYTES % format.bytesPerFrame();
        while (left > 0) {
            var block = in.readNBytes((int) Math.min(blockBytes, left));
            if (block.length == 0) {
                break;
            }
            left -= block.length;
            // A partial frame, where a recording was cut off or the size was odd, is no audio.
            int end = count + block.length / format.bytesPerFrame() * format.channels();
            if (end > MAX_SAMPLES) {
                throw tooLong("more");
            }
            if (end > samples.length) {
                samples = Arrays.copyOf(samples, Math.max(samples.length * 2, end));
            }
            for (var bytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN); count < end; count++) {
                samples[count] = format.codec().next(bytes);
            }
        }
        if (left > 0 && !toTheEnd) {
            throw truncated(size + " bytes of audio", size - left);
        }
        return Pcm.adopt(format.rate(), format.channels(), Arrays.copyOf(samples, count));
    }

    private void skip(String chunk, long bytes) throws IOException {
        try {
            in.skipNBytes(bytes);
        } catch (EOFException _) {
            throw bad("expected " + bytes + " more bytes of the '" + chunk
                    + "' chunk, found the end of the file: it is truncated; copy or record it again");
        }
        position += bytes;
    }

    private static String id(ByteBuffer bytes) {
        var id = new StringBuilder(4);
        for (int i = 0; i < 4; i++) {
            int letter = bytes.get() & 0xFF;
            id.append(letter >= ' ' && letter < 0x7F ? (char) letter : '?');
        }
        return id.toString();
    }

    private WavFormatException truncated(String expected, long found) {
        return bad("expected " + expected + ", found " + found
                + " bytes: the file is truncated; copy or record it again");
    }

    private WavFormatException tooLong(String found) {
        return bad("expected at most " + MAX_SAMPLES + " samples, found " + found + "; split the file");
    }

    private WavFormatException bad(String message) {
        return new WavFormatException(name + ": " + message);
    }
}
