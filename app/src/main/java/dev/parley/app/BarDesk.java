package dev.parley.app;

import dev.parley.agent.Agent;
import dev.parley.agent.CallEvent;
import dev.parley.agent.ToolGuard;
import dev.parley.agent.ToolLimits;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.venue.Sales;
import dev.parley.venue.SampleVenue;
import dev.parley.venue.Venue;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// The bar's agent, and the venue's thirty tools on a bar full of sample drinks, which is closed with it.
record BarDesk(Agent agent, Toolbox toolbox, Venue venue, String sessionId) implements Desk {
    private static final String GREETING = "Say hello, say that this is the bar, and ask what you can do.";

    static BarDesk at(Venue venue) {
        SampleVenue.load(venue, SampleVenue.Others.KEEP);
        var toolbox = venue.toolbox();
        return new BarDesk(Agent.of(venue.menu().instructions(), toolbox.definitions()).withGreeting(GREETING),
                toolbox, venue, "demo-" + UUID.randomUUID());
    }

    @Override
    public ToolRunner tools() {
        return new ToolRunner(toolbox, sessionId, ToolGuard.NONE, ToolLimits.defaults(), InstantSource.system());
    }

    @Override
    public List<String> missing(CallReport report) {
        var problems = new ArrayList<String>();
        report.all(CallEvent.ToolAnswered.class)
                .stream()
                .filter(answer -> answer.output().contains("\"error\""))
                .forEach(answer -> problems.add(answer.name() + " answered " + answer.output()));
        var closed = report.all(CallEvent.ToolAnswered.class)
                .stream()
                .filter(answer -> answer.name().equals("close_tab"))
                .count();
        var paid = venue.sales()
                .orders(Sales.Filter.ALL.withStatus("completed"), 100)
                .size();
        if (closed == 0 || paid < closed) {
            problems.add("expected the tab the caller closed among the orders that are paid, found " + paid);
        }
        venue.check().forEach(finding -> problems.add(finding.toString()));
        return problems;
    }

    @Override
    public String afterwards() {
        return "The tab is paid, and stock, money and orders agree.";
    }

    @Override
    public void close() {
        venue.close();
    }
}
