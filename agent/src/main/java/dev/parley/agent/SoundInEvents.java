package dev.parley.agent;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.Playout;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.Session;
import java.util.List;

/// The caller's sound is sent as events, and the model's comes as events and is played here.
final class SoundInEvents implements Sound {
    private final AudioFormat format = AudioFormat.REALTIME_PCM;
    private final Microphone microphone;
    private final Speaker speaker;

    /// @param onDropping is told when the caller's sound begins to be dropped
    SoundInEvents(AudioLeg caller, Session session, Runnable onDropping) {
        this.microphone = new Microphone(caller, session, format, onDropping);
        this.speaker = new Speaker(caller, format.rate());
    }

    @Override
    public void start() {
        microphone.start();
        speaker.start();
    }

    @Override
    public void listen() {
        microphone.open();
    }

    @Override
    public void play(ServerEvent.OutputAudioDelta audio) {
        speaker.add(audio.at().itemId(), audio.at().contentIndex(), format.decode(audio.audio()));
    }

    @Override
    public void finish(String itemId, int contentIndex) {
        speaker.finish(itemId, contentIndex);
    }

    @Override
    public List<Playout.Heard> stop() {
        return speaker.stop();
    }

    @Override
    public void resume() {
        // What is added after a stop is played anyway.
    }

    @Override
    public void close() {
        speaker.close();
        microphone.close();
    }
}
