package dev.parley.agent;

import dev.parley.media.Playout;
import dev.parley.realtime.ServerEvent;
import java.util.List;

/// How caller and model hear each other in a call. Any thread may call.
interface Sound extends AutoCloseable {
    void start();

    /// Lets the caller be heard from now on.
    void listen();

    /// Lets the caller hear a piece that came as an event.
    void play(ServerEvent.OutputAudioDelta audio);

    /// No more of this part will come as events.
    void finish(String itemId, int contentIndex);

    /// Falls silent at once.
    ///
    /// @return what was heard of each item that was cut, as far as that is known here
    List<Playout.Heard> stop();

    /// What comes from now on is to be heard again.
    void resume();

    @Override
    void close();
}
