package dev.parley.media;

import dev.parley.media.AudioFormat.Encoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A WAV file written piece by piece, for recordings of calls.
///
/// Every piece is handed to the operating system at once, and until [#close] the header says that the length is not
/// yet known. So what a crash leaves behind is readable, up to its last piece, by [Wav#read(Path)].
///
/// Not thread-safe: one thread writes and closes. Closing twice is fine.
public final class WavWriter implements AutoCloseable {
    /// Longest audio a file takes, in bytes: 12 hours at 24 kHz. Many readers stop at 2 GiB.
    static final long MAX_BYTES = 0x7FFF_0000L;

    private static final int UNKNOWN = -1;

    private final FileChannel channel;
    private final AudioFormat format;
    private long audioBytes;

    private WavWriter(FileChannel channel, AudioFormat format) {
        this.channel = channel;
        this.format = format;
    }

    /// Opens `file` for audio of `format`, replacing what was there.
    public static WavWriter create(Path file, AudioFormat format) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        var writer = new WavWriter(channel, format);
        try {
            writer.writeFully(writer.header(UNKNOWN, UNKNOWN, 0));
        } catch (IOException | RuntimeException e) {
            try (channel) {
                throw e;
            }
        }
        return writer;
    }

    public AudioFormat format() {
        return format;
    }

    /// Length so far, in frames.
    public long frames() {
        return audioBytes / format.bytesPerFrame();
    }

    /// Appends `audio`, which has the rate and channels of the format.
    ///
    /// @throws IOException if the disk refuses it, the file is full (2 GiB) or the writer is closed
    public void write(Pcm audio) throws IOException {
        var bytes = format.encode(audio);
        if (audioBytes + bytes.length > MAX_BYTES) {
            throw new IOException("expected at most " + MAX_BYTES + " bytes of audio in a WAV file, found more;"
                    + " go on in a new file");
        }
        writeFully(ByteBuffer.wrap(bytes));
        audioBytes += bytes.length;
    }

    /// Writes the length into the header and closes the file.
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            int padding = (int) (audioBytes & 1);
            // A piece that failed halfway is not part of the audio.
            int start = headerBytes();
            channel.truncate(start + audioBytes).position(start + audioBytes);
            writeFully(ByteBuffer.allocate(padding));
            channel.position(0);
            writeFully(header((int) (start - 8 + audioBytes + padding), (int) audioBytes, (int) frames()));
        }
    }

    /// `RIFF` around a `fmt ` chunk, a `fact` chunk for everything but PCM, and the head of the `data` chunk.
    private ByteBuffer header(int riffSize, int dataSize, int frames) {
        boolean linear = format.encoding() == Encoding.PCM16;
        var header = ByteBuffer.allocate(headerBytes()).order(ByteOrder.LITTLE_ENDIAN);
        header.put(ascii("RIFF")).putInt(riffSize).put(ascii("WAVE"));
        header.put(ascii("fmt ")).putInt(linear ? 16 : 18);
        header.putShort((short) tag()).putShort((short) format.channels()).putInt(format.rate());
        header.putInt(format.bytesPerSecond()).putShort((short) format.bytesPerFrame());
        header.putShort((short) (format.encoding().bytesPerSample() * 8));
        if (!linear) {
            header.putShort((short) 0);
            header.put(ascii("fact")).putInt(4).putInt(frames);
        }
        return header.put(ascii("data")).putInt(dataSize).flip();
    }

    private int headerBytes() {
        return format.encoding() == Encoding.PCM16 ? 44 : 58;
    }

    private int tag() {
        return switch (format.encoding()) {
            case PCM16 -> WavCodec.INTEGER;
            case PCMA -> WavCodec.A_LAW;
            case PCMU -> WavCodec.MU_LAW;
        };
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static byte[] ascii(String id) {
        return id.getBytes(StandardCharsets.US_ASCII);
    }
}
