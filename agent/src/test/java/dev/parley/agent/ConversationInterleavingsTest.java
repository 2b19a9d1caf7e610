package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// The rules of [Conversation], kept however network, tools, caller and service interleave. A failure names the seed of
/// its call, which plays it again.
class ConversationInterleavingsTest {
    private static final int CALLS = 3_000;

    @Test
    void keepsItsRulesInThousandsOfCalls() {
        int requestsRefused = 0;
        int itemsCut = 0;
        int sentencesSaid = 0;
        int toolsCancelled = 0;
        int responsesLost = 0;

        for (long seed = 0; seed < CALLS; seed++) {
            var call = new ConversationWorld(seed);
            call.run();
            requestsRefused += call.requestsRefused();
            itemsCut += call.itemsCut();
            sentencesSaid += call.sentencesSaid();
            toolsCancelled += call.toolsCancelled();
            responsesLost += call.responsesLost();
        }

        // The calls were of the kind that goes wrong.
        assertThat(requestsRefused).isGreaterThan(50);
        assertThat(itemsCut).isGreaterThan(500);
        assertThat(sentencesSaid).isGreaterThan(250);
        assertThat(toolsCancelled).isGreaterThan(50);
        assertThat(responsesLost).isGreaterThan(25);
    }

    @Test
    void keepsItsRulesInCallsNobodyHasSeenBefore() {
        long first = RandomGenerator.getDefault().nextLong(1L << 40);

        for (long seed = first; seed < first + 500; seed++) {
            new ConversationWorld(seed).run();
        }
    }
}
