package dev.parley.media;

/// Turns mono audio into payloads of one stream, 20 ms each.
sealed interface PayloadEncoder {
    /// Bytes of the longest payload.
    int LONGEST = OpusEncoder.LONGEST_PACKET;

    /// The encoder for audio at `rate` or, where the codec cannot take that, at its own.
    static PayloadEncoder of(RtpCodec codec, int rate, OpusSettings settings) {
        return switch (codec) {
            case OPUS -> new Opus(new OpusEncoder(OpusEncoder.isRate(rate) ? rate : OpusPacket.CLOCK, settings));
            case PCMU -> new Companded(G711.MU_LAW);
            case PCMA -> new Companded(G711.A_LAW);
        };
    }

    /// Samples a second of what it takes.
    int rate();

    /// Codes 20 ms into `target` from `at` on.
    ///
    /// @return bytes of the payload
    int encode(Pcm frame, byte[] target, int at);

    /// Prepares for a loss of so many packets in a hundred.
    void expectLoss(int percent);

    /// See [OpusEncoder].
    record Opus(OpusEncoder encoder) implements PayloadEncoder {
        @Override
        public int rate() {
            return encoder.rate();
        }

        @Override
        public int encode(Pcm frame, byte[] target, int at) {
            return encoder.encode(frame, target, at);
        }

        @Override
        public void expectLoss(int percent) {
            encoder.expectLoss(percent);
        }
    }

    /// G.711, a byte a sample.
    record Companded(G711 law) implements PayloadEncoder {
        @Override
        public int rate() {
            return G711.RATE;
        }

        @Override
        public int encode(Pcm frame, byte[] target, int at) {
            var codes = law.encodeSamples(frame);
            System.arraycopy(codes, 0, target, at, codes.length);
            return codes.length;
        }

        @Override
        public void expectLoss(int percent) {
            // There is nothing it could do.
        }
    }
}
