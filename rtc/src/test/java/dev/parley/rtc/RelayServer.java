package dev.parley.rtc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A TURN server that exists in memory and in virtual time, and is as strict as one may be: whatever has run out is gone.
final class RelayServer {
    static final String USER = "bar";
    static final String PASSWORD = "an open secret";
    static final byte[] REALM = "relay.example".getBytes(StandardCharsets.UTF_8);
    private static final long PERMISSION = Duration.ofMinutes(5).toNanos();
    private static final long CHANNEL = Duration.ofMinutes(10).toNanos();

    record Packet(InetSocketAddress from, InetSocketAddress to, byte[] bytes) {}

    private static final class Allocation {
        final InetSocketAddress relayed;
        final Map<InetAddress, Long> permissions = new HashMap<>();
        final Map<Integer, InetSocketAddress> channels = new HashMap<>();
        final Map<Integer, Long> channelEnds = new HashMap<>();
        /// What asked for it, which may come again.
        final StunMessage.TransactionId id;
        long endsAt;

        Allocation(InetSocketAddress relayed, StunMessage.TransactionId id) {
            this.relayed = relayed;
            this.id = id;
        }
    }

    final InetSocketAddress address;
    final Map<InetSocketAddress, Allocation> allocations = new HashMap<>();
    final List<Integer> asked = new ArrayList<>();
    private final RandomGenerator random;
    private byte[] nonce = "nonce-0".getBytes(StandardCharsets.UTF_8);
    private int nonces;
    private int ports = 49_152;
    long lifetime = 600;
    /// What is answered to requests of a method, instead of what is right.
    final Map<Integer, Integer> refusals = new HashMap<>();
    Duration nonceLife = Duration.ofHours(1);
    private long nonceEndsAt = Long.MAX_VALUE;
    int channelPackets;
    int indications;

    RelayServer(String address, RandomGenerator random) {
        this.address = IceNetwork.address(address, 3478);
        this.random = random;
    }

    TurnClient client(boolean stream) {
        return new TurnClient(USER, PASSWORD, stream, random);
    }

    boolean owns(InetSocketAddress to) {
        return to.getAddress().equals(address.getAddress());
    }

    void keepAll() {
        allocations.values().forEach(one -> one.endsAt = Long.MAX_VALUE);
    }

    private void changeNonce() {
        nonce = ("nonce-" + ++nonces).getBytes(StandardCharsets.UTF_8);
    }

    List<Packet> receive(InetSocketAddress from, InetSocketAddress to, byte[] bytes, long now) {
        if (nonceEndsAt == Long.MAX_VALUE) {
            nonceEndsAt = now + nonceLife.toNanos();
        } else if (now >= nonceEndsAt) {
            changeNonce();
            nonceEndsAt = now + nonceLife.toNanos();
        }
        allocations.values().removeIf(one -> now >= one.endsAt);
        return to.equals(address) ? fromClient(from, bytes, now) : fromPeer(from, to, bytes, now).stream().toList();
    }

    private Optional<Packet> fromPeer(InetSocketAddress from, InetSocketAddress to, byte[] bytes, long now) {
        for (var entry : allocations.entrySet()) {
            var allocation = entry.getValue();
            if (!allocation.relayed.equals(to) || allocation.permissions.getOrDefault(from.getAddress(), 0L) <= now) {
                continue;
            }
            for (var channel : allocation.channels.entrySet()) {
                if (channel.getValue().equals(from) && allocation.channelEnds.get(channel.getKey()) > now) {
                    channelPackets++;
                    return Optional.of(new Packet(address, entry.getKey(), ByteBuffer.allocate(4 + bytes.length)
                            .putShort(channel.getKey().shortValue())
                            .putShort((short) bytes.length)
                            .put(bytes)
                            .array()));
                }
            }
            indications++;
            return Optional.of(new Packet(address, entry.getKey(), new StunWriter(StunMessage.Kind.INDICATION,
                    TurnClient.DATA, StunMessage.TransactionId.random(random), 2_000)
                    .peerAddress(from)
                    .data(bytes, 0, bytes.length)
                    .plain()));
        }
        return Optional.empty();
    }

    private List<Packet> fromClient(InetSocketAddress from, byte[] bytes, long now) {
        var allocation = allocations.get(from);
        if ((bytes[0] & 0xC0) == 0x40) {
            var number = Wire.u16(bytes, 0);
            if (allocation == null || allocation.channelEnds.getOrDefault(number, 0L) <= now) {
                return List.of();
            }
            channelPackets++;
            return List.of(new Packet(allocation.relayed, allocation.channels.get(number),
                    Arrays.copyOfRange(bytes, 4, 4 + Wire.u16(bytes, 2))));
        }
        var message = StunMessage.parse(bytes, 0, bytes.length).orElseThrow();
        if (message.kind() == StunMessage.Kind.INDICATION) {
            var peer = message.peerAddress().orElseThrow();
            if (allocation == null || allocation.permissions.getOrDefault(peer.getAddress(), 0L) <= now) {
                return List.of();
            }
            var data = message.data().orElseThrow();
            var packet = new byte[data.remaining()];
            data.get(packet);
            indications++;
            return List.of(new Packet(allocation.relayed, peer, packet));
        }
        asked.add(message.method());
        return List.of(new Packet(address, from, answer(message, from, now)));
    }

    private byte[] answer(StunMessage request, InetSocketAddress from, long now) {
        var key = key();
        if (!request.isAuthentic(key)) {
            return error(request, 401).realm(REALM).nonce(nonce).bytes();
        }
        if (!Arrays.equals(request.nonce().orElseThrow(), nonce)) {
            return error(request, 438).realm(REALM).nonce(nonce).bytes();
        }
        if (refusals.containsKey(request.method())) {
            return error(request, refusals.get(request.method())).sealed(key);
        }
        var allocation = allocations.get(from);
        if (request.method() == TurnClient.ALLOCATE) {
            if (allocation != null && !allocation.id.equals(request.id())) {
                return error(request, 437).sealed(key);
            }
            if (allocation == null) {
                allocation = new Allocation(new InetSocketAddress(address.getAddress(), ports++), request.id());
                allocation.endsAt = now + Duration.ofSeconds(lifetime).toNanos();
                allocations.put(from, allocation);
            }
            return success(request).relayedAddress(allocation.relayed)
                    .mappedAddress(from)
                    .lifetime(lifetime)
                    .sealed(key);
        }
        if (allocation == null) {
            return error(request, 437).sealed(key);
        }
        switch (request.method()) {
            case TurnClient.REFRESH -> {
                var wanted = request.lifetime().orElseThrow();
                allocation.endsAt = now + Duration.ofSeconds(Math.min(wanted, lifetime)).toNanos();
                if (wanted == 0) {
                    allocations.remove(from);
                }
                return success(request).lifetime(Math.min(wanted, lifetime)).sealed(key);
            }
            case TurnClient.CREATE_PERMISSION ->
                allocation.permissions.put(request.peerAddress().orElseThrow().getAddress(), now + PERMISSION);
            case TurnClient.CHANNEL_BIND -> {
                var number = request.channelNumber().orElseThrow();
                var peer = request.peerAddress().orElseThrow();
                if (!allocation.channels.getOrDefault(number, peer).equals(peer)) {
                    return error(request, 400).sealed(key);
                }
                allocation.channels.put(number, peer);
                allocation.channelEnds.put(number, now + CHANNEL);
                allocation.permissions.put(peer.getAddress(), now + PERMISSION);
            }
            default -> {
                return error(request, 400).sealed(key);
            }
        }
        return success(request).sealed(key);
    }

    static byte[] key() {
        try {
            return MessageDigest.getInstance("MD5")
                    .digest((USER + ":relay.example:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static StunWriter success(StunMessage request) {
        return new StunWriter(StunMessage.Kind.SUCCESS, request.method(), request.id());
    }

    static StunWriter error(StunMessage request, int code) {
        return new StunWriter(StunMessage.Kind.ERROR, request.method(), request.id()).error(code, "no");
    }
}
