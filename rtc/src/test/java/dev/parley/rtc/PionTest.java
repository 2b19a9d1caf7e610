package dev.parley.rtc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Pion connects to us both ways round, as a full agent and as a lite one: it gets its packets and its messages back.
@Timeout(90)
class PionTest {
    private static final Path SOURCES = Path.of("src", "test", "peers");
    private static final Path DEBIANS = Path.of("/usr/share/gocode");
    /// Compiling Pion takes a while the first time; Go keeps what it has compiled.
    private static final int COMPILE_MINUTES = 5;

    @TempDir
    private static Path folder;

    private static RtcEngine engine;

    @BeforeAll
    @Timeout(value = COMPILE_MINUTES, unit = TimeUnit.MINUTES)
    static void compile() throws Exception {
        Peers.require(Peers.canRun("go", "version") && Files.isDirectory(DEBIANS.resolve("src/github.com/pion/webrtc")),
                "Pion; on Debian: apt-get install golang-go golang-github-pion-webrtc.v3-dev");
        var builder = new ProcessBuilder("go", "build", "-o", folder.resolve("pion").toString(), "pion").inheritIO();
        builder.environment().put("GO111MODULE", "off");
        builder.environment().put("GOPATH", SOURCES.toAbsolutePath() + ":" + DEBIANS);
        var go = builder.start();
        if (!go.waitFor(COMPILE_MINUTES, TimeUnit.MINUTES) || go.exitValue() != 0) {
            go.destroyForcibly();
            throw new AssertionError("the peer in " + SOURCES + " was not compiled");
        }
        engine = RtcEngine.open();
    }

    @AfterAll
    static void close() {
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void getsItsPacketsAndMessagesBackWhenItOffers() throws Exception {
        try (var echo = new Echo(engine.peer()); var peer = peer("offer")) {
            echo.connection.setRemote(peer.description());
            peer.tell(echo.connection.createAnswer());

            peer.finds(echo, "ok connected", "ok sound", "ok messages");
        }
    }

    @Test
    void getsItsPacketsAndMessagesBackWhenWeOffer() throws Exception {
        try (var echo = new Echo(engine.peer().dataChannel("chat")); var peer = peer("answer")) {
            peer.tell(echo.connection.createOffer());
            echo.connection.setRemote(peer.description());

            peer.finds(echo, "ok connected", "ok sound", "ok messages");
        }
    }

    /// As a media server does that has a public address: OpenAI's is one.
    @Test
    void getsItsPacketsAndMessagesBackAsALitePeer() throws Exception {
        try (var echo = new Echo(engine.peer().dataChannel("chat")); var peer = peer("answer", "lite")) {
            peer.tell(echo.connection.createOffer());
            echo.connection.setRemote(peer.description());

            peer.finds(echo, "ok connected", "ok sound", "ok messages");
        }
    }

    @Test
    void getsItsPacketsAndMessagesBackWhenItOffersAsALitePeer() throws Exception {
        try (var echo = new Echo(engine.peer()); var peer = peer("offer", "lite")) {
            echo.connection.setRemote(peer.description());
            peer.tell(echo.connection.createAnswer());

            peer.finds(echo, "ok connected", "ok sound", "ok messages");
        }
    }

    private static PeerProcess peer(String... arguments) throws IOException {
        return new PeerProcess(List.of(folder.resolve("pion").toString()), arguments);
    }
}
