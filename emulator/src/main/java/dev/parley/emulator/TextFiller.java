package dev.parley.emulator;

import dev.parley.emulator.Findings.Found;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the words that are meant for parameters of text: what stands between quotation marks, behind the parameter's
/// name, behind the preposition that goes with it ("in Paris", "to Anna", "about the meeting"), or behind the verb.
final class TextFiller {
    static final Set<String> ARTICLES = Set.of("a", "an", "the", "my", "our", "your", "me", "us", "some", "please",
            "his", "her", "their", "is", "are", "it");
    static final Set<String> ENDS = Set.of("please", "now", "thanks", "thank");
    static final Set<String> PREPOSITIONS = Set.of("in", "at", "to", "for", "from", "about", "on", "with", "by",
            "into", "saying", "called", "named", "titled", "under", "near", "of", "and", "that", "says", "via", "as");
    private static final Set<String> BEFORE_VALUE = Set.of("is", "as", "called", "named", "titled", "number", "of",
            "id");
    private static final List<String> SAYING = List.of("saying", "says", "say", "that", "reading");
    private static final List<String> ANY = List.of("for", "in", "to", "about", "of", "on", "with", "from", "at", "by",
            "called", "named");

    private final Utterance said;
    private final Set<String> function;
    private final List<Parameter> parameters;
    private final List<Found> found;
    private final BitSet taken;

    TextFiller(Utterance said, Set<String> function, List<Parameter> parameters, List<Found> found, BitSet taken) {
        this.said = said;
        this.function = function;
        this.parameters = parameters;
        this.found = found;
        this.taken = taken;
    }

    /// The words for each of `wanted` that has any.
    Map<Parameter, String> fill(List<Parameter> wanted) {
        var texts = new LinkedHashMap<Parameter, String>();
        quotes(wanted, texts);
        pass(wanted, texts, this::announced);
        pass(wanted, texts, this::message);
        pass(wanted, texts, this::introduced);
        var required = wanted.stream()
                .filter(one -> one.isRequired() && !one.schema().has("default"))
                .toList();
        pass(required, texts, this::object);
        pass(required, texts, this::properName);
        pass(required, texts, one -> behind(one, ANY));
        pass(required, texts, _ -> leftOver());
        return texts;
    }

    /// The words behind the names of those of `wanted` that are named.
    Map<Parameter, String> fillNamed(List<Parameter> wanted) {
        var texts = new LinkedHashMap<Parameter, String>();
        pass(wanted.stream().filter(one -> !one.names().contains(Stems.of("name"))).toList(), texts, this::announced);
        return texts;
    }

    /// What a parameter gets for which nothing was found.
    String otherwise() {
        return said.text();
    }

    private interface Search {
        Optional<Run> in(Parameter parameter);
    }

    /// Words from `from` to before `to`.
    private record Run(int from, int to) {}

    private void pass(List<Parameter> wanted, Map<Parameter, String> texts, Search search) {
        for (var parameter : wanted) {
            if (!texts.containsKey(parameter)) {
                search.in(parameter).ifPresent(run -> {
                    taken.set(run.from, run.to);
                    texts.put(parameter, said.written(run.from, run.to));
                });
            }
        }
    }

    private void quotes(List<Parameter> wanted, Map<Parameter, String> texts) {
        for (var quote : said.quotes()) {
            Parameter best = null;
            double most = 0;
            for (var parameter : wanted) {
                double score = texts.containsKey(parameter) ? 0 : quoted(parameter, quote);
                if (score > most) {
                    best = parameter;
                    most = score;
                }
            }
            if (best != null) {
                texts.put(best, quote.text());
                taken.set(quote.from(), quote.to());
            }
        }
    }

    private double quoted(Parameter parameter, Utterance.Quote quote) {
        for (int i = Math.max(0, quote.from() - 3); i < quote.from(); i++) {
            if (parameter.names().contains(said.word(i).stem())) {
                return 5;
            }
        }
        boolean introduced = parameter.prepositions().contains(said.plain(quote.from() - 1));
        return introduced
                ? 4
                : parameter.isMessage() ? 2 : parameter.prepositions().isEmpty() || parameter.isRequired() ? 1 : 0;
    }

    /// Behind the parameter's own name: "order number A17", "the title Groceries".
    private Optional<Run> announced(Parameter parameter) {
        if (parameter.isMessage()) {
            return Optional.empty();
        }
        boolean sets = said.mentions(Stems.each("set", "change", "rename", "update"));
        for (int i = 0; i < said.size() - 1; i++) {
            if (!names(parameter, i)) {
                continue;
            }
            int at = i + 1;
            while (at < said.size() && (BEFORE_VALUE.contains(said.plain(at)) || (sets && said.plain(at)
                    .equals("to")))) {
                at++;
            }
            // "rename the list to Groceries": what follows another preposition is not this parameter's.
            if (at < said.size() && PREPOSITIONS.contains(said.plain(at))) {
                continue;
            }
            var run = run(parameter, at, false);
            if (run.isPresent() && !(i + 1 == at && said.word(i).isFollowedByPause())) {
                return run;
            }
        }
        return Optional.empty();
    }

    /// Whether a word is the parameter's name and no more.
    boolean names(Parameter parameter, int at) {
        var word = said.word(at);
        return !taken.get(at) && parameter.names().contains(word.stem()) && !Stems.isAction(word.stem())
                && !PREPOSITIONS.contains(word.plain()) && !function.contains(word.stem());
    }

    /// What a message says: everything behind "saying".
    private Optional<Run> message(Parameter parameter) {
        if (!parameter.isMessage()) {
            return Optional.empty();
        }
        for (var word : SAYING) {
            for (int i = 1; i < said.size() - 1; i++) {
                if (said.plain(i).equals(word) && !taken.get(i + 1)) {
                    return Optional.of(new Run(i + 1, said.size()));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Run> introduced(Parameter parameter) {
        var role = parameter.prepositions();
        return role.isEmpty() ? Optional.empty() : behind(parameter, role);
    }

    private Optional<Run> behind(Parameter parameter, List<String> prepositions) {
        boolean isLong = isLong(parameter);
        for (var preposition : prepositions) {
            for (int i = 0; i < said.size() - 1; i++) {
                var run = introduces(i, preposition) ? run(parameter, i + 1, isLong) : Optional.<Run>empty();
                if (run.isPresent()) {
                    return run;
                }
            }
        }
        return Optional.empty();
    }

    /// "I want to order" has no place behind its "to".
    private boolean introduces(int at, String preposition) {
        return said.plain(at).equals(preposition) && !taken.get(at)
                && !(preposition.equals("to") && function.contains(said.word(at + 1).stem()));
    }

    /// The verb's object: "play Yellow Submarine", "translate good morning", "remind me to call mom".
    private Optional<Run> object(Parameter parameter) {
        for (int i = 0; i < said.size() - 1; i++) {
            var word = said.word(i);
            if (function.contains(word.stem()) && !Stems.isSilent(word.plain())) {
                int at = i + 1;
                while (at < said.size() && (ARTICLES.contains(said.plain(at)) || function.contains(said.word(at).stem())
                        || said.plain(at).equals("to") || said.plain(at).equals("for"))) {
                    at++;
                }
                var run = run(parameter, at, isLong(parameter));
                if (run.isPresent()) {
                    return run;
                }
            }
        }
        return Optional.empty();
    }

    /// A text of many words may hold prepositions of its own, if no other parameter wants what follows them.
    private boolean isLong(Parameter parameter) {
        boolean alone = parameters.stream().filter(one -> one.kind() == Parameter.Kind.TEXT).count() == 1;
        return alone && (parameter.isMessage() || parameter.prepositions().equals(List.of("for", "about", "on", "of"))
                || parameter.prepositions().equals(List.of("about", "on", "regarding")));
    }

    private Optional<Run> properName(Parameter parameter) {
        for (int i = 1; i < said.size(); i++) {
            if (isCapital(i) && !taken.get(i)) {
                int to = i + 1;
                while (to < said.size() && isCapital(to) && !taken.get(to) && !said.word(to - 1).isFollowedByPause()) {
                    to++;
                }
                return Optional.of(new Run(i, to));
            }
        }
        return Optional.empty();
    }

    private boolean isCapital(int at) {
        var word = said.word(at).written();
        return Character.isUpperCase(word.charAt(0)) && !word.equals("I") && !word.startsWith("I'");
    }

    /// The longest run of words that say something and are in no other argument.
    private Optional<Run> leftOver() {
        Run longest = null;
        int at = 0;
        while (at < said.size()) {
            int to = at;
            while (to < said.size() && !taken.get(to) && !Stems.isSilent(said.plain(to))
                    && !function.contains(said.word(to).stem()) && !Stems.isVague(said.word(to).stem())) {
                to++;
            }
            if (to > at && (longest == null || to - at > longest.to - longest.from)) {
                longest = new Run(at, to);
            }
            at = to + 1;
        }
        return Optional.ofNullable(longest);
    }

    /// The words from `from` on that belong together.
    private Optional<Run> run(Parameter parameter, int from, boolean withPrepositions) {
        int at = from;
        while (at < said.size() && ARTICLES.contains(said.plain(at))) {
            at++;
        }
        int to = at;
        while (to < said.size() && !taken.get(to) && !ENDS.contains(said.plain(to)) && !isDayOrTime(to)
                && (withPrepositions || !PREPOSITIONS.contains(said.plain(to))) && !isQuoted(to) && !(to > at
                        && namesAnother(to, parameter))) {
            to++;
            if (said.word(to - 1).isFollowedByPause()) {
                break;
            }
        }
        // A verb of the function is no argument, nor is a trailing preposition.
        while (to > at && PREPOSITIONS.contains(said.plain(to - 1))) {
            to--;
        }
        return to > at ? Optional.of(new Run(at, to)) : Optional.empty();
    }

    /// Whether a word is the name of another parameter, so that what follows is that one's.
    private boolean namesAnother(int at, Parameter parameter) {
        return parameters.stream()
                .anyMatch(one -> !one.equals(parameter) && one.kind() != Parameter.Kind.FLAG && names(one, at));
    }

    private boolean isQuoted(int at) {
        return said.quotes().stream().anyMatch(quote -> quote.from() <= at && at < quote.to());
    }

    boolean isDayOrTime(int at) {
        return found.stream()
                .anyMatch(one -> (one instanceof Found.Day || one instanceof Found.Time) && one.from() <= at
                        && at < one.to());
    }
}
