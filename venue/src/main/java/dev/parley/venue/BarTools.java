package dev.parley.venue;

import dev.parley.agent.Toolbox;

/// Puts the bar's tools together.
final class BarTools {
    private BarTools() {}

    static Toolbox toolbox(Till till) {
        return Toolbox.builder()
                .methods(new SystemTools(till))
                .methods(new CartTools(till))
                .methods(new OrderTools(till))
                .include(BatchTool.toolbox(till))
                .build();
    }
}
