package dev.parley.speech;

import edu.cmu.sphinx.frontend.FloatData;
import java.util.Arrays;

/// How well one frame after the other fits the senones, each worked out at most once a frame. Sphinx keeps its best
/// Gaussians for the current frame only, so all searches of an utterance share one of these and move in step. Used
/// with the monitor of the [SphinxModel] held.
final class SenoneScores {
    private final SphinxModel model;
    private final float[] scores;
    private final int[] scoredAt;
    private FloatData frame;
    private int number;

    SenoneScores(SphinxModel model) {
        this.model = model;
        scores = new float[model.senones()];
        scoredAt = new int[model.senones()];
        frame = model.frame(new float[0]);
        Arrays.fill(scoredAt, -1);
    }

    void moveTo(float[] features, int frameNumber) {
        frame = model.frame(features);
        number = frameNumber;
    }

    /// The number of the current frame, from 0.
    int frame() {
        return number;
    }

    float of(int senone) {
        if (scoredAt[senone] != number) {
            scoredAt[senone] = number;
            scores[senone] = model.score(senone, frame);
        }
        return scores[senone];
    }
}
