package dev.parley.speech;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Finds the sentence of a [Network] that fits an utterance best: a Viterbi beam search, one frame at a time.
///
/// Scores are natural logarithms. The network is laid out in arrays once and shared by all runs; what a run writes is
/// its own.
final class Search {
    /// How far behind the best a path may fall.
    private static final float BEAM = 130;
    private static final float WORD_PENALTY = -32f;
    private static final float PAUSE_PENALTY = -5f;

    private static final int STATES = SphinxModel.STATES;
    private static final int NOBODY = -1;

    private final Network network;
    private final int[] senones;
    private final float[] stay;
    private final float[] leave;
    private final int[][] followers;
    private final int[] wordEnds;
    private final boolean[] startsWord;

    /// A word and the frames it was heard in.
    ///
    /// @param score of these frames, without penalties
    record Heard(String word, int from, int to, float score) {
        boolean isPause() {
            return word.isEmpty();
        }
    }

    Search(Network network) {
        this.network = network;
        int size = network.size();
        senones = new int[size * STATES];
        stay = new float[size * STATES];
        leave = new float[size * STATES];
        followers = new int[size][];
        wordEnds = new int[size];
        startsWord = new boolean[size];
        for (int node = 0; node < size; node++) {
            var phone = network.phone(node);
            for (int state = 0; state < STATES; state++) {
                senones[node * STATES + state] = phone.senones().get(state);
                stay[node * STATES + state] = phone.stay().get(state);
                leave[node * STATES + state] = phone.leave().get(state);
            }
            followers[node] = network.followers(node).stream().mapToInt(Integer::intValue).toArray();
            wordEnds[node] = network.wordEnd(node);
        }
        network.first().forEach(node -> startsWord[node] = true);
        for (int node = 0; node < size; node++) {
            if (wordEnds[node] != Network.NO_WORD) {
                for (int follower : followers[node]) {
                    startsWord[follower] = true;
                }
            }
        }
    }

    Run start() {
        return new Run();
    }

    /// The search through one utterance.
    final class Run {
        private final Trace trace = new Trace();
        private Tokens now = new Tokens();
        private Tokens next = new Tokens();

        private Run() {
            network.first().forEach(node -> now.offer(node * STATES, penalty(node), NOBODY));
        }

        void advance(SenoneScores scores) {
            float best = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < now.count; i++) {
                int state = now.active[i];
                now.scores[state] += scores.of(senones[state]);
                best = Math.max(best, now.scores[state]);
            }
            for (int i = 0; i < now.count; i++) {
                int state = now.active[i];
                if (now.scores[state] >= best - BEAM) {
                    pass(state, scores.frame());
                }
            }
            var spent = now;
            now = next;
            next = spent;
            next.clear();
        }

        /// The words of the best sentence with the pauses between them, or nothing if no sentence fits at all.
        Optional<List<Heard>> best() {
            return now.finished == NOBODY ? Optional.empty() : Optional.of(trace.back(now.finished));
        }

        private void pass(int state, int frame) {
            float score = now.scores[state];
            int back = now.backs[state];
            next.offer(state, score + stay[state], back);
            float left = score + leave[state];
            if (state % STATES < STATES - 1) {
                next.offer(state + 1, left, back);
                return;
            }
            int node = state / STATES;
            int from = wordEnds[node] == Network.NO_WORD ? back : trace.add(back, wordEnds[node], frame + 1, left);
            for (int follower : followers[node]) {
                next.offer(follower * STATES, left + penalty(follower), from);
            }
            if (network.isLast(node)) {
                next.finish(left, from);
            }
        }

        private float penalty(int node) {
            if (wordEnds[node] == Network.PAUSE) {
                return PAUSE_PENALTY;
            }
            return startsWord[node] ? WORD_PENALTY : 0;
        }
    }

    /// The best path into each state, in one frame.
    private final class Tokens {
        final float[] scores = new float[senones.length];
        final int[] backs = new int[senones.length];
        final int[] active = new int[senones.length];
        int count;
        int finished = NOBODY;
        private float finishedScore = Float.NEGATIVE_INFINITY;

        Tokens() {
            Arrays.fill(scores, Float.NEGATIVE_INFINITY);
        }

        void offer(int state, float score, int back) {
            if (scores[state] == Float.NEGATIVE_INFINITY) {
                active[count++] = state;
            } else if (score <= scores[state]) {
                return;
            }
            scores[state] = score;
            backs[state] = back;
        }

        void finish(float score, int back) {
            if (score > finishedScore) {
                finishedScore = score;
                finished = back;
            }
        }

        void clear() {
            for (int i = 0; i < count; i++) {
                scores[active[i]] = Float.NEGATIVE_INFINITY;
            }
            count = 0;
            finished = NOBODY;
            finishedScore = Float.NEGATIVE_INFINITY;
        }
    }

    /// Where words ended, each entry pointing to the one before it.
    private final class Trace {
        private int[] previous = new int[1024];
        private int[] words = new int[1024];
        private int[] ends = new int[1024];
        private float[] scores = new float[1024];
        private int count;

        int add(int before, int word, int end, float score) {
            if (count == words.length) {
                previous = Arrays.copyOf(previous, count * 2);
                words = Arrays.copyOf(words, count * 2);
                ends = Arrays.copyOf(ends, count * 2);
                scores = Arrays.copyOf(scores, count * 2);
            }
            previous[count] = before;
            words[count] = word;
            ends[count] = end;
            scores[count] = score;
            return count++;
        }

        List<Heard> back(int last) {
            List<Heard> heard = new ArrayList<>();
            for (int at = last; at != NOBODY; at = previous[at]) {
                int before = previous[at];
                float penalty = words[at] == Network.PAUSE ? PAUSE_PENALTY : WORD_PENALTY;
                heard.add(new Heard(
                        network.word(words[at]),
                        before == NOBODY ? 0 : ends[before],
                        ends[at],
                        scores[at] - (before == NOBODY ? 0 : scores[before]) - penalty));
            }
            return heard.reversed();
        }
    }
}
