package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// Which fault comes when, without a socket.
class FaultPlanTest {
    private static final Fault DROP = new Fault.Drop();
    private static final String DELTA = "response.output_audio.delta";

    private final FaultPlan plan = new FaultPlan();
    private final FaultPlan.Watch session = plan.watch();

    @Test
    void comesWithTheNthEventOfItsType() {
        plan.add(DROP.when(When.sent(DELTA, 3)));

        assertThat(session.sending(DELTA)).isEmpty();
        assertThat(session.sending("response.done")).isEmpty();
        assertThat(session.sending(DELTA)).isEmpty();
        assertThat(session.sending(DELTA)).containsExactly(DROP);
    }

    @Test
    void comesOnceInTheEmulatorsLife() {
        plan.add(DROP.when(When.received("response.create")));

        assertThat(session.received("response.create")).containsExactly(DROP);
        assertThat(session.received("response.create")).isEmpty();
        assertThat(plan.watch().received("response.create")).isEmpty();
        assertThat(plan.planned()).isEmpty();
    }

    @Test
    void comesEveryTimeInEachSession() {
        plan.add(DROP.when(When.sent(DELTA, 2)).everyTime());
        var other = plan.watch();

        for (int i = 0; i < 2; i++) {
            assertThat(session.sending(DELTA)).isEmpty();
            assertThat(session.sending(DELTA)).containsExactly(DROP);
        }
        assertThat(other.sending(DELTA)).isEmpty();
        assertThat(other.sending(DELTA)).containsExactly(DROP);
    }

    @Test
    void countsFromTheMomentItWasPlanned() {
        session.sending(DELTA);

        plan.add(DROP.when(When.sent(DELTA, 2)));

        assertThat(session.sending(DELTA)).isEmpty();
        assertThat(session.sending(DELTA)).containsExactly(DROP);
    }

    @Test
    void tellsTwoEqualFaultsApart() {
        plan.add(DROP.when(When.sent(DELTA)));
        plan.add(DROP.when(When.sent(DELTA)));

        assertThat(session.sending(DELTA)).containsExactly(DROP, DROP);
        assertThat(session.sending(DELTA)).isEmpty();
    }

    @Test
    void keepsConnectingClientsOutOneByOne() {
        plan.add(new Fault.Refuse(429).when(new When.Connecting()));
        plan.add(new Fault.Refuse(500).when(new When.Connecting()));
        plan.add(DROP.when(new When.Connecting()));

        assertThat(plan.refusalAtConnect()).contains(new Fault.Refuse(429));
        assertThat(plan.refusalAtConnect()).contains(new Fault.Refuse(500));
        assertThat(plan.refusalAtConnect()).isEmpty();
        assertThat(session.opened()).containsExactly(DROP);
        assertThat(session.opened()).isEmpty();
    }

    @Test
    void keepsRequestsAndConnectionsApart() {
        plan.add(new Fault.ExpiredKey().when(new When.Requesting()));

        assertThat(plan.refusalAtConnect()).isEmpty();
        assertThat(plan.refusalOfRequest()).contains(new Fault.ExpiredKey());
        assertThat(plan.refusalOfRequest()).isEmpty();
    }

    @Test
    void refusesAMomentThatDoesNotFit() {
        assertThatThrownBy(() -> new Fault.Refuse(429).when(new When.Now()))
                .hasMessage("expected connecting or requesting for Refuse[status=429], found Now[]");
        assertThatThrownBy(() -> new Fault.Swallow().when(new When.Connecting()))
                .hasMessageStartingWith("expected an event that is sent for Swallow[]");
        assertThatThrownBy(() -> DROP.when(new When.Requesting())).hasMessageStartingWith("expected a moment of a");
        assertThatThrownBy(() -> When.sent(DELTA, 0)).hasMessage("expected the 1st event or a later one, found 0");
    }
}
