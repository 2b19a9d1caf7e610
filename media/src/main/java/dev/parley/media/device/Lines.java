package dev.parley.media.device;

import dev.parley.media.Pcm;
import java.util.Arrays;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.SourceDataLine;
import javax.sound.sampled.TargetDataLine;

/// `javax.sound`'s lines, open, with one channel or more of 16 bits, as devices of mono audio.
final class Lines {
    private Lines() {}

    record In(TargetDataLine line) implements Microphone {
        In {
            line.start();
        }

        @Override
        public int rate() {
            return Lines.rate(line.getFormat());
        }

        @Override
        public Pcm read(int frames) {
            var format = line.getFormat();
            var bytes = new byte[frames * format.getFrameSize()];
            int count = line.read(bytes, 0, bytes.length);
            return Pcm.ofLittleEndian(rate(), format.getChannels(), Arrays.copyOf(bytes, Math.max(count, 0))).mono();
        }

        @Override
        public void close() {
            line.stop();
            line.close();
        }
    }

    record Out(SourceDataLine line) implements Loudspeaker {
        Out {
            line.start();
        }

        @Override
        public int rate() {
            return Lines.rate(line.getFormat());
        }

        @Override
        public void write(Pcm audio) {
            var bytes = spread(audio.toLittleEndian(), line.getFormat().getChannels());
            line.write(bytes, 0, bytes.length);
        }

        @Override
        public long pending() {
            return ((long) line.getBufferSize() - line.available()) / line.getFormat().getFrameSize();
        }

        @Override
        public void flush() {
            // Some drivers only flush a line that stands still.
            line.stop();
            line.flush();
            line.start();
        }

        @Override
        public void close() {
            line.stop();
            line.flush();
            line.close();
        }
    }

    private static int rate(AudioFormat format) {
        return Math.round(format.getSampleRate());
    }

    private static byte[] spread(byte[] mono, int channels) {
        if (channels == 1) {
            return mono;
        }
        var all = new byte[mono.length * channels];
        for (int at = 0; at < mono.length; at += 2) {
            for (int channel = 0; channel < channels; channel++) {
                System.arraycopy(mono, at, all, at * channels + 2 * channel, 2);
            }
        }
        return all;
    }
}
