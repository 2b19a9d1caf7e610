package dev.parley.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.openai.core.ObjectMappers;
import com.openai.models.realtime.InputAudioBufferAppendEvent;
import com.openai.models.realtime.RealtimeClientEvent;
import com.openai.models.realtime.RealtimeServerEvent;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.ServerEvent;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The two frames that a voice session is made of, 10 KB of audio each: from text to bytes that can be played, and from
/// bytes to text that can be sent. Ours, and the official client's models with the mapper it uses itself.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class AudioFrameBenchmark {
    private static final int AUDIO_BYTES = 10 * 1024;

    private final JsonMapper official = ObjectMappers.jsonMapper();
    private final byte[] audio = new byte[AUDIO_BYTES];
    private final String delta;

    public AudioFrameBenchmark() {
        new Random(7).nextBytes(audio);
        delta = """
                {"type":"response.output_audio.delta","event_id":"event_DSCqQtyv9Up4kZyXlrV3w",\
                "response_id":"resp_DSCqQ8mXkU5h7bV2wWJd1","item_id":"item_DSCqQf2LkPq9xZr4T6yHs",\
                "output_index":0,"content_index":0,"delta":"%s"}"""
                .formatted(Base64.getEncoder().encodeToString(audio));
    }

    @Benchmark
    public byte[] decodeOurs() {
        return ((ServerEvent.OutputAudioDelta) ServerEvent.parse(delta)).audio();
    }

    @Benchmark
    public byte[] decodeOfficial() throws JsonProcessingException {
        var event = official.readValue(delta, RealtimeServerEvent.class);
        return Base64.getDecoder().decode(event.asResponseOutputAudioDelta().delta());
    }

    @Benchmark
    public String encodeOurs() {
        return new ClientEvent.InputAppend(audio).toJson();
    }

    @Benchmark
    public String encodeOfficial() throws JsonProcessingException {
        var append = InputAudioBufferAppendEvent.builder().audio(Base64.getEncoder().encodeToString(audio)).build();
        return official.writeValueAsString(RealtimeClientEvent.ofInputAudioBufferAppend(append));
    }
}
