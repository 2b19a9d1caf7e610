package dev.parley.emulator;

import dev.parley.emulator.SessionConnection.Wire;
import dev.parley.media.RtpPacket;
import dev.parley.realtime.Close;
import dev.parley.rtc.Codec;
import dev.parley.rtc.DataChannel;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.PeerListener;
import dev.parley.rtc.PeerState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One WebRTC call: a session whose caller is at the other end of a peer connection, and whom sideband sockets may join.
///
/// What the session sends goes to the caller's data channel and to every sideband; the session ends when the peer connection
/// does, and the other way round. Thread-safe.
final class Call implements Wire, PeerListener {
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    private static final Close BINARY = new Close(1003, "expected text messages, found a binary one");
    private static final Close TOO_BIG = new Close(Close.TOO_BIG, "the message is larger than the emulator takes");

    private final String id;
    private final Set<String> told;
    private final int mostMessageBytes;
    private final Ending ending;
    private final ChannelWire channel;
    private final Outlet caller;
    /// Those who have joined and not been told yet what the session is.
    private final List<Outlet> newcomers = new CopyOnWriteArrayList<>();
    private final List<Outlet> sidebands = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Close> end = new AtomicReference<>();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private volatile @Nullable PeerConnection peer;
    private volatile @Nullable RtpLine line;
    private volatile @Nullable SessionConnection session;

    /// Is told, perhaps more than once, that a call is over, and how.
    interface Ending {
        void over(Call call, Close how);
    }

    /// How a call stands, to be looked at.
    record Glance(String id, String sessionId, PeerState state, String codec, int sidebands, long packetsReceived,
            long packetsSent, long packetsLost) {}

    /// @param id as in the header `Location`
    /// @param told types of the events that the data channel is limited to; empty for all
    /// @param ids of events of the call itself, and nobody else's
    Call(String id, Set<String> told, int mostMessageBytes, Ids ids, Ending ending) {
        this.id = id;
        this.told = Set.copyOf(told);
        this.mostMessageBytes = mostMessageBytes;
        this.ending = ending;
        this.channel = new ChannelWire(ids);
        this.caller = Outlet.open("call-" + id, channel);
    }

    String id() {
        return id;
    }

    /// The offer was answered: this is how sound comes and goes from now on.
    ///
    /// @param patience how long the caller may take to connect
    RtpLine answered(PeerConnection connection, Duration patience) {
        peer = connection;
        var sound = new RtpLine(connection);
        line = sound;
        connected.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).exceptionally(_ -> {
            ended(new Close(Close.ABNORMAL, "the caller did not connect within " + patience.toSeconds() + " s"));
            return null;
        });
        return sound;
    }

    /// This session is what the call is for.
    void begin(SessionConnection connection) {
        session = connection;
    }

    private SessionConnection session() {
        return Objects.requireNonNull(session, "a call whose offer was answered has a session");
    }

    /// A packet of the caller's sound, on an I/O thread.
    void heard(RtpPacket packet, long nanos) {
        var sound = line;
        if (sound != null) {
            sound.received(packet, nanos);
        }
    }

    // What becomes of the peer connection

    @Override
    public void onState(PeerState state, String reason) {
        switch (state) {
            case CONNECTED -> {
                if (connected.complete(null)) {
                    Objects.requireNonNull(line).start(System.nanoTime());
                    session().look();
                }
            }
            case FAILED -> ended(new Close(Close.ABNORMAL, "the caller is gone: " + reason));
            case CLOSED -> ended(new Close(Close.NORMAL, "the caller hung up"));
            case NEW, CONNECTING, DISCONNECTED -> {
                // It may still come, or come back.
            }
        }
    }

    @Override
    public void onDataChannel(DataChannel opened) {
        opened.listener(new DataChannel.Listener() {
            @Override
            public void onOpen() {
                // The label is not looked at, but there is one stream of events.
                if (!channel.open(opened)) {
                    opened.close();
                }
            }

            @Override
            public void onText(String text) {
                if (text.length() > mostMessageBytes) {
                    broken(TOO_BIG);
                } else {
                    session().received(text);
                }
            }

            @Override
            public void onBinary(byte[] bytes) {
                broken(BINARY);
            }

            @Override
            public void onClosed() {
                if (channel.closed(opened)) {
                    ended(new Close(Close.NORMAL, "the data channel was closed"));
                }
            }
        });
    }

    /// Not on the channel's own thread, which is to see the channel close.
    private void broken(Close how) {
        Thread.ofVirtual().name("call-" + id).start(() -> session().close(how.code(), how.reason()));
    }

    // Those who join

    /// Lets a socket join: it is told what the session is, and then all that the caller is.
    Outlet join(JettyWire socket) {
        var outlet = Outlet.open("sideband-" + id, socket);
        newcomers.add(outlet);
        session().welcome(frame -> {
            outlet.send(frame);
            sidebands.add(outlet);
            newcomers.remove(outlet);
        });
        var over = end.get();
        if (over != null) {
            outlet.close(goodbye(over));
        }
        return outlet;
    }

    void received(String frame) {
        session().received(frame);
    }

    void leave(Outlet outlet) {
        outlet.cut();
        forgetThoseWhoLeft();
    }

    private void forgetThoseWhoLeft() {
        newcomers.removeIf(Outlet::isOver);
        sidebands.removeIf(Outlet::isOver);
    }

    private void closeSidebands(Close how) {
        newcomers.forEach(outlet -> outlet.close(how));
        sidebands.forEach(outlet -> outlet.close(how));
    }

    /// A code that no socket can be closed with is for those who were not there.
    private static Close goodbye(Close how) {
        return how.code() == Close.ABNORMAL ? new Close(Close.NORMAL, how.reason()) : how;
    }

    // What the session has sent

    @Override
    public void send(Outbox.Frame frame) {
        if (told.isEmpty() || told.contains(frame.type())) {
            caller.send(frame);
        }
        if (!sidebands.isEmpty()) {
            forgetThoseWhoLeft();
            sidebands.forEach(outlet -> outlet.send(frame));
        }
    }

    @Override
    public void close(int code, String reason) {
        var how = new Close(code, reason);
        end.compareAndSet(null, how);
        closeSidebands(how);
        caller.close(how);
        awaitCaller();
        connection().ifPresent(PeerConnection::close);
    }

    @Override
    public void cut() {
        end.compareAndSet(null, new Close(Close.ABNORMAL, "the emulator cut the connection"));
        newcomers.forEach(Outlet::cut);
        sidebands.forEach(Outlet::cutBehind);
        caller.cutBehind();
        awaitCaller();
        connection().ifPresent(PeerConnection::abandon);
    }

    /// Lets the caller have what was sent, unless there is no channel.
    private void awaitCaller() {
        if (!channel.isOpen()) {
            caller.cut();
        }
        try {
            caller.awaitEnd(GOODBYE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends the call for good: whoever is still there is told.
    void hangUp() {
        session().close(Close.NORMAL, "the call was hung up");
    }

    private void ended(Close how) {
        end.compareAndSet(null, how);
        var first = Objects.requireNonNull(end.get());
        closeSidebands(goodbye(first));
        caller.cut();
        connection().ifPresent(PeerConnection::close);
        ending.over(this, first);
    }

    private Optional<PeerConnection> connection() {
        return Optional.ofNullable(peer);
    }

    String sessionId() {
        return session().log().sessionId();
    }

    Glance glance() {
        var connection = Objects.requireNonNull(peer, "a call that is listed was answered");
        var carried = connection.statistics();
        return new Glance(id, sessionId(), connection.state(), connection.codecs()
                .stream()
                .findFirst()
                .map(Codec::name)
                .orElse(""), sidebands.size(), carried.packetsReceived(), carried.packetsSent(), carried.packetsLost());
    }
}
