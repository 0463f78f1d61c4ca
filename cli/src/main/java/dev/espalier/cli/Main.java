package dev.espalier.cli;

import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import picocli.CommandLine;

/** Where the JVM starts: runs one command and ends with its exit code. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name and ends the JVM. */
  public static void main(String[] arguments) {
    logWarningsOnly();
    System.exit(commandLine(Clock.system(ZoneId.systemDefault())).execute(arguments));
  }

  /**
   * Commands print their own lines. A file of settings would not do: a library brings one too, and
   * which of them counts depends on the order of the class path.
   */
  private static void logWarningsOnly() {
    Map<String, String> settings =
        Map.of(
            "defaultLogLevel", "warn",
            // DJL warns of a CUDA library without a graphics card; `espalier doctor` lists devices.
            "log.ai.djl.util.cuda", "error",
            "showThreadName", "false",
            "showLogName", "false");
    settings.forEach(
        (name, value) -> {
          String property = "org.slf4j.simpleLogger." + name;
          if (System.getProperty(property) == null) {
            System.setProperty(property, value);
          }
        });
  }

  /** Returns the commands with their handlers of errors; writers can still be set. */
  static CommandLine commandLine(Clock clock) {
    CommandLine commandLine = new CommandLine(new EspalierCommand(), new CommandFactory(clock));
    commandLine.setExecutionExceptionHandler(new ExecutionErrors());
    commandLine.setParameterExceptionHandler(new ParameterErrors());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(false);
    commandLine.setUsageHelpWidth(100);
    return commandLine;
  }
}
