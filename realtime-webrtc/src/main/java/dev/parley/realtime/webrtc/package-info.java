/// Realtime sessions over WebRTC: events on a data channel, sound as RTP.
@NullMarked
package dev.parley.realtime.webrtc;

import org.jspecify.annotations.NullMarked;
