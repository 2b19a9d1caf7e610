/// The sound devices of this machine, through `javax.sound`: which there are, and a microphone and a loudspeaker as one end
/// of a call. The only part of `media` that has threads and a clock.
@NullMarked
package dev.parley.media.device;

import org.jspecify.annotations.NullMarked;
