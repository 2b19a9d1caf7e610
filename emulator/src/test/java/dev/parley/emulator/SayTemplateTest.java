package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SayTemplateTest {
    @Test
    void saysTextAsItStands() {
        assertThat(new SayTemplate("Hello, you.").fill(Map.of())).isEqualTo("Hello, you.");
    }

    @Test
    void fillsEachBlankInTheWayItIsSpoken() {
        var template = new SayTemplate("{amount+currency:money} for {order:digits}, {n:number} times: {note}");

        assertThat(template.fill(Map.of("amount", "49.95", "currency", "USD", "order", "1001", "n", "3", "note",
                "$1 \\ {x}"))).isEqualTo("49.95 USD for 1 0 0 1, 3 times: $1 \\ {x}");
    }

    @Test
    void leavesOutABlankWithoutAValue() {
        assertThat(new SayTemplate("Order {order:digits} is {state}.").fill(Map.of())).isEqualTo("Order  is .");
    }

    @Test
    void joinsNamesHoweverTheyAreSpaced() {
        assertThat(new SayTemplate("{amount + currency:money}").fill(Map.of("amount", "5", "currency", "EUR")))
                .isEqualTo("5 EUR");
    }

    @Test
    void expectsWhatItWillSay() {
        var expected = new SayTemplate("Your request for {amount+currency:money} has number {order:digits}.")
                .expected()
                .orElseThrow();

        assertThat(expected.match("your request for $49.95 has number one zero zero one")).isPresent();
        assertThat(expected.match("your request for a pony has number one zero zero one")).isEmpty();
    }

    @Test
    void expectsItsOwnWordsThoughTheyLookLikeATemplate() {
        var template = new SayTemplate("Say (yes|no) [please]");

        assertThat(template.expected().orElseThrow().match("say yes no please")).isPresent();
    }

    @Test
    void expectsItsOwnWordsBesideABlankThoughTheyLookLikeATemplate() {
        var template = new SayTemplate("Say (yes|no) to {order:digits}");

        assertThat(template.expected().orElseThrow().match("say yes no to one two")).isPresent();
    }

    @Test
    void expectsNothingWhereAnythingMayBeSaid() {
        assertThat(new SayTemplate("Sorry. {error}").expected()).isEmpty();
        assertThat(new SayTemplate("Sorry. {error:text}").expected()).isEmpty();
    }

    @Test
    void expectsEachSentenceOnce() {
        var hello = new SayTemplate("Hello.");

        assertThat(SayTemplate.expected(List.of(hello, hello, new SayTemplate("{any}")))).hasSize(1);
    }

    @Test
    void refusesATypeNobodyCanSay() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SayTemplate("{x:shout}"))
                .withMessageContaining("found shout");
    }

    @Test
    void refusesABlankThatDoesNotEnd() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SayTemplate("Order {order"))
                .withMessageContaining("Order {order");
    }

    @Test
    void refusesATypeThatIsNoWord() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SayTemplate("Order {order:Digits}"))
                .withMessageContaining("Order {order:Digits}");
    }
}
