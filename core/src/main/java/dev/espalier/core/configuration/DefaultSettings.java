package dev.espalier.core.configuration;

import dev.espalier.callback.Callback;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.schedule.ConstantLearningRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects the default settings of a command. Not thread-safe. */
public final class DefaultSettings {
  private final List<Setting> settings = new ArrayList<>();

  public DefaultSettings add(SettingKey<?> key, String text) {
    return add(key.name(), text);
  }

  /** Sets the component of a setting, the only one if it is a list. */
  public DefaultSettings add(SettingKey<?> key, String component, Map<String, String> options) {
    String prefix = key.name() + (key.isList() ? ".0." : ".");
    options.forEach((name, text) -> add(prefix + name, text));
    return add(prefix + "name", component);
  }

  /** Sets an empty list of components. */
  public DefaultSettings addNone(SettingKey<?> key) {
    return add(key.name(), "");
  }

  /**
   * Divides the learning rate of an optimizer by five whenever the validation loss has not
   * decreased for some epochs, unless the optimizer follows a schedule.
   *
   * @param minimum lower bound of the learning rate
   */
  public DefaultSettings addPlateau(
      SettingKey<List<Callback>> key, Optimizer optimizer, int patience, double minimum) {
    if (!(optimizer.learningRate() instanceof ConstantLearningRate rate)) {
      return addNone(key);
    }
    return add(
        key,
        "reduce-lr-on-plateau",
        Map.of(
            "monitor",
            "val_loss",
            "factor",
            "0.2",
            "patience",
            Integer.toString(patience),
            "min-lr",
            Double.toString(Math.min(minimum, rate.learningRate()))));
  }

  private DefaultSettings add(String name, String text) {
    return add(new Setting(name, text, Origin.byDefault()));
  }

  /** Adds a setting derived from a given one, with the same precedence. */
  public DefaultSettings add(Setting setting) {
    settings.add(setting);
    return this;
  }

  public List<Setting> all() {
    return List.copyOf(settings);
  }

  /** Adds settings with higher precedence, such as those from the command line. */
  public DefaultSettings and(List<Setting> stronger) {
    settings.addAll(stronger);
    return this;
  }
}
