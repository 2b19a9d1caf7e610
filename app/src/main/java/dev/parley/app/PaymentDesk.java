package dev.parley.app;

import dev.parley.agent.Agent;
import dev.parley.agent.CallEvent;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.venue.PaymentLedger;
import dev.parley.venue.PaymentTools;
import java.util.List;

/// The agent that takes payment requests, and its tools on a ledger, which is closed with it.
record PaymentDesk(Agent agent, Toolbox toolbox, PaymentLedger ledger) implements Desk {
    private static final String INSTRUCTIONS = """
            You are the voice of a payment desk. Speak briefly and plainly.
            When the caller wants a payment request, find out the amount and the currency, then call
            create_payment_request. Tell the caller the order number, digit by digit.
            When a tool answers with an error, say in one sentence what is wrong. Never invent an order number.""";
    private static final String GREETING = "Say hello, say that this is the payment desk, and ask how you can help.";

    static PaymentDesk on(PaymentLedger ledger) {
        return on(ledger, INSTRUCTIONS, Toolbox.of(new PaymentTools(ledger)));
    }

    /// A desk whose agent can be told that this was all.
    static PaymentDesk on(PaymentLedger ledger, Farewell farewell) {
        return on(ledger, INSTRUCTIONS + Farewell.INSTRUCTIONS, Toolbox.of(new PaymentTools(ledger), farewell));
    }

    private static PaymentDesk on(PaymentLedger ledger, String instructions, Toolbox toolbox) {
        return new PaymentDesk(Agent.of(instructions, toolbox.definitions()).withGreeting(GREETING), toolbox, ledger);
    }

    @Override
    public ToolRunner tools() {
        return new ToolRunner(toolbox);
    }

    @Override
    public List<String> missing(CallReport report) {
        var created = report.all(CallEvent.ToolCalled.class)
                .stream()
                .filter(call -> call.name().equals("create_payment_request"))
                .map(CallEvent.ToolCalled::callId)
                .toList();
        if (created.isEmpty()) {
            return List.of("the agent called no tool");
        }
        var kept = ledger.list(100).stream().filter(payment -> created.contains(payment.callId())).count();
        return kept == created.size()
                ? List.of()
                : List.of("the ledger does not hold the payment request the agent spoke of");
    }

    @Override
    public String afterwards() {
        return "The payment request is in the ledger: parley payments";
    }

    @Override
    public void close() {
        ledger.close();
    }
}
