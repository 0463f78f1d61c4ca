package dev.espalier.cli;

import dev.espalier.cli.command.EspalierCommand;
import dev.espalier.cli.command.ExecutionErrors;
import dev.espalier.cli.command.ExitCodes;
import dev.espalier.cli.command.Subcommand;
import dev.espalier.cli.option.ConfigurationSource;
import dev.espalier.cli.option.PluginOptions;
import dev.espalier.cli.plugin.InstalledPlugins;
import dev.espalier.cli.plugin.PluginCommands;
import dev.espalier.cli.run.Interruption;
import dev.espalier.cli.text.PrintableWriter;
import dev.espalier.cli.text.TerminalWidth;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** The main class: runs one command and exits with its exit code. */
public final class Main {
  /** The command that shows the help of another one. */
  private static final String HELP = "help";

  /** The command that prints the options of all commands. */
  private static final String COMPLETION = "completion";

  /** Begins the name of a file that holds arguments, which may name any command. */
  private static final String ARGUMENT_FILE = "@";

  private Main() {}

  /** Runs the command given by the arguments and exits the JVM. */
  public static void main(String[] arguments) {
    logWarningsOnly();
    Interruption interruption = Interruption.ofProcess();
    CommandLine commandLine =
        commandLine(Clock.system(ZoneId.systemDefault()), interruption, arguments);
    warnOfWorkingFolder(new PrintableWriter(commandLine.getErr()));
    System.exit(interruption.exitCode(run(commandLine, System.getenv(), arguments)));
  }

  /** Java resolves relative paths against what it considers the working folder. */
  private static void warnOfWorkingFolder(PrintWriter err) {
    try {
      FileNames.path(System.getProperty("user.dir", ""));
    } catch (EspalierException e) {
      err.println("warning: relative paths do not work here. " + e.problem() + " " + e.remedy());
      err.flush();
    }
  }

  /**
   * Commands print their own lines. A configuration file for logging would not be reliable: a
   * library contains one too, which logs to the standard output, and the order of the class path
   * determines which one is used. The standard output is for results.
   */
  static void logWarningsOnly() {
    Map<String, String> settings =
        Map.of(
            "defaultLogLevel", "warn",
            "logFile", "System.err",
            // DJL warns about a CUDA library on machines without a GPU; `espalier doctor` lists
            // devices.
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

  /** Runs one command. Plugins are asked for commands only if no built-in command matches. */
  static int run(CommandLine commandLine, Map<String, String> environment, String... arguments) {
    commandLine.setUsageHelpWidth(TerminalWidth.of(environment));
    commandLine.setUsageHelpAutoWidth(TerminalWidth.isDetected(environment));
    String first =
        Arrays.stream(arguments)
            .filter(word -> !word.startsWith("-") && !word.equals(HELP))
            .findFirst()
            .orElse("");
    if (commandLine.getSubcommands().containsKey(first)) {
      return commandLine.execute(arguments);
    }
    PluginOptions options = PluginOptions.of(arguments);
    PrintWriter err = new PrintableWriter(commandLine.getErr());
    try (InstalledPlugins plugins =
        InstalledPlugins.of(options.folder(environment), options.excluded)) {
      PluginCommands.add(
              commandLine,
              plugins.registry().commands(),
              PluginOptions::descriptions,
              PrintableWriter::new)
          .forEach(refused -> err.println("warning: " + refused));
      ExitCodes.addTo(commandLine); // in the help of those commands, too
      return commandLine.execute(arguments);
    } catch (EspalierException e) {
      // Help must not fail; a command that may belong to a plugin must.
      return first.isEmpty() ? commandLine.execute(arguments) : ExecutionErrors.print(err, e);
    }
  }

  private static int executeAndClosePlugins(CommandLine.ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (Error e) {
      // Report an exhausted heap like any other problem, not with a stack trace.
      throw new CommandLine.ExecutionException(
          parsed.commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
    } finally {
      CommandLine.ParseResult last = parsed;
      while (last.hasSubcommand()) {
        last = last.subcommand();
      }
      if (last.commandSpec().userObject() instanceof Subcommand command) {
        command.plugins.close();
      }
    }
  }

  private static Path path(String text) {
    try {
      return FileNames.path(text);
    } catch (EspalierException e) {
      throw new TypeConversionException(e.problem() + " " + e.remedy());
    }
  }

  private static void addOptions(CommandLine commandLine) {
    if (commandLine.getCommandSpec().userObject() instanceof Subcommand command) {
      command.addOptions(commandLine);
    }
    commandLine.getSubcommands().values().forEach(Main::addOptions);
  }

  /** Returns the commands with their options and error handlers; writers can still be set. */
  public static CommandLine commandLine(Clock clock, Interruption interruption) {
    return commandLine(clock, interruption, name -> true);
  }

  /**
   * Returns the commands; those that the arguments do not name have no more than their line in the
   * help: to describe all of them takes longer than to run a short one.
   */
  static CommandLine commandLine(Clock clock, Interruption interruption, String... arguments) {
    Set<String> words = new HashSet<>(Arrays.asList(arguments));
    boolean all =
        words.contains(COMPLETION)
            || words.stream().anyMatch(word -> word.startsWith(ARGUMENT_FILE));
    return commandLine(clock, interruption, all ? name -> true : words::contains);
  }

  private static CommandLine commandLine(
      Clock clock, Interruption interruption, Predicate<String> wanted) {
    CommandFactory factory = new CommandFactory(clock, interruption);
    CommandLine commandLine = new CommandLine(new EspalierCommand(), factory);
    EspalierCommand.addSubcommands(commandLine, wanted, factory);
    commandLine.registerConverter(Path.class, Main::path);
    commandLine.setExecutionExceptionHandler(new ExecutionErrors());
    commandLine.setParameterExceptionHandler(new ParameterErrors());
    commandLine.setExecutionStrategy(Main::executeAndClosePlugins);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.registerConverter(
        ConfigurationSource.class, text -> new ConfigurationSource(Path.of(text)));
    addOptions(commandLine);
    ExitCodes.addTo(commandLine);
    return commandLine;
  }
}
