package dev.parley.speech;

import edu.cmu.sphinx.linguist.acoustic.HMMPosition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A [WordGraph] spelled out in phones, ready to be searched. Immutable once built.
///
/// How a phone sounds depends on both neighbours, across words too, so the first phone of a word exists once for each
/// phone that may come before it and the last once for each that may come after. Between any two words, and around
/// the sentence, there may be silence.
///
/// ```
///            .--> [SIL] --.
///  word -----+------------+--> word
/// ```
final class Network {
    private static final String SILENCE = SphinxModel.SILENCE;

    /// The word of a node that ends no word.
    static final int NO_WORD = -1;
    /// The word of a node that is silence.
    static final int PAUSE = 0;

    private final List<String> words = new ArrayList<>(List.of(""));
    private final List<SphinxModel.Phone> phones = new ArrayList<>();
    private final List<Integer> wordEnds = new ArrayList<>();
    private final List<List<Integer>> followers = new ArrayList<>();
    private final List<Integer> first = new ArrayList<>();
    private final BitSet last = new BitSet();

    private Network() {}

    static Network of(WordGraph graph, Map<String, List<List<String>>> pronunciations, SphinxModel model) {
        return new Builder(graph, pronunciations, model).build();
    }

    /// Number of nodes; each is a phone.
    int size() {
        return phones.size();
    }

    SphinxModel.Phone phone(int node) {
        return phones.get(node);
    }

    /// The word that ends with `node`, [#PAUSE] or [#NO_WORD].
    int wordEnd(int node) {
        return wordEnds.get(node);
    }

    String word(int word) {
        return words.get(word);
    }

    List<Integer> followers(int node) {
        return followers.get(node);
    }

    /// The nodes a sentence can start with.
    List<Integer> first() {
        return first;
    }

    /// Whether a sentence can end behind `node`.
    boolean isLast(int node) {
        return last.get(node);
    }

    private int add(SphinxModel.Phone phone, int wordEnd) {
        phones.add(phone);
        wordEnds.add(wordEnd);
        followers.add(new ArrayList<>());
        return phones.size() - 1;
    }

    private static final class Builder {
        /// A place between two phones: in `state` of the graph, behind phone `left`, in front of phone `right`.
        private record Joint(int state, String left, String right) {}

        private final WordGraph graph;
        private final Map<String, List<List<String>>> pronunciations;
        private final SphinxModel model;
        private final Network network = new Network();
        private final List<Set<String>> phonesBefore = new ArrayList<>();
        private final List<Set<String>> phonesAfter = new ArrayList<>();
        private final Map<Joint, List<Integer>> entries = new HashMap<>();
        private final Map<Joint, List<Integer>> exits = new HashMap<>();
        private final Map<String, Integer> wordNumbers = new HashMap<>();

        Builder(WordGraph graph, Map<String, List<List<String>>> pronunciations, SphinxModel model) {
            this.graph = graph;
            this.pronunciations = pronunciations;
            this.model = model;
        }

        Network build() {
            findNeighbours();
            for (int state = 0; state < graph.size(); state++) {
                addSilence(state);
                for (var arc : graph.arcs().get(state).entrySet()) {
                    for (var phones : pronunciations.getOrDefault(arc.getKey(), List.of())) {
                        addWord(state, arc.getKey(), phones, arc.getValue());
                    }
                }
            }
            exits.forEach((joint, nodes) -> nodes.forEach(
                    node -> network.followers.get(node).addAll(entries.getOrDefault(joint, List.of()))));
            for (String right : phonesAfter.getFirst()) {
                network.first.addAll(entries.getOrDefault(new Joint(0, SILENCE, right), List.of()));
            }
            return network;
        }

        private void findNeighbours() {
            for (int state = 0; state < graph.size(); state++) {
                phonesBefore.add(new TreeSet<>(Set.of(SILENCE)));
                phonesAfter.add(new TreeSet<>(Set.of(SILENCE)));
            }
            for (int state = 0; state < graph.size(); state++) {
                for (var arc : graph.arcs().get(state).entrySet()) {
                    for (var phones : pronunciations.getOrDefault(arc.getKey(), List.of())) {
                        phonesAfter.get(state).add(phones.getFirst());
                        phonesBefore.get(arc.getValue()).add(phones.getLast());
                    }
                }
            }
        }

        private void addSilence(int state) {
            int node = network.add(model.phone(SILENCE), PAUSE);
            for (String left : phonesBefore.get(state)) {
                enter(new Joint(state, left, SILENCE), node);
            }
            for (String right : phonesAfter.get(state)) {
                if (!right.equals(SILENCE)) {
                    exit(node, new Joint(state, SILENCE, right));
                }
            }
            if (graph.accepting().get(state)) {
                network.last.set(node);
            }
        }

        private void addWord(int from, String word, List<String> phones, int to) {
            int number = wordNumbers.computeIfAbsent(word, _ -> {
                network.words.add(word);
                return network.words.size() - 1;
            });
            if (phones.size() == 1) {
                addSinglePhone(from, phones.getFirst(), number, to);
                return;
            }
            Set<Integer> behind = addFirst(from, phones);
            for (int i = 1; i < phones.size() - 1; i++) {
                var phone = model.phone(phones.get(i), phones.get(i - 1), phones.get(i + 1), HMMPosition.INTERNAL);
                int node = network.add(phone, NO_WORD);
                behind.forEach(before -> network.followers.get(before).add(node));
                behind = Set.of(node);
            }
            addLast(behind, phones, number, to);
        }

        private void addSinglePhone(int from, String phone, int word, int to) {
            for (String left : phonesBefore.get(from)) {
                var nodes = new HashMap<SphinxModel.Phone, Integer>();
                for (String right : phonesAfter.get(to)) {
                    int node = nodes.computeIfAbsent(model.phone(phone, left, right, HMMPosition.SINGLE), model -> {
                        int added = network.add(model, word);
                        enter(new Joint(from, left, phone), added);
                        return added;
                    });
                    leave(node, to, phone, right);
                }
            }
        }

        /// Left neighbours that make no difference to the model share a node; so do right ones in [#addLast].
        private Set<Integer> addFirst(int from, List<String> phones) {
            var nodes = new HashMap<SphinxModel.Phone, Integer>();
            for (String left : phonesBefore.get(from)) {
                var phone = model.phone(phones.getFirst(), left, phones.get(1), HMMPosition.BEGIN);
                enter(new Joint(from, left, phones.getFirst()),
                        nodes.computeIfAbsent(phone, model -> network.add(model, NO_WORD)));
            }
            return new HashSet<>(nodes.values());
        }

        private void addLast(Set<Integer> behind, List<String> phones, int word, int to) {
            var nodes = new HashMap<SphinxModel.Phone, Integer>();
            String last = phones.getLast();
            for (String right : phonesAfter.get(to)) {
                var phone = model.phone(last, phones.get(phones.size() - 2), right, HMMPosition.END);
                int node = nodes.computeIfAbsent(phone, model -> {
                    int added = network.add(model, word);
                    behind.forEach(before -> network.followers.get(before).add(added));
                    return added;
                });
                leave(node, to, last, right);
            }
        }

        private void leave(int node, int to, String phone, String right) {
            exit(node, new Joint(to, phone, right));
            if (right.equals(SILENCE) && graph.accepting().get(to)) {
                network.last.set(node);
            }
        }

        private void enter(Joint joint, int node) {
            entries.computeIfAbsent(joint, _ -> new ArrayList<>()).add(node);
        }

        private void exit(int node, Joint joint) {
            exits.computeIfAbsent(joint, _ -> new ArrayList<>()).add(node);
        }
    }
}
