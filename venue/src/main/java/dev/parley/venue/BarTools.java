package dev.parley.venue;

import dev.parley.agent.Toolbox;

/// Puts the bar's tools together.
final class BarTools {
    private BarTools() {}

    static Toolbox toolbox(Till till) {
        return Toolbox.of(new SystemTools(till), new StockTools(till), new CountTools(till), new AdjustmentTools(till),
                new EventTools(till));
    }
}
