package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said here is voiced, goes over the wire's 24 kHz, and arrives with the silence that a turn detector leaves
/// around it. The limits in [Confidence] and the penalties in [Search] were chosen with these sentences, so they guard
/// against getting worse; they are no estimate of how often the ears are wrong.
class SphinxEarsTest {
    private static final Ears CALLED = ears(
            "hello [there]", "good morning", "[please] create a payment [request] for {price:money}",
            "create a payment for {amount:number}", "i need a payment of {price:money}", "make it {price:money}",
            "what is the status of order {order:digits}", "tell me about order {order:digits}",
            "i would like {n:number} {drink:beers|white wines|gin and tonics}", "in {to:currency}",
            "my name is {name:Ann|Bob|Parley}", "what can you do", "no [stop]", "no thanks",
            "wait a (moment|minute)", "that is all", "thank you [goodbye]", "goodbye", "yes [please]");

    static final List<String> SENTENCES = List.of(
            "hello", "hello there", "good morning",
            "create a payment request for forty nine dollars and ninety five cents",
            "please create a payment request for twenty euros",
            "i need a payment of one hundred and twenty pounds",
            "what is the status of order one zero zero one",
            "make it twelve hundred yen", "no stop", "wait a moment", "that is all", "thank you goodbye",
            "yes please", "no thanks",
            "create a payment request for minus five dollars",
            "create a payment request for one billion dollars",
            "I need a payment of $17.50", "What is the status of order 5 5 0 2?", "Tell me about order 9 8 7 6 5.",
            "Please create a payment for £99.99!", "create a payment request for zero point zero zero one dollars",
            "please create a payment request for 12 euros and 30 cents", "make it 33 euros", "make it 250 dollars",
            "make it 15 francs", "create a payment for ten", "i would like two gin and tonics",
            "i would like three beers", "in swiss francs", "in US dollars", "my name is parley", "what can you do",
            "create a payment request for five hundred kuwaiti dinars", "yes", "no");

    static final List<String> OTHER_SENTENCES = List.of(
            "create a reservation for two people", "i need a new bicycle",
            "what is the airspeed velocity of a swallow", "create a payment request for my brother",
            "what is the weather today", "hello my name is john and i live in london",
            "can you play some music", "i would like to order a pizza", "what is the status of my application",
            "good evening", "make it bigger", "please tell me a joke", "how do i get to the station",
            "the quick brown fox jumps over the lazy dog", "goodness gracious me", "yesterday",
            "i need a payment of", "thank god it is friday", "what time is it", "where do babies come from",
            "create a payment request", "twenty seven", "i want to speak to a human being", "open the door",
            "wait for me outside", "that is not what i said", "my order has not arrived yet", "you are welcome",
            "four score and seven years ago our fathers brought forth on this continent a new nation");

    @ParameterizedTest
    @FieldSource("SENTENCES")
    void understandsTheCaller(String sentence) {
        assertThat(CALLED.hear(overTheWire(FreeTtsVoice.caller().speak(sentence)))).satisfies(saying(sentence));
    }

    @ParameterizedTest
    @FieldSource("SENTENCES")
    void understandsTheAgentsVoiceToo(String sentence) {
        assertThat(CALLED.hear(overTheWire(FreeTtsVoice.agent().speak(sentence)))).satisfies(saying(sentence));
    }

    @ParameterizedTest
    @FieldSource("SENTENCES")
    void understandsOverALittleNoise(String sentence) {
        assertThat(CALLED.hear(withNoise(overTheWire(FreeTtsVoice.caller().speak(sentence)), 60)))
                .satisfies(saying(sentence));
    }

    @ParameterizedTest
    @FieldSource("OTHER_SENTENCES")
    void guessesNothing(String sentence) {
        var audio = overTheWire(FreeTtsVoice.caller().speak(sentence));

        assertThat(CALLED.hear(audio)).isInstanceOf(Hearing.NotUnderstood.class);
        assertThat(CALLED.hear(withNoise(audio, 60))).isInstanceOf(Hearing.NotUnderstood.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 30, 300, 3_000})
    void hearsNothingInSilenceOrNoise(int level) {
        var silence = Pcm.silence(24_000, Duration.ofSeconds(2));

        assertThat(CALLED.hear(withNoise(silence, level))).isInstanceOf(Hearing.NotUnderstood.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 1_000})
    void hearsNothingInNextToNoAudio(int frames) {
        assertThat(CALLED.hear(Pcm.silence(16_000, frames))).isInstanceOf(Hearing.NotUnderstood.class);
    }

    @Test
    void understandsSpeechThatFillsItsAudio() {
        var audio = FreeTtsVoice.caller().speak("what is the status of order one zero zero one");

        assertThat(CALLED.hear(audio.slice(800, audio.frames() - 800)))
                .satisfies(saying("what is the status of order one zero zero one"));
    }

    @Test
    void understandsWhatAnAgentSays() {
        var ears = ears(
                "Hello, this is Parley. How can I help you?",
                "Your payment request for {amount:money} is ready. The order number is {order:digits}.",
                "Sorry, I did not understand that.",
                "I can create payment requests, tell you about them, and take your orders at any time of the day or"
                        + " night.",
                "The amount must be greater than zero.",
                "Goodbye, and thank you for calling.",
                "Order {order:digits} is for {amount:money}, it was created this morning, it has not been paid yet, and"
                        + " it will be cancelled at midnight unless the customer pays before that.");

        assertThat(Stream.of(
                "Hello, this is Parley. How can I help you?",
                "Your payment request for 49.95 US dollars is ready. The order number is 1 0 0 1.",
                "Your payment request for 20 euros is ready. The order number is 1 0 0 2.",
                "Sorry, I did not understand that.",
                "I can create payment requests, tell you about them, and take your orders at any time of the day or"
                        + " night.",
                "The amount must be greater than zero.",
                "Goodbye, and thank you for calling.",
                "Order 1 0 0 2 is for £120.50, it was created this morning, it has not been paid yet, and it will be"
                        + " cancelled at midnight unless the customer pays before that."))
                .allSatisfy(sentence -> assertThat(ears.hear(overTheWire(FreeTtsVoice.agent().speak(sentence))))
                        .satisfies(saying(sentence)));
    }

    @Test
    void listensForWordsThatAreInNoDictionary() {
        var ears = SphinxEars.of(Grammar.of(List.of(
                Phrase.parse("order a {drink:kombucha|beer|чай}"), Phrase.parse("добрый день"), Phrase.parse(
                        "it is {price:money}"))));

        assertThat(ears.missingWords()).containsExactly("kombucha");
        assertThat(ears.unheardWords()).containsExactly("день", "добрый", "чай");
        assertThat(ears.hear(overTheWire(FreeTtsVoice.caller().speak("order a kombucha"))))
                .satisfies(saying("order a kombucha"));
    }

    @Test
    void listensToManyAtOnce() throws Exception {
        var sentences = List.of("hello there", "yes please", "no thanks", "that is all");
        List<Callable<Hearing>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String sentence = sentences.get(i % sentences.size());
            calls.add(() -> CALLED.hear(overTheWire(FreeTtsVoice.caller().speak(sentence))));
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var heard = threads.invokeAll(calls, 30, TimeUnit.SECONDS);

            for (int i = 0; i < heard.size(); i++) {
                assertThat(heard.get(i).get()).satisfies(saying(sentences.get(i % sentences.size())));
            }
        }
    }

    @Test
    void needsSomethingToListenFor() {
        assertThatIllegalArgumentException().isThrownBy(() -> Grammar.of(List.of()));
    }

    private static SphinxEars ears(String... phrases) {
        return SphinxEars.of(Grammar.of(Stream.of(phrases).map(Phrase::parse).toList()));
    }

    private static Pcm overTheWire(Pcm speech) {
        var turn = Pcm.silence(speech.rate(), Duration.ofMillis(300))
                .then(speech)
                .then(Pcm.silence(speech.rate(), Duration.ofMillis(200)));
        return Resampler.convert(turn, Pcm.REALTIME_RATE);
    }

    private static Pcm withNoise(Pcm audio, double level) {
        var random = new Random(1);
        var samples = audio.toSamples();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) Math.clamp(samples[i] + level * random.nextGaussian(), -32_768, 32_767);
        }
        return Pcm.copyOf(audio.rate(), samples);
    }

    private static Consumer<Hearing> saying(String sentence) {
        return hearing -> assertThat(hearing).isInstanceOfSatisfying(Hearing.Understood.class, understood -> {
            assertThat(understood.words()).isEqualTo(SpokenText.of(sentence));
            assertThat(understood.confidence()).isBetween(0.5, 1.0);
        });
    }
}
