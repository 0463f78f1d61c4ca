package dev.espalier.cli.option;

import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What was typed on a command line, as settings: an option is a setting under a short name. */
public final class GivenOptions {
  /** The settings that options of training commands stand for. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("--model", RunSettings.MODEL.name()),
          Map.entry("--weights", RunSettings.WEIGHTS.name()),
          Map.entry("--classes", RunSettings.CLASSES.name()),
          Map.entry("--image-size", RunSettings.IMAGE_SIZE.name()),
          Map.entry("--drop-connect-rate", RunSettings.DROP_CONNECT_RATE.name()),
          Map.entry("--dataset", RunSettings.DATASET.name()),
          Map.entry("--data", RunSettings.DATA_LOCATION.name()),
          Map.entry("--limit", RunSettings.LIMIT.name()),
          Map.entry("--validation-limit", RunSettings.VALIDATION_LIMIT.name()),
          Map.entry("--epochs", RunSettings.EPOCHS.name()),
          Map.entry("--batch-size", RunSettings.BATCH_SIZE.name()),
          Map.entry("--seed", RunSettings.SEED.name()),
          Map.entry("--recipe", RunSettings.RECIPE.name()),
          Map.entry("--fine-tune-epochs", RunSettings.FINE_TUNING_EPOCHS.name()),
          Map.entry("--dropout", RunSettings.DROPOUT.name()),
          Map.entry("--workers", RunSettings.WORKERS.name()),
          Map.entry("--prefetch", RunSettings.PREFETCH.name()),
          Map.entry("--memory-cache", RunSettings.MEMORY_CACHE.name()),
          Map.entry("--skip-unreadable", RunSettings.SKIP_UNREADABLE.name()),
          Map.entry("--output", RunSettings.OUTPUT_FOLDER.name()),
          Map.entry("--checkpoint-steps", RunSettings.CHECKPOINT_STEPS.name()),
          Map.entry("--quiet", RunSettings.QUIET.name()),
          Map.entry("--learning-rate", RunSettings.OPTIMIZER.name() + ".learning-rate"),
          Map.entry("--momentum", RunSettings.OPTIMIZER.name() + ".momentum"),
          Map.entry("--label-smoothing", RunSettings.LOSS.name() + ".label-smoothing"),
          Map.entry(
              "--fine-tune-learning-rate",
              RunSettings.FINE_TUNING_OPTIMIZER.name() + ".learning-rate"));

  private static final String MODEL_SECTION = RunSettings.MODEL.section() + ".";

  private GivenOptions() {}

  /**
   * Returns the settings of what was typed for a command that looks at parts of the data: its limit
   * holds for whichever part that is. A model that it names stands for itself.
   */
  public static List<Setting> ofLookingAtData(ParseResult parsed) {
    List<Setting> settings = new ArrayList<>();
    for (Setting setting : of(parsed)) {
      if (!setting.name().startsWith(MODEL_SECTION)) {
        settings.add(setting);
      }
      if (setting.name().equals(RunSettings.LIMIT.name())) {
        settings.add(
            new Setting(RunSettings.VALIDATION_LIMIT.name(), setting.text(), setting.origin()));
      }
    }
    return settings;
  }

  /**
   * Checks what was typed for options that stand for settings, for commands that use them without a
   * configuration: both have the same range.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_OPTION} naming the option
   */
  public static void requireValid(ParseResult parsed) {
    for (Setting setting : of(parsed)) {
      for (SettingKey<?> key : RunSettings.keys()) {
        if (key.name().equals(setting.name())) {
          setting.value(key.option());
        }
      }
    }
  }

  /** Returns the settings of what was typed; options that stand for none are left out. */
  public static List<Setting> of(ParseResult parsed) {
    List<Setting> settings = new ArrayList<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      String name = NAMES.get(option.longestName());
      List<String> texts = option.originalStringValues();
      if (name != null && !texts.isEmpty()) {
        String text = texts.get(texts.size() - 1);
        settings.add(
            new Setting(
                name, text.isEmpty() ? "true" : text, Origin.commandLine(option.longestName())));
      }
    }
    return settings;
  }
}
