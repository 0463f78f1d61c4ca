package org.example.eca;

import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.callback.Callback;
import java.util.List;

/**
 * Stops training when a metric reaches a target.
 *
 * @param monitor metric to monitor
 * @param target value at or above which training stops
 */
record StopAtTarget(String monitor, double target) implements Callback {
  private static final OptionDescription<String> MONITOR =
      OptionDescription.text("monitor", "Metric to monitor.")
          .withDefault("val_accuracy");
  private static final OptionDescription<Double> TARGET =
      OptionDescription.number("target", 0, 1, "Value at or above which training stops.")
          .withDefault(0.99);

  static final Component<Callback> COMPONENT =
      Component.of(
          "stop-at-target",
          "Stops training when a metric reaches a target.",
          List.of(MONITOR, TARGET),
          options -> new StopAtTarget(options.get(MONITOR), options.get(TARGET)));

  @Override
  public void onEpochEnd(EpochEnd event) {
    Double value = event.logs().asMap().get(monitor);
    if (value != null && value >= target) {
      event.control().requestStop(monitor + " is " + value);
    }
  }
}
