package dev.parley.agent;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.CompletableFuture;

/// Calls tools one after the other, as tests like to.
final class ToolCaller implements AutoCloseable {
    private final ToolRunner runner;
    private int calls;

    ToolCaller(ToolRunner runner) {
        this.runner = runner;
    }

    static ToolCaller on(Object... tools) {
        return new ToolCaller(new ToolRunner(Toolbox.of(tools)));
    }

    ToolResult call(String tool, String arguments) {
        var answer = new CompletableFuture<ToolResult>();
        runner.submit(new ToolCall("call_" + ++calls, tool, arguments), answer::complete);
        return answer.orTimeout(10, SECONDS).join();
    }

    /// Why the call has no result; its output when it has.
    String outcome(String tool, String arguments) {
        var result = call(tool, arguments);
        return switch (result.outcome()) {
            case ToolOutcome.Succeeded() -> result.output();
            case ToolOutcome.Failed(var reason, var message) -> reason + ": " + message;
        };
    }

    @Override
    public void close() {
        runner.close();
    }
}
