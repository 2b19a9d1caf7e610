package dev.parley.rtc;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Streams start over, which is how data channels are closed (RFC 6525): one request at a time, sent again until it is
/// answered; and the peer's requests, which wait until what was sent before them is here.
/// ```
/// +-------------------------------+-------------------------------+
/// |   type: 13 outgoing request   |            length             |
/// +-------------------------------+-------------------------------+
/// |  request number, response number, last TSN (32 bits each)     |
/// +-------------------------------+-------------------------------+
/// |       stream, as often as it fits (16 bits each)              |
/// +-------------------------------+-------------------------------+
/// ```
final class SctpResets {
    private static final long NEVER = Long.MAX_VALUE;
    private static final int MOST = 100;

    private static final int NOTHING_TO_DO = 0;
    private static final int PERFORMED = 1;
    private static final int DENIED = 2;
    private static final int WRONG_NUMBER = 5;
    private static final int IN_PROGRESS = 6;

    private final SctpOutbound outbound;
    private final SctpInbound inbound;
    private final SctpRto rto;
    private final Consumer<List<Integer>> onPeerReset;
    private final Consumer<List<Integer>> onReset;

    private final Set<Integer> wanted = new LinkedHashSet<>();
    private List<Integer> requested = List.of();
    private int requestedAfter;
    private int request;
    private boolean sendNow;
    private long timeout = NEVER;

    private int expected;
    private int lastResult = NOTHING_TO_DO;
    private Optional<Response> response = Optional.empty();

    private record Response(int request, int result) {}

    SctpResets(int localTsn, int peerTsn, SctpOutbound outbound, SctpInbound inbound, SctpRto rto,
            Consumer<List<Integer>> onPeerReset, Consumer<List<Integer>> onReset) {
        this.request = localTsn;
        this.expected = peerTsn;
        this.outbound = outbound;
        this.inbound = inbound;
        this.rto = rto;
        this.onPeerReset = onPeerReset;
        this.onReset = onReset;
    }

    /// Starts one of our streams over, as soon as all that was sent on it has arrived.
    void reset(int stream) {
        wanted.add(stream);
    }

    long timeout() {
        return timeout;
    }

    boolean isDue() {
        return sendNow || response.isPresent() || (requested.isEmpty() && wanted.stream().anyMatch(this::isReady));
    }

    private boolean isReady(int stream) {
        return !outbound.hasPending(stream);
    }

    /// Writes a RE-CONFIG with our request, or our answer to the peer's.
    void write(SctpWriter packet, long now) {
        writeResponse(packet);
        if (requested.isEmpty()) {
            requested = wanted.stream().filter(this::isReady).limit(MOST).toList();
            requested.forEach(wanted::remove);
            requestedAfter = outbound.lastTsn();
            sendNow = !requested.isEmpty();
        }
        if (!sendNow) {
            return;
        }
        int length = 16 + 2 * requested.size();
        if (packet.begin(Sctp.RE_CONFIG, 0, length)) {
            packet.u16(Sctp.OUTGOING_RESET).u16(length).i32(request).i32(expected - 1).i32(requestedAfter);
            requested.forEach(packet::u16);
            packet.end();
            sendNow = false;
            timeout = now + rto.rto();
        }
    }

    private void writeResponse(SctpWriter packet) {
        if (response.isPresent() && packet.begin(Sctp.RE_CONFIG, 0, 12)) {
            packet.u16(Sctp.RESET_RESPONSE).u16(12).i32(response.get().request()).i32(response.get().result()).end();
            response = Optional.empty();
        }
    }

    void timedOut() {
        sendNow = !requested.isEmpty();
        timeout = NEVER;
        rto.backOff();
    }

    /// Takes a RE-CONFIG: one or two parameters.
    void receive(byte[] bytes, int at, int length) {
        int end = at + length;
        while (end - at >= 8) {
            int size = Wire.u16(bytes, at + 2);
            if (size < 8 || size > end - at) {
                return;
            }
            switch (Wire.u16(bytes, at)) {
                case Sctp.OUTGOING_RESET -> peerResets(bytes, at, size);
                case Sctp.RESET_RESPONSE -> answered(bytes, at, size);
                // That we reset our streams, that all TSNs start over, that there be more streams: nobody asks.
                default -> deny(Wire.i32(bytes, at + 4));
            }
            at += Sctp.filled(size);
        }
    }

    private void deny(int number) {
        if (number == expected) {
            expected++;
            lastResult = DENIED;
        }
        response = Optional.of(new Response(number, DENIED));
    }

    private void peerResets(byte[] bytes, int at, int size) {
        int number = Wire.i32(bytes, at + 4);
        if (size < 16) {
            return;
        }
        if (number == expected - 1) {
            response = Optional.of(new Response(number, lastResult));
            return;
        }
        if (number != expected) {
            response = Optional.of(new Response(number, WRONG_NUMBER));
            return;
        }
        if (!inbound.hasArrived(Wire.i32(bytes, at + 12))) {
            response = Optional.of(new Response(number, IN_PROGRESS));
            return;
        }
        var streams = new ArrayList<Integer>();
        for (int stream = at + 16; stream + 2 <= at + size; stream += 2) {
            streams.add(Wire.u16(bytes, stream));
        }
        expected++;
        lastResult = PERFORMED;
        response = Optional.of(new Response(number, PERFORMED));
        streams.forEach(inbound::reset);
        onPeerReset.accept(List.copyOf(streams));
    }

    private void answered(byte[] bytes, int at, int size) {
        if (size < 12 || requested.isEmpty() || Wire.i32(bytes, at + 4) != request) {
            return;
        }
        if (Wire.i32(bytes, at + 8) == IN_PROGRESS) {
            // The timer asks again.
            return;
        }
        var done = requested;
        requested = List.of();
        request++;
        timeout = NEVER;
        sendNow = false;
        done.forEach(outbound::reset);
        onReset.accept(done);
    }
}
