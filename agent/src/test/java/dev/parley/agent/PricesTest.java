package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.realtime.ServerEvent;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTest {
    private static final Prices PRICES = Prices.ofJson("""
            {"currency":"USD","text_input":4,"cached_text_input":0.4,"text_output":16,"audio_input":32,
             "cached_audio_input":0.4,"audio_output":64,"transcription_minute":0.006}""");

    private static ServerEvent done(String id, String usage) {
        return ServerEvent.parse("""
                {"type":"response.done","response":{"id":"%s","status":"completed","output":[],"usage":%s}}"""
                .formatted(id, usage));
    }

    private static final String USAGE = """
            {"total_tokens":1500,"input_tokens":1000,"output_tokens":500,
             "input_token_details":{"text_tokens":600,"audio_tokens":400,"image_tokens":0,"cached_tokens":300,
               "cached_tokens_details":{"text_tokens":200,"audio_tokens":100,"image_tokens":0}},
             "output_token_details":{"text_tokens":100,"audio_tokens":400}}""";

    private static CallEvent.Charged charged(Bill bill, ServerEvent event) {
        return (CallEvent.Charged) bill.on(event).orElseThrow();
    }

    @Test
    void countsCachedTokensOnce() {
        var charged = charged(new Bill(Prices.NONE), done("r1", USAGE));

        assertThat(charged.used().amounts()).isEqualTo(Map.of(Meter.TEXT_INPUT, new BigDecimal(400),
                Meter.CACHED_TEXT_INPUT, new BigDecimal(200), Meter.AUDIO_INPUT, new BigDecimal(300),
                Meter.CACHED_AUDIO_INPUT, new BigDecimal(100), Meter.TEXT_OUTPUT, new BigDecimal(100),
                Meter.AUDIO_OUTPUT, new BigDecimal(400)));
    }

    @Test
    void addsUpExactlyWhatResponsesAndTranscriptsCost() {
        var bill = new Bill(PRICES);

        var response = charged(bill, done("r1", USAGE));
        var words = charged(bill, new ServerEvent.InputTranscriptCompleted("u1", 0, "words", 90));

        // 400 x 4 + 200 x 0.4 + 300 x 32 + 100 x 0.4 + 100 x 16 + 400 x 64, in millionths
        assertThat(response.cost().amount()).isEqualByComparingTo("0.03852");
        assertThat(response.cost().currency()).isEqualTo(Currency.getInstance("USD"));
        assertThat(response.cost().isComplete()).isTrue();
        assertThat(words.cost().amount()).isEqualByComparingTo("0.009");
        assertThat(words.total().amount()).isEqualByComparingTo("0.04752");
    }

    @Test
    void saysWhatHasNoPrice() {
        var bill = new Bill(Prices.of(Map.of("currency", "EUR", "text_input", 4)));

        var charged = charged(bill, done("r1", "{\"input_tokens\":10,\"output_tokens\":5}"));

        assertThat(charged.cost().amount()).isEqualByComparingTo("0.00004");
        assertThat(charged.cost().unpriced()).containsExactly(Meter.TEXT_OUTPUT);
        assertThat(charged.total().isComplete()).isFalse();
    }

    @Test
    void countsTranscriptionsByTokensOrByWhateverTheyAreBilledBy() {
        var bill = new Bill(PRICES);
        var event = """
                {"type":"conversation.item.input_audio_transcription.completed","item_id":"u1","content_index":0,
                 "transcript":"hi","usage":%s}""";

        var tokens = charged(bill, ServerEvent.parse(event.formatted("""
                {"type":"tokens","total_tokens":30,"input_tokens":20,"output_tokens":10,
                 "input_token_details":{"text_tokens":5,"audio_tokens":15}}""")));
        var strange = charged(bill, ServerEvent.parse(event.formatted("{\"type\":\"syllables\"}")));

        assertThat(tokens.used().amounts()).isEqualTo(Map.of(Meter.TRANSCRIPTION_TEXT_INPUT, BigDecimal.valueOf(5),
                Meter.TRANSCRIPTION_AUDIO_INPUT, BigDecimal.valueOf(15),
                Meter.TRANSCRIPTION_OUTPUT, BigDecimal.valueOf(10)));
        assertThat(strange.cost().unpriced()).containsExactly(Meter.UNKNOWN);
    }

    @Test
    void nothingUsedIsNothingCharged() {
        var bill = new Bill(PRICES);

        assertThat(bill.on(done("r1", "null"))).isEmpty();
        assertThat(bill.on(done("r2", "{\"input_tokens\":0,\"output_tokens\":0}"))).isEmpty();
        assertThat(bill.on(ConversationEvents.sessionCreated())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"currency":"USD","text_in":4}      | expected prices of text_input, audio_input, image_input, cached_text_input, cached_audio_input, cached_image_input, text_output, audio_output, transcription_text_input, transcription_audio_input, transcription_output, transcription_minute, found "text_in"
            {"currency":"USD","text_input":"x"} | expected a number for "text_input", found "x"
            {"currency":"USD","text_input":-1}  | expected a price of 0 or more for "text_input", found -1
            {"text_input":1}                    | expected an ISO 4217 code for "currency", found "null"
            []                                  | expected prices as a JSON object
            """)
    void saysWhichPriceIsNone(String json, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> Prices.ofJson(json)).withMessage(message);
    }
}
