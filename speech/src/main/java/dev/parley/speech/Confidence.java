package dev.parley.speech;

import java.util.BitSet;
import java.util.List;

/// How sure we are that a sentence was said.
///
/// The evidence for a word is by how much better it fits its frames than any phones whatever do, as a natural
/// logarithm. The evidence against a pause is the sound in it; how well silence fits would be no measure, because
/// digital silence is unlike any that the model knows. What counts is the worst stretch of words and pauses, per
/// frame: a sentence that was not said has a word that was not, or a pause where something else was. Short stretches
/// prove little, so each is diluted with some neutral frames.
final class Confidence {
    /// Below this, nothing was understood.
    static final double ENOUGH = 0.5;

    /// The evidence of the worst stretch at which a sentence is as likely said as not.
    private static final double EVEN = -1.12;
    private static final int NEUTRAL_FRAMES = 30;
    private static final double SOUND_IN_A_PAUSE = -8;

    private final PhoneLoop.Run anySpeech;
    private final BitSet loud;

    Confidence(PhoneLoop.Run anySpeech, BitSet loud) {
        this.anySpeech = anySpeech;
        this.loud = loud;
    }

    /// From 0 to 1.
    double of(List<Search.Heard> heard) {
        return 1 / (1 + Math.exp(2 * (EVEN - worstStretch(heard))));
    }

    private double worstStretch(List<Search.Heard> heard) {
        double worst = Double.POSITIVE_INFINITY;
        for (int first = 0; first < heard.size(); first++) {
            double evidence = 0;
            int frames = NEUTRAL_FRAMES;
            for (var part : heard.subList(first, heard.size())) {
                evidence += evidence(part);
                frames += part.to() - part.from();
                worst = Math.min(worst, evidence / frames);
            }
        }
        return worst;
    }

    private double evidence(Search.Heard part) {
        return part.isPause()
                ? SOUND_IN_A_PAUSE * loud.get(part.from(), part.to()).cardinality()
                : part.score() - anySpeech.score(part.from(), part.to());
    }
}
