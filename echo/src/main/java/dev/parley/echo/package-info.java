/// Echo cancellation with libwebrtc's audio processing: native code, found through [dev.parley.media.EchoControl.Provider]
/// where it is on the class path.
@NullMarked
package dev.parley.echo;

import org.jspecify.annotations.NullMarked;
