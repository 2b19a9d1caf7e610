package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentCall;
import dev.parley.agent.CallEvent;
import dev.parley.agent.Ending;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.media.AudioFormat;
import dev.parley.media.LocalLine;
import dev.parley.media.Pcm;
import dev.parley.realtime.RealtimeClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/// What becomes of a call when something beside it fails.
class CallFailureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Agent AGENT = Agent.of("Listen.", List.of()).withGreeting("Say hello.");

    @Test
    void endsWhenTheServiceIsLostInTheMiddleOfAnAnswer() throws Exception {
        var events = new CopyOnWriteArrayList<CallEvent>();
        var speaking = new CountDownLatch(1);
        try (var emulator = Emulator.start(Scenario.paymentDesk());
                var client = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test").build();
                var line = LocalLine.open(AudioFormat.REALTIME_PCM);
                var tools = new ToolRunner(Toolbox.of());
                var call = AgentCall.start(AGENT, tools, client.connect(), line.near(), (event, _) -> {
                    events.add(event);
                    if (event instanceof CallEvent.AgentStartedSpeaking) {
                        speaking.countDown();
                    }
                }, InstantSource.system())) {
            // A caller is never quite silent: what it sends is how a dead connection is noticed.
            line.far().onAudio(heard -> line.far().send(Pcm.silence(Pcm.REALTIME_RATE, heard.frames())));
            assertThat(speaking.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("the agent speaks").isTrue();

            emulator.cutConnections();

            var ending = call.await(PATIENCE).orElseThrow();
            assertThat(ending).isInstanceOfSatisfying(Ending.Failed.class,
                    failed -> assertThat(failed.reason()).startsWith("the service ended the session"));
            assertThat(events).last().isEqualTo(new CallEvent.Ended(ending));
        }
    }

    @Test
    void neitherTheCallNorOtherObserversNoticeOneThatFails() throws Exception {
        var log = Logger.getLogger(AgentCall.class.getName());
        var level = log.getLevel();
        // The failure is logged with its stack trace, which is as it should be and no news here.
        log.setLevel(Level.OFF);
        var speaking = new CountDownLatch(2);
        try (var emulator = Emulator.start(Scenario.paymentDesk());
                var client = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test").build();
                var line = LocalLine.open(AudioFormat.REALTIME_PCM);
                var tools = new ToolRunner(Toolbox.of());
                var call = AgentCall.with(AGENT, tools).observer((event, _) -> {
                    if (event instanceof CallEvent.AgentStartedSpeaking) {
                        speaking.countDown();
                    }
                    throw new IllegalStateException("a broken observer");
                }).observer((event, _) -> {
                    if (event instanceof CallEvent.AgentStartedSpeaking) {
                        speaking.countDown();
                    }
                }).start(client.connect(), line.near())) {
            assertThat(speaking.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("both are told to the end").isTrue();

            call.hangUp("caller");
            assertThat(call.await(PATIENCE)).contains(new Ending.HungUp("caller"));
        } finally {
            log.setLevel(level);
        }
    }
}
