package dev.parley.rtc;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The thread of a loop, with the buffers of the packet it is at: however many connections take turns, these stay in the
/// processor's cache. Its own thread alone may use them, from one call to the next.
final class IoThread extends Thread {
    /// What was read, and is lent to handlers.
    final byte[] received = new byte[IoLoop.BUFFER];
    /// What is protected, to be sent.
    final byte[] sealed = new byte[IoLoop.BUFFER];
    /// What the system is handed, and hands over.
    final ByteBuffer incoming = ByteBuffer.allocateDirect(IoLoop.BUFFER);
    final ByteBuffer outgoing = ByteBuffer.allocateDirect(IoLoop.BUFFER);

    IoThread(String name, Runnable task) {
        super(task, name);
        setDaemon(true);
    }

    /// Where the thread at work may protect a packet, if it is one of these.
    static byte @Nullable [] sealedHere() {
        return Thread.currentThread() instanceof IoThread io ? io.sealed : null;
    }
}
