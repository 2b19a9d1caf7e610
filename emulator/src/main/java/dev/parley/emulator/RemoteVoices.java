package dev.parley.emulator;

import dev.parley.media.Pcm;
import dev.parley.media.Wav;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Voices behind `POST /audio/speech` of OpenAI's HTTP interface. Asked for is PCM at 24 kHz; a WAV file is taken too,
/// because some servers send nothing else.
final class RemoteVoices implements Voices {
    private static final String PATH = "/audio/speech";
    /// Twenty minutes.
    private static final int LARGEST = 2 * Pcm.REALTIME_RATE * 60 * 20;

    private final RemoteService service;
    private final Optional<String> voice;

    /// @param voice used whatever the session asks for; empty to pass on the session's voice
    RemoteVoices(RemoteService service, Optional<String> voice) {
        this.service = service;
        this.voice = voice;
    }

    @Override
    public Pcm speak(String text, String name) throws InterruptedException {
        if (text.isBlank()) {
            return Pcm.silence(Pcm.REALTIME_RATE, 0);
        }
        var request = RemoteService.JSON.createObjectNode()
                .put("model", service.model())
                .put("input", text)
                .put("voice", voice.orElse(name))
                .put("response_format", "pcm");
        try (var answer = service.postJson(PATH, request)) {
            if (answer.isJson() || answer.contentType().startsWith("text/")) {
                throw unexpected(answer.contentType().split(";", 2)[0], null);
            }
            var bytes = answer.body().whole(LARGEST);
            return isWav(bytes) ? wav(bytes) : pcm(bytes);
        }
    }

    private static boolean isWav(byte[] bytes) {
        return bytes.length >= 12 && bytes[0] == 'R' && bytes[1] == 'I' && bytes[2] == 'F' && bytes[3] == 'F'
                && bytes[8] == 'W' && bytes[9] == 'A' && bytes[10] == 'V' && bytes[11] == 'E';
    }

    private static Pcm wav(byte[] bytes) {
        try {
            return Wav.read(new ByteArrayInputStream(bytes)).mono();
        } catch (IOException e) {
            throw unexpected("a WAV file that cannot be read", e);
        }
    }

    private static Pcm pcm(byte[] bytes) {
        if (bytes.length < 2) {
            throw unexpected("nothing", null);
        }
        return Pcm.ofLittleEndian(Pcm.REALTIME_RATE, bytes.length % 2 == 0
                ? bytes
                : Arrays.copyOf(bytes, bytes.length - 1));
    }

    private static FacultyException unexpected(String found, @Nullable Throwable cause) {
        return new FacultyException("expected PCM or WAV in the answer to POST " + PATH + ", found " + found, cause);
    }
}
