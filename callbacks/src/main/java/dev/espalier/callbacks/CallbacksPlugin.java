package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Plugin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Provides the callbacks of this module under names such as {@code early-stopping}. */
public final class CallbacksPlugin implements Plugin {
  private static final OptionDescription<String> MONITOR =
      OptionDescription.text("monitor", "Metric to monitor.").withDefault("val_loss");
  private static final OptionDescription<MonitorMode> MODE =
      OptionDescription.constant(
              "mode",
              MonitorMode.class,
              "Whether a lower or a higher value is better; auto decides by the metric.")
          .withDefault(MonitorMode.AUTO);
  private static final OptionDescription<Double> MIN_DELTA = minDelta(1e-4);
  private static final OptionDescription<Double> FACTOR =
      OptionDescription.number("factor", 0, 1, "Factor that the learning rate is multiplied by.")
          .withDefault(0.1);
  private static final OptionDescription<Integer> PATIENCE =
      epochs(
          "patience",
          "Number of epochs without improvement before the learning rate is reduced.",
          10);
  private static final OptionDescription<Integer> COOLDOWN =
      epochs(
          "cooldown", "Number of epochs to wait after a reduction before monitoring resumes.", 0);
  private static final OptionDescription<Double> MIN_LR =
      OptionDescription.number("min-lr", 0, Double.MAX_VALUE, "Lower bound of the learning rate.")
          .withDefault(0.0);
  private static final OptionDescription<Path> FILE =
      OptionDescription.path("file", "Checkpoint file, deleted after training has ended normally.")
          .withDefault(Path.of("checkpoint.safetensors"));
  private static final OptionDescription<Integer> STEPS =
      OptionDescription.wholeNumber(
              "steps",
              0,
              Integer.MAX_VALUE,
              "Number of steps between checkpoints; 0 to save only at the end of each epoch.")
          .withDefault(0);
  private static final OptionDescription<Boolean> KEEP =
      OptionDescription.flag(
          "keep", "Keeps the checkpoint file after training has ended normally.");
  private static final OptionDescription<Boolean> VERBOSE =
      OptionDescription.flag("verbose", "Prints a message at each reduction.");

  private static final OptionDescription<Integer> PATIENCE_TO_STOP =
      epochs("patience", "Number of epochs without improvement before training stops.", 0);
  private static final OptionDescription<Double> ANY_DELTA = minDelta(0);
  private static final OptionDescription<Double> BASELINE =
      OptionDescription.number(
          "baseline",
          -Double.MAX_VALUE,
          Double.MAX_VALUE,
          "Value that the metric must improve on as well.");
  private static final OptionDescription<Integer> START_FROM_EPOCH =
      epochs("start-from-epoch", "First epoch to monitor, counted from 0.", 0);
  private static final OptionDescription<Boolean> RESTORE_BEST_WEIGHTS =
      OptionDescription.flag(
          "restore-best-weights", "Restores the weights of the best epoch at the end of training.");
  private static final OptionDescription<Boolean> VERBOSE_AT_THE_END =
      OptionDescription.flag(
          "verbose", "Prints a message when training stops and when weights are restored.");

  private static final OptionDescription<Path> MODEL_FILE =
      OptionDescription.path(
              "file",
              "Model file to write; may have fields such as {epoch:02d} and {val_loss:.3f}.")
          .withDefault(Path.of("best.safetensors"));
  private static final OptionDescription<String> BEST_MONITOR =
      OptionDescription.text("monitor", "Metric that decides which model is the best.")
          .withDefault("val_loss");
  private static final OptionDescription<Boolean> SAVE_BEST_ONLY =
      OptionDescription.flag("save-best-only", "Saves the model only when it is the best so far.");
  private static final OptionDescription<Integer> KEEP_BEST =
      OptionDescription.wholeNumber(
              "keep-best",
              0,
              Integer.MAX_VALUE,
              "Number of best models to keep, whose names must differ; 0 to keep all.")
          .withDefault(0);
  private static final OptionDescription<Integer> EPOCHS_BETWEEN_MODELS =
      OptionDescription.wholeNumber(
              "epochs", 1, Integer.MAX_VALUE, "Number of epochs between models.")
          .withDefault(1);
  private static final OptionDescription<Integer> STEPS_BETWEEN_MODELS =
      OptionDescription.wholeNumber(
              "steps",
              0,
              Integer.MAX_VALUE,
              "Number of steps between models; 0 to save at the end of epochs.")
          .withDefault(0);
  private static final OptionDescription<Boolean> WEIGHTS_ONLY =
      OptionDescription.flag("weights-only", "Saves the weights without the model.");
  private static final OptionDescription<Double> INITIAL_VALUE_THRESHOLD =
      OptionDescription.number(
          "initial-value-threshold",
          -Double.MAX_VALUE,
          Double.MAX_VALUE,
          "Initial best value, which the first saved model must improve on.");
  private static final OptionDescription<Boolean> VERBOSE_AT_EACH_EPOCH =
      OptionDescription.flag(
          "verbose", "Prints a message when a model is saved and when it is not.");

  private static final OptionDescription<Boolean> SWAP_ON_EPOCH =
      OptionDescription.flag(
          "swap-on-epoch",
          "Also has the averaged weights in the model at the end of each epoch, for callbacks"
              + " after this one.");

  private static final OptionDescription<Boolean> RAISE_ERROR =
      OptionDescription.flag("raise-error", "Fails with an error instead of stopping training.");

  private static final OptionDescription<Path> TABLE =
      OptionDescription.path("file", "Table to write.").withDefault(Path.of("log.csv"));
  private static final OptionDescription<String> SEPARATOR =
      OptionDescription.choice(
              "separator", List.of("comma", "semicolon", "tab"), "What separates columns.")
          .withDefault("comma");
  private static final OptionDescription<Boolean> APPEND =
      OptionDescription.flag("append", "Adds to a table that exists instead of replacing it.");

  private static final OptionDescription<Path> LOG_FOLDER =
      OptionDescription.path("folder", "Folder for the event files.").withDefault(Path.of("logs"));
  private static final OptionDescription<Integer> STEPS_BETWEEN_VALUES =
      OptionDescription.wholeNumber(
              "steps",
              0,
              Integer.MAX_VALUE,
              "Number of steps between values of single steps; 0 for the values of epochs alone.")
          .withDefault(0);
  private static final OptionDescription<Integer> HISTOGRAM_EPOCHS =
      epochs(
          "histogram-epochs", "Number of epochs between histograms of the weights; 0 for none.", 0);

  private static final OptionDescription<Integer> IMAGES =
      OptionDescription.wholeNumber(
              "images",
              0,
              Integer.MAX_VALUE,
              "Number of augmented input images to write in each epoch; 0 for none.")
          .withDefault(0);

  private static final OptionDescription<Double> MINUTES =
      OptionDescription.number(
              "minutes", 1e-3, 1e9, "Minutes after which training stops at the end of a step.")
          .withDefault(60.0);

  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public CallbacksPlugin() {}

  private static OptionDescription<Double> minDelta(double usual) {
    return OptionDescription.number(
            "min-delta",
            -Double.MAX_VALUE,
            Double.MAX_VALUE,
            "Minimum change that counts as an improvement.")
        .withDefault(usual);
  }

  private static OptionDescription<Integer> epochs(String name, String description, int usual) {
    return OptionDescription.wholeNumber(name, 0, Integer.MAX_VALUE, description)
        .withDefault(usual);
  }

  @Override
  public String id() {
    return "callbacks";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<Component<Callback>> callbacks() {
    return List.of(
        Component.of(
            "backup-and-restore",
            "Saves checkpoints during training and resumes an interrupted training from"
                + " the last one.",
            List.of(FILE, STEPS, KEEP),
            CallbacksPlugin::backupAndRestore),
        Component.of(
            "csv-logger",
            "Writes the loss and the metrics of each epoch to a table.",
            List.of(TABLE, SEPARATOR, APPEND),
            CallbacksPlugin::csvLogger),
        Component.of(
            "early-stopping",
            "Stops training when a metric has stopped improving.",
            List.of(
                MONITOR,
                PATIENCE_TO_STOP,
                MODE,
                ANY_DELTA,
                BASELINE,
                START_FROM_EPOCH,
                RESTORE_BEST_WEIGHTS,
                VERBOSE_AT_THE_END),
            CallbacksPlugin::earlyStopping),
        Component.of(
            "model-checkpoint",
            "Saves the model every few epochs or steps: always, the best, or the few best.",
            List.of(
                MODEL_FILE,
                BEST_MONITOR,
                MODE,
                SAVE_BEST_ONLY,
                KEEP_BEST,
                EPOCHS_BETWEEN_MODELS,
                STEPS_BETWEEN_MODELS,
                WEIGHTS_ONLY,
                INITIAL_VALUE_THRESHOLD,
                VERBOSE_AT_EACH_EPOCH),
            CallbacksPlugin::modelCheckpoint),
        Component.of(
            "reduce-lr-on-plateau",
            "Reduces the learning rate when a metric has stopped improving.",
            List.of(MONITOR, FACTOR, PATIENCE, MODE, MIN_DELTA, COOLDOWN, MIN_LR, VERBOSE),
            CallbacksPlugin::reduceLrOnPlateau),
        Component.of(
            "swap-ema-weights",
            "Validates, and ends the training, with the averaged weights of the optimizer"
                + " weight-averaging.",
            List.of(SWAP_ON_EPOCH),
            options -> SwapEmaWeights.create().swapOnEpoch(options.get(SWAP_ON_EPOCH))),
        Component.of(
            "tensorboard",
            "Writes loss, metrics, learning rate, histograms of weights and input images for"
                + " TensorBoard.",
            List.of(LOG_FOLDER, STEPS_BETWEEN_VALUES, HISTOGRAM_EPOCHS, IMAGES),
            options ->
                TensorBoard.to(options.get(LOG_FOLDER))
                    .everySteps(options.get(STEPS_BETWEEN_VALUES))
                    .histogramsEvery(options.get(HISTOGRAM_EPOCHS))
                    .images(options.get(IMAGES))),
        Component.of(
            "terminate-on-nan",
            "Stops training when the loss is NaN or infinite.",
            List.of(RAISE_ERROR),
            options -> TerminateOnNaN.create().raiseError(options.get(RAISE_ERROR))),
        Component.of(
            "time-limit",
            "Stops training after a time.",
            List.of(MINUTES),
            options -> TimeLimit.of(Duration.ofMillis(Math.round(options.get(MINUTES) * 60_000)))));
  }

  private static Callback csvLogger(OptionValues options) {
    char separator =
        switch (options.get(SEPARATOR)) {
          case "semicolon" -> ';';
          case "tab" -> '\t';
          default -> ',';
        };
    return CSVLogger.to(options.get(TABLE)).separator(separator).append(options.get(APPEND));
  }

  private static Callback earlyStopping(OptionValues options) {
    EarlyStopping callback =
        EarlyStopping.on(options.get(MONITOR))
            .patience(options.get(PATIENCE_TO_STOP))
            .mode(options.get(MODE).goal())
            .minDelta(options.get(ANY_DELTA))
            .startFromEpoch(options.get(START_FROM_EPOCH))
            .restoreBestWeights(options.get(RESTORE_BEST_WEIGHTS))
            .verbose(options.get(VERBOSE_AT_THE_END));
    Double baseline = options.find(BASELINE);
    return baseline == null ? callback : callback.baseline(baseline);
  }

  private static Callback modelCheckpoint(OptionValues options) {
    ModelCheckpoint callback =
        ModelCheckpoint.toTemplate(options.get(MODEL_FILE).toString())
            .everyEpochs(options.get(EPOCHS_BETWEEN_MODELS))
            .keepBest(options.get(KEEP_BEST))
            .weightsOnly(options.get(WEIGHTS_ONLY))
            .monitor(options.get(BEST_MONITOR))
            .mode(options.get(MODE).goal())
            .saveBestOnly(options.get(SAVE_BEST_ONLY))
            .verbose(options.get(VERBOSE_AT_EACH_EPOCH));
    if (options.get(STEPS_BETWEEN_MODELS) > 0) {
      callback = callback.everySteps(options.get(STEPS_BETWEEN_MODELS));
    }
    Double threshold = options.find(INITIAL_VALUE_THRESHOLD);
    return threshold == null ? callback : callback.initialValueThreshold(threshold);
  }

  private static Callback backupAndRestore(OptionValues options) {
    return BackupAndRestore.to(options.get(FILE))
        .everySteps(options.get(STEPS))
        .keptAtEnd(options.get(KEEP));
  }

  private static Callback reduceLrOnPlateau(OptionValues options) {
    return ReduceLROnPlateau.on(options.get(MONITOR))
        .factor(options.get(FACTOR))
        .patience(options.get(PATIENCE))
        .mode(options.get(MODE).goal())
        .minDelta(options.get(MIN_DELTA))
        .cooldown(options.get(COOLDOWN))
        .minLr(options.get(MIN_LR))
        .verbose(options.get(VERBOSE));
  }
}
