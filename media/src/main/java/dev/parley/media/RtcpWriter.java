package dev.parley.media;

import dev.parley.media.RtcpPacket.Chunk;
import dev.parley.media.RtcpPacket.Goodbye;
import dev.parley.media.RtcpPacket.Other;
import dev.parley.media.RtcpPacket.ReceiverReport;
import dev.parley.media.RtcpPacket.ReportBlock;
import dev.parley.media.RtcpPacket.SenderReport;
import dev.parley.media.RtcpPacket.SourceDescription;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Writes one compound RTCP packet.
final class RtcpWriter {
    private static final int VERSION = 0x80;

    private byte[] bytes = new byte[128];
    private int at;

    byte[] write(List<? extends RtcpPacket> packets) {
        packets.forEach(this::packet);
        return Arrays.copyOf(bytes, at);
    }

    private void packet(RtcpPacket packet) {
        int start = at;
        switch (packet) {
            case SenderReport report -> {
                header(RtcpType.SENDER_REPORT, report.blocks().size());
                word(report.ssrc());
                word((int) (report.ntp() >> 32));
                word((int) report.ntp());
                word(report.rtpTimestamp());
                word((int) report.packets());
                word((int) report.octets());
                report.blocks().forEach(this::block);
            }
            case ReceiverReport report -> {
                header(RtcpType.RECEIVER_REPORT, report.blocks().size());
                word(report.ssrc());
                report.blocks().forEach(this::block);
            }
            case SourceDescription description -> {
                header(RtcpType.SOURCE_DESCRIPTION, description.chunks().size());
                description.chunks().forEach(this::chunk);
            }
            case Goodbye goodbye -> {
                header(RtcpType.GOODBYE, goodbye.ssrcs().size());
                goodbye.ssrcs().forEach(this::word);
                if (!goodbye.reason().isEmpty()) {
                    text(goodbye.reason());
                    fill();
                }
            }
            case Other other -> throw new IllegalArgumentException("expected a packet we write, found " + other);
        }
        Wire.put16(bytes, start + 2, (at - start) / Integer.BYTES - 1);
    }

    private void header(int type, int count) {
        word(((VERSION | count) << 24) | (type << 16));
    }

    private void block(ReportBlock block) {
        word(block.ssrc());
        word((block.fractionLost() << 24) | (block.lost() & 0xFF_FFFF));
        word((int) block.highestSequence());
        word((int) block.jitter());
        word(block.lastSenderReport());
        word((int) block.delay());
    }

    private void chunk(Chunk chunk) {
        word(chunk.ssrc());
        if (!chunk.cname().isEmpty()) {
            octet(RtcpType.CNAME);
            text(chunk.cname());
        }
        octet(0);
        fill();
    }

    private void text(String text) {
        var encoded = text.getBytes(StandardCharsets.UTF_8);
        octet(encoded.length);
        room(encoded.length);
        System.arraycopy(encoded, 0, bytes, at, encoded.length);
        at += encoded.length;
    }

    private void fill() {
        while (at % Integer.BYTES != 0) {
            octet(0);
        }
    }

    private void octet(int value) {
        room(1);
        bytes[at++] = (byte) value;
    }

    private void word(int value) {
        room(Integer.BYTES);
        Wire.put32(bytes, at, value);
        at += Integer.BYTES;
    }

    private void room(int length) {
        if (at + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(at + length, bytes.length * 2));
        }
    }
}
