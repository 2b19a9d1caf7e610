package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.OpusSettings;
import dev.parley.media.Pcm;
import dev.parley.media.RtpCodec;
import dev.parley.media.RtpFormat;
import dev.parley.media.RtpReceiver;
import dev.parley.media.RtpSender;
import dev.parley.rtc.Codec;
import dev.parley.rtc.RtcEngine;
import dev.parley.speech.Ears;
import dev.parley.speech.Hearing;
import dev.parley.speech.SphinxEars;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is said on calls, in real time: this is as slow as speech is.
@Timeout(120)
class CallSoundTest {
    private static final String CALLS = "/v1/realtime/calls?model=gpt-realtime";
    private static final String ANSWER = "hello shall i create a payment request for you";
    private static final Pcm HELLO = Speech.of("hello there");

    private static RtcEngine engine;
    private static Ears earsOfCallers;

    /// Code that is run for the first time is slower than real time.
    @BeforeAll
    static void warmUp() {
        engine = RtcEngine.open();
        earsOfCallers = SphinxEars.of(Scenario.paymentDesk().callerGrammar());
        var format = new RtpFormat(RtpCodec.OPUS, 111);
        var sender = RtpSender.continuous(format, 1, HELLO.rate(), OpusSettings.SPEECH);
        var receiver = new RtpReceiver(List.of(format), HELLO.rate());
        sender.add("item", 0, HELLO.then(HELLO).then(HELLO));
        long nanos = 0;
        while (sender.queued() > 0) {
            long now = nanos += OutputBuffer.FRAME.toNanos();
            sender.next().ifPresent(packet -> receiver.received(packet, now));
            receiver.next(now);
        }
    }

    @AfterAll
    static void closeEngine() {
        engine.close();
    }

    private static Caller call(RawClient client, Caller caller) throws Exception {
        return caller.answered(client.post(CALLS, caller.offer(), "Authorization", "Bearer sk-test", "Content-Type",
                "application/sdp").text());
    }

    @Test
    void isUnderstoodAndUnderstandsOnTwoCallsAtOnce() throws Exception {
        try (var emulator = Emulator.start(Scenario.paymentDesk());
                var client = new RawClient(emulator);
                var opus = new Caller(engine);
                var pcmu = new Caller(engine, List.of(Codec.PCMU))) {
            emulator.warmUp();
            var callers = List.of(opus, pcmu);
            for (var caller : callers) {
                call(client, caller).send("{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":"
                        + "{\"input\":{\"transcription\":{\"model\":\"whisper-1\"}}}}}");
                caller.next("session.updated");
            }
            assertThat(callers).extracting(Caller::codec).containsExactly("opus", "PCMU");

            callers.forEach(caller -> caller.say(HELLO));

            for (var caller : callers) {
                assertThat(caller.next("conversation.item.input_audio_transcription.completed")
                        .path("transcript")
                        .asString()).as(caller.codec()).isEqualTo("hello there");
                caller.next("output_audio_buffer.stopped");
                assertThat(earsOfCallers.hear(caller.heard())).as(caller.codec())
                        .isInstanceOfSatisfying(Hearing.Understood.class, heard -> assertThat(heard.words())
                                .isEqualTo(ANSWER));
            }
        }
    }

    @Test
    void cutsTheAnswerWhereTheCallerHeardItEnd() throws Exception {
        var faculties = Faculties.scripted(List.of()).withVoices((_, _) -> noise(Duration.ofSeconds(5)));
        try (var emulator = Emulator.start(Emulator.Settings.plain().withFaculties(faculties));
                var client = new RawClient(emulator);
                var caller = call(client, new Caller(engine))) {
            caller.send("{\"type\":\"response.create\"}");
            caller.next("output_audio_buffer.started");

            caller.say(HELLO);

            caller.next("input_audio_buffer.speech_started");
            caller.next("output_audio_buffer.cleared");
            long cut = caller.next("conversation.item.truncated").path("audio_end_ms").longValue();
            caller.next("input_audio_buffer.committed");
            assertThat(cut).isBetween(100L, 4_900L);
            assertThat(loud(caller.heard()).toMillis()).isBetween(cut - 300, cut + 300);
        }
    }

    @Test
    void saysNothingWhileItIsStalled() throws Exception {
        var faculties = Faculties.scripted(List.of()).withVoices((_, _) -> noise(Duration.ofMillis(400)));
        try (var emulator = Emulator.start(Emulator.Settings.plain().withFaculties(faculties));
                var client = new RawClient(emulator);
                var caller = call(client, new Caller(engine))) {
            emulator.inject(new Fault.Stall(Duration.ofSeconds(1)).when(When.sent("output_audio_buffer.started")));
            caller.send("{\"type\":\"response.create\"}");

            caller.next("output_audio_buffer.stopped");

            var log = emulator.sessions().getFirst().entries();
            var started = log.stream().filter(entry -> entry.type().equals("output_audio_buffer.started")).findFirst();
            var stopped = log.stream().filter(entry -> entry.type().equals("output_audio_buffer.stopped")).findFirst();
            assertThat(Duration.between(started.orElseThrow().at(), stopped.orElseThrow().at()))
                    .isGreaterThan(Duration.ofMillis(1_350));
        }
    }

    private static Pcm noise(Duration length) {
        var samples = Pcm.silence(24_000, length).toSamples();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (8_000 * Math.sin(i * 0.13) + 4_000 * Math.sin(i * 0.037));
        }
        return Pcm.copyOf(24_000, samples);
    }

    /// How much of what was heard is not silent.
    private static Duration loud(Pcm heard) {
        int piece = heard.rate() / 100;
        int loud = 0;
        for (int from = 0; from + piece <= heard.frames(); from += piece) {
            if (heard.slice(from, from + piece).rms() > 0.05) {
                loud++;
            }
        }
        return Duration.ofMillis(10L * loud);
    }
}
