package dev.parley.agent;

import static dev.parley.agent.ConversationEvents.argumentsDone;
import static dev.parley.agent.ConversationEvents.aside;
import static dev.parley.agent.ConversationEvents.audio;
import static dev.parley.agent.ConversationEvents.call;
import static dev.parley.agent.ConversationEvents.error;
import static dev.parley.agent.ConversationEvents.outOfBand;
import static dev.parley.agent.ConversationEvents.outputAccepted;
import static dev.parley.agent.ConversationEvents.outputItemDone;
import static dev.parley.agent.ConversationEvents.responseCreated;
import static dev.parley.agent.ConversationEvents.responseDone;
import static dev.parley.agent.ConversationEvents.responseFailed;
import static dev.parley.agent.ConversationEvents.sessionCreated;
import static dev.parley.agent.ConversationEvents.sessionUpdated;
import static dev.parley.agent.ConversationScript.aCall;
import static dev.parley.agent.ConversationScript.aLiveCall;
import static dev.parley.agent.ConversationScript.agent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Close;
import dev.parley.realtime.Item;
import dev.parley.realtime.RateLimit;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionChange;
import dev.parley.realtime.ToolChoice;
import dev.parley.realtime.TurnDetection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConversationTest {
    private static Agent greeting() {
        return agent().withGreeting("Say hello.");
    }

    /// An agent that answers and is interrupted only when the client says so.
    private static Agent leavingItToUs() {
        var vad = new TurnDetection.ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(500), false, false);
        return new Agent("Be brief.", null, "marin", "whisper-1", vad, List.of());
    }

    private static CallEvent problem(ConversationScript call) {
        return call.published().stream().filter(CallEvent.Problem.class::isInstance).findFirst().orElseThrow();
    }

    private static List<ClientEvent.ItemTruncate> truncations(ConversationScript call) {
        return call.sent()
                .stream()
                .filter(ClientEvent.ItemTruncate.class::isInstance)
                .map(ClientEvent.ItemTruncate.class::cast)
                .toList();
    }

    @Nested
    class ConfigurationBeforeGreeting {
        @Test
        void sendsItsSettingsWhenTheSessionIsThere() {
            var call = aCall(greeting());

            call.service(sessionCreated());

            assertThat(call.sentTypes()).containsExactly("session.update");
            assertThat(((ClientEvent.SessionUpdate) call.sent().getFirst()).session().voice()).contains("marin");
        }

        @Test
        void x6ListensAndGreetsOnceTheSettingsAreConfirmed() {
            var call = aCall(greeting()).service(sessionCreated()).given();

            call.service(sessionUpdated());

            assertThat(call.effects(Effect.Listen.class)).hasSize(1);
            assertThat(call.published()).containsExactly(new CallEvent.Ready("sess_1"));
            assertThat(call.sent()).singleElement()
                    .isInstanceOfSatisfying(ClientEvent.ResponseCreate.class,
                            create -> assertThat(create.response().instructions()).contains("Say hello."));
        }

        @Test
        void asksForNothingWithoutAGreeting() {
            var call = aCall(agent()).service(sessionCreated()).given();

            call.service(sessionUpdated());

            assertThat(call.sent()).isEmpty();
        }

        @Test
        void configuresOnlyOnce() {
            var call = aCall(greeting()).service(sessionCreated()).given();

            call.service(sessionCreated(), sessionUpdated(), sessionUpdated());

            assertThat(call.sentTypes()).containsExactly("response.create");
            assertThat(call.effects(Effect.Listen.class)).hasSize(1);
        }

        @Test
        void greetsOnlyOnce() {
            var call = aLiveCall(greeting());

            call.service(responseCreated("r1"), responseDone("r1", "completed"), sessionUpdated());

            assertThat(call.sent()).isEmpty();
        }

        @Test
        void doesNotGreetACallerWhoSpeaksFirst() {
            var call = aLiveCall(greeting()).service(error(RealtimeError.ACTIVE_RESPONSE)).given();

            call.callerStarts().callerStops();
            call.service(responseCreated("r1"), responseDone("r1", "completed"));

            assertThat(call.sent()).isEmpty();
        }

        @Test
        void endsWhenTheSettingsAreRefused() {
            var call = aCall(greeting()).service(sessionCreated()).given();

            call.service(error("unknown_parameter", "configure"));

            assertThat(call.effects(Effect.End.class))
                    .containsExactly(new Effect.End(new Ending.Failed("the service refused the session: "
                            + "no: unknown_parameter")));
            assertThat(call.sent()).isEmpty();
            assertThat(call.hasEnded()).isTrue();
        }

        @Test
        void endsWhenTheSettingsAreNotConfirmedInTime() {
            var call = aCall(agent()).service(sessionCreated());

            assertThat(call.wakesIn()).isEqualTo(Conversation.CONFIGURE_TIMEOUT);
            call.tickAfter(Conversation.CONFIGURE_TIMEOUT);

            assertThat(call.hasEnded()).isTrue();
            assertThat(call.effects(Effect.End.class)).hasSize(1);
        }

        @Test
        void x11EndsWhenNoSessionIsCreatedInTime() {
            var call = aCall(agent()).on(new Input.Tick());

            call.tickAfter(Conversation.CONFIGURE_TIMEOUT.minusMillis(1));
            assertThat(call.hasEnded()).isFalse();
            call.tickAfter(Duration.ofMillis(1));

            assertThat(call.hasEnded()).isTrue();
        }
    }

    @Nested
    class Tools {
        @Test
        void x7RunsACallOnceHoweverManyEventsCarryIt() {
            var call = aLiveCall().service(responseCreated("r1")).given();

            call.service(argumentsDone("r1", "call_1", "lookup", "{}"), argumentsDone("r1", "call_1", "lookup", "{}"),
                    outputItemDone("r1", call("call_1", "completed")),
                    responseDone("r1", "completed", call("call_1", "completed")));

            assertThat(call.effects(Effect.RunTool.class))
                    .containsExactly(new Effect.RunTool("call_1", "lookup", "{}"));
            assertThat(call.published()).containsExactly(new CallEvent.ToolCalled("call_1", "lookup", "{}"));
        }

        @Test
        void doesNotRunACallAgainAfterItsAnswer() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .toolFinishes("call_1")
                    .given();

            call.service(outputItemDone("r1", call("call_1", "completed"))).toolFinishes("call_1");

            assertThat(call.effects()).isEmpty();
        }

        @Test
        void runsACallOfWhichOnlyTheResponseTells() {
            var call = aLiveCall().service(responseCreated("r1")).given();

            call.service(responseDone("r1", "completed", call("call_1", "completed")));

            assertThat(call.effects(Effect.RunTool.class)).hasSize(1);
        }

        @Test
        void waitsForTheNameWhenTheArgumentsComeWithoutIt() {
            var call = aLiveCall().service(responseCreated("r1")).given();

            call.service(argumentsDone("r1", "call_1", "", "{}"));
            assertThat(call.effects(Effect.RunTool.class)).isEmpty();
            call.service(outputItemDone("r1", call("call_1", "completed")));

            assertThat(call.effects(Effect.RunTool.class))
                    .containsExactly(new Effect.RunTool("call_1", "lookup", "{}"));
        }

        @Test
        void doesNotRunACallThatWasCutShort() {
            var call = aLiveCall().service(responseCreated("r1")).given();

            call.service(outputItemDone("r1", call("call_1", "incomplete")),
                    responseDone("r1", "cancelled", call("call_1", "incomplete")));

            assertThat(call.effects()).isEmpty();
        }

        @Test
        void x8PassesAnUnknownNameAndBadArgumentsOn() {
            var call = aLiveCall().service(responseCreated("r1")).given();

            call.service(argumentsDone("r1", "call_1", "no_such_tool", "not json"));

            assertThat(call.effects(Effect.RunTool.class))
                    .containsExactly(new Effect.RunTool("call_1", "no_such_tool", "not json"));
        }

        @Test
        void x1SendsTheOutputAtOnceButAsksForTheAnswerOnlyWhenTheResponseIsDone() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .given();

            call.toolFinishes("call_1");
            assertThat(call.sentTypes()).containsExactly("conversation.item.create");
            call.service(outputAccepted("call_1"), responseDone("r1", "completed", call("call_1", "completed")));

            assertThat(call.sentTypes()).containsExactly("conversation.item.create", "response.create");
            assertThat(((ClientEvent.ItemCreate) call.sent().getFirst()).item())
                    .isEqualTo(Item.functionCallOutput("call_1", "output of call_1"));
            assertThat(call.published()).contains(new CallEvent.ToolAnswered("call_1", "lookup", "output of call_1",
                    Duration.ZERO));
        }

        @Test
        void asksForTheAnswerWhenTheToolFinishesAfterTheResponse() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"),
                    responseDone("r1", "completed", call("call_1", "completed"))).given();

            call.toolFinishes("call_1");

            assertThat(call.sentTypes()).containsExactly("conversation.item.create", "response.create");
        }

        @Test
        void x1AsksOnceForTwoToolsOfOneResponse() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"),
                    argumentsDone("r1", "call_2", "lookup", "{}"),
                    responseDone("r1", "completed", call("call_1", "completed"), call("call_2", "completed"))).given();

            call.toolFinishes("call_2");
            assertThat(call.sentTypes()).containsExactly("conversation.item.create");
            call.toolFinishes("call_1")
                    .service(outputAccepted("call_2"), outputAccepted("call_1"),
                            responseCreated("r2"), responseDone("r2", "completed"));

            assertThat(call.sentTypes())
                    .containsExactly("conversation.item.create", "conversation.item.create", "response.create");
        }

        @Test
        void asksForNothingAfterACancelledResponseWithoutOutputs() {
            var call = aLiveCall().service(responseCreated("r1")).given();

            call.service(responseDone("r1", "cancelled"));

            assertThat(call.effects()).isEmpty();
        }

        @Test
        void answersACallOfACancelledResponseThatWasComplete() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"),
                    responseDone("r1", "cancelled", call("call_1", "completed"))).given();

            call.toolFinishes("call_1");

            assertThat(call.sentTypes()).containsExactly("conversation.item.create", "response.create");
        }
    }

    @Nested
    class ResponsesOfTheServer {
        @Test
        void anOutputAcceptedBeforeTheServersOwnResponseIsAnsweredByIt() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"),
                    responseDone("r1", "completed", call("call_1", "completed"))).callerStarts().given();

            call.toolFinishes("call_1").service(outputAccepted("call_1")).callerStops();
            call.service(responseCreated("r2"), responseDone("r2", "completed"));

            assertThat(call.sentTypes()).containsExactly("conversation.item.create");
        }

        @Test
        void anOutputAcceptedAfterTheServersOwnResponseBeganGetsAnother() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"),
                    responseDone("r1", "completed", call("call_1", "completed"))).callerStarts().callerStops().given();

            call.toolFinishes("call_1").service(responseCreated("r2"), outputAccepted("call_1"));
            assertThat(call.sentTypes()).containsExactly("conversation.item.create");
            call.service(responseDone("r2", "completed"));

            assertThat(call.sentTypes()).containsExactly("conversation.item.create", "response.create");
        }

        @Test
        void asksForNothingWhileTheCallerSpeaks() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .callerStarts()
                    .service(responseDone("r1", "cancelled", call("call_1", "completed")))
                    .given();

            call.toolFinishes("call_1").service(outputAccepted("call_1"));

            assertThat(call.sentTypes()).containsExactly("conversation.item.create");
        }

        @Test
        void aResponseThatTheServerOwesButDoesNotStartIsNotWaitedForLong() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"),
                    responseDone("r1", "completed", call("call_1", "completed")))
                    .callerStarts()
                    .callerStops()
                    .toolFinishes("call_1")
                    .service(outputAccepted("call_1"))
                    .given();

            assertThat(call.wakesIn()).isEqualTo(ResponseSlot.AUTOMATIC_RESPONSE_TIMEOUT);
            call.tickAfter(ResponseSlot.AUTOMATIC_RESPONSE_TIMEOUT);

            assertThat(call.sentTypes()).containsExactly("response.create");
            assertThat(call.published()).isEmpty();
        }

        @Test
        void aResponseThatEndsAfterTheCallersTurnDoesNotMakeItWaitForEver() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .callerStarts()
                    .callerStops()
                    .service(responseDone("r1", "cancelled", call("call_1", "completed")))
                    .toolFinishes("call_1")
                    .given();

            call.tickAfter(ResponseSlot.AUTOMATIC_RESPONSE_TIMEOUT);

            assertThat(call.sentTypes()).containsExactly("response.create");
        }

        @Test
        void doesNotAskAgainWhileTheServersOwnResponseCameInBetween() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"),
                    responseDone("r1", "completed", call("call_1", "completed"))).toolFinishes("call_1").given();

            // The caller spoke while our request was on its way: first comes the server's answer to that.
            call.callerStarts().callerStops().service(responseCreated("r2"), responseDone("r2", "completed"));
            assertThat(call.sent()).isEmpty();
            call.service(outputAccepted("call_1"), responseCreated("r3"), responseDone("r3", "completed"));

            assertThat(call.sent()).isEmpty();
        }

        @Test
        void answersByItselfWhenTheServerDoesNot() {
            var call = aLiveCall(leavingItToUs()).service(responseCreated("r1"),
                    argumentsDone("r1", "call_1", "lookup", "{}"),
                    responseDone("r1", "completed", call("call_1", "completed"))).callerStarts().given();

            call.toolFinishes("call_1").callerStops();

            assertThat(call.sentTypes()).containsExactly("conversation.item.create", "response.create");
        }

        @Test
        void aResponseBesideTheConversationChangesNothing() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .toolFinishes("call_1")
                    .service(outputAccepted("call_1"))
                    .given();

            call.service(outOfBand("response.created", "r9"), outOfBand("response.done", "r9"));
            assertThat(call.effects()).isEmpty();
            call.service(responseDone("r1", "completed", call("call_1", "completed")));

            assertThat(call.sentTypes()).containsExactly("response.create");
        }
    }

    @Nested
    class Errors {
        private ConversationScript askedForAnAnswer() {
            return aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"),
                    responseDone("r1", "completed", call("call_1", "completed")))
                    .toolFinishes("call_1")
                    .service(outputAccepted("call_1"))
                    .given();
        }

        @Test
        void x2BeingToldThatAResponseRunsIsNoProblemAndIsTriedAgainWhenItIsDone() {
            var call = askedForAnAnswer();

            call.callerStarts().callerStops().service(responseCreated("r2"), error(RealtimeError.ACTIVE_RESPONSE));
            call.service(outputAccepted("call_1"), responseDone("r2", "completed"));

            assertThat(call.published()).noneMatch(CallEvent.Problem.class::isInstance);
            assertThat(call.hasEnded()).isFalse();
        }

        @Test
        void aRefusedGreetingIsAskedForAgain() {
            var call = aLiveCall(greeting());

            call.service(error(RealtimeError.ACTIVE_RESPONSE));
            assertThat(call.sent()).isEmpty();
            call.tickAfter(ResponseSlot.RESPONSE_TIMEOUT);

            assertThat(call.sentTypes()).containsExactly("response.create");
        }

        @Test
        void x2HavingNothingToCancelIsNoProblem() {
            var call = aLiveCall();

            call.service(error(RealtimeError.CANCEL_NOT_ACTIVE));

            assertThat(call.effects()).isEmpty();
        }

        @Test
        void anyOtherErrorIsReportedAndTheCallGoesOn() {
            var call = aLiveCall();

            call.service(error("invalid_value"));

            assertThat(call.published()).containsExactly(
                    new CallEvent.Problem("the service reports an error: no: invalid_value"));
            assertThat(call.hasEnded()).isFalse();
        }

        @Test
        void aFailedResponseIsReportedAndNotRepeated() {
            var call = askedForAnAnswer().service(responseCreated("r2")).given();

            call.service(responseFailed("r2", "overloaded"));

            assertThat(problem(call)).isEqualTo(new CallEvent.Problem("the model could not answer: overloaded"));
            assertThat(call.sent()).isEmpty();
        }

        @Test
        void anOutputTheServiceRefusesIsNotAskedAbout() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .toolFinishes("call_1")
                    .given();

            call.service(error("invalid_tool_call_id", "output_call_1"), responseDone("r1", "cancelled"));

            assertThat(call.sent()).isEmpty();
        }

        @Test
        void anOutputRefusedWithoutSayingWhichIsAskedAboutOnlyOnce() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .toolFinishes("call_1")
                    .given();

            call.service(error("invalid_tool_call_id"), responseDone("r1", "cancelled"));
            call.service(responseCreated("r2"), responseDone("r2", "completed"));

            assertThat(call.sentTypes()).containsExactly("response.create");
        }

        @Test
        void aModelThatDoesNotAnswerIsReportedAndNotAskedAgain() {
            var call = askedForAnAnswer();

            assertThat(call.wakesIn()).isEqualTo(ResponseSlot.RESPONSE_TIMEOUT);
            call.tickAfter(ResponseSlot.RESPONSE_TIMEOUT);

            assertThat(problem(call)).isEqualTo(new CallEvent.Problem("the model did not answer within 10 s"));
            assertThat(call.sent()).isEmpty();
            assertThat(call.wantsNoTick()).isTrue();
        }

        @Test
        void theCallersTurnDoesNotShortenTheTimeTheModelHas() {
            var call = askedForAnAnswer().callerStarts().callerStops();

            call.tickAfter(ResponseSlot.AUTOMATIC_RESPONSE_TIMEOUT);

            assertThat(call.published()).noneMatch(CallEvent.Problem.class::isInstance);
        }

        @Test
        void x4WhatCannotBeReadIsReportedAndTheCallGoesOn() {
            var call = aLiveCall();

            call.service(ServerEvent.parse("not json"), ServerEvent.parse("{\"type\":\"from.the.future\"}"));

            assertThat(call.published()).singleElement().isInstanceOf(CallEvent.Problem.class);
            assertThat(call.hasEnded()).isFalse();
        }
    }

    @Nested
    class Interrupting {
        private ConversationScript speaking() {
            return aLiveCall().service(responseCreated("r1"), audio("r1", "m1", 500)).given();
        }

        @Test
        void playsAnAnswerAndSaysHowLongItTook() {
            var call = aLiveCall().callerStarts().callerStops().service(responseCreated("r1")).given();

            call.after(Duration.ofMillis(700)).service(audio("r1", "m1", 20), audio("r1", "m1", 20));

            assertThat(call.effects(Effect.Play.class)).hasSize(2);
            assertThat(call.published())
                    .containsExactly(new CallEvent.AgentStartedSpeaking("m1", Duration.ofMillis(700)));
        }

        @Test
        void stopsPlayoutBeforeAnythingElseIsSent() {
            var call = speaking();

            call.callerStarts();

            assertThat(call.effects())
                    .containsExactly(new Effect.Publish(new CallEvent.CallerStartedSpeaking()),
                            new Effect.StopPlayout());
        }

        @Test
        void x12CutsWhatWasPlayingToWhatWasHeard() {
            var call = speaking().callerStarts().given();

            call.playoutStopped(new Input.Cut("m1", 0, 320));

            assertThat(call.sent()).containsExactly(new ClientEvent.ItemTruncate("m1", 0, 320));
            assertThat(call.published()).containsExactly(new CallEvent.Interrupted("m1", Duration.ofMillis(320)));
        }

        @Test
        void cutsAnItemOnlyOnce() {
            var call = speaking().callerStarts().playoutStopped(new Input.Cut("m1", 0, 320)).given();

            call.callerStops().callerStarts().playoutStopped(new Input.Cut("m1", 0, 320));

            assertThat(truncations(call)).isEmpty();
        }

        @Test
        void doesNotPlayWhatAnInterruptedResponseStillBrings() {
            var call = speaking().callerStarts().playoutStopped(new Input.Cut("m1", 0, 320)).given();

            call.service(audio("r1", "m1", 500), audio("r1", "m2", 500));

            assertThat(call.effects()).isEmpty();
        }

        @Test
        void cutsItemsNothingWasHeardOfToNothingWhenTheResponseIsDone() {
            var call = speaking().callerStarts()
                    .playoutStopped(new Input.Cut("m1", 0, 320))
                    .service(audio("r1", "m2", 500))
                    .given();

            call.service(responseDone("r1", "cancelled"));

            assertThat(call.sent()).containsExactly(new ClientEvent.ItemTruncate("m2", 0, 0));
        }

        @Test
        void anItemHeardToTheLastByteBeforeMoreCameTooLateKeepsWhatWasHeard() {
            var call = speaking().callerStarts().playoutStopped().service(audio("r1", "m1", 500)).given();

            call.service(responseDone("r1", "cancelled"));

            assertThat(truncations(call)).containsExactly(new ClientEvent.ItemTruncate("m1", 0, 500));
        }

        @Test
        void aReportThatComesAfterTheResponseIsDoneStillSaysWhatWasHeard() {
            var call = speaking().callerStarts().service(audio("r1", "m1", 500), responseDone("r1", "cancelled"));

            call.playoutStopped(new Input.Cut("m1", 0, 320));

            assertThat(truncations(call)).containsExactly(new ClientEvent.ItemTruncate("m1", 0, 320));
        }

        @Test
        void playsTheAnswerToTheInterruption() {
            var call = speaking().callerStarts()
                    .playoutStopped(new Input.Cut("m1", 0, 320))
                    .service(responseDone("r1", "cancelled"))
                    .callerStops()
                    .given();

            call.service(responseCreated("r2"), audio("r2", "m2", 20));

            assertThat(call.effects(Effect.Play.class)).hasSize(1);
        }

        @Test
        void aResponseThatBeginsWhileTheCallerSpeaksIsNotPlayed() {
            var call = aLiveCall(greeting()).callerStarts().given();

            call.service(responseCreated("r1"), audio("r1", "m1", 20), responseDone("r1", "completed"));

            assertThat(call.effects(Effect.Play.class)).isEmpty();
            assertThat(call.sent()).containsExactly(new ClientEvent.ItemTruncate("m1", 0, 0));
        }

        @Test
        void leavesTheCancellingToAServerThatDoesIt() {
            var call = speaking();

            call.callerStarts();

            assertThat(call.sent()).isEmpty();
        }

        @Test
        void cancelsTheResponseWhenTheServerDoesNot() {
            var call = aLiveCall(leavingItToUs()).service(responseCreated("r1"), audio("r1", "m1", 500)).given();

            call.callerStarts();

            assertThat(call.sent()).containsExactly(new ClientEvent.ResponseCancel());
        }

        @Test
        void cancelsNothingWhenNothingRuns() {
            var call = aLiveCall(leavingItToUs());

            call.callerStarts();

            assertThat(call.sent()).isEmpty();
            assertThat(call.effects(Effect.StopPlayout.class)).hasSize(1);
        }

        @Test
        void aTurnTheServerCouldNotAnswerDoesNotBlockTheNextRequest() {
            var vad = new TurnDetection.ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(500), true, false);
            var call = aLiveCall(new Agent("Be brief.", null, "marin", null, vad, List.of()))
                    .service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .callerStarts()
                    .callerStops()
                    .service(error(RealtimeError.ACTIVE_RESPONSE))
                    .toolFinishes("call_1")
                    .service(outputAccepted("call_1"))
                    .given();

            call.service(responseDone("r1", "cancelled", call("call_1", "completed")));

            assertThat(call.sentTypes()).containsExactly("response.create");
        }
    }

    @Nested
    class TheEnd {
        @Test
        void aSessionThatEndsEndsTheCall() {
            var call = aLiveCall();

            call.on(new Input.SessionEnded(new Close(Close.GOING_AWAY, "maximum duration")));

            var ending = new Ending.Failed("the service ended the session: close code 1001 (maximum duration)");
            assertThat(call.effects()).containsExactly(new Effect.StopPlayout(),
                    new Effect.Publish(new CallEvent.Ended(ending)), new Effect.End(ending));
        }

        @Test
        void aHangUpEndsTheCall() {
            var call = aLiveCall();

            call.on(new Input.HangUp("caller"));

            assertThat(call.effects(Effect.End.class)).containsExactly(new Effect.End(new Ending.HungUp("caller")));
        }

        @Test
        void nothingComesAfterTheEnd() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .on(new Input.HangUp("caller"))
                    .given();

            call.toolFinishes("call_1").callerStarts().service(audio("r1", "m1", 20)).tickAfter(Duration.ofHours(1));
            call.on(new Input.HangUp("caller"));

            assertThat(call.effects()).isEmpty();
            assertThat(call.wantsNoTick()).isTrue();
        }

        @Test
        void nothingComesAfterTheEndEvenWhenSomethingWasOverdue() {
            var call = aLiveCall(greeting());

            call.after(Duration.ofHours(1)).on(new Input.HangUp("caller"));

            assertThat(call.effects().getLast()).isInstanceOf(Effect.End.class);
        }

        @Test
        void wordsStillHeldBackAreTold() {
            var call = aLiveCall()
                    .service(new ServerEvent.InputCommitted("u1", null), responseCreated("r1"),
                            new ServerEvent.ItemAdded("u1", Item.message("assistant").with("m1", "in_progress")),
                            new ServerEvent.OutputTranscriptDone(new ServerEvent.Part("r1", "m1", 0, 0), "Goodbye."))
                    .given();

            call.on(new Input.HangUp("caller"));

            assertThat(call.published()).containsExactly(new CallEvent.CallerNotUnderstood("u1", "no transcript came"),
                    new CallEvent.AgentSaid("m1", "Goodbye."), new CallEvent.Ended(new Ending.HungUp("caller")));
        }
    }

    @Nested
    class WhatIsSaidMeanwhile {
        private static final ToolPolicy SLOW = ToolPolicy.DEFAULT.withProgress("One moment.", Duration.ofSeconds(2));

        private ConversationScript waiting() {
            return aLiveCall(agent(), SLOW).service(responseCreated("r1"),
                    argumentsDone("r1", "call_1", "lookup", "{}"),
                    responseDone("r1", "completed", call("call_1", "completed"))).given();
        }

        private ConversationScript saying() {
            return waiting().tickAfter(Duration.ofSeconds(2))
                    .service(begins())
                    .given();
        }

        private static ServerEvent begins() {
            return aside("response.created", "r_aside", "in_progress", LABELS);
        }

        private static ServerEvent ends() {
            return aside("response.done", "r_aside", "completed", LABELS);
        }

        private static final JsonNode LABELS = JsonMapper.shared().readTree("{\"parley_progress\":\"call_1\"}");

        @Test
        void saysItBesideTheConversationWhenTheToolTakesLong() {
            var call = waiting();

            assertThat(call.wakesIn()).isEqualTo(Duration.ofSeconds(2));
            call.tickAfter(Duration.ofMillis(1_999));
            assertThat(call.effects()).isEmpty();
            call.tickAfter(Duration.ofMillis(1));

            assertThat(call.sent()).singleElement()
                    .isInstanceOfSatisfying(ClientEvent.ResponseCreate.class, create -> {
                        assertThat(create.response().isOutOfBand()).isTrue();
                        assertThat(create.response().input()).hasValue(List.of());
                        assertThat(create.response().toolChoice()).hasValue(new ToolChoice.None());
                        assertThat(create.response().instructions().orElseThrow()).endsWith("One moment.");
                        assertThat(create.response().metadata()).containsEntry("parley_progress", "call_1");
                    });
            assertThat(call.published()).containsExactly(new CallEvent.SaidMeanwhile("call_1", "One moment."));
        }

        @Test
        void saysItOnce() {
            var call = saying().service(ends());

            call.tickAfter(Duration.ofMinutes(1));

            assertThat(call.sent()).isEmpty();
            assertThat(call.wantsNoTick()).isTrue();
        }

        @Test
        void saysNothingWhenTheToolIsQuick() {
            var call = waiting().toolFinishes("call_1")
                    .service(outputAccepted("call_1"), responseCreated("r2"),
                            responseDone("r2", "completed"))
                    .given();

            call.tickAfter(Duration.ofSeconds(5));

            assertThat(call.effects()).isEmpty();
        }

        @Test
        void countsTheSilenceFromTheLastSound() {
            var call = aLiveCall(agent(), SLOW).service(responseCreated("r1"), audio("r1", "m1", 3_000),
                    argumentsDone("r1", "call_1", "lookup", "{}"),
                    responseDone("r1", "completed", call("call_1", "completed"))).given();

            assertThat(call.wakesIn()).isEqualTo(Duration.ofSeconds(5));
        }

        @Test
        void waitsWhileAResponseRunsOrTheCallerSpeaks() {
            var running = aLiveCall(agent(), SLOW)
                    .service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .given();
            running.tickAfter(Duration.ofSeconds(10));
            var speaking = waiting().callerStarts().given();
            speaking.tickAfter(Duration.ofSeconds(10));

            assertThat(running.sent()).isEmpty();
            assertThat(speaking.sent()).isEmpty();
        }

        @Test
        void letsTheSentenceEndBeforeItAsksForTheAnswer() {
            var call = saying().toolFinishes("call_1").service(outputAccepted("call_1"));
            assertThat(call.sentTypes()).containsExactly("conversation.item.create");

            call.service(ends());

            assertThat(call.sentTypes()).containsExactly("conversation.item.create", "response.create");
        }

        @Test
        void playsTheSentenceAndNeverCutsIt() {
            var call = saying().service(audio("r_aside", "x1", 500));
            assertThat(call.effects(Effect.Play.class)).hasSize(1);

            call.callerStarts()
                    .playoutStopped(new Input.Cut("x1", 0, 200))
                    .service(audio("r_aside", "x1", 500), ends());

            assertThat(call.effects(Effect.Play.class)).hasSize(1);
            assertThat(call.sent()).containsExactly(new ClientEvent.ResponseCancel("r_aside"));
        }

        @Test
        void cancelsASentenceTheCallerSpokeIntoBeforeItBegan() {
            var call = waiting().tickAfter(Duration.ofSeconds(2)).callerStarts().given();

            call.service(begins(), audio("r_aside", "x1", 500));

            assertThat(call.sent()).containsExactly(new ClientEvent.ResponseCancel("r_aside"));
            assertThat(call.effects(Effect.Play.class)).isEmpty();
        }

        @Test
        void aRefusedSentenceIsReportedAndNothingWaitsForIt() {
            var call = waiting().tickAfter(Duration.ofSeconds(2)).given();

            call.service(error(RealtimeError.ACTIVE_RESPONSE, "progress_call_1")).toolFinishes("call_1");

            assertThat(call.sentTypes()).containsExactly("conversation.item.create", "response.create");
            assertThat(problem(call)).isNotNull();
        }

        @Test
        void aSentenceThatDoesNotEndIsGivenUp() {
            var call = saying().toolFinishes("call_1").given();

            assertThat(call.wakesIn()).isEqualTo(Meanwhile.TIMEOUT);
            call.tickAfter(Meanwhile.TIMEOUT);

            assertThat(call.sentTypes()).containsExactly("response.cancel", "response.create");
        }
    }

    @Nested
    class CancellingTools {
        private ConversationScript running(BargeIn onBargeIn) {
            return aLiveCall(agent(), ToolPolicy.DEFAULT.onBargeIn(onBargeIn)).service(responseCreated("r1"),
                    argumentsDone("r1", "call_1", "lookup", "{}"), argumentsDone("r1", "call_2", "lookup", "{}"),
                    responseDone("r1", "completed")).toolFinishes("call_2").given();
        }

        @Test
        void theCallerWhoSpeaksCancelsWhatRunsAfterPlayingHasStopped() {
            var call = running(BargeIn.CANCEL);

            call.callerStarts();

            assertThat(call.effects()).endsWith(new Effect.StopPlayout(), new Effect.CancelTool("call_1"));
        }

        @Test
        void aToolThatIsToGoOnGoesOn() {
            var call = running(BargeIn.CONTINUE);

            call.callerStarts();

            assertThat(call.effects(Effect.CancelTool.class)).isEmpty();
        }

        @Test
        void aCancelledToolHasItsOneOutputLikeAnyOther() {
            var call = running(BargeIn.CANCEL).callerStarts().given();

            call.toolFinishes("call_1").toolFinishes("call_1").callerStarts();

            assertThat(call.sentTypes()).containsExactly("conversation.item.create");
            assertThat(call.effects(Effect.CancelTool.class)).isEmpty();
        }
    }

    @Nested
    class ResponsesWithoutAnEnd {
        private ConversationScript silent() {
            return aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .toolFinishes("call_1")
                    .service(outputAccepted("call_1"))
                    .given();
        }

        @Test
        void aResponseThatBringsNothingMoreIsCancelled() {
            var call = silent();

            assertThat(call.wakesIn()).isEqualTo(ResponseSlot.SILENCE_TIMEOUT);
            call.tickAfter(ResponseSlot.SILENCE_TIMEOUT);

            assertThat(call.sent()).containsExactly(new ClientEvent.ResponseCancel("r1"));
            assertThat(call.published()).isEmpty();
        }

        @Test
        void aResponseThatBringsSomethingIsGivenMoreTime() {
            var call = silent().after(ResponseSlot.SILENCE_TIMEOUT.minusMillis(1)).service(audio("r1", "m1", 20));

            call.given().tickAfter(Duration.ofMillis(1));

            assertThat(call.sent()).isEmpty();
        }

        @Test
        void whenItEndsAfterAllTheCallGoesOn() {
            var call = silent().tickAfter(ResponseSlot.SILENCE_TIMEOUT).given();

            call.service(responseDone("r1", "cancelled"));

            assertThat(call.sentTypes()).containsExactly("response.create");
            assertThat(call.published()).isEmpty();
        }

        @Test
        void whenItDoesNotEvenEndThenItIsGivenUp() {
            var call = silent().tickAfter(ResponseSlot.SILENCE_TIMEOUT).given();

            assertThat(call.wakesIn()).isEqualTo(ResponseSlot.CANCEL_TIMEOUT);
            call.tickAfter(ResponseSlot.CANCEL_TIMEOUT);

            assertThat(problem(call)).isEqualTo(new CallEvent.Problem(
                    "the model's answer stopped without an end, and was given up after 30 s of silence"));
            assertThat(call.sentTypes()).containsExactly("response.create");
        }

        @Test
        void whatItBringsThenIsNotPlayed() {
            var call = silent().tickAfter(ResponseSlot.SILENCE_TIMEOUT)
                    .tickAfter(ResponseSlot.CANCEL_TIMEOUT)
                    .service(responseCreated("r2"))
                    .given();

            call.service(audio("r1", "m1", 500), responseDone("r1", "completed"), audio("r2", "m2", 20));

            assertThat(call.effects(Effect.Play.class)).hasSize(1);
            assertThat(call.sent()).containsExactly(new ClientEvent.ItemTruncate("m1", 0, 0));
        }

        @Test
        void aNewResponseEndsOneThatWasNeverSaidToBeOver() {
            var call = aLiveCall().service(responseCreated("r1"), audio("r1", "m1", 500)).given();

            call.service(responseCreated("r2"), audio("r1", "m1", 500), audio("r2", "m2", 20));

            assertThat(call.effects(Effect.Play.class)).hasSize(1);
        }
    }

    @Nested
    class Accounts {
        @Test
        void tellsWhatAResponseUsed() {
            var call = aLiveCall();

            call.service(ServerEvent.parse("""
                    {"type":"response.done","response":{"id":"r1","status":"completed","output":[],
                     "usage":{"input_tokens":10,"output_tokens":0}}}"""));

            assertThat(call.published()).singleElement()
                    .isInstanceOfSatisfying(CallEvent.Charged.class, charged -> {
                        assertThat(charged.used().of(Meter.TEXT_INPUT)).isEqualByComparingTo("10");
                        assertThat(charged.cost().isComplete()).isFalse();
                    });
        }

        @Test
        void tellsTheLimitsOfTheAccount() {
            var call = aLiveCall();

            call.service(new ServerEvent.RateLimitsUpdated(40_000, 39_000, 0.1));

            assertThat(call.published()).containsExactly(new CallEvent.RateLimits(
                    List.of(new RateLimit("tokens", 40_000, 39_000, Duration.ofMillis(100)))));
        }

        @Test
        void tellsHowLongAToolTook() {
            var call = aLiveCall().service(responseCreated("r1"), argumentsDone("r1", "call_1", "lookup", "{}"))
                    .given();

            call.after(Duration.ofMillis(1_200)).toolFinishes("call_1");

            assertThat(call.published()).containsExactly(new CallEvent.ToolAnswered("call_1", "lookup",
                    "output of call_1", Duration.ofMillis(1_200)));
        }
    }

    @Nested
    class AnotherConnection {
        @Test
        void tellsThatTheConnectionIsLostAndReplaced() {
            var lost = new Close(Close.ABNORMAL, "connection lost");
            var call = aLiveCall();

            call.on(new Input.SessionChanged(new SessionChange.Lost(lost, 1, Duration.ofMillis(400))))
                    .on(new Input.SessionChanged(new SessionChange.Replaced(SessionChange.Cause.LOST, 3)));

            assertThat(call.published()).containsExactly(
                    new CallEvent.ConnectionLost(lost, 1, Duration.ofMillis(400)),
                    new CallEvent.SessionReplaced(SessionChange.Cause.LOST, 3));
        }

        @Test
        void anAnswerOfWhichNothingWasHeardIsAskedForAgainOnce() {
            var call = aLiveCall().service(responseCreated("r1")).given();

            call.on(new Input.SessionChanged(new SessionChange.Replaced(SessionChange.Cause.LOST, 3)))
                    .service(responseFailed("r1", "lost"), responseCreated("r2"), responseDone("r2", "completed"));

            assertThat(call.sentTypes()).containsExactly("response.create");
        }

        @Test
        void anAnswerOfWhichSomethingWasHeardIsNot() {
            var call = aLiveCall().service(responseCreated("r1"), audio("r1", "m1", 500)).given();

            call.on(new Input.SessionChanged(new SessionChange.Replaced(SessionChange.Cause.LOST, 3)))
                    .service(responseFailed("r1", "lost"));

            assertThat(call.sent()).isEmpty();
        }

        @Test
        void noMoreSoundOfALostAnswerIsWaitedFor() {
            var call = aLiveCall().service(responseCreated("r1"), audio("r1", "m1", 500)).given();

            call.service(responseFailed("r1", "lost"));

            assertThat(call.effects(Effect.FinishPlaying.class)).containsExactly(new Effect.FinishPlaying("m1", 0));
        }
    }
}
