package dev.parley.speech;

import com.sun.speech.freetts.audio.AudioPlayer;
import com.sun.speech.freetts.en.us.cmu_us_kal.KevinVoiceDirectory;
import dev.parley.media.Pcm;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.sound.sampled.AudioFormat;

/// The one loaded kevin16 of this process: it takes a second and tens of megabytes to load, and milliseconds to use.
///
/// FreeTTS keeps the state of an utterance in its voice, so everything here happens under one lock. The directory is
/// instantiated directly, because FreeTTS's own lookup wants a system property.
final class Kevin {
    static final int RATE = 16_000;

    private static final Object LOCK = new Object();

    private Kevin() {}

    static Pcm speak(String text, float pitch, float pace) {
        if (text.isBlank()) {
            return Pcm.silence(RATE, 0);
        }
        synchronized (LOCK) {
            var recorder = new Recorder();
            var voice = Loaded.VOICE;
            voice.setAudioPlayer(recorder);
            voice.setPitch(pitch);
            voice.setRate(pace);
            voice.speak(text);
            return recorder.recorded();
        }
    }

    /// How the voice pronounces `word`, by its lexicon or else by its letter-to-sound rules, in the phones of the CMU
    /// dictionary; the stressed vowel of "one" is `stressedAh`.
    static List<String> pronounce(String word, String stressedAh) {
        synchronized (LOCK) {
            String[] phones = Loaded.VOICE.getLexicon().getPhones(word, null);
            return Arrays.stream(phones).map(phone -> phone(phone, stressedAh)).toList();
        }
    }

    /// FreeTTS marks stress with a digit and knows a schwa; the dictionary has neither.
    private static String phone(String phone, String stressedAh) {
        if (phone.equals("ah1")) {
            return stressedAh;
        }
        String bare = Character.isDigit(phone.charAt(phone.length() - 1))
                ? phone.substring(0, phone.length() - 1)
                : phone;
        return bare.equals("ax") ? "AH" : bare.toUpperCase(Locale.ROOT);
    }

    private static final class Loaded {
        static final com.sun.speech.freetts.Voice VOICE = load();

        private static com.sun.speech.freetts.Voice load() {
            var kevin = Arrays.stream(new KevinVoiceDirectory().getVoices())
                    .filter(voice -> voice.getName().equals("kevin16"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("expected the voice kevin16 in FreeTTS's jar"));
            kevin.allocate();
            return kevin;
        }
    }

    /// An audio device that keeps what is played on it.
    private static final class Recorder implements AudioPlayer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private AudioFormat format = new AudioFormat(RATE, 16, 1, true, true);

        Pcm recorded() {
            if (format.getSampleRate() != RATE || format.getSampleSizeInBits() != 16 || !format.isBigEndian()) {
                throw new IllegalStateException("expected 16-bit big-endian audio at " + RATE + " Hz, found " + format);
            }
            var samples = new short[bytes.size() / 2];
            ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.BIG_ENDIAN).asShortBuffer().get(samples);
            return Pcm.copyOf(RATE, samples);
        }

        @Override
        public void setAudioFormat(AudioFormat format) {
            this.format = format;
        }

        @Override
        public AudioFormat getAudioFormat() {
            return format;
        }

        @Override
        public boolean write(byte[] audio) {
            return write(audio, 0, audio.length);
        }

        @Override
        public boolean write(byte[] audio, int offset, int length) {
            bytes.write(audio, offset, length);
            return true;
        }

        @Override
        public void begin(int size) {}

        @Override
        public boolean end() {
            return true;
        }

        @Override
        public boolean drain() {
            return true;
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void reset() {}

        @Override
        public void cancel() {}

        @Override
        public void close() {}

        @Override
        public float getVolume() {
            return 1;
        }

        @Override
        public void setVolume(float volume) {}

        @Override
        public long getTime() {
            return 0;
        }

        @Override
        public void resetTime() {}

        @Override
        public void startFirstSampleTimer() {}

        @Override
        public void showMetrics() {}
    }
}
