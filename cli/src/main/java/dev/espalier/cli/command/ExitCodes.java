package dev.espalier.cli.command;

import dev.espalier.error.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** The exit codes, with the same meaning in all commands. */
public final class ExitCodes {
  private static final Map<String, String> MEANINGS = new LinkedHashMap<>();

  static {
    MEANINGS.put("0", "Done.");
    MEANINGS.put("1", "Failed: the run, an engine, or one of several images.");
    MEANINGS.put("2", "Wrong input: the command line, a setting, a name, or a file.");
    MEANINGS.put("130", "Interrupted (Ctrl-C).");
    MEANINGS.put("143", "Terminated.");
  }

  private ExitCodes() {}

  /** Returns the exit code of an error, which tells whether other input would help. */
  static int of(ErrorCode code) {
    return switch (code) {
      case SHAPE_MISMATCH,
          INVALID_ARGUMENT,
          INVALID_MODEL,
          UNKNOWN_LAYER,
          WEIGHT_COUNT_MISMATCH,
          WEIGHT_SHAPE_MISMATCH,
          INVALID_WEIGHT_FILE,
          MISSING_WEIGHTS,
          NOT_EXPORTABLE,
          INVALID_DATA_FILE,
          EMPTY_DATASET,
          LABEL_OUT_OF_RANGE,
          INVALID_IMAGE,
          INVALID_DATA_LAYOUT,
          CLASS_MISMATCH,
          UNKNOWN_DEVICE,
          UNKNOWN_NAME,
          DUPLICATE_NAME,
          INVALID_OPTION,
          INVALID_CONFIGURATION,
          UNTRUSTED_SETTING,
          FILE_NOT_READABLE,
          FILE_NOT_WRITABLE ->
          ExitCode.USAGE;
      case TRACING_FAILED,
          INVALID_TRAINING_SETTING,
          CALLBACK_FAILED,
          CLOSED,
          INTERRUPTED,
          TRAINER_IN_USE,
          CLASSIFIER_BUSY,
          TIMED_OUT,
          ENGINE_UNAVAILABLE,
          UNSUPPORTED_CAPABILITY,
          ENGINE_FAILED,
          PLUGIN_FAILED,
          DOWNLOAD_FAILED,
          OUT_OF_MEMORY,
          VERSION_MISMATCH,
          WORKER_LOST ->
          ExitCode.SOFTWARE;
    };
  }

  /** Adds the list to the help of a command and all its subcommands. */
  public static void addTo(CommandLine command) {
    command
        .getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(MEANINGS);
    command.getSubcommands().values().forEach(ExitCodes::addTo);
  }
}
