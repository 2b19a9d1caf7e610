package dev.parley.media;

/// Numbers of RTCP (RFC 3550 section 12).
final class RtcpType {
    static final int SENDER_REPORT = 200;
    static final int RECEIVER_REPORT = 201;
    static final int SOURCE_DESCRIPTION = 202;
    static final int GOODBYE = 203;

    static final int CNAME = 1;

    static final int HEADER_LENGTH = 4;
    static final int BLOCK_LENGTH = 24;
    static final int SENDER_LENGTH = 20;

    private RtcpType() {}
}
