package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.Close;
import dev.parley.rtc.PeerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CallTest {
    private final List<Close> ends = new ArrayList<>();
    private final Call call = new Call("rtc_7", Set.of(), 1_000, new Ids(new SplittableRandom(7)), (_, how) -> ends.add(
            how));

    @Test
    void isOverWhenTheCallerHasVanished() {
        call.onState(PeerState.CONNECTING, "");
        call.onState(PeerState.DISCONNECTED, "nothing was heard for 12 s");
        assertThat(ends).isEmpty();

        call.onState(PeerState.FAILED, "nothing was heard for 30 s");

        assertThat(ends).containsExactly(new Close(Close.ABNORMAL, "the caller is gone: nothing was heard for 30 s"));
    }

    @Test
    void isOverAsItWasFirst() {
        call.onState(PeerState.CLOSED, "the other side said goodbye");
        call.onState(PeerState.FAILED, "nothing was heard for 30 s");

        assertThat(ends).containsOnly(new Close(Close.NORMAL, "the caller hung up"));
    }
}
