/// The Realtime protocol: its events and objects as Java types, and a session over WebSocket.
@NullMarked
package dev.parley.realtime;

import org.jspecify.annotations.NullMarked;
