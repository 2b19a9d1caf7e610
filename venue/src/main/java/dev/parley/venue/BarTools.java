package dev.parley.venue;

import dev.parley.agent.Toolbox;

/// Puts the bar's tools together.
final class BarTools {
    private BarTools() {}

    static Toolbox toolbox(Till till, ToolSet set) {
        var reference = Toolbox.builder()
                .methods(new SystemTools(till))
                .methods(new CartTools(till))
                .include(BatchTool.toolbox(till))
                .methods(new StockTools(till))
                .methods(new CountTools(till))
                .methods(new AdjustmentTools(till))
                .methods(new OrderTools(till))
                .methods(new SearchTools(till))
                .methods(new ProductTools(till))
                .include(ProductUpdates.toolbox(till))
                .include(CategoryTools.toolbox(till))
                .methods(new EventTools(till));
        return switch (set) {
            case REFERENCE -> reference.build();
            case EXTENDED -> reference.methods(new MenuTools(till)).methods(new MoreStockTools(till)).build();
        };
    }
}
