package dev.parley.emulator;

import dev.parley.media.Pcm;
import dev.parley.speech.Ears;
import dev.parley.speech.Hearing;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/// Ears behind `POST /audio/transcriptions` of OpenAI's HTTP interface: a WAV file goes up, the words come back, as JSON or
/// as a stream of `transcript.text.delta` and `transcript.text.done`.
final class RemoteEars implements Ears {
    private static final String PATH = "/audio/transcriptions";
    private static final int LARGEST = 4 << 20;

    private final RemoteService service;

    RemoteEars(RemoteService service) {
        this.service = service;
    }

    @Override
    public Hearing hear(Pcm audio) {
        var boundary = "parley" + Long.toHexString(new Random().nextLong());
        try (var answer = service.post(PATH, "multipart/form-data; boundary=" + boundary,
                HttpRequest.BodyPublishers.ofByteArray(form(boundary, audio)))) {
            var words = (answer.isEventStream() ? streamed(answer.body()) : whole(answer.body())).strip();
            return words.isEmpty() ? new Hearing.NotUnderstood() : new Hearing.Understood(words, 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FacultyException("interrupted while listening", e);
        }
    }

    private static String whole(RemoteBody body) throws InterruptedException {
        var json = RemoteService.json(body::what, body.whole(LARGEST));
        if (!json.path("text").isString()) {
            throw unexpected(body, "a member text");
        }
        return json.path("text").stringValue();
    }

    private static String streamed(RemoteBody body) throws InterruptedException {
        var stream = new EventStream();
        var deltas = new StringBuilder();
        for (var piece = body.next(); piece.isPresent(); piece = body.next()) {
            for (var event : stream.add(piece.get())) {
                var done = take(body, event, deltas);
                if (done) {
                    return deltas.toString();
                }
            }
        }
        for (var event : stream.end()) {
            if (take(body, event, deltas)) {
                return deltas.toString();
            }
        }
        throw unexpected(body, "transcript.text.done at the end");
    }

    /// Whether this event is the last; the words are then all in `deltas`.
    private static boolean take(RemoteBody body, String event, StringBuilder deltas) {
        if (event.equals("[DONE]")) {
            return true;
        }
        JsonNode json = RemoteService.json(body::what, event.getBytes(StandardCharsets.UTF_8));
        if (json.has("error") && !json.path("error").isNull()) {
            throw unexpected(body, "words");
        }
        switch (json.path("type").asString("")) {
            case "transcript.text.delta" -> deltas.append(json.path("delta").asString(""));
            case "transcript.text.done" -> {
                if (json.path("text").isString()) {
                    deltas.setLength(0);
                    deltas.append(json.path("text").stringValue());
                }
                return true;
            }
            default -> {
                // Segments and usage say nothing new.
            }
        }
        if (deltas.length() > LARGEST) {
            throw unexpected(body, "an utterance's words");
        }
        return false;
    }

    private static FacultyException unexpected(RemoteBody body, String expected) {
        return new FacultyException("expected " + expected + " in the answer to " + body.what()
                + ", found something else",
                null);
    }

    private byte[] form(String boundary, Pcm audio) {
        var form = new ByteArrayOutputStream();
        part(form, boundary, "name=\"model\"", service.model().getBytes(StandardCharsets.UTF_8));
        part(form, boundary, "name=\"response_format\"", "json".getBytes(StandardCharsets.UTF_8));
        part(form, boundary, "name=\"file\"; filename=\"speech.wav\"\r\nContent-Type: audio/wav", wav(audio.mono()));
        form.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return form.toByteArray();
    }

    private static void part(ByteArrayOutputStream form, String boundary, String disposition, byte[] content) {
        form.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n").getBytes(
                StandardCharsets.US_ASCII));
        form.writeBytes(content);
        form.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /// A WAV file in memory: the canonical header of 44 bytes, and the samples.
    private static byte[] wav(Pcm mono) {
        var samples = mono.toLittleEndian();
        return ByteBuffer.allocate(44 + samples.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(36 + samples.length)
                .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(mono.rate())
                .putInt(2 * mono.rate())
                .putShort((short) 2)
                .putShort((short) 16)
                .put("data".getBytes(StandardCharsets.US_ASCII))
                .putInt(samples.length)
                .put(samples)
                .array();
    }
}
