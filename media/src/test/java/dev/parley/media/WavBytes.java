package dev.parley.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Builds the bytes of WAV files, sound and unsound. Mono 16-bit PCM at 8 kHz unless told otherwise.
final class WavBytes {
    private final ByteArrayOutputStream before = new ByteArrayOutputStream();
    private final ByteArrayOutputStream after = new ByteArrayOutputStream();
    private byte[] data = {};
    private int tag = 1;
    private int channels = 1;
    private int rate = 8_000;
    private int bits = 16;
    private boolean format = true;
    private boolean extensible;
    private long dataSize = -1;
    private long riffSize = -1;
    private int lastSizeAt;

    WavBytes tag(int tag) {
        this.tag = tag;
        return this;
    }

    WavBytes channels(int channels) {
        this.channels = channels;
        return this;
    }

    WavBytes rate(int rate) {
        this.rate = rate;
        return this;
    }

    WavBytes bits(int bits) {
        this.bits = bits;
        return this;
    }

    WavBytes extensible() {
        extensible = true;
        return this;
    }

    WavBytes withoutFormat() {
        format = false;
        return this;
    }

    WavBytes dataSize(long size) {
        dataSize = size;
        return this;
    }

    WavBytes riffSize(long size) {
        riffSize = size;
        return this;
    }

    /// A chunk of `length` arbitrary bytes ahead of the audio.
    WavBytes before(String id, int length) {
        lastSizeAt = before.size() + 4;
        before.writeBytes(chunk(id, new byte[length], length));
        return this;
    }

    /// Makes the chunk added last claim another size.
    WavBytes chunkSize(long size) {
        var bytes = before.toByteArray();
        little(bytes).putInt(lastSizeAt, (int) size);
        before.reset();
        before.writeBytes(bytes);
        return this;
    }

    WavBytes after(String id, int length) {
        after.writeBytes(chunk(id, new byte[length], length));
        return this;
    }

    WavBytes data(int... bytes) {
        data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return this;
    }

    WavBytes samples(short... samples) {
        data = new byte[samples.length * 2];
        little(data).asShortBuffer().put(samples);
        return this;
    }

    WavBytes ints(int... values) {
        data = new byte[values.length * 4];
        little(data).asIntBuffer().put(values);
        return this;
    }

    WavBytes floats(float... values) {
        data = new byte[values.length * 4];
        little(data).asFloatBuffer().put(values);
        return this;
    }

    byte[] bytes() {
        var body = new ByteArrayOutputStream();
        body.writeBytes("WAVE".getBytes(StandardCharsets.US_ASCII));
        if (format) {
            var fmt = fmt();
            body.writeBytes(chunk("fmt ", fmt, fmt.length));
        }
        body.writeBytes(before.toByteArray());
        body.writeBytes(chunk("data", data, dataSize < 0 ? data.length : dataSize));
        body.writeBytes(after.toByteArray());
        return chunk("RIFF", body.toByteArray(), riffSize < 0 ? body.size() : riffSize);
    }

    private byte[] fmt() {
        var fmt = little(new byte[extensible ? 40 : 16]);
        int frameBytes = channels * bits / 8;
        fmt.putShort((short) (extensible ? 0xFFFE : tag)).putShort((short) channels).putInt(rate);
        fmt.putInt(rate * frameBytes).putShort((short) frameBytes).putShort((short) bits);
        if (extensible) {
            fmt.putShort((short) 22).putShort((short) bits).putInt(0).putShort((short) tag);
            fmt.put(HexFormat.of().parseHex("000000001000800000aa00389b71"));
        }
        return fmt.array();
    }

    private static byte[] chunk(String id, byte[] content, long size) {
        // The end of a streamed file has no padding.
        int padding = size == content.length && !id.equals("RIFF") ? content.length & 1 : 0;
        var chunk = little(new byte[8 + content.length + padding]);
        return chunk.put(id.getBytes(StandardCharsets.US_ASCII)).putInt((int) size).put(content).array();
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
