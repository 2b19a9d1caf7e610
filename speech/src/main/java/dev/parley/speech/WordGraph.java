package dev.parley.speech;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// The smallest deterministic automaton over words that accepts the sentences of some expressions; state 0 is the
/// start. Phrases that share words share states, which keeps the search small.
///
/// @param arcs of each state, the state that follows each word
record WordGraph(List<Map<String, Integer>> arcs, BitSet accepting) {

    /// The graph of all `expressions` that can be said with the words that are `usable`.
    static WordGraph of(List<Expression> expressions, Predicate<String> usable) {
        var states = new Nondeterministic(usable);
        int start = states.add();
        int end = states.add();
        expressions.forEach(expression -> states.connect(start, expression, end));
        return states.determinise(start, end).withoutDeadEnds().minimised();
    }

    int size() {
        return arcs.size();
    }

    boolean accepts(List<String> words) {
        int state = 0;
        for (String word : words) {
            Integer next = arcs.get(state).get(word);
            if (next == null) {
                return false;
            }
            state = next;
        }
        return accepting.get(state);
    }

    private WordGraph withoutDeadEnds() {
        var alive = (BitSet) accepting.clone();
        for (int before = -1; before != alive.cardinality();) {
            before = alive.cardinality();
            for (int state = size() - 1; state >= 0; state--) {
                if (arcs.get(state).values().stream().anyMatch(alive::get)) {
                    alive.set(state);
                }
            }
        }
        var trimmed = arcs.stream().<Map<String, Integer>>map(TreeMap::new).toList();
        trimmed.forEach(outgoing -> outgoing.values().removeIf(state -> !alive.get(state)));
        return new WordGraph(trimmed, accepting);
    }

    /// Moore's algorithm: split the states by what can follow, until nothing splits any more.
    private WordGraph minimised() {
        int[] block = IntStream.range(0, size()).map(state -> accepting.get(state) ? 1 : 0).toArray();
        for (int blocks = 0;;) {
            var numbers = new HashMap<Object, Integer>();
            int[] finer = new int[size()];
            for (int state = 0; state < size(); state++) {
                var outgoing = new HashMap<String, Integer>();
                for (var arc : arcs.get(state).entrySet()) {
                    outgoing.put(arc.getKey(), block[arc.getValue()]);
                }
                finer[state] = numbers.computeIfAbsent(List.of(block[state], outgoing), _ -> numbers.size());
            }
            block = finer;
            if (numbers.size() == blocks) {
                return merged(block, blocks);
            }
            blocks = numbers.size();
        }
    }

    /// State 0 is the first to be numbered, so it stays 0. Blocks that cannot be reached any more do no harm.
    private WordGraph merged(int[] block, int blocks) {
        List<Map<String, Integer>> merged = new ArrayList<>();
        IntStream.range(0, blocks).forEach(_ -> merged.add(new TreeMap<>()));
        var ends = new BitSet();
        for (int state = 0; state < size(); state++) {
            for (var arc : arcs.get(state).entrySet()) {
                merged.get(block[state]).put(arc.getKey(), block[arc.getValue()]);
            }
            if (accepting.get(state)) {
                ends.set(block[state]);
            }
        }
        return new WordGraph(merged, ends);
    }

    /// Thompson's construction, and the powerset of it.
    private static final class Nondeterministic {
        private record Arc(String word, int to) {}

        private final Predicate<String> usable;
        private final List<List<Arc>> arcs = new ArrayList<>();
        private final List<List<Integer>> silent = new ArrayList<>();

        Nondeterministic(Predicate<String> usable) {
            this.usable = usable;
        }

        int add() {
            arcs.add(new ArrayList<>());
            silent.add(new ArrayList<>());
            return arcs.size() - 1;
        }

        void connect(int from, Expression expression, int to) {
            switch (expression) {
                case Expression.Word(var word) -> {
                    if (usable.test(word)) {
                        arcs.get(from).add(new Arc(word, to));
                    }
                }
                case Expression.Sequence(var parts) -> {
                    int at = from;
                    for (var part : parts) {
                        int next = add();
                        connect(at, part, next);
                        at = next;
                    }
                    silent.get(at).add(to);
                }
                case Expression.Choice(var options) -> options.forEach(option -> connect(from, option, to));
                case Expression.Maybe(var part) -> {
                    connect(from, part, to);
                    silent.get(from).add(to);
                }
                case Expression.OneOrMore(var part) -> {
                    int before = add();
                    int after = add();
                    silent.get(from).add(before);
                    connect(before, part, after);
                    silent.get(after).add(before);
                    silent.get(after).add(to);
                }
                case Expression.Slot(_, var type) -> connect(from, type.expression(), to);
            }
        }

        WordGraph determinise(int start, int end) {
            Map<BitSet, Integer> numbers = new HashMap<>();
            List<Map<String, Integer>> graph = new ArrayList<>();
            Deque<BitSet> unseen = new ArrayDeque<>();
            var accepting = new BitSet();
            var first = new BitSet();
            addWithSilent(first, start);
            numbers.put(first, 0);
            unseen.add(first);
            while (!unseen.isEmpty()) {
                var members = unseen.remove();
                if (members.get(end)) {
                    accepting.set(graph.size());
                }
                Map<String, Integer> outgoing = new TreeMap<>();
                following(members).forEach((word, states) -> outgoing.put(word, numbers.computeIfAbsent(states, _ -> {
                    unseen.add(states);
                    return numbers.size();
                })));
                graph.add(outgoing);
            }
            return new WordGraph(graph, accepting);
        }

        private Map<String, BitSet> following(BitSet members) {
            Map<String, BitSet> following = new TreeMap<>();
            members.stream()
                    .forEach(state -> arcs.get(state)
                            .forEach(arc -> addWithSilent(
                                    following.computeIfAbsent(arc.word(), _ -> new BitSet()), arc.to())));
            return following;
        }

        private void addWithSilent(BitSet states, int state) {
            if (!states.get(state)) {
                states.set(state);
                silent.get(state).forEach(next -> addWithSilent(states, next));
            }
        }
    }
}
