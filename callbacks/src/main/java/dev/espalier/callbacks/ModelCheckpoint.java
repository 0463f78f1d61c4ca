package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.Logs;
import dev.espalier.callback.TrainingControl;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.metric.Goal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Saves the model during training: Keras' ModelCheckpoint. It saves after every epoch, every few
 * epochs or every few steps; all of these models, only the best, or the few best.
 *
 * <pre>{@code
 * ModelCheckpoint.to(Path.of("run", "best.safetensors")).monitor("val_loss").saveBestOnly(true)
 * ModelCheckpoint.toTemplate("run/model-{epoch:02d}-{val_loss:.3f}.safetensors").keepBest(3)
 * }</pre>
 *
 * <p>A file is a model file with the class names, unless {@link #weightsOnly} is set; its metadata
 * contains the epoch ({@code epoch}, counted from 1), the batch ({@code batch}) if it was saved
 * within an epoch, and the logs. It is written atomically. To resume an interrupted training, use
 * {@link BackupAndRestore}; the best values and the names of kept files are part of its
 * checkpoints, so a resumed training does not replace the best model by a worse one.
 *
 * <p>A folder that cannot be written is an error before the first step. If a file cannot be written
 * later, for example because the disk is full, a message says so and training continues, unless no
 * file was written before.
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
  static final String NAME = "ModelCheckpoint";

  private final ModelCheckpointSettings settings;
  private State state;
  private int epoch;

  private ModelCheckpoint(ModelCheckpointSettings settings) {
    this.settings = settings;
    this.state = State.startingFrom(settings.initialValueThreshold());
  }

  /**
   * Returns the callback with Keras' defaults: it saves after every epoch; with {@code
   * saveBestOnly} it saves the epoch with the lowest {@code val_loss}; mode auto, no threshold, not
   * verbose.
   *
   * @param file to write, such as {@code best.safetensors}; its folder is created
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} unless it ends with {@code
   *     .safetensors}
   */
  public static ModelCheckpoint to(Path file) {
    return new ModelCheckpoint(new ModelCheckpointSettings(FileNameTemplate.literal(file)));
  }

  /**
   * Returns the callback with the defaults of {@link #to} and with a name for each model, from a
   * template as in Keras: {@code models/model-{epoch:02d}-{val_loss:.3f}.safetensors}. The fields
   * are {@code epoch} and, {@linkplain #everySteps within an epoch}, {@code batch}, both counted
   * from 1, and the names of values in the logs. Number formats are those of Python, such as {@code
   * 02d}, {@code .3f} and {@code .2e}; two braces stand for one.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} if a brace or a format is
   *     wrong, or if the template does not end with {@code .safetensors}
   */
  public static ModelCheckpoint toTemplate(String template) {
    return new ModelCheckpoint(new ModelCheckpointSettings(FileNameTemplate.of(template)));
  }

  /**
   * Returns this callback with another value that determines the best model.
   *
   * @param key in the logs, such as {@code val_accuracy}
   */
  public ModelCheckpoint monitor(String key) {
    return with(changed -> changed.monitor = changed.monitor.withKey(key));
  }

  /**
   * Returns this callback with a goal of improvement.
   *
   * @param value null for what the loss or the metric declares, as by default
   */
  public ModelCheckpoint mode(@Nullable Goal value) {
    return with(changed -> changed.monitor = changed.monitor.withGoal(value));
  }

  /**
   * Returns this callback, which saves a model only if it is the best so far, or whether it is the
   * best or not.
   */
  public ModelCheckpoint saveBestOnly(boolean value) {
    return with(changed -> changed.saveBestOnly = value);
  }

  /**
   * Returns this callback, which saves models at the end of every {@code count} epochs only,
   * instead of every epoch or every few steps.
   *
   * @param count 1 or more
   */
  public ModelCheckpoint everyEpochs(int count) {
    return with(
        changed -> {
          changed.epochs = count;
          changed.steps = 0;
        });
  }

  /**
   * Returns this callback, which saves models every {@code count} steps, counted through all
   * epochs, instead of at the end of epochs. The logs then contain the means of the epoch so far
   * and no validation values.
   *
   * @param count 1 or more
   */
  public ModelCheckpoint everySteps(int count) {
    SettingChecks.require(count >= 1, NAME, "number of steps", count, "Give 1 or more.");
    return with(changed -> changed.steps = count);
  }

  /**
   * Returns this callback, which keeps the files of the best models of a training only: a model is
   * saved if it is among them, and the file of the worst is deleted then. Needs a {@linkplain
   * #toTemplate template} that names models differently.
   *
   * @param count 1 or more; 0 to keep all, as by default
   */
  public ModelCheckpoint keepBest(int count) {
    return with(changed -> changed.kept = count);
  }

  /**
   * Returns this callback, which saves the weights without the model, or the whole model. Weights
   * can be saved of models whose layers cannot be described in a file; reading them takes the model
   * from a program.
   */
  public ModelCheckpoint weightsOnly(boolean value) {
    return with(changed -> changed.weightsOnly = value);
  }

  /**
   * Returns this callback with a value that the first saved model must improve on; without effect
   * unless only the best model is saved.
   */
  public ModelCheckpoint initialValueThreshold(double value) {
    return with(changed -> changed.initialValueThreshold = value);
  }

  /**
   * Returns this callback with additional metadata of the model file, such as what the model was
   * trained on.
   */
  public ModelCheckpoint metadata(Map<String, String> facts) {
    return with(changed -> changed.metadata = Map.copyOf(facts));
  }

  /** Returns this callback with or without a message whenever it saves a model or does not. */
  public ModelCheckpoint verbose(boolean value) {
    return with(changed -> changed.verbose = value);
  }

  private ModelCheckpoint with(Consumer<ModelCheckpointSettings.Builder> change) {
    ModelCheckpointSettings.Builder changed = new ModelCheckpointSettings.Builder(settings);
    change.accept(changed);
    return new ModelCheckpoint(changed.build());
  }

  @Override
  public boolean savesModel() {
    return !settings.weightsOnly();
  }

  @Override
  public Set<String> monitoredLogs() {
    Set<String> names = new TreeSet<>(settings.template().logNames());
    if (settings.kept() > 0) {
      names.add(settings.monitor().key());
    }
    return names;
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    state = State.startingFrom(settings.initialValueThreshold());
    settings.requireConsistent();
    requireWritable(settings.template().folder());
  }

  /** An unwritable folder must be reported before hours have been spent. */
  private void requireWritable(Path folder) {
    String problem;
    try {
      Files.createDirectories(folder);
      problem = Files.isWritable(folder) ? null : "it is read-only";
    } catch (IOException e) {
      problem = FailureReason.ofWriting(e);
    }
    if (problem == null && Files.isDirectory(Path.of(settings.template().text()))) {
      problem = "the file " + settings.template() + " is a folder";
    }
    if (problem != null) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          NAME + " cannot write to the folder " + folder + ": " + problem + ".",
          "Choose another file, or allow writing to the folder.");
    }
  }

  @Override
  public void onEpochBegin(EpochBegin event) {
    epoch = event.epoch();
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    if (settings.steps() == 0) {
      return;
    }
    state = state.waiting(state.steps() + 1);
    if (state.steps() >= settings.steps()) {
      state = state.waiting(0);
      consider(new Moment(event.control(), epoch, event.batch(), event.logs()));
    }
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    if (settings.steps() == 0 && (event.epoch() + 1) % settings.epochs() == 0) {
      consider(new Moment(event.control(), event.epoch(), null, event.logs()));
    }
  }

  /**
   * When a model may be saved.
   *
   * @param batch from 0, or null at the end of an epoch
   */
  private record Moment(TrainingControl control, int epoch, @Nullable Integer batch, Logs logs) {
    String when() {
      return "Epoch " + (epoch + 1) + (batch == null ? "" : ", batch " + (batch + 1)) + ": ";
    }
  }

  private void consider(Moment now) {
    Path file = settings.template().file(now.epoch(), now.batch(), now.logs());
    if (file == null) {
      warnOnce(
          now,
          NAME
              + " names files by "
              + String.join(" and ", settings.template().logNames())
              + ", and one of them has no value in this epoch, so the model is not saved."
              + " Available: "
              + String.join(", ", now.logs().asMap().keySet())
              + ".");
    } else if (!settings.saveBestOnly() && settings.kept() == 0) {
      save(now, file, "saving model to " + file, null, null);
    } else {
      compare(now, file);
    }
  }

  private void compare(Moment now, Path file) {
    Monitor monitor = settings.monitor();
    Double value = now.logs().get(monitor.key());
    if (value == null) {
      saveUnlessThereIsABest(now, file);
      return;
    }
    Goal goal = monitor.goal(NAME, now.control(), now.logs());
    if (!settings.saveBestOnly()) {
      String best = "among the best " + settings.kept();
      if (state.kept().admits(monitor, goal, value, settings.kept())) {
        String is = monitor.key() + " of " + text(value) + " is " + best;
        save(now, file, is + ", saving model to " + file, value, goal);
      } else {
        say(now, monitor.key() + " of " + text(value) + " is not " + best);
      }
    } else if (monitor.improves(goal, value, state.comparable())) {
      String change = monitor.key() + " improved from " + text(state.best()) + " to " + text(value);
      save(now, file, change + ", saving model to " + file, value, goal);
    } else {
      say(now, monitor.key() + " did not improve from " + text(state.best()));
    }
  }

  private void saveUnlessThereIsABest(Moment now, Path file) {
    boolean first =
        settings.saveBestOnly() ? state.best() == null : state.kept().models().isEmpty();
    warnOnce(
        now,
        settings
            .monitor()
            .missing(
                NAME,
                first ? "saves the model all the same" : "keeps the best model so far",
                now.logs()));
    if (first) {
      save(now, file, "saving model to " + file, null, null);
    }
  }

  private void warnOnce(Moment now, String text) {
    if (!state.warned()) {
      now.control().message(text);
    }
    state = state.warnedOnce();
  }

  /**
   * Saves a model.
   *
   * @param value by which it is compared, or null if it is not compared
   * @param goal of the value, or null with it
   */
  private void save(
      Moment now, Path file, String message, @Nullable Double value, @Nullable Goal goal) {
    say(now, message);
    if (!write(now, file)) {
      return;
    }
    KeptModels kept = state.kept();
    if (settings.kept() > 0) {
      kept =
          kept.with(
              new KeptModels.Kept(file, value), settings.monitor(), goal == null ? Goal.MIN : goal);
      kept.worse(settings.kept()).forEach(worse -> delete(now, worse));
      kept = kept.best(settings.kept());
    }
    Double best = value;
    if (settings.kept() > 0 && !settings.saveBestOnly()) {
      best = kept.models().get(0).value();
    } else if (value == null) {
      best = state.best();
    }
    state = new State(best, now.epoch(), state.warned(), state.steps(), kept);
  }

  /** Returns whether the file was written; a full disk must not end hours of training. */
  private boolean write(Moment now, Path file) {
    Map<String, String> metadata = new TreeMap<>(settings.metadata());
    now.logs().asMap().forEach((name, value) -> metadata.put(name, value.toString()));
    metadata.put("epoch", Integer.toString(now.epoch() + 1));
    if (now.batch() != null) {
      metadata.put("batch", Integer.toString(now.batch() + 1));
    }
    try {
      if (settings.weightsOnly()) {
        now.control().saveWeights(file, metadata);
      } else {
        now.control().saveModel(file, metadata);
      }
      return true;
    } catch (EspalierException e) {
      if (state.savedEpoch() == null || e.code() != ErrorCode.FILE_NOT_WRITABLE) {
        throw e;
      }
      now.control().message("The model was not saved; training continues. " + e.problem());
      return false;
    }
  }

  private static void delete(Moment now, Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      now.control()
          .message(
              "The model file " + file + " cannot be deleted: " + FailureReason.ofWriting(e) + ".");
    }
  }

  private void say(Moment now, String text) {
    if (settings.verbose()) {
      now.control().message(now.when() + text);
    }
  }

  private static String text(@Nullable Double best) {
    return best == null ? "none" : String.format(Locale.ROOT, "%.5f", best);
  }

  /**
   * Returns the best value so far, that of the best saved model; before one is saved, the
   * threshold, or null if there is none or models are not compared.
   */
  public @Nullable Double best() {
    return state.best();
  }

  /**
   * Returns the epoch of the model that was saved last, counted from 0; null if this training has
   * saved none.
   */
  public @Nullable Integer savedEpoch() {
    return state.savedEpoch();
  }

  /** Returns the files that {@link #keepBest} keeps, the best first; empty without it. */
  public List<Path> keptFiles() {
    return state.kept().models().stream().map(KeptModels.Kept::file).toList();
  }

  @Override
  public CallbackState state() {
    return state.toCallbackState();
  }

  @Override
  public void restoreState(CallbackState before) {
    state = State.of(before, settings.template());
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return NAME + settings.toString().substring("ModelCheckpointSettings".length());
  }

  /**
   * The state between hooks.
   *
   * @param best value so far, null before the first
   * @param savedEpoch of the model that was saved last, from 0; null if this training has saved
   *     none
   * @param warned whether a missing value was reported in this training
   * @param steps since a model was last considered
   * @param kept the best models, if only these are kept
   */
  private record State(
      @Nullable Double best,
      @Nullable Integer savedEpoch,
      boolean warned,
      int steps,
      KeptModels kept) {
    static State startingFrom(@Nullable Double threshold) {
      return new State(threshold, null, false, 0, KeptModels.NONE);
    }

    static State of(CallbackState before, FileNameTemplate template) {
      return new State(
          before.number("best"),
          before.text("savedEpoch") == null ? null : before.wholeNumber("savedEpoch"),
          Boolean.parseBoolean(before.text("warned")),
          before.wholeNumber("steps"),
          KeptModels.of(before, template));
    }

    State waiting(int count) {
      return new State(best, savedEpoch, warned, count, kept);
    }

    State warnedOnce() {
      return new State(best, savedEpoch, true, steps, kept);
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
      values.put("steps", Integer.toString(steps));
      kept.addTo(values);
      return CallbackState.of(values);
    }
  }
}
