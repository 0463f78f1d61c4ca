package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Goal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Saves the model at the end of epochs: Keras' ModelCheckpoint. With {@link #saveBestOnly} the file
 * contains the model of the best epoch so far.
 *
 * <pre>{@code
 * ModelCheckpoint.to(Path.of("run", "best.safetensors")).monitor("val_loss").saveBestOnly(true)
 * }</pre>
 *
 * <p>The file is a model file with the class names; its metadata contains the epoch ({@code epoch},
 * counted from 1) and its logs. To resume an interrupted training, use {@link BackupAndRestore};
 * the best value is part of its checkpoints, so a resumed training does not replace the best model
 * by a worse one.
 *
 * <p>It differs from Keras in two cases in which Keras would replace a good model by a worse one:
 * an epoch without the monitored value does not replace the best model, and any number is better
 * than a NaN that came first.
 *
 * <p>Settings are immutable: each method returns a new callback. The best value is reset at the
 * start of each training; to continue from another training, set {@link #initialValueThreshold}.
 * Not for two concurrent trainings.
 */
public final class ModelCheckpoint implements Callback {
  /** Keras' name, also in messages, so that users find its documentation. */
  private static final String NAME = "ModelCheckpoint";

  private final Settings settings;
  private State state;

  private ModelCheckpoint(Settings settings) {
    this.settings = settings;
    this.state = State.startingFrom(settings.initialValueThreshold());
  }

  /**
   * Returns the callback with Keras' defaults: it saves after every epoch; with {@code
   * saveBestOnly} it saves the epoch with the lowest {@code val_loss}; mode auto, no threshold, not
   * verbose.
   *
   * @param file to write, such as {@code best.safetensors}; its folder is created
   */
  public static ModelCheckpoint to(Path file) {
    if (file.toString().isBlank()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The model file of " + NAME + " has no name.",
          "Name a file, such as best.safetensors.");
    }
    return new ModelCheckpoint(
        new Settings(file, new Monitor("val_loss", null, 0), false, null, Map.of(), false));
  }

  /**
   * Returns this callback with another value that determines the best epoch.
   *
   * @param key in the logs, such as {@code val_accuracy}
   */
  public ModelCheckpoint monitor(String key) {
    return new ModelCheckpoint(settings.withMonitor(settings.monitor().withKey(key)));
  }

  /**
   * Returns this callback with a goal of improvement.
   *
   * @param value null for what the loss or the metric declares, as by default
   */
  public ModelCheckpoint mode(@Nullable Goal value) {
    return new ModelCheckpoint(settings.withMonitor(settings.monitor().withGoal(value)));
  }

  /**
   * Returns this callback, which saves the model only if it is the best so far, or after every
   * epoch.
   */
  public ModelCheckpoint saveBestOnly(boolean value) {
    return new ModelCheckpoint(settings.withSaveBestOnly(value));
  }

  /**
   * Returns this callback with a value that the first saved model must improve on; without effect
   * unless only the best model is saved.
   */
  public ModelCheckpoint initialValueThreshold(double value) {
    return new ModelCheckpoint(settings.withInitialValueThreshold(value));
  }

  /**
   * Returns this callback with additional metadata of the model file, such as what the model was
   * trained on.
   */
  public ModelCheckpoint metadata(Map<String, String> facts) {
    return new ModelCheckpoint(settings.withMetadata(facts));
  }

  /** Returns this callback with or without a message at the end of each epoch. */
  public ModelCheckpoint verbose(boolean value) {
    return new ModelCheckpoint(settings.withVerbose(value));
  }

  @Override
  public boolean savesModel() {
    return true;
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    state = State.startingFrom(settings.initialValueThreshold());
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    if (!settings.saveBestOnly()) {
      save(event, state.best(), "saving model to " + settings.file());
      return;
    }
    Monitor monitor = settings.monitor();
    Double value = event.logs().get(monitor.key());
    if (value == null) {
      saveUnlessThereIsABest(event);
      return;
    }
    Goal goal = monitor.goal(NAME, event.control(), event.logs());
    if (monitor.improves(goal, value, state.comparable())) {
      String change =
          String.format(
              Locale.ROOT,
              "%s improved from %s to %.5f, saving model to %s",
              monitor.key(),
              text(state.best()),
              value,
              settings.file());
      save(event, value, change);
    } else {
      say(event, monitor.key() + " did not improve from " + text(state.best()));
    }
  }

  private void saveUnlessThereIsABest(EpochEnd event) {
    if (state.best() == null) {
      warnOnce(event, "saves the model all the same");
      save(event, null, "saving model to " + settings.file());
    } else {
      warnOnce(event, "keeps the best model so far");
    }
  }

  private void warnOnce(EpochEnd event, String consequence) {
    if (!state.warned()) {
      event.control().message(settings.monitor().missing(NAME, consequence, event.logs()));
    }
    state = new State(state.best(), state.savedEpoch(), true);
  }

  private void save(EpochEnd event, @Nullable Double best, String message) {
    say(event, message);
    Map<String, String> metadata = new TreeMap<>(settings.metadata());
    event.logs().asMap().forEach((name, value) -> metadata.put(name, value.toString()));
    metadata.put("epoch", Integer.toString(event.epoch() + 1));
    event.control().saveModel(settings.file(), metadata);
    state = new State(best, event.epoch(), state.warned());
  }

  private void say(EpochEnd event, String text) {
    if (settings.verbose()) {
      event.control().message("Epoch " + (event.epoch() + 1) + ": " + text);
    }
  }

  private static String text(@Nullable Double best) {
    return best == null ? "none" : String.format(Locale.ROOT, "%.5f", best);
  }

  /**
   * Returns the best value so far, that of the model in the file; before one is saved, the
   * threshold, or null if there is none or every epoch is saved.
   */
  public @Nullable Double best() {
    return state.best();
  }

  /**
   * Returns the epoch of the model in the file, counted from 0; null if this training has saved
   * none.
   */
  public @Nullable Integer savedEpoch() {
    return state.savedEpoch();
  }

  @Override
  public CallbackState state() {
    return state.toCallbackState();
  }

  @Override
  public void restoreState(CallbackState before) {
    state = State.of(before);
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
   * @param savedEpoch of the model in the file, from 0; null if this training has saved none
   * @param warned whether a missing value was reported in this training
   */
  private record State(@Nullable Double best, @Nullable Integer savedEpoch, boolean warned) {
    static State startingFrom(@Nullable Double threshold) {
      return new State(threshold, null, false);
    }

    static State of(CallbackState before) {
      return new State(
          before.number("best"),
          before.text("savedEpoch") == null ? null : before.wholeNumber("savedEpoch"),
          Boolean.parseBoolean(before.text("warned")));
    }

    /** Returns the best value, or null if any value is better. */
    @Nullable Double comparable() {
      return best == null || best.isNaN() ? null : best;
    }

    CallbackState toCallbackState() {
      Map<String, String> values = new HashMap<>();
      if (best != null) {
        values.put("best", best.toString());
      }
      if (savedEpoch != null) {
        values.put("savedEpoch", savedEpoch.toString());
      }
      values.put("warned", Boolean.toString(warned));
      return CallbackState.of(values);
    }
  }

  private record Settings(
      Path file,
      Monitor monitor,
      boolean saveBestOnly,
      @Nullable Double initialValueThreshold,
      Map<String, String> metadata,
      boolean verbose) {
    private Settings {
      if (initialValueThreshold != null) {
        SettingChecks.require(
            !initialValueThreshold.isNaN(),
            NAME,
            "initialValueThreshold",
            initialValueThreshold,
            "Give a number, or omit it.");
      }
      metadata = Map.copyOf(metadata);
    }

    Settings withMonitor(Monitor other) {
      return new Settings(file, other, saveBestOnly, initialValueThreshold, metadata, verbose);
    }

    Settings withSaveBestOnly(boolean other) {
      return new Settings(file, monitor, other, initialValueThreshold, metadata, verbose);
    }

    Settings withInitialValueThreshold(double other) {
      return new Settings(file, monitor, saveBestOnly, other, metadata, verbose);
    }

    Settings withMetadata(Map<String, String> other) {
      return new Settings(file, monitor, saveBestOnly, initialValueThreshold, other, verbose);
    }

    Settings withVerbose(boolean other) {
      return new Settings(file, monitor, saveBestOnly, initialValueThreshold, metadata, other);
    }
  }
}
