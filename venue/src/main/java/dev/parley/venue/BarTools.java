package dev.parley.venue;

import dev.parley.agent.Toolbox;

/// Puts the bar's tools together.
final class BarTools {
    private BarTools() {}

    static Toolbox toolbox(Till till, ToolSet set) {
        var reference = Toolbox.builder()
                .methods(new SystemTools(till))
                .methods(new CartTools(till))
                .methods(new OrderTools(till))
                .include(BatchTool.toolbox(till));
        return switch (set) {
            case REFERENCE -> reference.build();
            case EXTENDED -> reference.methods(new TabTools(till)).methods(new CheckTools(till)).build();
        };
    }
}
