package dev.espalier.callbacks;

import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Plugin;
import dev.espalier.training.Callback;
import java.nio.file.Path;
import java.util.List;

/** Brings the callbacks of this module. */
public final class CallbacksPlugin implements Plugin {
  private static final OptionDescription<String> MONITOR =
      OptionDescription.text("monitor", "Figure in the logs that is watched.")
          .withDefault("val_loss");
  private static final OptionDescription<MonitorMode> MODE =
      OptionDescription.constant("mode", MonitorMode.class, "Which way the figure improves.")
          .withDefault(MonitorMode.AUTO);
  private static final OptionDescription<Double> MIN_DELTA = minDelta(1e-4);
  private static final OptionDescription<Double> FACTOR =
      OptionDescription.number("factor", 0, 1, "What the learning rate is multiplied with.")
          .withDefault(0.1);
  private static final OptionDescription<Integer> PATIENCE =
      epochs("patience", "Epochs without improvement before the cut.", 10);
  private static final OptionDescription<Integer> COOLDOWN =
      epochs("cooldown", "Epochs after a cut in which nothing is counted.", 0);
  private static final OptionDescription<Double> MIN_LR =
      OptionDescription.number("min-lr", 0, Double.MAX_VALUE, "Rate below which it does not go.")
          .withDefault(0.0);
  private static final OptionDescription<Path> FILE =
      OptionDescription.path("file", "The checkpoint, which is there until training ends.")
          .withDefault(Path.of("checkpoint.safetensors"));
  private static final OptionDescription<Integer> STEPS =
      OptionDescription.wholeNumber(
              "steps", 0, Integer.MAX_VALUE, "Steps between checkpoints; 0 for after epochs alone.")
          .withDefault(0);
  private static final OptionDescription<Boolean> KEEP =
      OptionDescription.flag("keep", "Keeps the checkpoint when training ends by itself.");
  private static final OptionDescription<Boolean> VERBOSE =
      OptionDescription.flag("verbose", "Prints a message at each cut.");

  private static final OptionDescription<Integer> PATIENCE_TO_STOP =
      epochs("patience", "Epochs without improvement before the end.", 0);
  private static final OptionDescription<Double> ANY_DELTA = minDelta(0);
  private static final OptionDescription<Double> BASELINE =
      OptionDescription.number(
          "baseline", -Double.MAX_VALUE, Double.MAX_VALUE, "Value that must be beaten as well.");
  private static final OptionDescription<Integer> START_FROM_EPOCH =
      epochs("start-from-epoch", "First epoch that is looked at, counted from 0.", 0);
  private static final OptionDescription<Boolean> RESTORE_BEST_WEIGHTS =
      OptionDescription.flag(
          "restore-best-weights", "Brings the weights of the best epoch back at the end.");
  private static final OptionDescription<Boolean> VERBOSE_AT_THE_END =
      OptionDescription.flag("verbose", "Prints messages when it stops and restores.");

  private static final OptionDescription<Path> MODEL_FILE =
      OptionDescription.path("file", "The model file to write.")
          .withDefault(Path.of("best.safetensors"));
  private static final OptionDescription<String> BEST_MONITOR =
      OptionDescription.text("monitor", "Value in the logs by which the best epoch is chosen.")
          .withDefault("val_loss");
  private static final OptionDescription<Boolean> SAVE_BEST_ONLY =
      OptionDescription.flag("save-best-only", "Saves the model only when it is the best so far.");
  private static final OptionDescription<Double> INITIAL_VALUE_THRESHOLD =
      OptionDescription.number(
          "initial-value-threshold",
          -Double.MAX_VALUE,
          Double.MAX_VALUE,
          "Value that the first saved model must improve on.");
  private static final OptionDescription<Boolean> VERBOSE_AT_EACH_EPOCH =
      OptionDescription.flag("verbose", "Prints a message at the end of each epoch.");

  private static final OptionDescription<Boolean> RAISE_ERROR =
      OptionDescription.flag("raise-error", "Fails instead of ending training in good order.");

  /** Called by the service loader. */
  public CallbacksPlugin() {}

  private static OptionDescription<Double> minDelta(double usual) {
    return OptionDescription.number(
            "min-delta", -Double.MAX_VALUE, Double.MAX_VALUE, "A change below this is none.")
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
            "Keeps a checkpoint and goes on from it when the training is started again.",
            List.of(FILE, STEPS, KEEP),
            CallbacksPlugin::backupAndRestore),
        Component.of(
            "early-stopping",
            "Ends training when a figure has not improved for some epochs.",
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
            "Saves the model after each epoch, or after the best so far.",
            List.of(
                MODEL_FILE,
                BEST_MONITOR,
                MODE,
                SAVE_BEST_ONLY,
                INITIAL_VALUE_THRESHOLD,
                VERBOSE_AT_EACH_EPOCH),
            CallbacksPlugin::modelCheckpoint),
        Component.of(
            "reduce-lr-on-plateau",
            "Lowers the learning rate when a figure has not improved for some epochs.",
            List.of(MONITOR, FACTOR, PATIENCE, MODE, MIN_DELTA, COOLDOWN, MIN_LR, VERBOSE),
            CallbacksPlugin::reduceLrOnPlateau),
        Component.of(
            "terminate-on-nan",
            "Ends training when the loss is NaN or infinite.",
            List.of(RAISE_ERROR),
            options -> TerminateOnNaN.create().raiseError(options.get(RAISE_ERROR))));
  }

  private static Callback earlyStopping(OptionValues options) {
    EarlyStopping callback =
        EarlyStopping.on(options.get(MONITOR))
            .patience(options.get(PATIENCE_TO_STOP))
            .mode(options.get(MODE))
            .minDelta(options.get(ANY_DELTA))
            .startFromEpoch(options.get(START_FROM_EPOCH))
            .restoreBestWeights(options.get(RESTORE_BEST_WEIGHTS))
            .verbose(options.get(VERBOSE_AT_THE_END));
    Double baseline = options.find(BASELINE);
    return baseline == null ? callback : callback.baseline(baseline);
  }

  private static Callback modelCheckpoint(OptionValues options) {
    ModelCheckpoint callback =
        ModelCheckpoint.to(options.get(MODEL_FILE))
            .monitor(options.get(BEST_MONITOR))
            .mode(options.get(MODE))
            .saveBestOnly(options.get(SAVE_BEST_ONLY))
            .verbose(options.get(VERBOSE_AT_EACH_EPOCH));
    Double threshold = options.find(INITIAL_VALUE_THRESHOLD);
    return threshold == null ? callback : callback.initialValueThreshold(threshold);
  }

  private static Callback backupAndRestore(OptionValues options) {
    return BackupAndRestore.to(options.get(FILE))
        .everySteps(options.get(STEPS))
        .keptAtEnd(options.get(KEEP));
  }

  private static Callback reduceLrOnPlateau(OptionValues options) {
    return ReduceLrOnPlateau.on(options.get(MONITOR))
        .factor(options.get(FACTOR))
        .patience(options.get(PATIENCE))
        .mode(options.get(MODE))
        .minDelta(options.get(MIN_DELTA))
        .cooldown(options.get(COOLDOWN))
        .minLr(options.get(MIN_LR))
        .verbose(options.get(VERBOSE));
  }
}
