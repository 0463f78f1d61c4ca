package dev.espalier.core.finetuning;

import dev.espalier.callback.Callback;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.schedule.ConstantLearningRate;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Part of a training with its own trainable layers, optimizer and callbacks. Immutable; the
 * callbacks keep the state of one run.
 *
 * @param name one word for tables, such as {@code head}
 * @param title what is trained, for people
 * @param change selects the trainable layers of the model; it keeps the variables
 * @param optimizer updates the weights from the first step of the phase
 * @param callbacks of this phase alone
 * @param epochs number of epochs, 0 or more; a phase of 0 epochs does nothing
 * @param continuesOptimizer whether it goes on with the optimizer of the phase before, with its
 *     state, learning rate and position in a schedule, rather than with {@code optimizer} anew
 */
public record TrainingPhase(
    String name,
    String title,
    UnaryOperator<Model> change,
    Optimizer optimizer,
    List<Callback> callbacks,
    int epochs,
    boolean continuesOptimizer) {
  private static final String LEARNING_RATE = "learning-rate";

  /**
   * Copies the callbacks.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} if the number of epochs is
   *     negative, or if a callback sets the learning rate and the optimizer follows a schedule
   */
  public TrainingPhase {
    callbacks = List.copyOf(callbacks);
    if (epochs < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The phase \"" + name + "\" has " + epochs + " epochs.",
          "Give it 0 epochs or more.");
    }
    if (followsSchedule(optimizer, callbacks)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A callback cannot set the learning rate of the phase \""
              + name
              + "\", which follows a schedule.",
          "Give the optimizer a number as its learning rate, or remove the callback.");
    }
  }

  /** Creates a phase that starts with its optimizer. */
  public TrainingPhase(
      String name,
      String title,
      UnaryOperator<Model> change,
      Optimizer optimizer,
      List<? extends Callback> callbacks,
      int epochs) {
    this(name, title, change, optimizer, List.copyOf(callbacks), epochs, false);
  }

  /**
   * Returns a phase with the optimizer and the callbacks of a configuration.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if a callback sets the learning rate
   *     and the optimizer follows a schedule, naming the setting
   */
  public static TrainingPhase of(
      String name,
      String title,
      Configuration configuration,
      int epochs,
      UnaryOperator<Model> change) {
    return of(
        name, title, configuration, RunSettings.OPTIMIZER, RunSettings.CALLBACKS, epochs, change);
  }

  /** Returns a phase with optimizer and callbacks of other settings. */
  static TrainingPhase of(
      String name,
      String title,
      Configuration configuration,
      SettingKey<Optimizer> optimizerKey,
      SettingKey<List<Callback>> callbackKey,
      int epochs,
      UnaryOperator<Model> change) {
    Optimizer optimizer = configuration.get(optimizerKey);
    List<Callback> callbacks = configuration.get(callbackKey);
    if (followsSchedule(optimizer, callbacks)) {
      throw scheduled(name, configuration, optimizerKey, callbackKey, callbacks);
    }
    return new TrainingPhase(name, title, change, optimizer, callbacks, epochs);
  }

  /** Returns this phase with another number of epochs. */
  public TrainingPhase withEpochs(int number) {
    return with(changed -> changed.epochs = number);
  }

  /** Returns this phase with another optimizer, which it starts with. */
  public TrainingPhase withOptimizer(Optimizer other) {
    return with(
        changed -> {
          changed.optimizer = other;
          changed.continuesOptimizer = false;
        });
  }

  /** Returns this phase, which goes on with the optimizer of the phase before, an equal one. */
  TrainingPhase continuing() {
    return with(changed -> changed.continuesOptimizer = true);
  }

  /** Returns this phase with other callbacks, none of which another phase may have. */
  public TrainingPhase withCallbacks(List<? extends Callback> others) {
    return with(changed -> changed.callbacks = List.copyOf(others));
  }

  /** Returns this phase with another name and another selection of trainable layers. */
  TrainingPhase named(String other, String otherTitle, UnaryOperator<Model> otherChange) {
    return with(
        changed -> {
          changed.name = other;
          changed.title = otherTitle;
          changed.change = otherChange;
        });
  }

  private static boolean followsSchedule(Optimizer optimizer, List<Callback> callbacks) {
    return !(optimizer.learningRate() instanceof ConstantLearningRate)
        && callbacks.stream().anyMatch(Callback::setsLearningRate);
  }

  /** Reported before the phase before this one has taken hours. */
  private static EspalierException scheduled(
      String phase,
      Configuration configuration,
      SettingKey<Optimizer> optimizerKey,
      SettingKey<List<Callback>> callbackKey,
      List<Callback> callbacks) {
    String option = optimizerKey.name() + "." + LEARNING_RATE;
    String schedule =
        configuration.settings().stream()
            .filter(setting -> setting.name().equals(option + ".name"))
            .map(setting -> " (" + option + " is " + setting.text() + ")")
            .findFirst()
            .orElse("");
    String callback =
        callbacks.stream()
            .filter(Callback::setsLearningRate)
            .findFirst()
            .map(first -> first.getClass().getSimpleName())
            .orElseThrow();
    return new EspalierException(
        ErrorCode.INVALID_OPTION,
        callback
            + " in "
            + callbackKey.name()
            + " cannot set the learning rate of the phase \""
            + phase
            + "\", which follows a schedule"
            + schedule
            + ".",
        schedule.isEmpty()
            ? "Choose an optimizer with a number as its learning rate, or remove the callback."
            : "Set " + option + " to a number, such as 0.01, or remove the callback.");
  }

  private TrainingPhase with(Consumer<Copy> change) {
    Copy changed = new Copy(this);
    change.accept(changed);
    return changed.toPhase();
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private String name;
    private String title;
    private UnaryOperator<Model> change;
    private Optimizer optimizer;
    private List<Callback> callbacks;
    private int epochs;
    private boolean continuesOptimizer;

    Copy(TrainingPhase phase) {
      name = phase.name;
      title = phase.title;
      change = phase.change;
      optimizer = phase.optimizer;
      callbacks = phase.callbacks;
      epochs = phase.epochs;
      continuesOptimizer = phase.continuesOptimizer;
    }

    TrainingPhase toPhase() {
      return new TrainingPhase(
          name, title, change, optimizer, callbacks, epochs, continuesOptimizer);
    }
  }
}
