package dev.parley.bench.codec;

import dev.parley.media.MalformedPacketException;
import dev.parley.media.OpusDecoder;
import dev.parley.media.OpusEncoder;
import dev.parley.media.OpusSettings;
import dev.parley.media.Pcm;

/// One end of a call: codes 20 ms and decodes 20 ms.
interface Codec extends AutoCloseable {
    int RATE = 24_000;
    int FRAME = RATE / 50;

    byte[] encode(Pcm frame);

    Pcm decode(byte[] packet);

    @Override
    void close();

    /// The library that the program uses.
    record Concentus(OpusEncoder encoder, OpusDecoder decoder) implements Codec {
        Concentus(OpusSettings settings) {
            this(new OpusEncoder(RATE, settings), new OpusDecoder(RATE));
        }

        @Override
        public byte[] encode(Pcm frame) {
            return encoder.encode(frame);
        }

        @Override
        public Pcm decode(byte[] packet) {
            try {
                return decoder.decode(packet);
            } catch (MalformedPacketException e) {
                throw new IllegalStateException("expected to decode what was encoded", e);
            }
        }

        @Override
        public void close() {}
    }
}
