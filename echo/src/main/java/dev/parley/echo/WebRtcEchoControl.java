package dev.parley.echo;

import dev.onvoid.webrtc.media.audio.AudioProcessing;
import dev.onvoid.webrtc.media.audio.AudioProcessingConfig;
import dev.onvoid.webrtc.media.audio.AudioProcessingStreamConfig;
import dev.parley.media.EchoControl;
import dev.parley.media.Pcm;

/// Takes the loudspeaker's sound out of the microphone's with libwebrtc's canceller (AEC3), and noise and unevenness with it.
///
/// The library works on 10 ms; what is over waits for the next piece. Safe for its two threads; closing waits for both.
public final class WebRtcEchoControl implements EchoControl {
    private final AudioProcessing processing;
    private final AudioProcessingStreamConfig stream;
    private final int step;

    private final Object far = new Object();
    private final Object near = new Object();
    private Pcm farLeft;
    private Pcm nearLeft;
    private boolean closed;

    /// Echo control for mono audio at `rate`, a multiple of 8 kHz.
    ///
    /// @throws UnsatisfiedLinkError if the library is not there for this machine
    WebRtcEchoControl(int rate) {
        // First of all: only this class loads the native library.
        processing = new AudioProcessing();
        stream = new AudioProcessingStreamConfig(rate, 1);
        step = rate / 100;
        farLeft = Pcm.silence(rate, 0);
        nearLeft = Pcm.silence(rate, 0);
        var config = new AudioProcessingConfig();
        config.echoCanceller.enabled = true;
        config.echoCanceller.enforceHighPassFiltering = true;
        config.highPassFilter.enabled = true;
        config.noiseSuppression.enabled = true;
        config.noiseSuppression.level = AudioProcessingConfig.NoiseSuppression.Level.MODERATE;
        config.gainControl.enabled = true;
        config.gainControl.adaptiveDigital.enabled = true;
        // It begins with 15 dB otherwise, which makes what is left of the echo louder by as much.
        config.gainControl.adaptiveDigital.initialGainDb = 0;
        config.gainControl.adaptiveDigital.maxGainDb = 12;
        processing.applyConfig(config);
    }

    @Override
    public void played(Pcm audio) {
        synchronized (far) {
            if (closed) {
                return;
            }
            var all = farLeft.then(audio);
            int at = 0;
            for (; at + step <= all.frames(); at += step) {
                var bytes = all.slice(at, at + step).toLittleEndian();
                require(processing.processReverseStream(bytes, stream, stream, bytes));
            }
            farLeft = all.slice(at, all.frames());
        }
    }

    @Override
    public Pcm cleaned(Pcm heard) {
        synchronized (near) {
            if (closed) {
                return heard;
            }
            var all = nearLeft.then(heard);
            var clean = Pcm.silence(heard.rate(), 0);
            int at = 0;
            for (; at + step <= all.frames(); at += step) {
                var bytes = all.slice(at, at + step).toLittleEndian();
                require(processing.processStream(bytes, stream, stream, bytes));
                clean = clean.then(Pcm.ofLittleEndian(heard.rate(), bytes));
            }
            nearLeft = all.slice(at, all.frames());
            return clean;
        }
    }

    private static void require(int result) {
        if (result != 0) {
            throw new IllegalStateException("expected the audio processing to take 10 ms, found error " + result);
        }
    }

    @Override
    public String description() {
        return "libwebrtc: echo cancelled, noise suppressed, gain controlled";
    }

    @Override
    public void close() {
        synchronized (far) {
            synchronized (near) {
                if (!closed) {
                    closed = true;
                    processing.dispose();
                }
            }
        }
    }

    /// Found by [EchoControl#best].
    public static final class Provider implements EchoControl.Provider {
        /// For the service loader.
        public Provider() {}

        @Override
        public EchoControl open(int rate) {
            return new WebRtcEchoControl(rate);
        }
    }
}
