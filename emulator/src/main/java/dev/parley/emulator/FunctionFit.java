package dev.parley.emulator;

import dev.parley.emulator.Findings.Found;
import dev.parley.realtime.FunctionTool;
import java.time.LocalDate;
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
/// parameters. So is every value it needs, if all of them were said. Below a threshold nothing is called. Among those above
/// it, a word that few of the functions share counts more than one that all have.
final class FunctionFit {
    private static final double THRESHOLD = 3.2;
    /// From here on, values that fit decide.
    private static final double SOME_EVIDENCE = 1.7;
    private static final double IMPERATIVE = 0.7;
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
                : new FunctionFit(tools).best(said, THRESHOLD);
    }

    /// The function that fits best, however badly; empty if none is offered.
    static Optional<FunctionTool> nearest(Utterance said, List<FunctionTool> tools) {
        return new FunctionFit(tools).best(said, 0);
    }

    private Optional<FunctionTool> best(Utterance said, double threshold) {
        var words = said.meant();
        // Which day is meant does not matter here, only that one is.
        var values = Findings.in(said, LocalDate.EPOCH);
        int currencies = Findings.currencies(said).size();
        Fit best = null;
        for (int i = 0; i < tools.size(); i++) {
            var fit = fit(i, words, values, currencies);
            if (fit.evidence >= threshold && (best == null || fit.rank > best.rank)) {
                best = fit;
            }
        }
        return Optional.ofNullable(best).map(Fit::tool);
    }

    private Fit fit(int tool, Set<String> words, List<Found> values, int currencies) {
        double evidence = 0;
        double rank = 0;
        for (var word : words) {
            double weight = weights.get(tool).getOrDefault(word, 0.0);
            evidence += weight;
            rank += weight * rarity(word);
        }
        var named = Stems.meant(tools.get(tool).name());
        // "Play Yellow Submarine" begins with what is to be done.
        if (words.stream().findFirst().filter(named::contains).isPresent()) {
            evidence += IMPERATIVE;
        }
        if (evidence >= SOME_EVIDENCE && isSupplied(tools.get(tool), values, currencies)) {
            evidence++;
            rank++;
        }
        // Of two that share the same words, the one whose name has no other.
        long unsaid = named.stream().filter(stem -> !words.contains(stem)).count();
        return new Fit(tools.get(tool), evidence, rank - 0.3 * unsaid);
    }

    /// Whether all numbers, codes, days and currencies a function needs were said, and it needs any.
    private static boolean isSupplied(FunctionTool tool, List<Found> values, int currencies) {
        int numbers = 0;
        int times = 0;
        int money = 0;
        for (var parameter : Parameter.of(tool.parameters())) {
            if (parameter.isRequired() && !parameter.schema().has("default")) {
                switch (parameter.kind()) {
                    case NUMBER, IDENTITY -> numbers++;
                    case DAY, TIME, MOMENT -> times++;
                    case CURRENCY -> money++;
                    case CHOICE, FLAG, TEXT, LIST, OBJECT -> {
                        // Of these, words tell.
                    }
                }
            }
        }
        long saidTimes = values.stream().filter(one -> one instanceof Found.Day || one instanceof Found.Time).count();
        long paid = values.stream().filter(Found.Money.class::isInstance).count();
        return numbers + times + money > 0 && numbers <= values.size() - saidTimes && times <= saidTimes
                && money <= currencies + paid;
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
            weights.put(stem, Stems.isVague(stem) ? 0.2 : Stems.isAction(stem) ? 1.5 : 3.2 / Math.sqrt(things));
        }
        var described = Stems.meant(tool.description());
        double each = Math.min(1, MOST_FROM_DESCRIPTION / Math.max(1, described.size()) * 3);
        for (var stem : described) {
            double weight = Stems.isVague(stem) ? 0 : Stems.isAction(stem) ? 0.75 * each : 1.6 * each;
            // A description that says the name again adds little.
            weights.merge(stem, weight, (named, _) -> named + weight / 3);
        }
        var spoken = new HashSet<String>();
        parameters(tool.parameters(), spoken, 0);
        spoken.forEach(stem -> weights.merge(stem, Stems.isVague(stem) ? 0.1 : Stems.isAction(stem) ? 0.4 : 0.8,
                Math::max));
        return weights;
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
