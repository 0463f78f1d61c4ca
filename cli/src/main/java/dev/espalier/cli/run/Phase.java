package dev.espalier.cli.run;

import dev.espalier.callback.Callback;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.cli.text.OptimizerText;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.option.Setting;
import dev.espalier.schedule.ConstantLearningRate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A part of a training with its own choice of what is trained.
 *
 * @param name one word for tables
 * @param title what it does, for people
 * @param change which layers are trained; the model keeps its weights
 * @param settings the optimizer in words
 * @param callbackSettings the callbacks in words; empty if there are none
 */
public record Phase(
    String name,
    String title,
    UnaryOperator<Model> change,
    Optimizer optimizer,
    String settings,
    List<Callback> callbacks,
    String callbackSettings,
    int epochs) {
  private static final String LEARNING_RATE = "learning-rate";

  /**
   * Returns a phase with the optimizer and the callbacks of a configuration.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if a callback is to lower a learning
   *     rate that follows a schedule, naming the setting
   */
  public static Phase of(
      String name,
      String title,
      UnaryOperator<Model> change,
      Configuration configuration,
      SettingKey<Optimizer> optimizerKey,
      SettingKey<List<Callback>> callbackKey,
      int epochs) {
    Optimizer optimizer = configuration.get(optimizerKey);
    List<Callback> callbacks = configuration.get(callbackKey);
    if (!(optimizer.learningRate() instanceof ConstantLearningRate)
        && callbacks.stream().anyMatch(ReduceLROnPlateau.class::isInstance)) {
      throw followsSchedule(name, configuration, optimizerKey, callbackKey);
    }
    return new Phase(
        name,
        title,
        change,
        optimizer,
        OptimizerText.of(optimizer),
        callbacks,
        described(configuration, callbackKey),
        epochs);
  }

  /** Said before the phase before this one has taken hours. */
  private static EspalierException followsSchedule(
      String phase,
      Configuration configuration,
      SettingKey<Optimizer> optimizerKey,
      SettingKey<List<Callback>> callbackKey) {
    String option = optimizerKey.name() + "." + LEARNING_RATE;
    String schedule =
        configuration.settings().stream()
            .filter(setting -> setting.name().equals(option + ".name"))
            .map(setting -> " (" + option + " is " + setting.text() + ")")
            .findFirst()
            .orElse("");
    return new EspalierException(
        ErrorCode.INVALID_OPTION,
        "ReduceLROnPlateau in "
            + callbackKey.name()
            + " cannot lower the learning rate of the phase \""
            + phase
            + "\", which follows a schedule"
            + schedule
            + ".",
        schedule.isEmpty()
            ? "Choose an optimizer with a number as its learning rate, or leave the callback out."
            : "Set " + option + " to a number, such as 0.01, or leave the callback out.");
  }

  /** Returns each component of a list with its options. */
  private static String described(Configuration configuration, SettingKey<List<Callback>> key) {
    String prefix = key.name() + ".";
    Map<String, StringBuilder> places = new LinkedHashMap<>();
    for (Setting setting : configuration.settings()) {
      if (setting.name().startsWith(prefix)) {
        String[] place = setting.name().substring(prefix.length()).split("\\.", 2);
        StringBuilder text = places.computeIfAbsent(place[0], index -> new StringBuilder());
        if (place[1].equals("name")) {
          text.insert(0, setting.text());
        } else if (!setting.text().isEmpty()) {
          text.append(", ").append(place[1]).append(' ').append(setting.text());
        }
      }
    }
    return places.values().stream().collect(Collectors.joining("; "));
  }
}
