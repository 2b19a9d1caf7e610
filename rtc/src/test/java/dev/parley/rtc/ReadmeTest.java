package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.RtpPacket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The example of the README runs, and is the one in the README.
class ReadmeTest {
    private static final Path SOURCE = Path.of("src", "test", "java", "dev", "parley", "rtc", "ReadmeTest.java");

    // example: chat
    record Chat(String greeting, BlockingQueue<String> read) implements PeerListener {
        @Override
        public void onDataChannel(DataChannel channel) {
            channel.listener(new DataChannel.Listener() {
                @Override
                public void onOpen() {
                    channel.trySend(greeting);
                }

                @Override
                public void onText(String text) {
                    read.add(text);
                }
            });
        }
    }
    // end

    @Test
    void twoPeersHearAndReadEachOther() throws Exception {
        var patience = Duration.ofSeconds(10);
        var left = new Chat("Good evening", new LinkedBlockingQueue<>());
        var right = new Chat("Welcome", new LinkedBlockingQueue<>());
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        var sound = new byte[RtpPacket.HEADER_LENGTH + 160];

        // example: peers
        try (var engine = RtcEngine.open();
                var caller = engine.peer().dataChannel("chat").listener(left).open();
                var callee = engine.peer().listener(right).onRtp((rtp, nanos) -> heard.add(rtp.sequence())).open()) {
            callee.setRemote(caller.createOffer());
            caller.setRemote(callee.createAnswer());
            caller.awaitConnected(patience);
            callee.awaitConnected(patience);

            var packet = new RtpPacket();
            packet.start(sound, 0, 160);
            packet.payloadType(caller.codecs().getFirst().payloadType());
            packet.sequence(1);
            packet.ssrc(caller.ssrc());
            caller.sendRtp(sound, packet.offset(), packet.length());
            // end

            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(left.read.poll(10, TimeUnit.SECONDS)).isEqualTo("Welcome");
            assertThat(right.read.poll(10, TimeUnit.SECONDS)).isEqualTo("Good evening");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "peers"})
    void showsWhatRuns(String name) throws IOException {
        var source = Files.readString(SOURCE);
        var start = source.indexOf("// example: " + name + "\n");
        var example = source.substring(source.indexOf('\n', start) + 1, source.indexOf("// end", start));

        assertThat(Files.readString(Path.of("README.md"))).contains(example.stripIndent().strip());
    }
}
