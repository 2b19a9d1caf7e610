package dev.parley.rtc;

import dev.parley.media.MalformedPacketException;
import dev.parley.media.RtcpPacket;
import dev.parley.media.RtpPacket;
import dev.parley.media.TelephoneEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Feeds every parser that the network reaches with what is almost right: pieces of honest input, changed in a few places.
///
/// A parser may refuse, in the one way it says it does; whatever else it throws is a finding, and so is an input that takes
/// longer than a second.
final class Fuzz {
    private static final long LONGEST = Duration.ofSeconds(1).toNanos();
    private static final byte[] STARTLING = {0, 1, 2, 4, 0x7F, (byte) 0x80, (byte) 0xC0, (byte) 0xFE, (byte) 0xFF};

    /// A parser, and honest input for it.
    abstract static class Target {
        final String name;
        final List<byte[]> seeds;

        Target(String name, List<byte[]> seeds) {
            this.name = name;
            this.seeds = List.copyOf(seeds);
        }

        /// Makes of a mangled input one that gets past the first look.
        void mend(byte[] bytes) {
            // Most have no checksum.
        }

        abstract void feed(byte[] bytes);

        /// Forgets what it was fed.
        void reset() {
            // Most remember nothing.
        }
    }

    private final Random random;
    private final long seed;

    Fuzz(long seed) {
        this.seed = seed;
        random = new Random(seed);
    }

    /// Feeds one parser with so many inputs.
    void run(Target target, long rounds) {
        for (long round = 0; round < rounds; round++) {
            if (round % 500 == 0) {
                target.reset();
            }
            var bytes = mangled(target.seeds);
            if (random.nextInt(8) > 0) {
                target.mend(bytes);
            }
            var shown = bytes;
            try {
                // A busy machine may be slow once, and a parser is whenever it is asked.
                var slow = 0;
                while (slow < 3 && feed(target, shown.clone()) > LONGEST) {
                    slow++;
                }
                if (slow == 3) {
                    throw new AssertionError("slow: " + where(target, round, shown));
                }
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError(where(target, round, shown), e);
            }
        }
    }

    private static long feed(Target target, byte[] bytes) {
        var start = System.nanoTime();
        target.feed(bytes);
        return System.nanoTime() - start;
    }

    private String where(Target target, long round, byte[] bytes) {
        return target.name + ", seed " + seed + ", round " + round + ": " + HexFormat.of().formatHex(bytes);
    }

    private byte[] mangled(List<byte[]> seeds) {
        var bytes = seeds.get(random.nextInt(seeds.size())).clone();
        switch (random.nextInt(8)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(40));
            case 2 -> bytes = spliced(bytes, seeds.get(random.nextInt(seeds.size())));
            default -> {
                // Changed in a few places only.
            }
        }
        for (var n = random.nextInt(6); n > 0 && bytes.length > 0; n--) {
            var at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 32) : bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = STARTLING[random.nextInt(STARTLING.length)];
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                default -> bytes[at] = (byte) random.nextInt();
            }
        }
        return bytes;
    }

    private byte[] spliced(byte[] one, byte[] other) {
        var from = random.nextInt(one.length + 1);
        var to = random.nextInt(other.length + 1);
        var both = Arrays.copyOf(one, from + other.length - to);
        System.arraycopy(other, to, both, from, other.length - to);
        return both;
    }

    // --- The parsers ------------------------------------------------------------------------------------------------

    static List<Target> targets() {
        List<Target> all = new ArrayList<>(List.of(stun(), turn(), turnStream(), description(), candidate(), dtls(),
                rtp(), rtcp(), digits(), opening()));
        for (var profile : SrtpProfile.values()) {
            all.add(srtp(profile));
        }
        for (var state : Phase.values()) {
            all.add(sctp(state));
        }
        return all;
    }

    private static final byte[] KEY = "a key".getBytes(StandardCharsets.UTF_8);

    private static Target stun() {
        var id = new StunMessage.TransactionId(1, 2);
        var v6 = IceNetwork.address("2001:db8::1", 9);
        var seeds = List.of(
                StunWriter.bindingRequest(id)
                        .username("one:other")
                        .priority(7)
                        .useCandidate()
                        .role(true, 9)
                        .sealed(KEY),
                new StunWriter(StunMessage.Kind.SUCCESS, StunMessage.BINDING, id).mappedAddress(v6)
                        .software("x")
                        .bytes(),
                new StunWriter(StunMessage.Kind.ERROR, TurnClient.ALLOCATE, id).error(438, "stale")
                        .realm(RelayServer.REALM)
                        .nonce(new byte[60])
                        .plain(),
                new StunWriter(StunMessage.Kind.SUCCESS, TurnClient.ALLOCATE, id).relayedAddress(v6)
                        .mappedAddress(IceNetwork.STUN)
                        .lifetime(600)
                        .channelNumber(0x4000)
                        .sealed(KEY),
                new StunWriter(StunMessage.Kind.INDICATION, TurnClient.DATA, id).peerAddress(IceNetwork.STUN)
                        .data(new byte[99], 0, 99)
                        .plain());
        return new Target("STUN", seeds) {
            @Override
            void mend(byte[] bytes) {
                if (bytes.length >= StunMessage.HEADER_LENGTH) {
                    Wire.put16(bytes, 2, bytes.length - StunMessage.HEADER_LENGTH);
                }
            }

            @Override
            void feed(byte[] bytes) {
                StunMessage.parse(bytes, 0, bytes.length).ifPresent(message -> {
                    message.isAuthentic(KEY);
                    message.mappedAddress();
                    message.relayedAddress();
                    message.peerAddress();
                    message.username();
                    message.software();
                    message.priority();
                    message.controlled();
                    message.controlling();
                    message.errorCode();
                    message.lifetime();
                    message.channelNumber();
                    message.data();
                    message.realm();
                    message.nonce();
                    message.unknown();
                });
            }
        };
    }

    /// A relay in use, of a server that has gone mad but still knows what it was asked.
    private static Target turn() {
        var random = new Random(5_766);
        var id = new StunMessage.TransactionId(1, 2);
        var peer = IceNetwork.address("203.0.113.7", 6_000);
        var us = IceNetwork.address("192.0.2.1", 5_000);
        var seeds = List.of(
                new StunWriter(StunMessage.Kind.INDICATION, TurnClient.DATA, id).peerAddress(peer)
                        .data(new byte[99], 0, 99)
                        .plain(),
                new byte[]{0x40, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0},
                new StunWriter(StunMessage.Kind.ERROR, TurnClient.REFRESH, id).error(438, "stale")
                        .realm(RelayServer.REALM)
                        .nonce(new byte[60])
                        .plain(),
                new StunWriter(StunMessage.Kind.ERROR, TurnClient.CREATE_PERMISSION, id).error(508, "no").plain(),
                new StunWriter(StunMessage.Kind.SUCCESS, TurnClient.ALLOCATE, id).relayedAddress(peer)
                        .mappedAddress(us)
                        .lifetime(600)
                        .plain());
        return new Target("TURN client", seeds) {
            private TurnClient client = new TurnClient("x", "y", false, random);
            private byte[] lastId = new byte[12];
            private long now;

            @Override
            void reset() {
                var server = new RelayServer("198.51.100.2", random);
                client = server.client(false);
                client.start(now);
                for (var n = 0; n < 4; n++) {
                    for (var effect = client.poll(); effect.isPresent(); effect = client.poll()) {
                        if (effect.get() instanceof TurnEffect.Transmit(var packet)) {
                            server.receive(us, server.address, packet.array(), now)
                                    .forEach(one -> client.receive(one.bytes(), 0, one.bytes().length, now));
                        }
                    }
                }
                client.bind(peer, now);
            }

            @Override
            void mend(byte[] bytes) {
                if (bytes.length >= StunMessage.HEADER_LENGTH && (bytes[0] & 0xC0) == 0) {
                    Wire.put16(bytes, 2, bytes.length - StunMessage.HEADER_LENGTH);
                    System.arraycopy(lastId, 0, bytes, 8, lastId.length);
                }
            }

            @Override
            void feed(byte[] bytes) {
                now += 100_000_000L;
                client.receive(bytes, 0, bytes.length, now);
                client.wrap(bytes, 0, bytes.length, peer, now);
                client.tick(now);
                for (var effect = client.poll(); effect.isPresent(); effect = client.poll()) {
                    if (effect.get() instanceof TurnEffect.Transmit(var packet)) {
                        lastId = Arrays.copyOfRange(packet.array(), 8, 20);
                    }
                }
            }
        };
    }

    private static Target turnStream() {
        return new Target("TURN in a stream", List.of(new byte[]{0, 1, 0, 8}, new byte[]{0x40, 0, 0, 5})) {
            @Override
            void feed(byte[] bytes) {
                try {
                    var length = bytes.length < TurnFrames.START ? 4 : TurnFrames.frame(bytes);
                    if (length < TurnFrames.START || length > 70_000) {
                        throw new IllegalStateException("a frame of " + length);
                    }
                } catch (IOException _) {
                    // what it says
                }
            }
        };
    }

    private static Target description() {
        var names = List.of("chromium-offer", "firefox-offer", "aiortc-offer", "pion-lite-answer", "whatsapp-offer");
        var seeds = names.stream().map(name -> Descriptions.of(name).getBytes(StandardCharsets.UTF_8)).toList();
        var codecs = List.of(Codec.OPUS, Codec.PCMU, Codec.PCMA, Codec.TELEPHONE_EVENT_48K);
        var jsep = new Jsep(new Jsep.Wishes(true, true, codecs, Direction.SENDRECV, false), new Jsep.Self(1, 1, "abcd",
                "abcdefghijklmnopqrstuvwx", new Sdp.Fingerprint("sha-256", "00:" + "11:".repeat(30) + "22"),
                new Sdp.Source(1, "x")));
        return new Target("SDP", seeds) {
            @Override
            void feed(byte[] bytes) {
                try {
                    var sdp = Sdp.parse(new String(bytes, StandardCharsets.UTF_8));
                    Sdp.parse(sdp.write());
                    var answer = jsep.answer(sdp);
                    Jsep.agreement(answer, sdp, false);
                    Jsep.agreement(jsep.offer(), sdp, true);
                } catch (SdpException _) {
                    // what it says
                }
            }
        };
    }

    private static Target candidate() {
        var seeds = List.of("candidate:1 1 udp 2113937151 192.0.2.1 5000 typ host generation 0 ufrag abcd",
                "a=candidate:3 1 UDP 1 2001:db8::1 9 typ srflx raddr 10.0.0.1 rport 5000",
                "candidate:1 1 tcp 1518280447 5b5d1c2c.local 9 typ host tcptype active");
        return new Target("candidates", seeds.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList()) {
            @Override
            void feed(byte[] bytes) {
                try {
                    var one = IceCandidate.parse(new String(bytes, StandardCharsets.UTF_8));
                    one.line();
                    one.isUsable();
                } catch (SdpException _) {
                    // what it says
                }
            }
        };
    }

    private static Target dtls() {
        var hello = new byte[80];
        hello[0] = 22;
        Wire.put16(hello, 1, 0xFEFD);
        Wire.put16(hello, 11, 67);
        hello[13] = 1;
        var data = new byte[60];
        data[0] = 23;
        Wire.put16(data, 1, 0xFEFD);
        Wire.put16(data, 3, 1);
        Wire.put16(data, 11, 47);
        return new Target("DTLS records", List.of(hello, data)) {
            @Override
            void feed(byte[] bytes) {
                if (DtlsRecords.areWellFormed(bytes, 0, bytes.length)) {
                    DtlsRecords.isFragmentOfClientHello(bytes, 0, bytes.length);
                }
            }
        };
    }

    private static byte[] soundPacket(boolean extended) {
        var bytes = new byte[extended ? 60 : 40];
        bytes[0] = (byte) (extended ? 0x90 : 0x80);
        bytes[1] = 111;
        Wire.put32(bytes, 8, 77);
        if (extended) {
            Wire.put16(bytes, 12, 0xBEDE);
            Wire.put16(bytes, 14, 2);
            bytes[16] = 0x10;
            bytes[18] = 0x31;
        }
        return bytes;
    }

    private static Target rtp() {
        return new Target("RTP", List.of(soundPacket(false), soundPacket(true))) {
            private final RtpPacket packet = new RtpPacket();

            @Override
            void feed(byte[] bytes) {
                RtpPacket.isRtcp(bytes, 0, bytes.length);
                if (packet.wrap(bytes, 0, bytes.length)) {
                    packet.ssrc(packet.sequence() + packet.timestamp() + packet.payloadType());
                    for (var id = 1; id < 16; id++) {
                        if (packet.findExtension(id) >= 0) {
                            packet.extensionLength();
                        }
                    }
                    packet.stripExtensions();
                    if (packet.payloadOffset() + packet.payloadLength() > bytes.length || packet.payloadLength() < 0) {
                        throw new IllegalStateException("a payload beyond the packet: " + packet);
                    }
                }
            }
        };
    }

    private static byte[] reports() {
        var block = new RtcpPacket.ReceiverReport(5, List.of());
        return RtcpPacket.compound(List.of(block,
                new RtcpPacket.SourceDescription(List.of(new RtcpPacket.Chunk(5, "somebody"))),
                new RtcpPacket.Goodbye(List.of(5), "bye")));
    }

    private static Target rtcp() {
        var sender = ByteBuffer.allocate(52)
                .put((byte) 0x81)
                .put((byte) 200)
                .putShort((short) 12)
                .putInt(5)
                .array();
        return new Target("RTCP", List.of(reports(), sender)) {
            @Override
            void feed(byte[] bytes) {
                try {
                    RtcpPacket.parse(bytes, 0, bytes.length);
                } catch (MalformedPacketException _) {
                    // what it says
                }
            }
        };
    }

    private static Target digits() {
        return new Target("telephone events", List.of(new byte[]{5, (byte) 0x8A, 3, 32})) {
            @Override
            void feed(byte[] bytes) {
                TelephoneEvent.read(bytes, 0, bytes.length);
            }
        };
    }

    private static Target opening() {
        var seeds = List.of(Dcep.open("chat", DataChannelOptions.RELIABLE), Dcep.ack());
        return new Target("DCEP", seeds) {
            @Override
            void feed(byte[] bytes) {
                Dcep.isAck(bytes);
                Dcep.readOpen(bytes);
            }
        };
    }

    /// Nothing that was changed may be opened.
    private static Target srtp(SrtpProfile profile) {
        var keys = SrtpKeys.of(profile, new byte[16], new byte[profile.saltLength()]);
        var sender = new SrtpSender(keys);
        List<byte[]> seeds = new ArrayList<>();
        for (var i = 0; i < 4; i++) {
            var sound = Arrays.copyOf(soundPacket(i % 2 == 0), 100);
            Wire.put16(sound, 2, i);
            seeds.add(Arrays.copyOf(sound, sender.protectRtp(sound, 0, i % 2 == 0 ? 60 : 40)));
            var control = Arrays.copyOf(reports(), 120);
            seeds.add(Arrays.copyOf(control, sender.protectRtcp(control, 0, reports().length)));
        }
        return new Target("SRTP " + profile, seeds) {
            private SrtpReceiver receiver = new SrtpReceiver(keys);

            @Override
            void reset() {
                receiver = new SrtpReceiver(keys);
            }

            @Override
            void feed(byte[] bytes) {
                var before = bytes.clone();
                var opened = receiver.unprotectRtp(bytes, 0, bytes.length) >= 0
                        || receiver.unprotectRtcp(before.clone(), 0, before.length) >= 0;
                if (opened && seeds.stream().noneMatch(one -> Arrays.equals(one, before))) {
                    throw new IllegalStateException("opened a packet that nobody sent");
                }
            }
        };
    }

    /// How far two associations have come.
    enum Phase {
        CLOSED, OPENING, OPEN, CLOSING
    }

    private static Target sctp(Phase phase) {
        return new Target("SCTP " + phase, SimulatedPath.recorded()) {
            private Optional<SimulatedPath> path = Optional.empty();

            @Override
            void reset() {
                var fresh = new SimulatedPath(14);
                if (phase == Phase.OPENING) {
                    fresh.loss = 1;
                    fresh.a.association.connect(fresh.now());
                    fresh.b.association.connect(fresh.now());
                } else if (phase != Phase.CLOSED) {
                    fresh.connected();
                    fresh.a.send(0, new byte[3_000]);
                }
                if (phase == Phase.CLOSING) {
                    fresh.a.association.reset(1, fresh.now());
                    fresh.b.association.shutdown(fresh.now());
                }
                path = Optional.of(fresh);
            }

            @Override
            void mend(byte[] bytes) {
                if (bytes.length >= 12) {
                    Sctp.seal(bytes, 0, bytes.length);
                }
            }

            @Override
            void feed(byte[] bytes) {
                var both = path.orElseThrow();
                for (var end : List.of(both.a, both.b)) {
                    end.association.receive(bytes, 0, bytes.length, both.now());
                    end.messages.clear();
                    if (end.association.received() > 2L * SctpInbound.BUFFER) {
                        throw new IllegalStateException("keeps " + end.association.received() + " bytes");
                    }
                }
            }
        };
    }
}
