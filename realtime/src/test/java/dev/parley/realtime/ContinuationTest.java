package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

/// The decisions, in time that does not pass.
class ContinuationTest {
    private static final Close LOST = new Close(Close.ABNORMAL, "connection lost");
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final ReconnectPolicy POLICY = ReconnectPolicy.DEFAULT.withAttempts(3);

    private Instant now = NOON;
    private final Continuation rules = new Continuation(POLICY, Continuation.Kind.OWN, new Random(7), NOON);

    private boolean received(ServerEvent event) {
        return rules.received(event, now);
    }

    private void sent(ClientEvent event) {
        rules.sent(event, now);
    }

    private void passes(Duration time) {
        now = now.plus(time);
    }

    private Continuation.Opening opening() {
        return rules.opening(now);
    }

    private static ServerEvent created(Duration life) {
        return new ServerEvent.SessionCreated(SessionConfig.builder()
                .set("expires_at", JsonNodeFactory.instance.numberNode(NOON.plus(life).getEpochSecond()))
                .build());
    }

    private static ServerEvent created() {
        return created(Duration.ofHours(1));
    }

    private static ServerEvent responseCreated(String id) {
        return new ServerEvent.ResponseCreated(
                Json.object().put("id", id).put("object", "realtime.response").put("status", "in_progress"));
    }

    private static ServerEvent responseDone(String id) {
        return new ServerEvent.ResponseDone(Json.object().put("id", id).put("status", "completed"));
    }

    private static ServerEvent error(String type, String code) {
        return new ServerEvent.ErrorEvent(new RealtimeError(type, code, "", null, null));
    }

    private static Item text(String id, String words) {
        return Item.userText(words).with(id, "completed");
    }

    private static List<String> types(List<? extends ClientEvent> events) {
        return events.stream().map(ClientEvent::type).toList();
    }

    // When

    @ParameterizedTest
    @CsvSource({"1006, true", "1011, true", "1012, true", "1013, true", "1001, true", "1000, false", "3000, false",
            "4000, false", "1008, false"})
    void theCloseCodeSaysWhetherAnotherIsOpened(int code, boolean opens) {
        assertThat(rules.ended(new Close(code, ""), now) instanceof Continuation.Next.Open).isEqualTo(opens);
    }

    @ParameterizedTest
    @ValueSource(strings = {"insufficient_quota", "invalid_api_key", "account_deactivated",
            "billing_hard_limit_reached"})
    void whatOnlyAPersonCanMendIsNotTriedAgainHoweverTheSocketCloses(String code) {
        received(error("invalid_request_error", code));

        assertThat(rules.ended(new Close(Close.SERVER_ERROR, ""), now))
                .isEqualTo(new Continuation.Next.GiveUp(new Close(Close.SERVER_ERROR, code)));
        assertThat(rules.ended(LOST, now)).isEqualTo(
                new Continuation.Next.GiveUp(new Close(Close.ABNORMAL, code + ", then: connection lost")));
    }

    @ParameterizedTest
    @CsvSource({"401, false", "403, false", "404, false", "429, true", "500, true", "503, true", "0, true"})
    void theStatusSaysWhetherToTryAgain(int status, boolean again) {
        var next = rules.refused(new ConnectException("refused", status, null));

        assertThat(next instanceof Continuation.Next.Open).isEqualTo(again);
    }

    @Test
    void aRefusalThatOnlyAPersonCanMendIsNotTriedAgain() {
        var unpaid = new RealtimeError("insufficient_quota", "insufficient_quota", "pay", null, null);

        var next = rules.refused(new ConnectException("refused", 429, unpaid, Duration.ofSeconds(1), null));

        assertThat(next).isInstanceOf(Continuation.Next.GiveUp.class);
    }

    @Test
    void waitsLongerEachTimeAndNeverTheSameAndGivesUp() {
        var waits = new ArrayList<Duration>();
        for (int attempt = 1; attempt <= 3; attempt++) {
            waits.add(((Continuation.Next.Open) rules.ended(LOST, now)).delay());
        }

        assertThat(waits.get(0)).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
        assertThat(waits.get(1)).isBetween(Duration.ofMillis(500), Duration.ofMillis(1_000));
        assertThat(waits.get(2)).isBetween(Duration.ofMillis(1_000), Duration.ofMillis(2_000));
        assertThat(rules.ended(LOST, now)).isEqualTo(new Continuation.Next.GiveUp(LOST));
    }

    @Test
    void aSessionThatLivedBeginsTheCountAnew() {
        for (int loss = 0; loss < 20; loss++) {
            assertThat(rules.ended(LOST, now)).isInstanceOfSatisfying(Continuation.Next.Open.class,
                    open -> assertThat(open.attempt()).isEqualTo(1));
            opening();
            passes(POLICY.retry().longest());
        }
    }

    @Test
    void sessionsThatDieAtOnceAreNotOpenedForEver() {
        int opened = 0;
        while (rules.ended(LOST, now) instanceof Continuation.Next.Open) {
            opening();
            received(created());
            passes(Duration.ofSeconds(1));
            opened++;
        }

        assertThat(opened).isEqualTo(3);
    }

    // What is said in the fresh one

    @Test
    void aFreshSessionIsConfiguredLikeTheLast() {
        sent(new ClientEvent.SessionUpdate(SessionConfig.builder().instructions("Be brief.").voice("marin").build()));
        sent(new ClientEvent.SessionUpdate(SessionConfig.builder().instructions("Be kind.").build()));

        var requests = opening().requests();

        assertThat(requests).singleElement()
                .satisfies(request -> assertThat(request.toJson()).isEqualTo(
                        "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"instructions\":\"Be kind.\","
                                + "\"audio\":{\"output\":{\"voice\":\"marin\"}}}}"));
    }

    @Test
    void aSessionThatOnlyTranscribesIsGivenNoItems() {
        sent(new ClientEvent.SessionUpdate(SessionConfig.transcriptionOnly().build()));
        received(new ServerEvent.ItemAdded(null, text("u1", "Hi")));

        assertThat(types(opening().requests())).containsExactly("session.update");
    }

    @Test
    void nothingTheReaderHasSeenComesTwice() {
        assertThat(received(created())).isTrue();
        sent(new ClientEvent.SessionUpdate(SessionConfig.builder().voice("marin").build()));
        var updated = new ServerEvent.SessionUpdated(SessionConfig.builder().voice("marin").build());
        assertThat(received(updated)).isTrue();
        var added = new ServerEvent.ItemAdded(null, text("u1", "Hi"));
        var done = new ServerEvent.ItemDone(null, text("u1", "Hi"));
        assertThat(received(added)).isTrue();
        assertThat(received(done)).isTrue();

        assertThat(opening().items()).isEqualTo(1);

        assertThat(received(created())).isFalse();
        assertThat(received(updated)).isFalse();
        assertThat(received(added)).isFalse();
        assertThat(received(done)).isFalse();
        assertThat(received(updated)).as("an update of later").isTrue();
        assertThat(received(new ServerEvent.ItemAdded("u1", text("u2", "Ho")))).isTrue();
    }

    @Test
    void whatWasNeverAnsweredIsAskedAgainAndItsAnswerIsNews() {
        received(created());
        sent(new ClientEvent.SessionUpdate(SessionConfig.builder().voice("marin").build()));
        sent(new ClientEvent.ItemCreate(text("u1", "Hi")));
        sent(new ClientEvent.ResponseCreate().withEventId("mine"));

        var opening = opening();

        assertThat(types(opening.requests()))
                .containsExactly("session.update", "conversation.item.create", "response.create");
        assertThat(opening.requests().getLast().eventId()).contains("mine");
        assertThat(received(new ServerEvent.SessionUpdated(SessionConfig.builder().build()))).isTrue();
        assertThat(received(new ServerEvent.ItemAdded(null, text("u1", "Hi")))).isTrue();
    }

    // The service answers by itself

    private static ServerEvent createdWith(TurnDetection detection) {
        return new ServerEvent.SessionCreated(SessionConfig.builder().turnDetection(detection).build());
    }

    /// The caller's turn is over, and the service knows it.
    private void callerSpoke(String id) {
        received(new ServerEvent.SpeechStarted(id, 0));
        received(new ServerEvent.SpeechStopped(id, 900));
        received(new ServerEvent.InputCommitted(id, null));
        received(new ServerEvent.ItemAdded(null,
                Item.message("user", new Content.InputAudio((String) null)).with(id, "completed")));
    }

    private void callerIsUnderstood(String id) {
        received(new ServerEvent.InputTranscriptCompleted(id, 0, "What time is it?", 1));
    }

    @Test
    void anAnswerThatTheServiceOwedTheCallerIsAskedFor() {
        received(createdWith(TurnDetection.ServerVad.DEFAULT));
        callerSpoke("u1");
        callerIsUnderstood("u1");

        assertThat(types(opening().requests())).containsExactly("conversation.item.create", "response.create");
        assertThat(types(opening().requests())).as("and again, if that session is lost before it answers")
                .containsExactly("conversation.item.create", "response.create");

        received(responseCreated("resp_1"));
        assertThat(types(opening().requests())).as("once it has begun").containsExactly("conversation.item.create");
    }

    @Test
    void nothingIsAskedWhenNobodyKnowsWhatTheCallerSaid() {
        received(createdWith(TurnDetection.ServerVad.DEFAULT));
        callerSpoke("u1");

        assertThat(opening().requests()).isEmpty();
    }

    @Test
    void anAnswerIsOwedOnlyByAServiceThatAnswersByItself() {
        var silent = new TurnDetection.ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(200), false, true,
                null);
        received(createdWith(silent));
        callerSpoke("u1");
        callerIsUnderstood("u1");

        assertThat(types(opening().requests())).containsExactly("conversation.item.create");
    }

    @Test
    void whatTheClientCommitsItselfIsNotAnsweredUntilItAsks() {
        received(createdWith(TurnDetection.ServerVad.DEFAULT));
        received(new ServerEvent.SpeechStarted("announced", 0));
        received(new ServerEvent.InputCommitted("u1", null));
        received(new ServerEvent.ItemAdded(null, text("u1", "Hi")));

        assertThat(types(opening().requests())).containsExactly("conversation.item.create");
    }

    @Test
    void anAnswerIsNotAskedForTwice() {
        received(createdWith(TurnDetection.ServerVad.DEFAULT));
        callerSpoke("u1");
        callerIsUnderstood("u1");
        sent(new ClientEvent.ResponseCreate().withEventId("mine"));

        var requests = opening().requests();

        assertThat(types(requests)).containsExactly("conversation.item.create", "response.create");
        assertThat(requests.getLast().eventId()).contains("mine");
    }

    @Test
    void aCallerWhoSpeaksAgainIsOwedOnlyOneAnswer() {
        received(createdWith(TurnDetection.ServerVad.DEFAULT));
        callerSpoke("u1");
        callerIsUnderstood("u1");
        received(new ServerEvent.SpeechStarted("u2", 2_000));

        assertThat(types(opening().requests())).containsExactly("conversation.item.create");
    }

    @Test
    void whileTheCallerIsOwedAnAnswerItIsNotQuiet() {
        received(created());
        received(new ServerEvent.SessionUpdated(
                SessionConfig.builder().turnDetection(TurnDetection.ServerVad.DEFAULT).build()));
        passes(Duration.ofMinutes(56));
        callerSpoke("u1");
        passes(Duration.ofSeconds(10));
        assertThat(rules.isTimeToRotate(now)).isFalse();

        received(responseCreated("resp_1"));
        received(responseDone("resp_1"));
        passes(POLICY.quiet());

        assertThat(rules.isTimeToRotate(now)).isTrue();
    }

    @Test
    void aResponseThatHadBegunIsNotAskedForAgainButEnded() {
        received(created());
        sent(new ClientEvent.ResponseCreate());
        received(responseCreated("resp_1"));
        received(new ServerEvent.SpeechStarted("u2", 640));

        var opening = opening();

        assertThat(opening.requests()).isEmpty();
        assertThat(opening.farewells()).hasSize(2);
        assertThat(opening.farewells().getFirst()).isInstanceOfSatisfying(ServerEvent.SpeechStopped.class,
                stopped -> assertThat(stopped.itemId()).isEqualTo("u2"));
        assertThat(opening.farewells().getLast()).isInstanceOfSatisfying(ServerEvent.ResponseDone.class, done -> {
            assertThat(done.response().id()).isEqualTo("resp_1");
            assertThat(done.response().status()).isEqualTo(Response.Status.FAILED);
            assertThat(done.response().raw().at("/status_details/error/code").asString())
                    .isEqualTo(Continuation.CONNECTION_LOST);
        });
        assertThat(opening().farewells()).as("once").isEmpty();
    }

    /// Speaks 30 characters, which take about two seconds.
    private void servicePlays(String response, String item) {
        var at = new ServerEvent.Part(response, item, 0, 0);
        received(responseCreated(response));
        received(new ServerEvent.ItemAdded(null, Item.assistantText("").with(item, "in_progress")));
        received(new ServerEvent.ContentPartAdded(at, Json.object().put("type", "audio")));
        received(new ServerEvent.OutputTranscriptDone(at, "one two three four five six 7."));
        received(new ServerEvent.OutputBufferStarted(response));
        received(responseDone(response));
    }

    private static String words(Continuation.Opening opening) {
        return opening.requests()
                .stream()
                .map(request -> ((ClientEvent.ItemCreate) request).item().raw().at("/content/0/text").asString())
                .reduce("", String::concat);
    }

    @Test
    void soundThatTheServicePlayedEndsWithItsConnectionAndIsCutToWhatThereWasTimeFor() {
        received(created());
        servicePlays("resp_1", "item_1");
        passes(Duration.ofSeconds(1));
        rules.ended(LOST, now);
        passes(Duration.ofSeconds(30));

        var opening = opening();

        assertThat(opening.farewells()).containsExactly(new ServerEvent.OutputBufferCleared("resp_1"));
        assertThat(words(opening)).isEqualTo("one two three");
        assertThat(opening().farewells()).as("once").isEmpty();
    }

    @Test
    void soundThatWasHeardToItsEndIsNotCut() {
        received(created());
        servicePlays("resp_1", "item_1");
        passes(Duration.ofMillis(100));
        received(new ServerEvent.OutputBufferStopped("resp_1"));
        rules.ended(LOST, now);

        var opening = opening();

        assertThat(opening.farewells()).isEmpty();
        assertThat(words(opening)).isEqualTo("one two three four five six 7.");
    }

    @Test
    void soundOfACallGoesOnWithoutASideSocket() {
        var joined = new Continuation(POLICY, Continuation.Kind.CALL, new Random(7), NOON);
        joined.received(created(), now);
        joined.received(new ServerEvent.OutputBufferStarted("resp_1"), now);

        assertThat(joined.opening(now).farewells()).isEmpty();
    }

    @Test
    void whatAFreshSessionWasGivenInWordsIsCutHereAndNotThere() {
        var cut = new ClientEvent.ItemTruncate("item_1", 0, 0);
        received(created());
        received(new ServerEvent.ItemAdded(null, Item.assistantText("Once upon a time").with("item_1", "completed")));
        assertThat(rules.isForService(cut)).isTrue();

        opening();
        assertThat(rules.isForService(cut)).isFalse();
        sent(cut);

        assertThat(opening().items()).as("items of which something was heard").isZero();
    }

    @Test
    void aResponseThatWasRefusedIsNotAskedForAgain() {
        sent(new ClientEvent.ResponseCreate().withEventId("mine"));
        sent(new ClientEvent.ResponseCreate().withEventId("other"));

        received(new ServerEvent.ErrorEvent(new RealtimeError("invalid_request_error", "x", "", null, "mine")));

        assertThat(opening().requests()).extracting(request -> request.eventId().orElseThrow())
                .containsExactly("other");
    }

    @Test
    void aCallGoesOnWithoutItsSideSocketAndIsToldOnlyWhatItMayHaveMissed() {
        var joined = new Continuation(POLICY, Continuation.Kind.CALL, new Random(7), NOON);
        joined.received(created(), now);
        joined.sent(new ClientEvent.SessionUpdate(SessionConfig.builder().voice("marin").build()), now);
        joined.received(new ServerEvent.ItemAdded(null, text("u1", "Hi")), now);
        joined.sent(new ClientEvent.ItemCreate(text("u2", "Ho")), now);

        var requests = joined.opening(now).requests();

        assertThat(requests).singleElement()
                .isInstanceOfSatisfying(ClientEvent.ItemCreate.class,
                        create -> assertThat(create.item().id()).contains("u2"));
    }

    // Rotation

    @Test
    void aSessionIsReplacedInItsLastMinutesAtAQuietMoment() {
        received(created());
        passes(Duration.ofMinutes(55).minusSeconds(1));
        assertThat(rules.isTimeToRotate(now)).isFalse();
        assertThat(rules.looksAgain()).contains(NOON.plus(Duration.ofMinutes(55)));

        passes(Duration.ofSeconds(1));
        assertThat(rules.isTimeToRotate(now)).isTrue();

        opening();
        assertThat(rules.isTimeToRotate(now)).isFalse();
    }

    @Test
    void whileSomebodySpeaksItIsNotQuiet() {
        received(created());
        passes(Duration.ofMinutes(56));

        received(new ServerEvent.SpeechStarted("u1", 0));
        assertThat(rules.isTimeToRotate(now)).isFalse();
        assertThat(rules.looksAgain()).isEmpty();
        received(new ServerEvent.SpeechStopped("u1", 900));
        assertThat(rules.isTimeToRotate(now)).as("the answer is about to begin").isFalse();
        received(responseCreated("resp_1"));
        passes(Duration.ofMinutes(1));
        assertThat(rules.isTimeToRotate(now)).isFalse();
        received(responseDone("resp_1"));
        assertThat(rules.looksAgain()).contains(now.plus(POLICY.quiet()));

        passes(POLICY.quiet());
        assertThat(rules.isTimeToRotate(now)).isTrue();
    }

    @Test
    void whileTheServicePlaysAnAnswerItIsNotQuiet() {
        received(created());
        passes(Duration.ofMinutes(56));
        servicePlays("resp_1", "item_1");
        passes(Duration.ofSeconds(10));
        assertThat(rules.isTimeToRotate(now)).isFalse();

        received(new ServerEvent.OutputBufferCleared("resp_1"));
        passes(POLICY.quiet());

        assertThat(rules.isTimeToRotate(now)).isTrue();
    }

    @Test
    void audioThatWaitsToBeCommittedIsNotLeftBehind() {
        received(created());
        received(new ServerEvent.SessionUpdated(
                SessionConfig.builder().turnDetection(new TurnDetection.Manual()).build()));
        sent(new ClientEvent.InputAppend(new byte[100]));
        passes(Duration.ofMinutes(58));
        assertThat(rules.isTimeToRotate(now)).isFalse();

        received(new ServerEvent.InputCommitted("u1", null));
        passes(POLICY.quiet());

        assertThat(rules.isTimeToRotate(now)).isTrue();
    }

    @Test
    void clocksThatDifferDoNotMakeItRotateAllTheTime() {
        received(created(Duration.ofHours(-3)));
        assertThat(rules.isTimeToRotate(now)).isFalse();

        passes(POLICY.rotateBefore());
        assertThat(rules.isTimeToRotate(now)).isTrue();
    }

    @Test
    void aRotationThatFailedIsTriedLater() {
        received(created());
        passes(Duration.ofMinutes(56));

        rules.rotationFailed(now);
        assertThat(rules.isTimeToRotate(now)).isFalse();

        passes(POLICY.retry().longest());
        assertThat(rules.isTimeToRotate(now)).isTrue();
    }

    @Test
    void aSessionThatExpiresInTheMiddleOfATurnIsReplacedAndNobodyIsTold() {
        received(created());
        passes(Duration.ofHours(1));

        assertThat(received(error("invalid_request_error", "session_expired"))).isFalse();

        assertThat(rules.ended(new Close(Close.GOING_AWAY, "maximum duration"), now))
                .isInstanceOf(Continuation.Next.Open.class);
    }

    // All of it, at random

    /// A service of sorts and a client of sorts, and a network that fails at any point. Whatever happens, each fresh session is
    /// told the conversation as it was, and the reader sees nothing twice.
    @Test
    void atWhateverPointTheConnectionIsLostTheConversationStaysWhole() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            new RandomConversation(random).run("seed " + seed + ", round " + round);
        }
    }

    private static final class RandomConversation {
        private final Random random;
        private final Continuation rules;
        /// Ids of the items in the service's conversation, which a loss empties.
        private final List<String> service = new ArrayList<>();
        /// Said by the service, and on its way to the reader.
        private final List<ServerEvent> onItsWay = new ArrayList<>();
        private final List<String> seen = new ArrayList<>();
        private final List<String> expected = new ArrayList<>();
        private final HashSet<String> openCalls = new HashSet<>();
        private int ids;

        RandomConversation(Random random) {
            this.random = random;
            this.rules = new Continuation(POLICY, Continuation.Kind.OWN, random, NOON);
        }

        void run(String what) {
            onItsWay.add(created());
            for (int step = 0; step < 60; step++) {
                switch (random.nextInt(6)) {
                    case 0 -> clientAdds();
                    case 1 -> serviceAdds(Item.userText("x"));
                    case 2 -> serviceCalls();
                    case 3 -> clientAnswers();
                    case 4 -> arrives(random.nextInt(4));
                    default -> {
                        if (random.nextInt(6) == 0) {
                            loses(what);
                        }
                    }
                }
            }
            arrives(Integer.MAX_VALUE);
            loses(what);
            arrives(Integer.MAX_VALUE);

            assertThat(seen).as(what).doesNotHaveDuplicates().containsAll(expected);
        }

        private void clientAdds() {
            client(text("c" + ids++, "x"));
        }

        private void client(Item item) {
            var create = new ClientEvent.ItemCreate(item);
            rules.sent(create, NOON);
            expected.add(item.id().orElseThrow());
            hears(create);
        }

        /// The service hears it, or the network is already gone.
        private void hears(ClientEvent event) {
            if (event instanceof ClientEvent.ItemCreate create && random.nextInt(3) > 0) {
                serviceHas(create.item());
            }
        }

        private void serviceAdds(Item item) {
            serviceHas(item.with("s" + ids++, "completed"));
        }

        private void serviceHas(Item item) {
            var previous = service.isEmpty() ? null : service.getLast();
            service.add(item.id().orElseThrow());
            onItsWay.add(new ServerEvent.ItemAdded(previous, item));
            onItsWay.add(new ServerEvent.ItemDone(previous, item));
        }

        private void serviceCalls() {
            serviceHas(Item.functionCall("call_" + ids, "f", "{}").with("f" + ids++, "completed"));
        }

        private void clientAnswers() {
            openCalls.stream().sorted().findFirst().ifPresent(call -> {
                openCalls.remove(call);
                client(Item.functionCallOutput(call, "1").with("o" + ids++, "completed"));
            });
        }

        private void arrives(int most) {
            for (int i = 0; i < most && !onItsWay.isEmpty(); i++) {
                var event = onItsWay.removeFirst();
                if (rules.received(event, NOON) && event instanceof ServerEvent.ItemAdded added) {
                    seen.add(added.item().id().orElseThrow());
                    expected.add(added.item().id().orElseThrow());
                    if (added.item() instanceof Item.FunctionCall call) {
                        openCalls.add(call.callId());
                    }
                }
            }
        }

        private void loses(String what) {
            onItsWay.clear();
            service.clear();
            var opening = rules.opening(NOON);
            onItsWay.add(created());
            var calls = new HashSet<String>();
            for (var request : opening.requests()) {
                var item = ((ClientEvent.ItemCreate) request).item();
                assertThat(service).as(what).doesNotContain(item.id().orElseThrow());
                if (item instanceof Item.FunctionCall call) {
                    assertThat(calls.add(call.callId())).as(what).isTrue();
                }
                if (item instanceof Item.FunctionCallOutput output) {
                    assertThat(calls).as(what).contains(output.callId());
                }
                serviceHas(item);
            }
            assertThat(service).as(what).containsAll(expected);
            assertThat(calls).as("%s: calls that can still be answered", what).containsAll(openCalls);
        }
    }
}
