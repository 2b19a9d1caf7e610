package dev.parley.emulator;

import static dev.parley.emulator.VirtualSession.ladder;
import static dev.parley.emulator.VirtualSession.types;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.Pcm;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.Response;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/// The orders of events in section 7 of the protocol's reference, in virtual time.
class EmulatedSessionTest {
    private static final Scenario DESK = Scenario.paymentDesk();
    private static final String LONG_QUESTION = "what can you do for me";
    private static final Pcm QUESTION = Speech.of(LONG_QUESTION);
    private static final Pcm PAUSE = Speech.silence(800);

    private static final List<String> AUDIO_ANSWER = List.of("response.created", "response.output_item.added",
            "conversation.item.added", "response.content_part.added", "response.output_audio_transcript.delta",
            "response.output_audio.delta", "response.output_audio.done", "response.output_audio_transcript.done",
            "response.content_part.done", "response.output_item.done", "conversation.item.done", "response.done",
            "rate_limits.updated");
    private static final List<String> CLOSING = List.of("response.output_audio.done",
            "response.output_audio_transcript.done", "response.content_part.done", "response.output_item.done",
            "conversation.item.done", "response.done", "rate_limits.updated");
    private static final List<String> CALLER_ITEM = List.of("input_audio_buffer.speech_started",
            "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "conversation.item.added",
            "conversation.item.done");

    // 7.1

    @Test
    void opensWithTheSessionAsTheServiceStartsIt() {
        var session = VirtualSession.open(DESK);

        assertThat(types(session.sent().stream().map(VirtualSession.Sent::event).toList()))
                .containsExactly("session.created");
        var config = session.last(ServerEvent.SessionCreated.class).session();
        assertThat(config.id()).hasValueSatisfying(id -> assertThat(id).startsWith("sess_"));
        assertThat(config.model()).hasValue("gpt-realtime");
        assertThat(config.turnDetection()).hasValue(TurnDetection.ServerVad.DEFAULT);
        assertThat(config.raw().propertyNames()).containsExactly("type", "object", "id", "model", "output_modalities",
                "instructions", "tools", "tool_choice", "max_output_tokens", "tracing", "truncation", "prompt",
                "expires_at", "audio", "include");
    }

    @Test
    void acknowledgesAnUpdateWithTheWholeConfiguration() {
        var session = VirtualSession.open(DESK);

        var answer = session.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .instructions("Be kind.")
                .build()));

        assertThat(types(answer)).containsExactly("session.updated");
        var config = session.last(ServerEvent.SessionUpdated.class).session();
        assertThat(config.instructions()).hasValue("Be kind.");
        assertThat(config.voice()).hasValue("alloy");
    }

    @Test
    void acknowledgesAnUpdateThatChangesNothing() {
        var session = VirtualSession.open(DESK);
        var before = session.last(ServerEvent.SessionCreated.class).session();

        var answer = session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().build()));

        assertThat(types(answer)).containsExactly("session.updated");
        assertThat(session.last(ServerEvent.SessionUpdated.class).session()).isEqualTo(before);
    }

    // 7.2

    @Test
    void answersATextTurn() {
        var session = VirtualSession.ofText();

        var events = session.textTurn("hello there");

        assertThat(ladder(events)).containsExactly("conversation.item.added", "conversation.item.done",
                "response.created", "response.output_item.added", "conversation.item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.done",
                "response.content_part.done", "response.output_item.done", "conversation.item.done", "response.done",
                "rate_limits.updated");
        assertThat(session.last(ServerEvent.OutputTextDone.class).text())
                .isEqualTo("Hello. Shall I create a payment request for you?");
    }

    @Test
    void chainsTheItemsOfATextTurn() {
        var session = VirtualSession.ofText();

        session.textTurn("hello there");

        var added = session.all(ServerEvent.ItemAdded.class);
        assertThat(added).hasSize(2);
        assertThat(added.getFirst().previousItemId()).isNull();
        assertThat(added.getFirst().item().status()).hasValue("completed");
        assertThat(added.getLast().previousItemId()).isEqualTo(added.getFirst().item().id().orElseThrow());
        assertThat(added.getLast().item().status()).hasValue("in_progress");
        assertThat(((Item.Message) added.getLast().item()).content()).isEmpty();
        assertThat(session.last(ServerEvent.ItemDone.class).item().status()).hasValue("completed");
    }

    @Test
    void namesPartsShortAndContentLong() {
        var session = VirtualSession.ofText();

        session.textTurn("hello there");

        assertThat(session.last(ServerEvent.ContentPartDone.class).partType()).isEqualTo("text");
        assertThat(((Item.Message) session.last(ServerEvent.OutputItemDone.class).item()).content())
                .hasOnlyElementsOfType(Content.OutputText.class);
    }

    @Test
    void putsAnItemWhereTheClientWantsIt() {
        var session = VirtualSession.ofText();
        session.frame(item("first", null));
        session.frame(item("last", null));

        session.frame(item("between", "first"));
        session.frame(item("front", "root"));

        assertThat(session.all(ServerEvent.ItemAdded.class).stream().map(ServerEvent.ItemAdded::previousItemId))
                .containsExactly(null, "first", "first", null);
    }

    @Test
    void leavesADeletedItemOutOfTheChain() {
        var session = VirtualSession.ofText();
        session.frame(item("first", null));
        session.frame(item("second", null));

        var deleted = session.send(new ClientEvent.ItemDelete("second"));
        session.frame(item("third", null));

        assertThat(types(deleted)).containsExactly("conversation.item.deleted");
        assertThat(session.last(ServerEvent.ItemAdded.class).previousItemId()).isEqualTo("first");
    }

    // 7.3

    @Test
    void answersWhatTheCallerSays() {
        var session = VirtualSession.open(DESK, Speech.earsFor("hello there"));

        var events = new java.util.ArrayList<>(session.play(Speech.of("hello there").then(PAUSE)));
        events.addAll(session.passUntilQuiet());

        assertThat(ladder(events)).containsExactlyElementsOf(concat(CALLER_ITEM, AUDIO_ANSWER));
        assertThat(session.last(ServerEvent.OutputTranscriptDone.class).transcript())
                .isEqualTo("Hello. Shall I create a payment request for you?");
    }

    @Test
    void keepsTheIdItAnnouncedForTheCallersItem() {
        var session = VirtualSession.open(DESK, Speech.earsFor("hello there"));

        session.play(Speech.of("hello there").then(PAUSE));

        var id = session.last(ServerEvent.SpeechStarted.class).itemId();
        assertThat(session.last(ServerEvent.SpeechStopped.class).itemId()).isEqualTo(id);
        assertThat(session.last(ServerEvent.InputCommitted.class).itemId()).isEqualTo(id);
        var item = session.all(ServerEvent.ItemDone.class).getFirst().item();
        assertThat(item.id()).hasValue(id);
        assertThat(item.raw().path("content").toString()).isEqualTo("[{\"type\":\"input_audio\",\"transcript\":null}]");
    }

    @Test
    void saysWhenTheCallerSpokeInMillisecondsOfAllAudio() {
        var session = VirtualSession.open(DESK, Speech.earsFor("hello there"));

        session.play(Speech.silence(1_000).then(QUESTION).then(PAUSE));

        // The voice itself begins and ends with a little silence; padding and closing silence are the defaults.
        long end = 1_000 + QUESTION.duration().toMillis();
        assertThat(session.last(ServerEvent.SpeechStarted.class).audioStartMs()).isBetween(650L, 1_000L);
        assertThat(session.last(ServerEvent.SpeechStopped.class).audioEndMs()).isBetween(end - 300, end + 250);
    }

    @Test
    void transcribesTheCallerAnywhereAfterTheCommit() {
        var session = VirtualSession.open(DESK).withSlowEars();
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().transcription("whisper-1").build()));

        var spoken = session.play(Speech.of("hello there").then(PAUSE));
        var heard = session.hear(session.unheard().getFirst(), "hello there");

        assertThat(types(spoken)).containsExactlyElementsOf(concat(CALLER_ITEM, List.of("response.created")));
        assertThat(types(heard)).startsWith("conversation.item.input_audio_transcription.delta",
                "conversation.item.input_audio_transcription.completed", "response.output_item.added");
        var completed = session.last(ServerEvent.InputTranscriptCompleted.class);
        assertThat(completed.itemId()).isEqualTo(session.last(ServerEvent.InputCommitted.class).itemId());
        assertThat(completed.transcript()).isEqualTo("hello there");
        assertThat(completed.raw().path("usage").path("seconds").doubleValue()).isBetween(0.5, 2.0);
    }

    @Test
    void saysThatItCouldNotTranscribe() {
        var session = VirtualSession.open(DESK);
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().transcription("whisper-1").build()));

        session.play(QUESTION.then(PAUSE));
        session.passUntilQuiet();

        assertThat(session.last(ServerEvent.InputTranscriptFailed.class).error().code())
                .isEqualTo("audio_unintelligible");
        assertThat(session.last(ServerEvent.OutputTranscriptDone.class).transcript())
                .startsWith("Sorry, I did not understand that.");
    }

    @Test
    void leavesTheAnswerToTheClientWhenToldSo() {
        for (var detection : List.of(new TurnDetection.ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(200),
                false, true), new TurnDetection.SemanticVad(TurnDetection.Eagerness.AUTO, false, true))) {
            var session = VirtualSession.open(DESK, Speech.earsFor(LONG_QUESTION));
            session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().turnDetection(detection).build()));

            var events = session.play(QUESTION.then(Speech.silence(1_500)));

            assertThat(types(events)).as(detection.toString()).containsExactlyElementsOf(CALLER_ITEM);
        }
    }

    // 7.4

    @Test
    void takesATurnTheClientCommits() {
        var session = VirtualSession.open(DESK, Speech.earsFor("hello there")).withoutTurnDetection();

        var appended = session.play(QUESTION);
        var committed = session.send(new ClientEvent.InputCommit());
        var answered = new java.util.ArrayList<>(session.send(new ClientEvent.ResponseCreate()));
        answered.addAll(session.passUntilQuiet());

        assertThat(appended).isEmpty();
        assertThat(types(committed)).containsExactly("input_audio_buffer.committed", "conversation.item.added",
                "conversation.item.done");
        assertThat(ladder(answered)).containsExactlyElementsOf(AUDIO_ANSWER);
    }

    @Test
    void emptiesTheBufferWithTheCommit() {
        var session = VirtualSession.open(DESK, Speech.earsFor("hello there")).withoutTurnDetection();
        session.play(QUESTION);
        session.send(new ClientEvent.InputCommit());

        var again = session.send(new ClientEvent.InputCommit());

        assertThat(((ServerEvent.ErrorEvent) again.getFirst()).error().code())
                .isEqualTo("input_audio_buffer_commit_empty");
    }

    @Test
    void cutsTheTurnShortWhenTheClientCommitsUnderTurnDetection() {
        var session = VirtualSession.open(DESK, Speech.earsFor("hello there", "hello there"));
        session.play(QUESTION.slice(0, QUESTION.frames() / 2));
        var announced = session.last(ServerEvent.SpeechStarted.class).itemId();

        session.send(new ClientEvent.InputCommit());
        var rest = session.play(Speech.silence(1_000));

        assertThat(session.last(ServerEvent.InputCommitted.class).itemId()).isNotEqualTo(announced);
        assertThat(rest).isEmpty();
    }

    @Test
    void throwsTheBufferAwayOnRequest() {
        var session = VirtualSession.open(DESK).withoutTurnDetection();
        session.play(QUESTION);

        var cleared = session.send(new ClientEvent.InputClear());
        var committed = session.send(new ClientEvent.InputCommit());

        assertThat(types(cleared)).containsExactly("input_audio_buffer.cleared");
        assertThat(types(committed)).containsExactly("error");
    }

    // 7.5

    @Test
    void callsAFunctionAndSpeaksAboutItsOutput() {
        var session = VirtualSession.ofText().withTools("create_payment_request");

        var asked = session.textTurn("create a payment request for twenty euros");
        var call = session.last(ServerEvent.FunctionArgumentsDone.class);
        var output = session.send(new ClientEvent.ItemCreate(Item.functionCallOutput(call.callId(),
                "{\"amount\":\"20.00\",\"currency\":\"EUR\",\"order_id\":\"1001\"}")));
        var answered = session.send(new ClientEvent.ResponseCreate());

        assertThat(ladder(asked.subList(2, asked.size()))).containsExactly("response.created",
                "response.output_item.added", "conversation.item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done", "conversation.item.done",
                "response.done", "rate_limits.updated");
        assertThat(call.arguments()).isEqualTo("{\"amount\":20,\"currency\":\"EUR\"}");
        assertThat(types(output)).containsExactly("conversation.item.added", "conversation.item.done");
        assertThat(types(answered)).contains("response.output_text.done", "response.done");
        assertThat(session.last(ServerEvent.OutputTextDone.class).text())
                .isEqualTo("Your payment request for 20.00 EUR is ready. The order number is 1 0 0 1.");
    }

    @Test
    void beginsACallWithoutArgumentsAndEndsItWithThem() {
        var session = VirtualSession.ofText().withTools("create_payment_request");

        session.textTurn("create a payment request for twenty euros");

        var begun = (Item.FunctionCall) session.last(ServerEvent.OutputItemAdded.class).item();
        var ended = (Item.FunctionCall) session.last(ServerEvent.OutputItemDone.class).item();
        assertThat(begun.arguments()).isEmpty();
        assertThat(begun.status()).hasValue("in_progress");
        assertThat(ended.status()).hasValue("completed");
        assertThat(session.last(ServerEvent.ResponseDone.class).response().functionCalls()).containsExactly(ended);
    }

    // 7.6

    @Test
    void stopsWritingWhenTheCallerSpeaksIntoTheAnswer() {
        var session = VirtualSession.open(DESK, Speech.earsFor("no stop"));
        session.textTurnBegins(LONG_QUESTION);

        var events = session.play(Speech.of("no stop").then(PAUSE));

        var interruption = events.subList(types(events).indexOf("input_audio_buffer.speech_started"), events.size());
        assertThat(types(interruption)).startsWith(concat(List.of("input_audio_buffer.speech_started"), CLOSING)
                .toArray(String[]::new));
        assertThat(types(interruption)).containsSubsequence("rate_limits.updated", "input_audio_buffer.speech_stopped",
                "input_audio_buffer.committed", "response.created");
        var cancelled = session.all(ServerEvent.ResponseDone.class).getFirst().response();
        assertThat(cancelled.status()).isEqualTo(Response.Status.CANCELLED);
        assertThat(cancelled.reason()).hasValue("turn_detected");
    }

    @Test
    void keepsOfACancelledMessageOnlyWhatWasSent() {
        var session = VirtualSession.open(DESK);
        session.textTurnBegins(LONG_QUESTION);

        session.play(Speech.of("no stop"));

        var cancelled = session.last(ServerEvent.ResponseDone.class).response();
        var message = (Item.Message) cancelled.output().getFirst();
        var sent = String.join("", session.all(ServerEvent.OutputTranscriptDelta.class)
                .stream()
                .map(ServerEvent.OutputTranscriptDelta::delta)
                .toList());
        assertThat(message.status()).hasValue("incomplete");
        assertThat(message.text()).isEqualTo(sent.strip());
        assertThat(message.text()).startsWith("I can create payment requests").doesNotContain("customer.");
    }

    @Test
    void tellsNothingOfAnAnswerThatWasWrittenBeforeTheCallerSpoke() {
        var session = VirtualSession.open(DESK, Speech.earsFor("no stop"));
        session.textTurn(LONG_QUESTION);

        var events = session.play(Speech.of("no stop").then(PAUSE));

        assertThat(types(events)).startsWith(concat(CALLER_ITEM, List.of("response.created")).toArray(String[]::new));
    }

    @Test
    void cutsAMessageToWhatWasHeardAndForgetsItsWords() {
        var session = VirtualSession.open(DESK);
        session.textTurn(LONG_QUESTION);
        var itemId = session.last(ServerEvent.OutputItemDone.class).item().id().orElseThrow();

        var events = session.send(new ClientEvent.ItemTruncate(itemId, 0, 1_180));
        session.send(new ClientEvent.ItemRetrieve(itemId));

        assertThat(types(events)).containsExactly("conversation.item.truncated");
        assertThat(session.last(ServerEvent.ItemTruncated.class).audioEndMs()).isEqualTo(1_180);
        var audio = (Content.OutputAudio) ((Item.Message) session.last(ServerEvent.ItemRetrieved.class).item())
                .content()
                .getFirst();
        assertThat(audio.transcript()).isNull();
        assertThat(java.util.Base64.getDecoder().decode(audio.audio())).hasSize(1_180 * 48);
    }

    @Test
    void goesOnTalkingWhenTheSessionForbidsInterruption() {
        for (var detection : List.of(new TurnDetection.ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(200),
                true, false), new TurnDetection.SemanticVad(TurnDetection.Eagerness.AUTO, true, false))) {
            var session = VirtualSession.open(DESK);
            session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().turnDetection(detection).build()));
            session.textTurnBegins(LONG_QUESTION);

            session.play(Speech.of("no stop"));

            assertThat(session.all(ServerEvent.SpeechStarted.class)).as(detection.toString()).hasSize(1);
            assertThat(session.all(ServerEvent.ResponseDone.class)).as(detection.toString()).isEmpty();
        }
    }

    @Test
    void answersTheLastThingSaidHoweverSlowTheEars() {
        var session = VirtualSession.open(DESK).withSlowEars();
        session.play(Speech.of("hello there").then(PAUSE));
        session.play(Speech.of("no stop").then(PAUSE));
        var unheard = session.unheard();

        session.hear(unheard.getFirst(), "hello there");
        session.hear(unheard.getLast(), "no stop");
        session.passUntilQuiet();

        assertThat(session.all(ServerEvent.OutputTranscriptDone.class)
                .stream()
                .map(ServerEvent.OutputTranscriptDone::transcript)).containsExactly(
                        "All right. What else can I do for you?");
    }

    @Test
    void answersTheLastThingSaidWhenTheEarsReportOutOfOrder() {
        var session = VirtualSession.open(DESK).withSlowEars();
        session.play(Speech.of("hello there").then(PAUSE));
        session.play(Speech.of("no stop").then(PAUSE));
        var unheard = session.unheard();

        session.hear(unheard.getLast(), "no stop");
        session.hear(unheard.getFirst(), "hello there");
        session.passUntilQuiet();

        assertThat(session.all(ServerEvent.OutputTranscriptDone.class)
                .stream()
                .map(ServerEvent.OutputTranscriptDone::transcript)).containsExactly(
                        "All right. What else can I do for you?");
    }

    // 7.7

    @Test
    void stopsWhenTheClientCancels() {
        var session = VirtualSession.open(DESK);
        session.textTurnBegins(LONG_QUESTION);

        var events = session.send(new ClientEvent.ResponseCancel());
        var later = session.passUntilQuiet();

        assertThat(types(events)).containsExactlyElementsOf(CLOSING);
        assertThat(later).isEmpty();
        var cancelled = session.last(ServerEvent.ResponseDone.class).response();
        assertThat(cancelled.status()).isEqualTo(Response.Status.CANCELLED);
        assertThat(cancelled.reason()).hasValue("client_cancelled");
        assertThat(cancelled.output().getFirst().status()).hasValue("incomplete");
    }

    @Test
    void cancelsBeforeItKnowsWhatToSay() {
        var session = VirtualSession.open(DESK).withSlowEars();
        session.play(QUESTION.then(PAUSE));

        var events = session.send(new ClientEvent.ResponseCancel());
        var heard = session.hear(session.unheard().getFirst(), LONG_QUESTION);

        assertThat(types(events)).containsExactly("response.done", "rate_limits.updated");
        assertThat(heard).isEmpty();
    }

    // 7.9

    @Test
    void keepsAnOutOfBandResponseOutOfTheConversation() {
        var session = VirtualSession.ofText();
        var outOfBand = ResponseConfig.builder()
                .set("conversation", JsonNodeFactory.instance.stringNode("none"))
                .set("metadata", JsonNodeFactory.instance.objectNode().put("topic", "summary"))
                .build();

        var events = session.send(new ClientEvent.ResponseCreate(outOfBand));

        assertThat(ladder(events)).containsExactly("response.created", "response.output_item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.done",
                "response.content_part.done", "response.output_item.done", "response.done", "rate_limits.updated");
        var done = session.last(ServerEvent.ResponseDone.class).response();
        assertThat(done.isInConversation()).isFalse();
        assertThat(done.raw().path("conversation_id").isNull()).isTrue();
        assertThat(done.raw().path("metadata").path("topic").stringValue()).isEqualTo("summary");
    }

    @Test
    void writesOutOfBandBesideTheConversation() {
        var session = VirtualSession.open(DESK);
        session.textTurnBegins(LONG_QUESTION);
        var outOfBand = ResponseConfig.builder()
                .set("conversation", JsonNodeFactory.instance.stringNode("none"))
                .outputModality("text")
                .build();

        var events = session.send(new ClientEvent.ResponseCreate(outOfBand));
        session.play(Speech.of("no stop"));
        session.passUntilQuiet();

        assertThat(types(events)).startsWith("response.created").doesNotContain("error");
        assertThat(session.all(ServerEvent.ResponseDone.class)
                .stream()
                .map(done -> done.response().status())).containsExactlyInAnyOrder(Response.Status.COMPLETED,
                        Response.Status.CANCELLED);
    }

    @Test
    void doesNotCancelAnOutOfBandResponseWhenTheCallerSpeaks() {
        var session = VirtualSession.open(DESK);
        var outOfBand = ResponseConfig.builder()
                .set("conversation", JsonNodeFactory.instance.stringNode("none"))
                .build();
        session.frame(item("question", null).replace("hello", LONG_QUESTION));
        session.send(new ClientEvent.ResponseCreate(outOfBand));

        session.play(Speech.of("no stop"));
        session.passUntilQuiet();

        assertThat(session.last(ServerEvent.ResponseDone.class).response().status())
                .isEqualTo(Response.Status.COMPLETED);
    }

    // Ids, usage and pace

    @Test
    void givesEveryThingItsOwnShortId() {
        var session = VirtualSession.open(DESK, Speech.earsFor("hello there", "no stop"))
                .withTools(
                        "create_payment_request");
        session.play(Speech.of("hello there").then(PAUSE));
        session.passUntilQuiet();
        session.textTurn("create a payment request for twenty euros");

        var events = session.sent().stream().map(sent -> sent.event().eventId().orElseThrow()).toList();
        var items = session.all(ServerEvent.ItemDone.class).stream().map(done -> done.item().id().orElseThrow());
        var responses = session.all(ServerEvent.ResponseDone.class).stream().map(done -> done.response().id());
        var calls = session.all(ServerEvent.FunctionArgumentsDone.class)
                .stream()
                .map(ServerEvent.FunctionArgumentsDone::callId);

        var ids = java.util.stream.Stream.of(events.stream(), items, responses, calls).flatMap(part -> part).toList();
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("(event|item|resp|call)_[0-9A-Za-z]{21}"));
        assertThat(ids).allMatch(id -> id.length() <= 32);
    }

    @Test
    void countsTokensThatAddUp() {
        var session = VirtualSession.open(DESK, Speech.earsFor("hello there"));
        session.play(Speech.of("hello there").then(PAUSE));
        session.passUntilQuiet();

        session.textTurn("hello there");

        assertThat(session.all(ServerEvent.ResponseDone.class)).hasSize(2).allSatisfy(done -> {
            var usage = done.response().raw().path("usage");
            assertThat(usage.path("total_tokens").longValue())
                    .isEqualTo(usage.path("input_tokens").longValue() + usage.path("output_tokens").longValue());
            for (var side : List.of("input", "output")) {
                var details = usage.path(side + "_token_details");
                assertThat(usage.path(side + "_tokens").longValue())
                        .isEqualTo(details.path("text_tokens").longValue() + details.path("audio_tokens").longValue());
            }
            // One token for 100 ms of the caller and for 50 ms of the assistant.
            assertThat(done.response().usage().outputAudioTokens()).isBetween(40L, 120L);
        });
        var usages = session.all(ServerEvent.ResponseDone.class)
                .stream()
                .map(done -> done.response().usage().inputTokens())
                .toList();
        assertThat(usages.getLast()).as("the whole context is billed again").isGreaterThan(usages.getFirst());
    }

    @Test
    void hasNoUsageBeforeTheEnd() {
        var session = VirtualSession.ofText();

        session.textTurn("hello there");

        var created = session.last(ServerEvent.ResponseCreated.class).response();
        assertThat(created.usage()).isNull();
        assertThat(created.output()).isEmpty();
        assertThat(created.status()).isEqualTo(Response.Status.IN_PROGRESS);
    }

    @Test
    void sendsAudioFiveTimesFasterThanItSounds() {
        var session = VirtualSession.open(DESK.withPace(5));

        session.textTurn(LONG_QUESTION);

        var deltas = session.sent()
                .stream()
                .filter(sent -> sent.event() instanceof ServerEvent.OutputAudioDelta)
                .toList();
        var sound = deltas.stream()
                .mapToLong(sent -> ((ServerEvent.OutputAudioDelta) sent.event()).audio().length)
                .sum() / 48;
        var took = Duration.between(deltas.getFirst().at(), deltas.getLast().at()).toMillis();
        assertThat(sound).isGreaterThan(10_000);
        assertThat(took).isBetween(sound / 5 - 20, sound / 5);
        var spread = deltas.stream().map(VirtualSession.Sent::at).distinct().count();
        assertThat(spread).as("moments at which audio was sent").isEqualTo(deltas.size());
    }

    @Test
    void sendsSoundInEventsOfTheLengthAskedFor() {
        var session = VirtualSession.open(DESK.withPace(4).withDelta(Duration.ofMillis(160)));

        session.textTurn(LONG_QUESTION);

        var deltas = session.sent()
                .stream()
                .filter(sent -> sent.event() instanceof ServerEvent.OutputAudioDelta)
                .toList();
        assertThat(deltas.subList(0, deltas.size() - 1)).hasSizeGreaterThan(10)
                .allSatisfy(sent -> assertThat(((ServerEvent.OutputAudioDelta) sent.event()).audio()).hasSize(160
                        * 48));
        assertThat(Duration.between(deltas.get(0).at(), deltas.get(10).at())).isEqualTo(Duration.ofMillis(10 * 40));
    }

    @Test
    void sendsEverythingAtOnceWithoutAPace() {
        var session = VirtualSession.open(DESK.withPace(0));
        session.send(new ClientEvent.ItemCreate(Item.userText(LONG_QUESTION)));

        var events = session.send(new ClientEvent.ResponseCreate());

        assertThat(ladder(events)).containsExactlyElementsOf(AUDIO_ANSWER);
    }

    @Test
    void writesWordsAheadOfTheirSound() {
        var session = VirtualSession.open(DESK.withPace(0));

        var events = types(session.textTurn(LONG_QUESTION));

        assertThat(events.indexOf("response.output_audio_transcript.delta"))
                .isLessThan(events.indexOf("response.output_audio.delta"));
        assertThat(events.lastIndexOf("response.output_audio_transcript.delta"))
                .isLessThan(events.lastIndexOf("response.output_audio.delta"));
    }

    private static String item(String id, @org.jspecify.annotations.Nullable String previous) {
        var placed = previous == null ? "" : "\"previous_item_id\":\"" + previous + "\",";
        return "{\"type\":\"conversation.item.create\"," + placed + "\"item\":{\"id\":\"" + id
                + "\",\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"hello\"}]}}";
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return java.util.stream.Stream.concat(first.stream(), second.stream()).toList();
    }
}
