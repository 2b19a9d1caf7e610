package dev.parley.rtc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// libwebrtc, which is in most browsers and phones, connects to us both ways round without a browser around it: it hears
/// its own tone, and gets its messages back. It is a process of its own, as an error in it ends the process.
@Timeout(120)
class LibwebrtcTest {
    private static final Path PROGRAM = Path.of("src", "test", "peers", "webrtc-java", "Libwebrtc.java");

    private static RtcEngine engine;

    @BeforeAll
    static void open() {
        var check = new ArrayList<>(program());
        check.add("check");
        Peers.require(!jars().isEmpty() && Peers.canRun(check.toArray(String[]::new)),
                "webrtc-java on this kind of machine; on Debian, amd64: apt-get install libpulse0 libx11-6");
        engine = RtcEngine.open();
    }

    @AfterAll
    static void close() {
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void hearsAndReadsItselfWhenItOffers() throws Exception {
        try (var echo = new Echo(engine.peer()); var peer = peer("offer")) {
            echo.connection.setRemote(peer.description());
            peer.tell(echo.connection.createAnswer());

            peer.finds(echo, "ok connected", "ok tone", "ok messages", "ok closed");
        }
    }

    @Test
    void hearsAndReadsItselfWhenWeOffer() throws Exception {
        try (var echo = new Echo(engine.peer().dataChannel("chat")); var peer = peer("answer")) {
            peer.tell(echo.connection.createOffer());
            echo.connection.setRemote(peer.description());

            peer.finds(echo, "ok connected", "ok tone", "ok messages", "ok closed");
        }
    }

    private static PeerProcess peer(String argument) throws IOException {
        return new PeerProcess(program(), argument);
    }

    private static List<String> program() {
        return List.of(ProcessHandle.current().info().command().orElse("java"), "--enable-native-access=ALL-UNNAMED",
                "-cp", jars(), PROGRAM.toString());
    }

    /// Those of this test's class path; the one with the library is for one kind of machine.
    private static String jars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(one -> new File(one).getName().startsWith("webrtc-java-"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
