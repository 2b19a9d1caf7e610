package dev.parley.gateway;

import dev.parley.venue.Venue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/// What the gateway counts and times, for Prometheus. Label values come from closed sets: what a caller sends is never one.
final class Meters implements AutoCloseable {
    private static final double[] BOUNDS = {1e6, 2e6, 5e6, 10e6, 20e6, 50e6, 100e6, 250e6, 1e9, 5e9};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Set<String> tools;

    /// How a tool call ended.
    enum Outcome {
        DONE, REFUSED, INVALID, BUSY, FAILED
    }

    /// @param tools the names there are
    Meters(Set<String> tools, Venue venue) {
        this.tools = Set.copyOf(tools);
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return id.getType() == Meter.Type.TIMER && id.getName().startsWith("parley.")
                        ? DistributionStatisticConfig.builder().serviceLevelObjectives(BOUNDS).build().merge(config)
                        : config;
            }
        });
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gauge("parley.database.connections", () -> venue.load().connections());
        gauge("parley.database.connections.active", () -> venue.load().active());
        gauge("parley.database.connections.idle", () -> venue.load().idle());
        gauge("parley.database.waiting", () -> venue.load().waiting());
    }

    void gauge(String name, Supplier<Number> value) {
        Gauge.builder(name, value).register(registry);
    }

    void call(String tool, Outcome outcome, Duration took) {
        timer("parley.tool.calls", Tags.of("tool", tools.contains(tool) ? tool : "unknown", "outcome", label(
                outcome))).record(took);
    }

    void request(Route route, int status, Duration took) {
        timer("parley.http.requests", Tags.of("route", route.id(), "status", status / 100 + "xx")).record(took);
    }

    private Timer timer(String name, Tags tags) {
        return registry.timer(name, tags);
    }

    private static String label(Outcome outcome) {
        return switch (outcome) {
            case DONE -> "done";
            case REFUSED -> "refused";
            case INVALID -> "invalid";
            case BUSY -> "busy";
            case FAILED -> "failed";
        };
    }

    /// All of it as Prometheus reads it.
    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
