package dev.parley.app;

import dev.parley.agent.Agent;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.venue.PaymentLedger;
import dev.parley.venue.PaymentTools;

/// The agent that takes payment requests, and its tools on a ledger.
record PaymentDesk(Agent agent, Toolbox toolbox) {
    private static final String INSTRUCTIONS = """
            You are the voice of a payment desk. Speak briefly and plainly.
            When the caller wants a payment request, find out the amount and the currency, then call
            create_payment_request. Tell the caller the order number, digit by digit.
            When a tool answers with an error, say in one sentence what is wrong. Never invent an order number.""";
    private static final String GREETING = "Say hello, say that this is the payment desk, and ask how you can help.";

    static PaymentDesk on(PaymentLedger ledger) {
        var toolbox = Toolbox.of(new PaymentTools(ledger));
        return new PaymentDesk(Agent.of(INSTRUCTIONS, toolbox.definitions()).withGreeting(GREETING), toolbox);
    }

    ToolRunner tools() {
        return new ToolRunner(toolbox);
    }
}
