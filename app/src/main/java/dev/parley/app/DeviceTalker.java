package dev.parley.app;

import dev.parley.agent.AgentCall;
import dev.parley.media.AudioLeg;
import dev.parley.media.device.DeviceLeg;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// Whoever sits at this machine, with its microphone and its loudspeaker, until the call is over.
final class DeviceTalker implements Talker {
    private static final Duration REFRESH = Duration.ofMillis(100);
    private static final int WIDTH = 20;

    private final DeviceLeg leg;
    private final String echo;
    private final boolean pushToTalk;
    private final boolean meter;

    /// Takes over the leg.
    DeviceTalker(DeviceLeg leg, String echo, boolean pushToTalk, boolean meter) {
        this.leg = leg;
        this.echo = echo;
        this.pushToTalk = pushToTalk;
        this.meter = meter;
        leg.talking(!pushToTalk);
    }

    /// How to talk, for people.
    String hint() {
        return "Echo control: " + echo + ". " + (pushToTalk
                ? "Press Enter to talk, and again when done."
                : "Speak now.")
                + " Ctrl-C ends.";
    }

    @Override
    public AudioLeg leg() {
        return leg;
    }

    @Override
    public void await(AgentCall call, Duration longest) throws InterruptedException {
        if (pushToTalk) {
            // Reading a terminal cannot be interrupted; the thread ends with the program.
            Thread.ofPlatform().daemon().name("push-to-talk").start(this::readKeys);
        }
        if (!meter) {
            var _ = call.await(longest);
            return;
        }
        for (var left = longest; left.isPositive() && call.await(REFRESH).isEmpty(); left = left.minus(REFRESH)) {
            System.err.printf(Locale.ROOT, "\ryou [%s]  agent [%s] ", leg.microphoneLevel().bar(WIDTH),
                    leg.speakerLevel().bar(WIDTH));
        }
        System.err.println();
    }

    private void readKeys() {
        boolean talking = false;
        try {
            for (int key = System.in.read(); key >= 0; key = System.in.read()) {
                if (key == '\n') {
                    talking = !talking;
                    leg.talking(talking);
                    System.err.println(talking ? "(the microphone is open)" : "(the microphone is closed)");
                }
            }
        } catch (IOException _) {
            // No terminal any more: the microphone stays as it is.
        }
    }

    @Override
    public Optional<String> complaint() {
        return Optional.empty();
    }

    @Override
    public void close() {
        leg.close();
    }
}
