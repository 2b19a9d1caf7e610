package dev.parley.speech;

import dev.parley.media.Pcm;
import edu.cmu.sphinx.frontend.BaseDataProcessor;
import edu.cmu.sphinx.frontend.Data;
import edu.cmu.sphinx.frontend.DataEndSignal;
import edu.cmu.sphinx.frontend.DataStartSignal;
import edu.cmu.sphinx.frontend.DoubleData;
import edu.cmu.sphinx.frontend.FrontEnd;
import edu.cmu.sphinx.frontend.denoise.Denoise;
import edu.cmu.sphinx.frontend.filter.Preemphasizer;
import edu.cmu.sphinx.frontend.frequencywarp.MelFrequencyFilterBank;
import edu.cmu.sphinx.frontend.transform.DiscreteCosineTransform2;
import edu.cmu.sphinx.frontend.transform.DiscreteFourierTransform;
import edu.cmu.sphinx.frontend.transform.Lifter;
import edu.cmu.sphinx.frontend.window.RaisedCosineWindower;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What the acoustic model looks at: every 10 ms, 13 cepstral coefficients, their slope and their curvature.
///
/// Sphinx's front end computes the cepstra, with the settings the model was trained with (its `feat.params`), given
/// here because Sphinx's self-configuring stage logs at INFO each time. Their mean over the utterance is removed here, which takes out the colour
/// of the line.
final class Features {
    static final int FRAMES_A_SECOND = 100;

    private static final int MEL_BANDS = 25;
    private static final int CEPSTRA = 13;

    private Features() {}

    /// One vector of 39 values for each frame of mono `audio` at [SphinxModel#RATE].
    static List<float[]> of(Pcm audio) {
        var cepstra = cepstra(audio);
        removeMean(cepstra);
        List<float[]> features = new ArrayList<>();
        for (int frame = 0; frame < cepstra.size(); frame++) {
            features.add(withSlopes(cepstra, frame));
        }
        return features;
    }

    /// The frames of mono `audio` at [SphinxModel#RATE] that are at most 20 dB below the loudest: sound, not a pause.
    static BitSet loud(Pcm audio) {
        int frameLength = SphinxModel.RATE / FRAMES_A_SECOND;
        double[] levels = IntStream.range(0, audio.frames() / frameLength)
                .mapToDouble(frame -> audio.slice(frame * frameLength, (frame + 1) * frameLength).rms())
                .toArray();
        double loudest = DoubleStream.of(levels).max().orElse(0);
        var loud = new BitSet();
        IntStream.range(0, levels.length).filter(frame -> levels[frame] > loudest / 10).forEach(loud::set);
        return loud;
    }

    private static List<double[]> cepstra(Pcm audio) {
        var frontEnd = new FrontEnd(List.of(
                new Source(audio),
                new Preemphasizer(0.97),
                new RaisedCosineWindower(0.46, 25.625f, 10f),
                new DiscreteFourierTransform(-1, false),
                new MelFrequencyFilterBank(130, 6_800, MEL_BANDS),
                new Denoise(0.7, 0.995, 0.5, 0.85, 0.2, 20, 4),
                new DiscreteCosineTransform2(MEL_BANDS, CEPSTRA),
                new Lifter(22)));
        frontEnd.initialize();
        List<double[]> cepstra = new ArrayList<>();
        for (Data data = frontEnd.getData(); !(data instanceof DataEndSignal); data = frontEnd.getData()) {
            if (data instanceof DoubleData cepstrum) {
                cepstra.add(cepstrum.getValues());
            }
        }
        return cepstra;
    }

    private static void removeMean(List<double[]> cepstra) {
        for (int i = 0; i < CEPSTRA; i++) {
            int coefficient = i;
            double mean = cepstra.stream()
                    .filter(cepstrum -> cepstrum[0] >= 0)
                    .mapToDouble(cepstrum -> cepstrum[coefficient])
                    .average()
                    .orElse(0);
            cepstra.forEach(cepstrum -> cepstrum[coefficient] -= mean);
        }
    }

    private static float[] withSlopes(List<double[]> cepstra, int frame) {
        var features = new float[3 * CEPSTRA];
        for (int i = 0; i < CEPSTRA; i++) {
            features[i] = (float) at(cepstra, frame)[i];
            features[CEPSTRA + i] = (float) (at(cepstra, frame + 2)[i] - at(cepstra, frame - 2)[i]);
            features[2 * CEPSTRA + i] = (float) (at(cepstra, frame + 3)[i] - at(cepstra, frame - 1)[i]
                    - at(cepstra, frame + 1)[i] + at(cepstra, frame - 3)[i]);
        }
        return features;
    }

    /// The first and the last frame stand for what is beyond them.
    private static double[] at(List<double[]> cepstra, int frame) {
        return cepstra.get(Math.clamp(frame, 0, cepstra.size() - 1));
    }

    /// The whole utterance in one piece.
    private static final class Source extends BaseDataProcessor {
        private final Queue<Data> data = new ArrayDeque<>();

        Source(Pcm audio) {
            var samples = new double[audio.frames()];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = audio.sample(i);
            }
            data.add(new DataStartSignal(SphinxModel.RATE));
            data.add(new DoubleData(samples, SphinxModel.RATE, 0));
            data.add(new DataEndSignal(0));
        }

        @Override
        public @Nullable Data getData() {
            return data.poll();
        }
    }
}
