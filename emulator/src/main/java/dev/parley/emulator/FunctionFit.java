package dev.parley.emulator;

import dev.parley.realtime.FunctionTool;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Which of the offered functions the caller's words ask for, if any.
///
/// Every word the utterance shares with a function is evidence: most in its name, less in its description, little in its
/// parameters. Below a threshold nothing is called. Among those above it, a word that few of the functions share counts
/// more than one that all have.
final class FunctionFit {
    private static final double THRESHOLD = 3.2;
    private static final double MOST_FROM_DESCRIPTION = 5;
    private static final int MOST_PARAMETERS = 200;
    private static final Set<String> REFUSALS = Set.of("don't", "dont", "never");

    private final List<FunctionTool> tools;
    private final List<Map<String, Double>> weights;

    /// How well a function fits.
    private record Fit(FunctionTool tool, double evidence, double rank) {}

    private FunctionFit(List<FunctionTool> tools) {
        this.tools = tools;
        this.weights = tools.stream().map(FunctionFit::weights).toList();
    }

    /// The function asked for; empty if none is.
    static Optional<FunctionTool> asked(Utterance said, List<FunctionTool> tools) {
        boolean refuses = REFUSALS.contains(said.plain(0)) || REFUSALS.contains(said.plain(1))
                || (said.plain(0).equals("do") && said.plain(1).equals("not"));
        return refuses
                ? Optional.empty()
                : new FunctionFit(tools).best(said).filter(fit -> fit.evidence >= THRESHOLD).map(Fit::tool);
    }

    /// The function that fits best, however badly; empty if none is offered.
    static Optional<FunctionTool> nearest(Utterance said, List<FunctionTool> tools) {
        return new FunctionFit(tools).best(said).map(Fit::tool);
    }

    private Optional<Fit> best(Utterance said) {
        var words = said.meant();
        Fit best = null;
        for (int i = 0; i < tools.size(); i++) {
            var fit = fit(i, words);
            if (best == null || fit.rank > best.rank) {
                best = fit;
            }
        }
        return Optional.ofNullable(best);
    }

    private Fit fit(int tool, Set<String> words) {
        double evidence = 0;
        double rank = 0;
        for (var word : words) {
            double weight = weights.get(tool).getOrDefault(word, 0.0);
            evidence += weight;
            rank += weight * rarity(word);
        }
        // Of two that share the same words, the one whose name has no other.
        var unsaid = Stems.meant(tools.get(tool).name());
        unsaid.removeAll(words);
        return new Fit(tools.get(tool), evidence, rank - 0.3 * unsaid.size());
    }

    /// From 1 for a word that all functions share.
    private double rarity(String word) {
        long sharing = weights.stream().filter(one -> one.containsKey(word)).count();
        return Math.log(1 + (double) tools.size() / Math.max(1, sharing)) / Math.log(2);
    }

    private static Map<String, Double> weights(FunctionTool tool) {
        var weights = new HashMap<String, Double>();
        var name = Stems.meant(tool.name());
        double things = name.stream().filter(stem -> !Stems.isAction(stem) && !Stems.isVague(stem)).count();
        for (var stem : name) {
            // Half of a name is half a reason: "request" alone does not ask for create_payment_request.
            add(weights, stem, Stems.isVague(stem) ? 0.2 : Stems.isAction(stem) ? 1.5 : 3.2 / Math.sqrt(things));
        }
        var described = Stems.meant(tool.description());
        double each = Math.min(1, MOST_FROM_DESCRIPTION / Math.max(1, described.size()) * 3);
        for (var stem : described) {
            add(weights, stem, Stems.isVague(stem) ? 0 : Stems.isAction(stem) ? 0.75 * each : 1.6 * each);
        }
        var spoken = new HashSet<String>();
        parameters(tool.parameters(), spoken, 0);
        spoken.forEach(stem -> weights.merge(stem, Stems.isVague(stem) ? 0.1 : Stems.isAction(stem) ? 0.4 : 0.8,
                Math::max));
        return weights;
    }

    private static void add(Map<String, Double> weights, String stem, double weight) {
        weights.merge(stem, weight, Double::sum);
    }

    /// Names of parameters and the values they may have.
    private static void parameters(JsonNode schema, Set<String> stems, int depth) {
        if (depth > 4 || stems.size() > MOST_PARAMETERS) {
            return;
        }
        schema.path("properties").properties().forEach(property -> {
            stems.addAll(Stems.meant(property.getKey()));
            parameters(property.getValue(), stems, depth + 1);
        });
        schema.path("enum").forEach(option -> stems.addAll(Stems.meant(option.asString(""))));
        parameters(schema.path("items"), stems, depth + 1);
    }
}
