package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.Logs;
import dev.espalier.callback.TrainingControl;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Goal;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reduces the learning rate when a metric has stopped improving: Keras' ReduceLROnPlateau. It also
 * adds {@code learning_rate} to the logs of each epoch, the learning rate that the epoch was
 * trained with.
 *
 * <pre>{@code
 * ReduceLROnPlateau.on("val_loss").factor(0.2).patience(5).minLr(1e-4)
 * }</pre>
 *
 * <p>Settings are immutable: each method returns a new callback. The state is reset at the start of
 * each training, so one callback can be used for several trainings, one after the other, but not
 * concurrently. The optimizer must have a constant learning rate: with a schedule, training fails
 * at its start with {@code INVALID_TRAINING_SETTING}.
 */
public final class ReduceLROnPlateau implements Callback {
  /** Keras' name, also in messages, so that users find its documentation. */
  private static final String NAME = "ReduceLROnPlateau";

  private static final String LOG_KEY = "learning_rate";

  private final Settings settings;
  private State state = State.FRESH;

  private ReduceLROnPlateau(Settings settings) {
    this.settings = settings;
  }

  /**
   * Returns the callback with Keras' defaults: factor 0.1, patience 10, mode auto, minimum change
   * 0.0001, no cooldown, minimum learning rate 0, not verbose.
   *
   * @param monitor key in the logs, such as {@code val_loss}
   */
  public static ReduceLROnPlateau on(String monitor) {
    return new ReduceLROnPlateau(
        new Settings(new Monitor(monitor, null, 1e-4), 0.1, 10, 0, 0, false));
  }

  /**
   * Returns this callback with another factor for the learning rate.
   *
   * @param value less than 1
   */
  public ReduceLROnPlateau factor(double value) {
    return new ReduceLROnPlateau(settings.withFactor(value));
  }

  /**
   * Returns this callback with another number of epochs without improvement after which the
   * learning rate is reduced; 0 is the same as 1.
   */
  public ReduceLROnPlateau patience(int epochs) {
    return new ReduceLROnPlateau(settings.withPatience(epochs));
  }

  /**
   * Returns this callback with a goal of improvement.
   *
   * @param value null for what the loss or the metric declares, as by default
   */
  public ReduceLROnPlateau mode(@Nullable Goal value) {
    return new ReduceLROnPlateau(settings.withMonitor(settings.monitor().withGoal(value)));
  }

  /** Returns this callback with another minimum change that counts as improvement. */
  public ReduceLROnPlateau minDelta(double value) {
    return new ReduceLROnPlateau(settings.withMonitor(settings.monitor().withMinDelta(value)));
  }

  /**
   * Returns this callback with another number of epochs after a reduction that are ignored. The
   * first of them is already over when the next epoch ends: with 1, that epoch counts.
   */
  public ReduceLROnPlateau cooldown(int epochs) {
    return new ReduceLROnPlateau(settings.withCooldown(epochs));
  }

  /** Returns this callback with another lower bound of the learning rate. */
  public ReduceLROnPlateau minLr(double value) {
    return new ReduceLROnPlateau(settings.withMinLr(value));
  }

  /** Returns this callback with or without a message at each reduction. */
  public ReduceLROnPlateau verbose(boolean value) {
    return new ReduceLROnPlateau(settings.withVerbose(value));
  }

  @Override
  public boolean setsLearningRate() {
    return true;
  }

  @Override
  public Set<String> monitoredLogs() {
    return Set.of(settings.monitor().key());
  }

  @Override
  public Set<String> addedLogs() {
    return Set.of(LOG_KEY);
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    state = State.FRESH;
    if (!event.control().learningRateAdjustable()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          NAME + " cannot lower the learning rate, because the optimizer follows a schedule.",
          "Set the optimizer's learning rate to a number (in a configuration:"
              + " learning-rate = 0.01), or remove the callback.");
    }
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    TrainingControl control = event.control();
    Logs logs = event.logs();
    Monitor monitor = settings.monitor();
    // Keras keeps the rate as a 32-bit number; the operations below reproduce its rounding.
    double rate = (float) control.learningRate();
    Goal goal = monitor.goal(NAME, control, logs);
    logs.put(LOG_KEY, rate);
    Double value = logs.get(monitor.key());
    if (value == null) {
      warnOnce(control, logs);
      return;
    }
    int cooldown = Math.max(0, state.cooldown() - 1);
    int waited = state.cooldown() > 0 ? 0 : state.waited();
    Double best = state.best();
    if (monitor.improves(goal, value, best)) {
      best = value;
      waited = 0;
    } else if (cooldown == 0) {
      waited++;
      if (waited >= settings.patience() && rate > (float) settings.minLr()) {
        lower(control, rate, event.epoch());
        cooldown = settings.cooldown();
        waited = 0;
      }
    }
    state = new State(best, waited, cooldown, state.warned());
  }

  private void lower(TrainingControl control, double rate, int epoch) {
    double lowered = Math.max(rate * settings.factor(), settings.minLr());
    control.setLearningRate(lowered);
    if (settings.verbose()) {
      control.message(
          "Epoch "
              + (epoch + 1)
              + ": "
              + NAME
              + " reducing learning rate to "
              + ShortestDecimal.of(lowered)
              + ".");
    }
  }

  private void warnOnce(TrainingControl control, Logs logs) {
    if (!state.warned()) {
      control.message(settings.monitor().missing(NAME, "leaves the learning rate as it is", logs));
    }
    state = new State(state.best(), state.waited(), state.cooldown(), true);
  }

  @Override
  public CallbackState state() {
    return state.toCallbackState();
  }

  @Override
  public void restoreState(CallbackState before) {
    state = State.of(before);
  }

  State counted() {
    return state;
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return NAME + settings.toString().substring("Settings".length());
  }

  /**
   * The state between epochs.
   *
   * @param best value so far, null before the first
   * @param waited epochs since the best one or the last reduction
   * @param cooldown remaining epochs to ignore
   * @param warned whether a missing value was reported in this training
   */
  record State(@Nullable Double best, int waited, int cooldown, boolean warned) {
    static final State FRESH = new State(null, 0, 0, false);

    static State of(CallbackState before) {
      return new State(
          before.number("best"),
          before.wholeNumber("waited"),
          before.wholeNumber("cooldown"),
          Boolean.parseBoolean(before.text("warned")));
    }

    CallbackState toCallbackState() {
      Map<String, String> values = new HashMap<>();
      if (best != null) {
        values.put("best", best.toString());
      }
      values.put("waited", Integer.toString(waited));
      values.put("cooldown", Integer.toString(cooldown));
      values.put("warned", Boolean.toString(warned));
      return CallbackState.of(values);
    }
  }

  private record Settings(
      Monitor monitor, double factor, int patience, int cooldown, double minLr, boolean verbose) {
    private Settings {
      require(
          factor >= 0 && factor < 1,
          "factor",
          factor,
          "Give a number from 0 to less than 1, such as 0.1.");
      require(patience >= 0, "patience", patience, "Give a number of epochs, 0 or more.");
      require(cooldown >= 0, "cooldown", cooldown, "Give a number of epochs, 0 or more.");
      require(
          minLr >= 0 && minLr <= Float.MAX_VALUE,
          "minLr",
          minLr,
          "Give a learning rate of 0 or more.");
    }

    private static void require(boolean valid, String name, Number value, String remedy) {
      SettingChecks.require(valid, NAME, name, value, remedy);
    }

    Settings withMonitor(Monitor other) {
      return with(copy -> copy.monitor = other);
    }

    Settings withFactor(double other) {
      return with(copy -> copy.factor = other);
    }

    Settings withPatience(int other) {
      return with(copy -> copy.patience = other);
    }

    Settings withCooldown(int other) {
      return with(copy -> copy.cooldown = other);
    }

    Settings withMinLr(double other) {
      return with(copy -> copy.minLr = other);
    }

    Settings withVerbose(boolean other) {
      return with(copy -> copy.verbose = other);
    }

    Settings with(Consumer<Copy> change) {
      Copy copy = new Copy(this);
      change.accept(copy);
      return new Settings(
          copy.monitor, copy.factor, copy.patience, copy.cooldown, copy.minLr, copy.verbose);
    }

    private static final class Copy {
      private Monitor monitor;
      private double factor;
      private int patience;
      private int cooldown;
      private double minLr;
      private boolean verbose;

      Copy(Settings from) {
        monitor = from.monitor;
        factor = from.factor;
        patience = from.patience;
        cooldown = from.cooldown;
        minLr = from.minLr;
        verbose = from.verbose;
      }
    }
  }
}
