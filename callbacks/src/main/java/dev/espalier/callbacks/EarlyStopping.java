package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.Logs;
import dev.espalier.callback.TrainingControl;
import dev.espalier.metric.Goal;
import dev.espalier.model.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stops training when a metric has stopped improving: Keras' EarlyStopping. Optionally it restores
 * the weights of the best epoch, also when training ran to its end or was stopped by something
 * else, as Keras 3 does.
 *
 * <pre>{@code
 * EarlyStopping.on("val_loss").patience(3).restoreBestWeights(true)
 * }</pre>
 *
 * <p>Settings are immutable: each method returns a new callback. The state is reset at the start of
 * each training, so one callback can be used for several trainings, one after the other, but not
 * concurrently.
 */
public final class EarlyStopping implements Callback {
  /** Keras' name, also in messages, so that users find its documentation. */
  private static final String NAME = "EarlyStopping";

  private final Settings settings;
  private State state = State.FRESH;

  private EarlyStopping(Settings settings) {
    this.settings = settings;
  }

  /**
   * Returns the callback with Keras' defaults: patience 0, mode auto, minimum change 0, no
   * baseline, active from the first epoch, without restoring weights, not verbose.
   *
   * @param monitor key in the logs, such as {@code val_loss}
   */
  public static EarlyStopping on(String monitor) {
    return new EarlyStopping(new Settings(new Monitor(monitor, null, 0), 0, null, 0, false, false));
  }

  /**
   * Returns this callback with another number of epochs without improvement after which training
   * ends; 0 is the same as 1. The first epoch of all never ends it.
   */
  public EarlyStopping patience(int epochs) {
    return new EarlyStopping(settings.withPatience(epochs));
  }

  /**
   * Returns this callback with a goal of improvement.
   *
   * @param value null for what the loss or the metric declares, as by default
   */
  public EarlyStopping mode(@Nullable Goal value) {
    return new EarlyStopping(settings.withMonitor(settings.monitor().withGoal(value)));
  }

  /** Returns this callback with another minimum change that counts as improvement. */
  public EarlyStopping minDelta(double value) {
    return new EarlyStopping(settings.withMonitor(settings.monitor().withMinDelta(value)));
  }

  /**
   * Returns this callback with a baseline: the wait is not reset by an epoch that improves on the
   * best value but not on the baseline. Such an epoch does not end training either; the next one
   * without improvement may.
   */
  public EarlyStopping baseline(double value) {
    return new EarlyStopping(settings.withBaseline(value));
  }

  /**
   * Returns this callback with another epoch to start from; earlier epochs are ignored, also as the
   * best one.
   *
   * @param epoch counted from 0
   */
  public EarlyStopping startFromEpoch(int epoch) {
    return new EarlyStopping(settings.withStartFromEpoch(epoch));
  }

  /**
   * Returns this callback with or without restoring the weights of the best epoch at the end of
   * training. Needs memory for one copy of the weights.
   */
  public EarlyStopping restoreBestWeights(boolean value) {
    return new EarlyStopping(settings.withRestoreBestWeights(value));
  }

  /** Returns this callback with or without a message when it ends training or restores weights. */
  public EarlyStopping verbose(boolean value) {
    return new EarlyStopping(settings.withVerbose(value));
  }

  @Override
  public Set<String> monitoredLogs() {
    return Set.of(settings.monitor().key());
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    state = State.FRESH;
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    TrainingControl control = event.control();
    Logs logs = event.logs();
    Monitor monitor = settings.monitor();
    Goal goal = monitor.goal(NAME, control, logs);
    Double value = logs.get(monitor.key());
    if (value == null) {
      warnOnce(control, logs);
    } else if (event.epoch() >= settings.startFromEpoch()) {
      look(event.epoch(), value, goal, control);
    }
  }

  private void look(int epoch, double value, Goal goal, TrainingControl control) {
    Monitor monitor = settings.monitor();
    int waited = state.waited() + 1;
    if (monitor.improves(goal, value, state.best())) {
      boolean enough = monitor.improves(goal, value, settings.baseline());
      Weights weights = settings.restoreBestWeights() ? control.weights() : null;
      state = state.improved(value, epoch, weights).waiting(enough ? 0 : waited);
      return;
    }
    state = state.waiting(waited);
    if (waited >= settings.patience() && epoch > 0) {
      state = state.stoppedAfter(epoch);
      control.requestStop(
          monitor.key()
              + " has not improved for "
              + (waited == 1 ? "an epoch" : waited + " epochs")
              + " ("
              + NAME
              + ")");
    }
  }

  private void warnOnce(TrainingControl control, Logs logs) {
    if (!state.warned()) {
      control.message(settings.monitor().missing(NAME, "does not count it", logs));
    }
    state = state.warnedOfMissing();
  }

  @Override
  public void onTrainEnd(TrainEnd event) {
    TrainingControl control = event.control();
    Integer stopped = state.stoppedEpoch();
    if (stopped != null) {
      say(control, "Epoch " + (stopped + 1) + ": early stopping");
    }
    Weights weights = state.bestWeights();
    if (weights != null) {
      say(
          control,
          "Restoring model weights from the end of the best epoch: "
              + (state.bestEpoch() + 1)
              + ".");
      control.setWeights(weights);
    }
    state = state.withoutWeights(); // the copy is no longer needed
  }

  @Override
  public CallbackState state() {
    return state.toCallbackState();
  }

  @Override
  public void restoreState(CallbackState before) {
    state = State.of(before);
  }

  private void say(TrainingControl control, String text) {
    if (settings.verbose()) {
      control.message(text);
    }
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
   * @param bestEpoch in which it was reached, from 0
   * @param bestWeights weights at its end; null if there are none or they are not needed
   * @param waited epochs since the best one, or since the last that improved on the baseline as
   *     well
   * @param stoppedEpoch epoch after which a stop was requested, from 0; null if it was not
   * @param warned whether a missing value was reported in this training
   */
  private record State(
      @Nullable Double best,
      int bestEpoch,
      @Nullable Weights bestWeights,
      int waited,
      @Nullable Integer stoppedEpoch,
      boolean warned) {
    static final State FRESH = new State(null, 0, null, 0, null, false);

    static State of(CallbackState before) {
      return new State(
          before.number("best"),
          before.wholeNumber("bestEpoch"),
          before.weights().isEmpty() ? null : before.weights(),
          before.wholeNumber("waited"),
          before.text("stoppedEpoch") == null ? null : before.wholeNumber("stoppedEpoch"),
          Boolean.parseBoolean(before.text("warned")));
    }

    CallbackState toCallbackState() {
      Map<String, String> values = new HashMap<>();
      if (best != null) {
        values.put("best", best.toString());
      }
      values.put("bestEpoch", Integer.toString(bestEpoch));
      values.put("waited", Integer.toString(waited));
      if (stoppedEpoch != null) {
        values.put("stoppedEpoch", stoppedEpoch.toString());
      }
      values.put("warned", Boolean.toString(warned));
      return CallbackState.of(values)
          .withWeights(bestWeights == null ? Weights.empty() : bestWeights);
    }

    State improved(double value, int epoch, @Nullable Weights weights) {
      return with(
          next -> {
            next.best = value;
            next.bestEpoch = epoch;
            next.bestWeights = weights;
          });
    }

    State waiting(int epochs) {
      return with(next -> next.waited = epochs);
    }

    State stoppedAfter(int epoch) {
      return with(next -> next.stoppedEpoch = epoch);
    }

    State warnedOfMissing() {
      return with(next -> next.warned = true);
    }

    State withoutWeights() {
      return with(next -> next.bestWeights = null);
    }

    private State with(Consumer<Next> change) {
      Next next = new Next(this);
      change.accept(next);
      return new State(
          next.best, next.bestEpoch, next.bestWeights, next.waited, next.stoppedEpoch, next.warned);
    }

    private static final class Next {
      private @Nullable Double best;
      private int bestEpoch;
      private @Nullable Weights bestWeights;
      private int waited;
      private @Nullable Integer stoppedEpoch;
      private boolean warned;

      Next(State from) {
        best = from.best;
        bestEpoch = from.bestEpoch;
        bestWeights = from.bestWeights;
        waited = from.waited;
        stoppedEpoch = from.stoppedEpoch;
        warned = from.warned;
      }
    }
  }

  private record Settings(
      Monitor monitor,
      int patience,
      @Nullable Double baseline,
      int startFromEpoch,
      boolean restoreBestWeights,
      boolean verbose) {
    private Settings {
      SettingChecks.require(
          patience >= 0, NAME, "patience", patience, "Give a number of epochs, 0 or more.");
      SettingChecks.require(
          startFromEpoch >= 0,
          NAME,
          "startFromEpoch",
          startFromEpoch,
          "Give the index of an epoch, 0 or more.");
      if (baseline != null) {
        SettingChecks.require(
            !baseline.isNaN(), NAME, "baseline", baseline, "Give a number, or omit it.");
      }
    }

    Settings withMonitor(Monitor other) {
      return with(copy -> copy.monitor = other);
    }

    Settings withPatience(int other) {
      return with(copy -> copy.patience = other);
    }

    Settings withBaseline(double other) {
      return with(copy -> copy.baseline = other);
    }

    Settings withStartFromEpoch(int other) {
      return with(copy -> copy.startFromEpoch = other);
    }

    Settings withRestoreBestWeights(boolean other) {
      return with(copy -> copy.restoreBestWeights = other);
    }

    Settings withVerbose(boolean other) {
      return with(copy -> copy.verbose = other);
    }

    Settings with(Consumer<Copy> change) {
      Copy copy = new Copy(this);
      change.accept(copy);
      return new Settings(
          copy.monitor,
          copy.patience,
          copy.baseline,
          copy.startFromEpoch,
          copy.restoreBestWeights,
          copy.verbose);
    }

    private static final class Copy {
      private Monitor monitor;
      private int patience;
      private @Nullable Double baseline;
      private int startFromEpoch;
      private boolean restoreBestWeights;
      private boolean verbose;

      Copy(Settings from) {
        monitor = from.monitor;
        patience = from.patience;
        baseline = from.baseline;
        startFromEpoch = from.startFromEpoch;
        restoreBestWeights = from.restoreBestWeights;
        verbose = from.verbose;
      }
    }
  }
}
