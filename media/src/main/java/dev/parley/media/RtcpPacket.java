package dev.parley.media;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// What the two ends of an RTP stream tell each other about it (RFC 3550 section 6). Packets travel together, as a compound:
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|  count  |  packet type  |   length in words, minus one  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                             body                              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
/// SSRCs and timestamps are unsigned 32-bit numbers in an `int`.
public sealed interface RtcpPacket {
    /// How many reports, sources or chunks one packet can have.
    int MOST = 31;

    /// What a sender has sent (type 200).
    ///
    /// @param ssrc         the sender
    /// @param ntp          wall-clock time, seconds since 1900 in the upper 32 bits
    /// @param rtpTimestamp the same moment in the clock of the stream
    /// @param packets      packets sent, modulo 2^32
    /// @param octets       bytes of payload sent, modulo 2^32
    /// @param blocks       what the sender itself hears
    record SenderReport(int ssrc, long ntp, int rtpTimestamp, long packets, long octets,
            List<ReportBlock> blocks) implements RtcpPacket {
        public SenderReport {
            blocks = atMost(blocks);
        }
    }

    /// What somebody hears who sends nothing (type 201).
    ///
    /// @param ssrc   who reports
    /// @param blocks one for each source heard
    record ReceiverReport(int ssrc, List<ReportBlock> blocks) implements RtcpPacket {
        public ReceiverReport {
            blocks = atMost(blocks);
        }
    }

    /// Who is behind sources (type 202); of all items the canonical name is kept.
    ///
    /// @param chunks one for each source
    record SourceDescription(List<Chunk> chunks) implements RtcpPacket {
        public SourceDescription {
            chunks = atMost(chunks);
        }
    }

    /// One source's canonical name.
    ///
    /// @param ssrc  the source
    /// @param cname the name, at most 255 bytes; empty: none was given
    record Chunk(int ssrc, String cname) {
        public Chunk {
            requireShort("a canonical name", cname);
        }
    }

    /// Sources leave (type 203).
    ///
    /// @param ssrcs  the sources
    /// @param reason for people, at most 255 bytes; empty: none was given
    record Goodbye(List<Integer> ssrcs, String reason) implements RtcpPacket {
        public Goodbye {
            ssrcs = atMost(ssrcs);
            requireShort("a reason", reason);
        }
    }

    /// A packet of another type, such as feedback (205, 206) or an extended report (207). Not written.
    ///
    /// @param type   its number
    /// @param count  the five bits after version and padding
    /// @param length bytes after the header
    record Other(int type, int count, int length) implements RtcpPacket {}

    /// What was heard of one source since the report before.
    ///
    /// @param ssrc             the source
    /// @param fractionLost     packets lost of 256 expected, 0 to 255
    /// @param lost             packets lost since the beginning, negative if there were duplicates
    /// @param highestSequence  the highest sequence number, how often it wrapped in the upper 16 bits
    /// @param jitter           variation of the time packets take, in ticks of the source's clock
    /// @param lastSenderReport the middle of the NTP time of the source's last report; 0: none came
    /// @param delay            time since that report, in 1/65,536 s
    record ReportBlock(int ssrc, int fractionLost, int lost, long highestSequence, long jitter, int lastSenderReport,
            long delay) {}

    /// Reads a compound. Packets other than reports may come first (RFC 5506).
    static List<RtcpPacket> parse(byte[] bytes, int offset, int length) throws MalformedPacketException {
        return new RtcpReader(bytes, offset, length).packets();
    }

    /// Writes a compound.
    static byte[] compound(List<? extends RtcpPacket> packets) {
        return new RtcpWriter().write(packets);
    }

    private static <T> List<T> atMost(List<T> list) {
        if (list.size() > MOST) {
            throw new IllegalArgumentException("expected at most " + MOST + " in one packet, found " + list.size());
        }
        return List.copyOf(list);
    }

    private static void requireShort(String what, String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > 255) {
            throw new IllegalArgumentException("expected " + what + " of at most 255 bytes, found " + length);
        }
    }
}
