package dev.parley.app;

import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.TrafficObserver;
import java.io.PrintStream;

/// Tells the steps of a session in the words of the protocol, one line each.
final class ProtocolSteps implements TrafficObserver {
    private final PrintStream out;

    ProtocolSteps(PrintStream out) {
        this.out = out;
    }

    @Override
    public void onReceived(String frame) {
        switch (ServerEvent.parse(frame)) {
            case ServerEvent.SessionCreated created -> tell("session " + created.session().id().orElse("without an id")
                    + created.session().model().map(model -> ", model " + model).orElse(""));
            case ServerEvent.SessionUpdated _ -> tell("session configured");
            case ServerEvent.SpeechStarted speech -> tell("speech begins at " + speech.audioStartMs() + " ms");
            case ServerEvent.SpeechStopped speech -> tell("speech ends at " + speech.audioEndMs() + " ms");
            case ServerEvent.OutputItemAdded added -> tell("item " + added.item().id().orElse("") + " begins"
                    + (added.item() instanceof Item.FunctionCall call ? ", a call of " + call.name() : ""));
            case ServerEvent.FunctionArgumentsDone call -> tell("arguments " + call.arguments());
            case ServerEvent.OutputItemDone done ->
                tell("item " + done.item().id().orElse("") + " of " + done.responseId() + " is done");
            case ServerEvent.ItemTruncated cut -> tell("item " + cut.itemId() + " cut at " + cut.audioEndMs() + " ms");
            case ServerEvent.OutputBufferStarted started -> tell("response " + started.responseId() + " is played");
            case ServerEvent.OutputBufferStopped stopped ->
                tell("response " + stopped.responseId() + " was played to its end");
            case ServerEvent.OutputBufferCleared cleared ->
                tell("the rest of response " + cleared.responseId() + " is not played");
            case ServerEvent.ResponseDone done -> tell("response " + done.response().id() + " is "
                    + done.response().raw().path("status").asString("done")
                    + done.response().reason().map(reason -> ", " + reason).orElse(""));
            case ServerEvent.ErrorEvent refused -> tell("error: " + refused.error().message());
            case ServerEvent.Unknown unknown -> tell("unknown event " + unknown.type());
            case ServerEvent.Malformed malformed -> tell("unreadable event: " + malformed.problem());
            default -> {
                // The transcript tells the rest.
            }
        }
    }

    private void tell(String step) {
        out.println("          - " + step);
    }
}
