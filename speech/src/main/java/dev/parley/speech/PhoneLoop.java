package dev.parley.speech;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How well an utterance fits *any* speech: the best sequence of phones whatever, with pauses.
///
/// The yardstick for a sentence: words that were really said fit the audio about as well as the best phones do; words
/// that were not fit worse.
final class PhoneLoop {
    private static final float PHONE_PENALTY = -2.3f;
    private static final int STATES = SphinxModel.STATES;

    private final int[] senones;
    private final float[] stay;
    private final float[] leave;

    PhoneLoop(SphinxModel model) {
        var phones = model.phones().stream().map(model::phone).toList();
        senones = new int[phones.size() * STATES];
        stay = new float[senones.length];
        leave = new float[senones.length];
        for (int state = 0; state < senones.length; state++) {
            var phone = phones.get(state / STATES);
            senones[state] = phone.senones().get(state % STATES);
            stay[state] = phone.stay().get(state % STATES);
            leave[state] = phone.leave().get(state % STATES);
        }
    }

    Run start() {
        return new Run();
    }

    /// The way of the best phones through one utterance.
    final class Run {
        private final List<Float> scores = new ArrayList<>(List.of(0f));
        private final float[] now = new float[senones.length];
        private float entry;

        private Run() {
            Arrays.fill(now, Float.NEGATIVE_INFINITY);
        }

        void advance(SenoneScores frame) {
            float best = Float.NEGATIVE_INFINITY;
            float exit = Float.NEGATIVE_INFINITY;
            for (int state = senones.length - 1; state >= 0; state--) {
                float before = state % STATES == 0 ? entry + PHONE_PENALTY : now[state - 1] + leave[state - 1];
                now[state] = Math.max(now[state] + stay[state], before) + frame.of(senones[state]);
                best = Math.max(best, now[state]);
                if (state % STATES == STATES - 1) {
                    exit = Math.max(exit, now[state] + leave[state]);
                }
            }
            entry = exit;
            scores.add(best);
        }

        /// The score of the frames from `from` (inclusive) to `to` (exclusive).
        float score(int from, int to) {
            return scores.get(to) - scores.get(from);
        }
    }
}
