package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// aiortc, which shares no code with anybody else, connects to us both ways round: it hears its own tone, and gets its
/// messages back.
@Timeout(90)
class AiortcTest {
    /// The system's own, for which Debian installs the package.
    private static final String PYTHON = "/usr/bin/python3";
    private static final String PEER = Path.of("src", "test", "peers", "aiortc_peer.py").toString();

    private static RtcEngine engine;

    @BeforeAll
    static void open() {
        Peers.require(Peers.canRun(PYTHON, "-c", "import aiortc"), "aiortc; on Debian: apt-get install python3-aiortc");
        engine = RtcEngine.open();
    }

    @AfterAll
    static void close() {
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void hearsItselfWhenItOffers() throws Exception {
        try (var echo = new Echo(engine.peer()); var peer = peer("offer", "opus")) {
            echo.connection.setRemote(peer.description());
            peer.tell(echo.connection.createAnswer());

            peer.finds(echo, "ok connected", "ok tone", "ok messages", "ok closed");
        }
    }

    @Test
    void hearsItselfWhenWeOffer() throws Exception {
        try (var echo = new Echo(engine.peer().dataChannel("chat")); var peer = peer("answer", "opus")) {
            peer.tell(echo.connection.createOffer());
            echo.connection.setRemote(peer.description());

            peer.finds(echo, "ok connected", "ok tone", "ok messages", "ok closed");
        }
    }

    @Test
    void hearsItselfInG711OverALiteConnection() throws Exception {
        try (var echo = new Echo(engine.peer().iceLite());
                var peer = peer("offer", "PCMU")) {
            echo.connection.setRemote(peer.description());
            peer.tell(echo.connection.createAnswer());

            peer.finds(echo, "ok connected", "ok tone", "ok messages", "ok closed");
            assertThat(echo.connection.codecs()).extracting(Codec::name).containsExactly("PCMU");
        }
    }

    private static PeerProcess peer(String... arguments) throws IOException {
        return new PeerProcess(List.of(PYTHON, PEER), arguments);
    }
}
