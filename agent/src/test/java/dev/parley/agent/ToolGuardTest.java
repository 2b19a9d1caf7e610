package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ToolGuardTest {
    public final List<Integer> paid = new ArrayList<>();

    public final class Desk {
        @Tool("Pays.")
        public String pay(@Param(value = "How much", max = 1000) int amount) {
            if (amount == 13) {
                throw new ToolException("Card 4111 was declined.");
            }
            paid.add(amount);
            return "paid " + amount + " with card 4111";
        }
    }

    private static final ToolGuard LIMIT = ToolGuard.ofArguments((_, arguments) -> arguments.get("amount")
            .intValue() > 100 ? ToolGuard.refuse("Ask a colleague above 100.") : ToolGuard.allow());
    private static final ToolGuard REDACT = ToolGuard.ofResults((_, output) -> output.contains("4111")
            ? ToolGuard.replace(output.replace("4111", "****"))
            : ToolGuard.allow());

    private String pay(ToolGuard guard, String arguments) {
        try (var calls = new ToolCaller(new ToolRunner(Toolbox.of(new Desk()), guard))) {
            return calls.outcome("pay", arguments);
        }
    }

    @Test
    void lessThanItObjectsToPasses() {
        assertThat(pay(LIMIT, "{\"amount\":99}")).isEqualTo("paid 99 with card 4111");
    }

    @Test
    void refusesArgumentsWithAReasonTheModelIsTold() {
        assertThat(pay(LIMIT, "{\"amount\":101}")).isEqualTo("FORBIDDEN: Ask a colleague above 100.");
        assertThat(paid).isEmpty();
    }

    @Test
    void seesOnlyArgumentsThatFitTheSchema() {
        assertThat(pay(LIMIT, "{\"amount\":\"x\"}")).startsWith("BAD_ARGUMENTS: amount");
    }

    @Test
    void replacesArgumentsWhichAreCheckedAgain() {
        assertThat(pay(amount(7), "{\"amount\":1}")).isEqualTo("paid 7 with card 4111");
        assertThat(pay(amount(2_000), "{\"amount\":1}")).startsWith("BAD_ARGUMENTS: amount: expected a number at most");
        assertThat(paid).containsExactly(7);
    }

    private static ToolGuard amount(int amount) {
        return ToolGuard.ofArguments((_, arguments) -> ToolGuard.replace(((ObjectNode) arguments).put("amount",
                amount)));
    }

    @Test
    void changingWhatItWasShownChangesNothing() {
        var guard = ToolGuard.ofArguments((_, arguments) -> {
            ((ObjectNode) arguments).put("amount", 500);
            return ToolGuard.allow();
        });

        assertThat(pay(guard.then(guard), "{\"amount\":1}")).startsWith("paid 1 ");
    }

    @Test
    void replacesAndWithholdsResults() {
        assertThat(pay(REDACT, "{\"amount\":1}")).isEqualTo("paid 1 with card ****");
        assertThat(pay(ToolGuard.ofResults((_, _) -> ToolGuard.refuse("Not for the telephone.")), "{\"amount\":1}"))
                .isEqualTo("FORBIDDEN: Not for the telephone.");
    }

    @Test
    void seesTheSentenceOfAToolThatRefuses() {
        assertThat(pay(REDACT, "{\"amount\":13}")).isEqualTo("REFUSED: Card **** was declined.");
    }

    @Test
    void guardsComposeInOrder() {
        var both = LIMIT.then(amount(300)).then(REDACT);

        assertThat(pay(both, "{\"amount\":1}")).isEqualTo("paid 300 with card ****");
        assertThat(pay(both, "{\"amount\":101}")).isEqualTo("FORBIDDEN: Ask a colleague above 100.");
        assertThat(pay(amount(300).then(LIMIT), "{\"amount\":1}")).isEqualTo("FORBIDDEN: Ask a colleague above 100.");
    }

    @Test
    void aGuardThatFailsRefuses() {
        var log = Logger.getLogger(ToolRunner.class.getName());
        // Both failures are logged with their stack traces, which is as it should be and no news here.
        log.setLevel(Level.OFF);
        try {
            var broken = ToolGuard.ofArguments((_, _) -> {
                throw new IllegalStateException("secret");
            });
            var brokenAfter = ToolGuard.ofResults((_, _) -> {
                throw new StackOverflowError();
            });

            assertThat(pay(broken, "{\"amount\":1}"))
                    .startsWith("FORBIDDEN: pay was not run: the check of its arguments failed; the log has it")
                    .doesNotContain("secret");
            assertThat(paid).isEmpty();
            assertThat(pay(brokenAfter, "{\"amount\":1}"))
                    .startsWith("FORBIDDEN: pay ran, but its result is withheld: the check of it failed");
        } finally {
            log.setLevel(null);
        }
    }
}
