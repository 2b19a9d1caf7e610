package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentCall;
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
import org.junit.jupiter.api.Test;

/// The end of a call, at a moment when its threads are busy: nobody is to see a stack trace of it.
class HangUpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Test
    void endsQuietlyWhileTheCallerIsStillHeard() throws Exception {
        var uncaught = new CopyOnWriteArrayList<Throwable>();
        var before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, failure) -> uncaught.add(failure));
        try (var emulator = Emulator.start(Scenario.paymentDesk());
                var client = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test").build()) {
            // The microphone is in the middle of sending for most of the time, not always.
            for (int i = 0; i < 15; i++) {
                hangUpInTheMiddle(client);
            }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }

        assertThat(uncaught).isEmpty();
    }

    private static void hangUpInTheMiddle(RealtimeClient client) throws Exception {
        var frame = Pcm.silence(Pcm.REALTIME_RATE, Duration.ofMillis(20));
        var ready = new CountDownLatch(1);
        try (var line = LocalLine.open(AudioFormat.REALTIME_PCM);
                var tools = new ToolRunner(Toolbox.of());
                var call = AgentCall.start(Agent.of("Listen.", List.of()), tools, client.connect(), line.near(),
                        (_, _) -> ready.countDown(), InstantSource.system())) {
            assertThat(ready.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("the call begins").isTrue();
            for (int i = 0; i < 200; i++) {
                line.far().send(frame);
            }

            call.hangUp("caller");

            assertThat(call.await(PATIENCE)).as("the call ends").isPresent();
        }
    }
}
