package dev.espalier.cli.command;

import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.ConfigurationSource;
import dev.espalier.cli.option.LabelMode;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at a configuration without doing anything with it. */
@Command(
    name = "config",
    header = "Checks a configuration file, or shows what holds.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ConfigCommand.Check.class, ConfigCommand.Show.class})
final class ConfigCommand extends Subcommand {
  ConfigCommand() {}

  @Override
  public Integer call() {
    spec.commandLine().usage(out());
    return 0;
  }

  /** What both have in common. */
  abstract static class Reading extends Subcommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description =
            "Configuration file (default: " + Configuration.FILE_NAME + " in this folder, if any).")
    @Nullable ConfigurationSource file;

    @Option(
        names = "--set",
        paramLabel = "KEY=VALUE",
        description = "A setting, as on the command line of a training. Repeatable.")
    Map<String, String> settings = new LinkedHashMap<>();

    Configuration read(PluginRegistry registry) {
      return ConfigurationArguments.read(registry, file, settings);
    }
  }

  /** Names all that is wrong. */
  @Command(
      name = "check",
      header = "Names every setting that is unknown or does not fit, with file and line.",
      description = "Exit code: 0 if all is well, else 2.",
      sortOptions = false,
      abbreviateSynopsis = true)
  static final class Check extends Reading {
    Check() {}

    @Override
    public Integer call() {
      Configuration configuration = read(plugins.registry(file, settings));
      configuration.requireMonitoredLogs(LabelMode.accuracies());
      long given =
          configuration.settings().stream()
              .filter(one -> one.origin().source() != Origin.Source.DEFAULT)
              .count();
      out()
          .println(given + (given == 1 ? " setting, which fits." : " settings, all of which fit."));
      out().flush();
      return 0;
    }
  }

  /** Prints what holds. */
  @Command(
      name = "show",
      header = "Prints every setting that holds, and where it was made.",
      description = "A training command has defaults of its own beside these.",
      sortOptions = false,
      abbreviateSynopsis = true)
  static final class Show extends Reading {
    @Option(names = "--given", description = "Leave out what nobody set.")
    boolean given;

    Show() {}

    @Override
    public Integer call() {
      for (Setting setting : read(plugins.registry(file, settings)).settings()) {
        boolean byDefault = setting.origin().source() == Origin.Source.DEFAULT;
        if (!given || !byDefault) {
          out()
              .println(
                  setting.name()
                      + " = "
                      + (setting.text().isEmpty() ? "(nothing)" : setting.text())
                      + "  ("
                      + setting.origin()
                      + ")");
        }
      }
      out().flush();
      return 0;
    }
  }
}
