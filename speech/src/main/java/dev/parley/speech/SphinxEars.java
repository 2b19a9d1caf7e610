package dev.parley.speech;

import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Ears for the sentences of a [Grammar], with the US English acoustic model of Sphinx-4.
///
/// What is not a sentence of the grammar is meant to be [not understood][Hearing.NotUnderstood]: every stretch of the
/// best sentence has to fit the audio about as well as the best phones whatever do. This is a measure, not a proof. It
/// cannot tell words apart that differ in a sound or two, such as "stop" and "stock", nor, at times, "fifteen" and
/// "fifty" or "million" and "billion": read back an amount before acting on it.
///
/// Safe to use from any thread. The model is loaded once per process, see [#warmUp], and used by one utterance at a
/// time, because Sphinx keeps the state of its scores in it. It knows speech at 16 kHz; audio at other rates is
/// converted, but what a telephone's 8 kHz left out is missing and recognition suffers.
public final class SphinxEars implements Ears {
    private final SphinxModel model;
    private final Pronunciations pronunciations;
    private final Search search;
    private final PhoneLoop anySpeech;

    private SphinxEars(SphinxModel model, Pronunciations pronunciations, WordGraph graph) {
        this.model = model;
        this.pronunciations = pronunciations;
        this.search = new Search(Network.of(graph, pronunciations.known(), model));
        this.anySpeech = new PhoneLoop(model);
    }

    /// Ears that listen for the sentences of `grammar`.
    public static SphinxEars of(Grammar grammar) {
        var model = SphinxModel.shared();
        var pronunciations = Pronunciations.of(grammar.words(), model::hasPhone);
        var graph = grammar.graph(pronunciations.known()::containsKey);
        synchronized (model) {
            return new SphinxEars(model, pronunciations, graph);
        }
    }

    /// Loads the acoustic model, which takes a second or two, unless it is loaded already.
    public static void warmUp() {
        SphinxModel.shared();
    }

    /// Words of the grammar that are not in the dictionary. They are listened for as [FreeTtsVoice] pronounces them.
    public Set<String> missingWords() {
        return pronunciations.missing();
    }

    /// Words of the grammar that nobody knows how to pronounce. Sentences that need one of them are never heard.
    public Set<String> unheardWords() {
        return pronunciations.unspeakable();
    }

    @Override
    public Hearing hear(Pcm audio) {
        var speech = Resampler.convert(audio.mono(), SphinxModel.RATE);
        var features = Features.of(speech);
        var loud = Features.loud(speech);
        synchronized (model) {
            return hear(features, loud);
        }
    }

    private Hearing hear(List<float[]> features, BitSet loud) {
        var scores = new SenoneScores(model);
        var sentence = search.start();
        var yardstick = anySpeech.start();
        for (int frame = 0; frame < features.size(); frame++) {
            scores.moveTo(features.get(frame), frame);
            yardstick.advance(scores);
            sentence.advance(scores);
        }
        Optional<List<Search.Heard>> best = sentence.best();
        double confidence = best.map(new Confidence(yardstick, loud)::of).orElse(0.0);
        return confidence < Confidence.ENOUGH
                ? new Hearing.NotUnderstood()
                : new Hearing.Understood(words(best.orElseThrow()), confidence);
    }

    private static String words(List<Search.Heard> heard) {
        return heard.stream().filter(part -> !part.isPause()).map(Search.Heard::word).collect(Collectors.joining(" "));
    }
}
