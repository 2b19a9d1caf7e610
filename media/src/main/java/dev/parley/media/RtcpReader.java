package dev.parley.media;

import static dev.parley.media.RtcpType.BLOCK_LENGTH;
import static dev.parley.media.RtcpType.HEADER_LENGTH;
import static dev.parley.media.RtcpType.SENDER_LENGTH;

import dev.parley.media.RtcpPacket.Chunk;
import dev.parley.media.RtcpPacket.Goodbye;
import dev.parley.media.RtcpPacket.Other;
import dev.parley.media.RtcpPacket.ReceiverReport;
import dev.parley.media.RtcpPacket.ReportBlock;
import dev.parley.media.RtcpPacket.SenderReport;
import dev.parley.media.RtcpPacket.SourceDescription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads one compound RTCP packet. Every length is checked before what it measures is read.
final class RtcpReader {
    private static final int VERSION = 2;
    private static final int PADDING = 0x20;

    private final byte[] bytes;
    private final int end;
    /// Where the packet being read goes on, where it ends, and its count.
    private int at;
    private int packetEnd;
    private int count;

    RtcpReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    List<RtcpPacket> packets() throws MalformedPacketException {
        var packets = new ArrayList<RtcpPacket>(3);
        do {
            packets.add(packet());
        } while (at < end);
        return List.copyOf(packets);
    }

    private RtcpPacket packet() throws MalformedPacketException {
        require(HEADER_LENGTH, end, "a header");
        int first = Wire.u8(bytes, at);
        if (first >> 6 != VERSION) {
            throw new MalformedPacketException("expected RTCP version 2, found " + (first >> 6));
        }
        count = first & 0x1F;
        int type = Wire.u8(bytes, at + 1);
        int length = (Wire.u16(bytes, at + 2) + 1) * Integer.BYTES;
        require(length, end, "packet " + type);
        int next = at + length;
        packetEnd = next;
        if ((first & PADDING) != 0) {
            int padding = Wire.u8(bytes, next - 1);
            if (padding == 0 || padding > length - HEADER_LENGTH) {
                throw new MalformedPacketException("expected padding of 1 to " + (length - HEADER_LENGTH)
                        + " bytes, found " + padding);
            }
            packetEnd -= padding;
        }
        at += HEADER_LENGTH;
        var packet = switch (type) {
            case RtcpType.SENDER_REPORT -> senderReport();
            case RtcpType.RECEIVER_REPORT -> new ReceiverReport(source(), blocks());
            case RtcpType.SOURCE_DESCRIPTION -> sourceDescription();
            case RtcpType.GOODBYE -> goodbye();
            default -> new Other(type, count, packetEnd - at);
        };
        at = next;
        return packet;
    }

    private SenderReport senderReport() throws MalformedPacketException {
        int ssrc = source();
        require(SENDER_LENGTH, packetEnd, "sender information");
        long ntp = ((long) Wire.i32(bytes, at) << 32) | Wire.u32(bytes, at + 4);
        int timestamp = Wire.i32(bytes, at + 8);
        long sent = Wire.u32(bytes, at + 12);
        long octets = Wire.u32(bytes, at + 16);
        at += SENDER_LENGTH;
        return new SenderReport(ssrc, ntp, timestamp, sent, octets, blocks());
    }

    private List<ReportBlock> blocks() throws MalformedPacketException {
        require(count * BLOCK_LENGTH, packetEnd, count + " report blocks");
        var blocks = new ArrayList<ReportBlock>(count);
        for (int i = 0; i < count; i++, at += BLOCK_LENGTH) {
            blocks.add(new ReportBlock(Wire.i32(bytes, at), Wire.u8(bytes, at + 4), Wire.i24(bytes, at + 5),
                    Wire.u32(bytes, at + 8), Wire.u32(bytes, at + 12), Wire.i32(bytes, at + 16),
                    Wire.u32(bytes, at + 20)));
        }
        return blocks;
    }

    private SourceDescription sourceDescription() throws MalformedPacketException {
        var chunks = new ArrayList<Chunk>(count);
        for (int i = 0; i < count; i++) {
            int start = at;
            int ssrc = source();
            chunks.add(new Chunk(ssrc, name()));
            // A chunk ends with one to four zeros, on a boundary of words.
            at = Math.min(start + (at - start + Integer.BYTES) / Integer.BYTES * Integer.BYTES, packetEnd);
        }
        return new SourceDescription(chunks);
    }

    /// Reads items up to the zero that ends them.
    private String name() throws MalformedPacketException {
        var name = "";
        while (at < packetEnd && bytes[at] != 0) {
            require(2, packetEnd, "an item");
            int type = Wire.u8(bytes, at);
            int length = Wire.u8(bytes, at + 1);
            at += 2;
            require(length, packetEnd, "an item's text");
            if (type == RtcpType.CNAME) {
                name = text(length);
            }
            at += length;
        }
        return name;
    }

    private Goodbye goodbye() throws MalformedPacketException {
        var ssrcs = new ArrayList<Integer>(count);
        for (int i = 0; i < count; i++) {
            ssrcs.add(source());
        }
        var reason = "";
        if (at < packetEnd) {
            int length = Wire.u8(bytes, at);
            at++;
            require(length, packetEnd, "a reason");
            reason = text(length);
        }
        return new Goodbye(ssrcs, reason);
    }

    private int source() throws MalformedPacketException {
        require(Integer.BYTES, packetEnd, "an SSRC");
        int ssrc = Wire.i32(bytes, at);
        at += Integer.BYTES;
        return ssrc;
    }

    /// Text of others; what is no UTF-8 would grow when replaced, and no longer fit.
    private String text(int length) {
        var text = new String(bytes, at, length, StandardCharsets.UTF_8);
        return text.getBytes(StandardCharsets.UTF_8).length <= 255
                ? text
                : new String(bytes, at, length / 3,
                        StandardCharsets.UTF_8);
    }

    private void require(int length, int limit, String what) throws MalformedPacketException {
        if (limit - at < length) {
            throw new MalformedPacketException("expected " + length + " bytes for " + what + ", found "
                    + Math.max(limit - at, 0));
        }
    }
}
