package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrammarTest {
    @Test
    void namesEveryWordItListensFor() {
        var grammar = grammar("[please] stop", "(yes|no) {name:Ann|Bob}");

        assertThat(grammar.words()).containsExactly("ann", "bob", "no", "please", "stop", "yes");
    }

    @Test
    void sharesWhatPhrasesHaveInCommon() {
        var one = grammar("pay {price:money}").graph(_ -> true);
        var many = grammar("pay {a:money}", "send {b:money}", "please give {c:money}").graph(_ -> true);

        assertThat(many.size()).isLessThanOrEqualTo(one.size() + 1);
    }

    @Test
    void leavesOutWhatNeedsAWordNobodyCanSay() {
        var graph = grammar("call {who:Ann|Bob} now", "hang up").graph(word -> !word.equals("bob"));

        assertThat(graph.accepts(List.of("call", "ann", "now"))).isTrue();
        assertThat(graph.accepts(List.of("call", "bob", "now"))).isFalse();
        assertThat(graph.accepts(List.of("hang", "up"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"{x:money}", "{x:number}", "{x:digits}", "{x:currency}"})
    void understandsEverySentenceItListensFor(String template) {
        var random = new Random(7);
        var phrase = Phrase.parse(template);
        var graph = Grammar.of(List.of(phrase)).graph(_ -> true);

        for (int i = 0; i < 2_000; i++) {
            var sentence = String.join(" ", anySentence(graph, random));

            assertThat(phrase.match(sentence)).as(sentence).isPresent();
        }
    }

    private static List<String> anySentence(WordGraph graph, Random random) {
        List<String> words = new ArrayList<>();
        for (int state = 0; !graph.accepting().get(state) || random.nextInt(4) > 0;) {
            var next = new ArrayList<>(graph.arcs().get(state).entrySet());
            if (next.isEmpty()) {
                break;
            }
            var arc = next.get(random.nextInt(next.size()));
            words.add(arc.getKey());
            state = arc.getValue();
        }
        return words;
    }

    private static Grammar grammar(String... templates) {
        return Grammar.of(List.of(templates).stream().map(Phrase::parse).toList());
    }
}
