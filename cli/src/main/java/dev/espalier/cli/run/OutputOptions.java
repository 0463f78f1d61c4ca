package dev.espalier.cli.run;

import dev.espalier.cli.option.ConfigurationSource;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.SettingOption;
import dev.espalier.cli.text.CommandText;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.finetuning.TrainingPhase;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The output of a training: its folder, and what is printed. */
public final class OutputOptions {
  static final String RESUME = "--resume";

  /** Settings that may change when a run is resumed, because they do not affect the result. */
  private static final Set<String> CHANGEABLE =
      Set.of(
          RunSettings.WORKERS.name(),
          RunSettings.PREFETCH.name(),
          RunSettings.MEMORY_CACHE.name(),
          RunSettings.CHECKPOINT_STEPS.name(),
          RunSettings.QUIET.name());

  /** The options that are short names of settings. */
  public static final List<SettingOption> OPTIONS =
      List.of(
          SettingOption.of("--output", "FOLDER", RunSettings.OUTPUT_FOLDER),
          SettingOption.of("--checkpoint-steps", "NUMBER", RunSettings.CHECKPOINT_STEPS),
          SettingOption.flag("--quiet", RunSettings.QUIET).orShort("-q"));

  @Option(
      names = RESUME,
      paramLabel = "FOLDER",
      description = {
        "Resume an interrupted run in its folder, with its settings.",
        "The result is the same as without the interruption."
      })
  @Nullable Path resume;

  public OutputOptions() {}

  /**
   * Returns the configuration file to read: that of the interrupted run, if there is one.
   *
   * @param config given by the user, or null
   * @param given options on the command line
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if two folders or files are given
   */
  public @Nullable ConfigurationSource settings(
      @Nullable ConfigurationSource config, GivenOptions given) {
    if (resume == null) {
      return config;
    }
    if (config != null || given.find(RunSettings.OUTPUT_FOLDER) != null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          (config == null ? "--output" : "--config") + " and " + RESUME + " do not go together.",
          "A run that goes on does so in its folder, with the settings there.");
    }
    return new ConfigurationSource(RunFolder.settingsOfInterrupted(resume));
  }

  /**
   * Creates the folder of the run, or opens that of the interrupted one. It is locked until it is
   * closed.
   *
   * @param command name of the command, such as {@code fine-tune}
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if a setting of the interrupted run
   *     was changed, or it was started by another command
   */
  public RunFolder folder(
      Configuration configuration,
      String modelName,
      String command,
      List<TrainingPhase> phases,
      Clock clock) {
    if (resume == null) {
      return RunFolder.create(
          configuration.find(RunSettings.OUTPUT_FOLDER), RunFolder.RUNS, modelName, command, clock);
    }
    for (Setting setting : configuration.settings()) {
      if (setting.origin().source() == Origin.Source.COMMAND_LINE
          && !CHANGEABLE.contains(setting.name())) {
        throw new EspalierException(
            ErrorCode.INVALID_OPTION,
            setting.name()
                + " cannot be changed ("
                + setting.origin()
                + ") in a run that goes on: its settings are in "
                + RunFolder.settingsOfInterrupted(resume)
                + ".",
            "Leave it out, or start a new run.");
      }
    }
    return RunFolder.interrupted(
        resume, command, phases.stream().map(TrainingPhase::name).toList());
  }

  /**
   * Returns the command line to record, which repeats the run: as it was typed, except for a
   * resumed run, where it is the one that repeats its settings, because its folder is complete
   * then.
   */
  public String command(CommandSpec spec, RunFolder folder) {
    return resume == null ? CommandText.of(spec) : folder.repeatingCommand();
  }
}
