package dev.parley.realtime.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.LocalLine;
import dev.parley.media.Pcm;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ReconnectPolicy;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.webrtc.Service.Trouble;
import dev.parley.rtc.RtcEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the README says is true.
@Timeout(60)
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SPACE = Pattern.compile("\\s+");

    static void answered(Map<String, String> env, AudioLeg caller) {
        try (var engine = RtcEngine.open();
                var client = WebRtcClient.of(engine, RealtimeClient.fromEnvironment(env));
                var session = client.connect()) {
            session.audio().onAudio(caller::send); // what the model says, 20 ms at a time
            caller.onAudio(session.audio()::send); // what the model hears
            session.configure(SessionConfig.builder().instructions("Be brief.").voice("marin").build());
            session.respond();
            for (var event : session.events()) {
                if (event instanceof ServerEvent.OutputBufferStopped) {
                    break; // it has been heard to its end
                }
            }
        }
    }

    static WebRtcSession lasting(WebRtcClient client) {
        return client.connect(ReconnectPolicy.DEFAULT, change -> System.err.println(change));
    }

    @Test
    void everyBlockOfJavaIsCompiled() throws IOException {
        var compiled = words(Files.readString(Path.of("src/test/java/dev/parley/realtime/webrtc/ReadmeTest.java")));

        var blocks = BLOCK.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(block -> words(block.group(1)));

        assertThat(blocks).isNotEmpty().allSatisfy(block -> assertThat(compiled).contains(block));
    }

    /// How lines are broken is a matter of the formatter.
    private static String words(String java) {
        return SPACE.matcher(java).replaceAll("");
    }

    @Test
    void theExampleTalks() throws Exception {
        var heard = new LinkedBlockingQueue<Pcm>();
        try (var engine = RtcEngine.open();
                var service = new Service(engine, Trouble.NONE);
                var line = LocalLine.open(AudioFormat.REALTIME_PCM)) {
            line.far().onAudio(heard::add);
            var talk = Thread.ofVirtual()
                    .start(() -> answered(
                            Map.of("OPENAI_BASE_URL", service.address(), "OPENAI_API_KEY", "sk-test"), line.near()));

            assertThat(service.next()).contains("session.update", "Be brief.");
            assertThat(service.next()).contains("response.create");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isNotNull();
            service.says("{\"type\":\"output_audio_buffer.stopped\",\"event_id\":\"e\",\"response_id\":\"resp_1\"}");

            assertThat(talk.join(Duration.ofSeconds(10))).as("it is over").isTrue();
            assertThat(service.gone.await(10, TimeUnit.SECONDS)).as("the service is told").isTrue();
        }
    }
}
