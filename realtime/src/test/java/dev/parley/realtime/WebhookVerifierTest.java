package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.realtime.WebhookException.Check;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The signatures here were computed outside of Java; the first comes from the Standard Webhooks specification.
class WebhookVerifierTest {
    private static final String SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String SIGNATURE = "v1,0pl1NM87r+Q2zzPFEFZ4QsiP/4xNG+WhPhAEtwuXNo0=";
    private static final String PLAIN_SIGNATURE = "v1,b4d772tD8enXYrLFFc+ce/88zs6pLlAvuQU4vFdrJoQ=";
    private static final Instant SIGNED_AT = Instant.ofEpochSecond(1_795_003_600);
    private static final byte[] BODY = """
            {"object":"event","id":"evt_7","type":"realtime.call.incoming","created_at":1795003600,"data":\
            {"call_id":"rtc_u1_00000000000000000000000000000007","sip_headers":[{"name":"From","value":\
            "sip:+15550100@example.com"},{"name":"X-Shop","value":"caf\u00e9"}]}}"""
            .getBytes(StandardCharsets.UTF_8);

    private final Map<String, String> headers = new HashMap<>(Map.of("webhook-id", "wh_7", "webhook-timestamp",
            "1795003600", "webhook-signature", SIGNATURE));

    private static WebhookVerifier verifier(Instant now) {
        return new WebhookVerifier(SECRET, InstantSource.fixed(now));
    }

    private void refused(WebhookVerifier verifier, byte[] body, Check check) {
        assertThatExceptionOfType(WebhookException.class).isThrownBy(() -> verifier.verify(body, headers::get))
                .satisfies(e -> {
                    assertThat(e.check()).isEqualTo(check);
                    assertThat(e.getMessage()).doesNotContain(SECRET, SECRET.substring(6), "0pl1NM87", "+1555");
                });
    }

    private static byte[] change(UnaryOperator<String> by) {
        return by.apply(new String(BODY, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsAnIncomingCall() {
        var event = verifier(SIGNED_AT).verify(BODY, headers::get);

        var call = (WebhookEvent.RealtimeCallIncoming) event;
        assertThat(call.id()).isEqualTo("evt_7");
        assertThat(call.createdAt()).isEqualTo(SIGNED_AT);
        assertThat(call.callId()).isEqualTo("rtc_u1_00000000000000000000000000000007");
        assertThat(call.sipHeaders()).hasSize(2);
        assertThat(call.header("from")).contains("sip:+15550100@example.com");
        assertThat(call.header("x-shop")).contains("caf\u00e9");
        assertThat(call.header("to")).isEmpty();
        assertThat(call.type()).isEqualTo("realtime.call.incoming");
    }

    @Test
    void keepsTheCallersNumberOutOfText() {
        var call = (WebhookEvent.RealtimeCallIncoming) verifier(SIGNED_AT).verify(BODY, headers::get);

        assertThat(call + " " + call.sipHeaders()).contains("rtc_u1").doesNotContain("+1555");
    }

    @Test
    void acceptsTheSignatureOfTheSpecification() {
        headers.putAll(Map.of("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp", "1614265330",
                "webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        var verifier = new WebhookVerifier("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                InstantSource.fixed(Instant.ofEpochSecond(1_614_265_330)));

        refused(verifier, "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8), Check.PAYLOAD);
    }

    @Test
    void aSecretWithoutPrefixIsUsedAsItIs() {
        headers.put("webhook-signature", PLAIN_SIGNATURE);

        var event = new WebhookVerifier("plain secret", InstantSource.fixed(SIGNED_AT)).verify(BODY, headers::get);

        assertThat(event).isInstanceOf(WebhookEvent.RealtimeCallIncoming.class);
    }

    @Test
    void anyOfSeveralSignaturesWillDo() {
        headers.put("webhook-signature", "v1a,xyz  " + PLAIN_SIGNATURE + " v1,%% " + SIGNATURE);

        assertThat(verifier(SIGNED_AT).verify(BODY, headers::get)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1,", "v1", "v2,0pl1NM87r+Q2zzPFEFZ4QsiP/4xNG+WhPhAEtwuXNo0=", "v1,0pl1",
            "0pl1NM87r+Q2zzPFEFZ4QsiP/4xNG+WhPhAEtwuXNo0="})
    void anotherSignatureIsRefused(String signature) {
        headers.put("webhook-signature", signature);

        refused(verifier(SIGNED_AT), BODY, Check.SIGNATURE);
    }

    @Test
    void theBytesCountNotWhatTheySay() {
        refused(verifier(SIGNED_AT), change(body -> body.replace(",\"data\"", ", \"data\"")), Check.SIGNATURE);
        refused(verifier(SIGNED_AT), change(body -> body + "\n"), Check.SIGNATURE);
    }

    @Test
    void theIdAndTheTimestampAreSignedToo() {
        headers.put("webhook-id", "wh_8");
        refused(verifier(SIGNED_AT), BODY, Check.SIGNATURE);

        headers.putAll(Map.of("webhook-id", "wh_7", "webhook-timestamp", "1795003601"));
        refused(verifier(SIGNED_AT), BODY, Check.SIGNATURE);
    }

    @ParameterizedTest
    @CsvSource({"300, ", "301, TOO_OLD", "-300, ", "-301, TOO_NEW", "100000000, TOO_OLD"})
    void fiveMinutesAreToleratedInBothDirections(long secondsLater, @Nullable Check check) {
        var verifier = verifier(SIGNED_AT.plusSeconds(secondsLater));

        if (check == null) {
            assertThat(verifier.verify(BODY, headers::get)).isNotNull();
        } else {
            refused(verifier, BODY, check);
        }
    }

    @Test
    void theToleranceCanBeChosen() {
        var verifier = new WebhookVerifier(SECRET, InstantSource.fixed(SIGNED_AT.plusSeconds(11)),
                Duration.ofSeconds(10));

        refused(verifier, BODY, Check.TOO_OLD);
    }

    @ParameterizedTest
    @CsvSource({"webhook-id", "webhook-timestamp", "webhook-signature"})
    void aMissingOrEndlessHeaderIsRefused(String name) {
        headers.put(name, "x".repeat(5_000));
        refused(verifier(SIGNED_AT), BODY, Check.HEADERS);

        headers.put(name, " ");
        refused(verifier(SIGNED_AT), BODY, Check.HEADERS);

        headers.remove(name);
        refused(verifier(SIGNED_AT), BODY, Check.HEADERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"now", "-1795003600", "1795003600.5", "9999999999999", "0x6afd0a10", "\u0661"})
    void aTimestampIsDigits(String timestamp) {
        headers.put("webhook-timestamp", timestamp);

        refused(verifier(SIGNED_AT), BODY, Check.HEADERS);
    }

    @Test
    void aDeliveryCountsOnce() {
        var verifier = verifier(SIGNED_AT);
        verifier.verify(BODY, headers::get);

        refused(verifier, BODY, Check.REPLAY);
    }

    @Test
    void aDeliveryThatCouldNotBeHandledCountsAgain() {
        var verifier = verifier(SIGNED_AT);
        verifier.verify(BODY, headers::get);

        verifier.forget("wh_7");

        assertThat(verifier.verify(BODY, headers::get)).isNotNull();
    }

    @Test
    void whatIsRefusedIsNotRemembered() {
        var verifier = verifier(SIGNED_AT);
        refused(verifier, change(body -> body + " "), Check.SIGNATURE);

        assertThat(verifier.verify(BODY, headers::get)).isNotNull();
    }

    @Test
    void theOldestIdMakesRoom() {
        var ids = new RecentIds(2);

        assertThat(ids.add("a")).isTrue();
        assertThat(ids.add("b")).isTrue();
        assertThat(ids.add("a")).isFalse();
        assertThat(ids.add("c")).isTrue();
        assertThat(ids.add("b")).isFalse();
        assertThat(ids.add("a")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "whsec_", "whsec_no base64!"})
    void aSecretThatIsNoneIsTheCallersMistake(String secret) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebhookVerifier(secret, InstantSource.system()))
                .withNoCause()
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("no base64!"));
    }

    @Test
    void aVerifierTellsNobodyItsSecret() {
        assertThat(verifier(SIGNED_AT).toString()).doesNotContain("MDEy", "0123456789abcdef");
    }

    @Test
    void anotherEventIsKeptAsItCame() {
        var event = WebhookEvent.read(Fields.of(Frames.json("{\"type\":\"live.call.incoming\",\"data\":{\"x\":1}}")));

        assertThat(event).isInstanceOf(WebhookEvent.Unknown.class);
        assertThat(event.type()).isEqualTo("live.call.incoming");
        assertThat(event.raw().at("/data/x").intValue()).isEqualTo(1);
    }

    @Test
    void damagedDeliveriesAreRefusedAndNothingElse() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            var body = BODY.clone();
            var damaged = new HashMap<>(headers);
            if (random.nextBoolean()) {
                body[random.nextInt(body.length)] ^= (byte) (1 + random.nextInt(255));
            } else {
                var name = headers.keySet().toArray(String[]::new)[random.nextInt(3)];
                var value = new StringBuilder(Objects.requireNonNull(headers.get(name)));
                value.setCharAt(random.nextInt(value.length()), (char) ('!' + random.nextInt(500)));
                damaged.put(name, value.toString());
            }
            try {
                verifier(SIGNED_AT).verify(body, damaged::get);
                assertThat(damaged).as("seed %d, round %d", seed, round).isEqualTo(headers);
            } catch (WebhookException e) {
                assertThat(e.getMessage()).doesNotContain(SECRET.substring(6));
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    @Test
    void damagedPayloadsAreEventsOrProtocolExceptions() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var frame = new String(BODY, StandardCharsets.UTF_8);
        for (int round = 0; round < 20_000; round++) {
            var damaged = FrameFuzzTest.damaged(frame, random);
            try {
                assertThat(WebhookEvent.read(Fields.of(Json.parseObject(damaged))).toString()).isNotEmpty();
            } catch (ProtocolException e) {
                assertThat(e.code()).isNotEmpty();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + damaged, e);
            }
        }
    }
}
