package dev.espalier.server;

import io.javalin.http.Context;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** What the server counts, for Prometheus. Thread-safe. */
final class ServerMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  ServerMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
  }

  /** Counts an answered request under its route, not its path, of which there can be many. */
  void request(String method, String route, int status, long nanos) {
    Timer.builder("espalier.requests")
        .description("Answered requests and the time they took.")
        .tag("method", method)
        .tag("route", route)
        .tag("status", Integer.toString(status))
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofSeconds(30))
        .register(registry)
        .record(Duration.ofNanos(nanos));
  }

  void batch(String model, int images, Duration time) {
    DistributionSummary.builder("espalier.batch.images")
        .description("Images computed at once.")
        .tag("model", model)
        .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64)
        .register(registry)
        .record(images);
    Timer.builder("espalier.batch.time")
        .description("Time that a batch took to compute.")
        .tag("model", model)
        .register(registry)
        .record(time);
  }

  void queue(ServedModel model, ToDoubleFunction<ServedModel> length) {
    Gauge.builder("espalier.queue.images", model, length)
        .description("Images that wait to be computed.")
        .tag("model", model.name())
        .register(registry);
  }

  void scrape(Context request) {
    request.contentType("text/plain; version=0.0.4; charset=utf-8").result(registry.scrape());
  }

  @Override
  public void close() {
    registry.close();
  }
}
