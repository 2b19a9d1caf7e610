package dev.parley.media;

/// Turns payloads of one stream into mono audio, and makes up what is missing.
sealed interface PayloadDecoder {
    /// The decoder for audio at `rate` or, where the codec cannot give that, at its own.
    static PayloadDecoder of(RtpCodec codec, int rate) {
        return switch (codec) {
            case OPUS -> new Opus(new OpusDecoder(OpusEncoder.isRate(rate) ? rate : OpusPacket.CLOCK));
            case PCMU -> new Companded(G711.MU_LAW);
            case PCMA -> new Companded(G711.A_LAW);
        };
    }

    /// Samples a second of what it makes.
    int rate();

    /// The next packet's sound.
    Pcm decode(byte[] payload) throws MalformedPacketException;

    /// Whether the packet before this one can be had from it.
    boolean canRecover(byte[] payload) throws MalformedPacketException;

    /// The packet before this one.
    Pcm recover(byte[] payload) throws MalformedPacketException;

    /// `frames` made up: a multiple of 2.5 ms, up to 120 ms.
    Pcm conceal(int frames);

    /// See [OpusDecoder].
    record Opus(OpusDecoder decoder) implements PayloadDecoder {
        @Override
        public int rate() {
            return decoder.rate();
        }

        @Override
        public Pcm decode(byte[] payload) throws MalformedPacketException {
            return decoder.decode(payload);
        }

        @Override
        public boolean canRecover(byte[] payload) throws MalformedPacketException {
            return OpusDecoder.canRecover(payload);
        }

        @Override
        public Pcm recover(byte[] payload) throws MalformedPacketException {
            return decoder.recover(payload);
        }

        @Override
        public Pcm conceal(int frames) {
            return decoder.conceal(frames);
        }
    }

    /// G.711, a byte a sample.
    record Companded(G711 law, PitchRepetition repetition) implements PayloadDecoder {
        Companded(G711 law) {
            this(law, new PitchRepetition(G711.RATE));
        }

        @Override
        public int rate() {
            return G711.RATE;
        }

        @Override
        public Pcm decode(byte[] payload) {
            var samples = law.decodeSamples(payload);
            repetition.heard(samples);
            return Pcm.adopt(G711.RATE, 1, samples);
        }

        @Override
        public boolean canRecover(byte[] payload) {
            return false;
        }

        @Override
        public Pcm recover(byte[] payload) {
            throw new UnsupportedOperationException("expected a codec with error correction, found " + law);
        }

        @Override
        public Pcm conceal(int frames) {
            return Pcm.adopt(G711.RATE, 1, repetition.conceal(frames));
        }
    }
}
