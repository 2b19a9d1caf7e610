/// WebRTC peer connections in plain Java: SDP, ICE, DTLS, SRTP and data channels.
@NullMarked
package dev.parley.rtc;

import org.jspecify.annotations.NullMarked;
