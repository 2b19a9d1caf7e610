package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TelephoneEventTest {
    private static final Duration PACKET_TIME = Duration.ofMillis(20);

    private final KeysSent sent = new KeysSent(8_000, PACKET_TIME);
    private final KeysHeard heard = new KeysHeard();
    private int now = Integer.MAX_VALUE - 400;
    private int sequence;

    @Test
    void writesAndReadsThePayloadOfTheStandard() {
        var event = new TelephoneEvent(11, true, 10, 400);
        var bytes = new byte[5];

        event.write(bytes, 1);

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("000b8a0190");
        assertThat(TelephoneEvent.read(bytes, 1, 4)).contains(event);
        assertThat(TelephoneEvent.read(bytes, 1, 3)).isEmpty();
        assertThat(event.key()).contains('#');
        assertThat(new TelephoneEvent(16, false, 0, 0).key()).isEmpty();
        assertThat(event.toString()).doesNotContain("11").doesNotContain("#");
    }

    @Test
    void holdsAKeyTellsItsEndThreeTimesAndPauses() {
        sent.press('5', Duration.ofMillis(100));
        sent.press('#', Duration.ofMillis(40));
        int start = now;

        var packets = play(13);

        assertThat(packets).extracting(p -> p.event().event()).containsExactly(5, 5, 5, 5, 5, 5, 5, 11, 11, 11, 11);
        assertThat(packets).extracting(p -> p.event().duration())
                .containsExactly(160, 320, 480, 640, 800, 800, 800, 160, 320, 320, 320);
        assertThat(packets).extracting(p -> p.event().end())
                .containsExactly(false, false, false, false, true, true,
                        true, false, true, true, true);
        assertThat(packets).extracting(KeysSent.Packet::marker)
                .containsExactly(true, false, false, false, false, false,
                        false, true, false, false, false);
        assertThat(packets.subList(0, 7)).allMatch(p -> p.timestamp() == start);
        assertThat(packets.get(7).timestamp() - start).isEqualTo(160 * 9);
        assertThat(sent.isPlaying()).isFalse();
    }

    @Test
    void hearsEachKeyOnceHoweverManyPacketsTellOfIt() {
        dial("1199*0#D");

        assertThat(hear(play(200), 0, new Random(1))).isEqualTo("1199*0#D");
    }

    @Test
    void hearsEveryKeyDespiteLossDuplicationAndDisorder() {
        for (long seed = 0; seed < 300; seed++) {
            dial("31415#");

            var keys = hear(play(100), 0.25, new Random(seed));

            assertThat(keys).as("seed %d", seed).isEqualTo("31415#");
        }
    }

    @Test
    void hearsAKeyHeldForVeryLongOnce() {
        var first = event(5, true, 0, new TelephoneEvent(5, false, 10, 0xFFFF));
        var segment = event(5, false, 0xFFFF, new TelephoneEvent(5, false, 10, 160));
        var end = event(5, false, 0xFFFF, new TelephoneEvent(5, true, 10, 400));
        var again = event(5, true, 0xFFFF + 2_000, new TelephoneEvent(5, false, 10, 160));

        assertThat(List.of(heard.received(first), heard.received(segment), heard.received(end), heard.received(again)))
                .extracting(Optional::isPresent)
                .containsExactly(true, false, false, true);
    }

    @Test
    void hearsKeysOfANewStreamWhoseClockIsBehind() {
        assertThat(heard.received(event(5, true, 10_000, new TelephoneEvent(5, true, 10, 400)))).isPresent();
        assertThat(heard.received(event(6, true, 100, new TelephoneEvent(5, true, 10, 400)))).isPresent();
    }

    @Test
    void refusesWhatCannotBePlayed() {
        assertThatIllegalArgumentException().isThrownBy(() -> sent.press('x', PACKET_TIME.multipliedBy(5)));
        assertThatIllegalArgumentException().isThrownBy(() -> sent.press('1', PACKET_TIME));
        assertThatIllegalArgumentException().isThrownBy(() -> sent.press('1', Duration.ofSeconds(9)));
        for (int i = 0; i < 64; i++) {
            assertThat(sent.press('1', Duration.ofMillis(100))).isTrue();
        }
        assertThat(sent.press('1', Duration.ofMillis(100))).isFalse();
    }

    private void dial(String keys) {
        keys.chars().forEach(key -> sent.press((char) key, Duration.ofMillis(100)));
    }

    private List<KeysSent.Packet> play(int packetTimes) {
        var packets = new ArrayList<KeysSent.Packet>();
        for (int i = 0; i < packetTimes; i++, now += 160) {
            sent.next(now).ifPresent(packets::add);
        }
        return packets;
    }

    private String hear(List<KeysSent.Packet> packets, double trouble, Random random) {
        var line = new ArrayList<KeysSent.Packet>();
        for (var packet : packets) {
            if (random.nextDouble() >= trouble) {
                line.add(Math.max(line.size() - (random.nextDouble() < trouble ? 1 : 0), 0), packet);
            }
            if (random.nextDouble() < trouble) {
                line.add(packet);
            }
        }
        var keys = new StringBuilder();
        for (var packet : line) {
            heard.received(event(9, packet.marker(), packet.timestamp(), packet.event()))
                    .flatMap(TelephoneEvent::key)
                    .ifPresent(keys::append);
        }
        return keys.toString();
    }

    private RtpPacket event(int ssrc, boolean marker, int timestamp, TelephoneEvent event) {
        var bytes = new byte[RtpPacket.HEADER_LENGTH + TelephoneEvent.LENGTH];
        var packet = new RtpPacket();
        packet.start(bytes, 0, TelephoneEvent.LENGTH);
        packet.ssrc(ssrc);
        packet.sequence(sequence++);
        packet.marker(marker);
        packet.timestamp(timestamp);
        event.write(bytes, packet.payloadOffset());
        return packet;
    }
}
