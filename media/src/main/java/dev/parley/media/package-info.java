/// Audio as values and pure machines: PCM and its formats, G.711, WAV, resampling, voice activity, playout, RTP and RTCP.
///
/// Nothing here opens a socket, reads a clock or starts a thread. Positions are counted in samples at a stated rate.
@NullMarked
package dev.parley.media;

import org.jspecify.annotations.NullMarked;
