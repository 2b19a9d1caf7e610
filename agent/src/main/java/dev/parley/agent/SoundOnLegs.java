package dev.parley.agent;

import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import dev.parley.media.Playout;
import dev.parley.media.Resampler;
import dev.parley.realtime.ServerEvent;
import java.util.List;

/// Two legs joined: what arrives on one is sent on the other, on the thread that delivers it. Nothing before both are to hear
/// each other: what was said before that would be late for as long as the call lasts.
final class SoundOnLegs implements Sound {
    private final AudioLeg caller;
    private final AudioLeg model;
    private final Resampler toModel;
    private final Resampler toCaller;
    private volatile boolean listening;
    private volatile boolean silenced;

    SoundOnLegs(AudioLeg caller, AudioLeg model) {
        this.caller = caller;
        this.model = model;
        this.toModel = new Resampler(caller.format().rate(), model.format().rate());
        this.toCaller = new Resampler(model.format().rate(), caller.format().rate());
    }

    @Override
    public void start() {
        model.onAudio(this::fromModel);
        caller.onAudio(this::fromCaller);
    }

    private void fromCaller(Pcm audio) {
        if (listening) {
            model.send(toModel.process(audio));
        }
    }

    /// Silence, too, is sent: it keeps the caller's time.
    private void fromModel(Pcm audio) {
        if (listening) {
            caller.send(toCaller.process(silenced ? Pcm.silence(audio.rate(), audio.frames()) : audio));
        }
    }

    @Override
    public void listen() {
        listening = true;
    }

    @Override
    public void play(ServerEvent.OutputAudioDelta audio) {
        throw new IllegalStateException("expected the model's sound on its leg, found it in an event");
    }

    @Override
    public void finish(String itemId, int contentIndex) {
        throw new IllegalStateException("expected the model's sound on its leg, found it in an event");
    }

    /// What is still on its way is not let through; what was heard, the service knows.
    @Override
    public List<Playout.Heard> stop() {
        silenced = true;
        return List.of();
    }

    @Override
    public void resume() {
        silenced = false;
    }

    @Override
    public void close() {
        listening = false;
    }
}
