package dev.espalier.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.ConfigurationSource;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.SetOption;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.finetuning.LabelMode;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Inspects a configuration. */
@Command(
    name = "config",
    header = "Checks or shows the configuration.",
    footerHeading = "%nExamples:%n",
    footer = {"  espalier config check", "  espalier config show --given"},
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ConfigCommand.Check.class, ConfigCommand.Show.class})
final class ConfigCommand extends Subcommand {
  ConfigCommand() {}

  @Override
  List<OptionGroup> groups() {
    return List.of();
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(out());
    return 0;
  }

  /** The options of both subcommands. */
  abstract static class Reading extends Subcommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = ConfigurationArguments.FILE_DESCRIPTION)
    @Nullable ConfigurationSource file;

    final SetOption set = new SetOption();

    @Override
    List<OptionGroup> groups() {
      return List.of(OptionGroup.of(OptionGroup.Concern.CONFIGURATION, set));
    }

    Configuration read(PluginRegistry registry) {
      return ConfigurationArguments.read(registry, file, set.settings);
    }
  }

  /** Lists all problems of a configuration. */
  @Command(
      name = "check",
      header = "Lists every setting that is unknown or invalid, with file and line.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  espalier config check",
        "  espalier config check team.conf --set training.epochs=5"
      },
      sortOptions = false,
      abbreviateSynopsis = true)
  static final class Check extends Reading {
    Check() {}

    @Override
    public Integer call() {
      Configuration configuration = read(plugins.registry(file, set.settings));
      configuration.requireMonitoredLogs(LabelMode.accuracies());
      long given =
          configuration.settings().stream()
              .filter(one -> one.origin().source() != Origin.Source.DEFAULT)
              .count();
      out().println(given + (given == 1 ? " setting is valid." : " settings are valid."));
      out().flush();
      return 0;
    }
  }

  /** Prints the effective settings. */
  @Command(
      name = "show",
      header = "Prints every setting, its value and where it was set.",
      description = "Commands that train have defaults of their own in addition.",
      footerHeading = "%nExamples:%n",
      footer = {"  espalier config show", "  espalier config show team.conf --given --json"},
      sortOptions = false,
      abbreviateSynopsis = true)
  static final class Show extends Reading {
    private final Shown shown = new Shown();
    private final JsonOption json = new JsonOption();

    Show() {}

    /** What to print. */
    static final class Shown {
      @Option(names = "--given", description = "Leave out settings that have their defaults.")
      boolean given;

      Shown() {}
    }

    @Override
    List<OptionGroup> groups() {
      List<OptionGroup> groups = new ArrayList<>(super.groups());
      groups.add(OptionGroup.of(OptionGroup.Concern.OUTPUT, shown).with(json));
      return groups;
    }

    @Override
    public Integer call() {
      List<Setting> settings =
          read(plugins.registry(file, set.settings)).settings().stream()
              .filter(one -> !shown.given || one.origin().source() != Origin.Source.DEFAULT)
              .toList();
      if (json.json) {
        printJson(json(settings));
      } else {
        settings.forEach(setting -> out().println(line(setting)));
      }
      out().flush();
      return 0;
    }

    private static String line(Setting setting) {
      String text = setting.text().isEmpty() ? "(nothing)" : setting.text();
      return setting.name() + " = " + text + "  (" + setting.origin() + ")";
    }

    private static JsonArray json(List<Setting> settings) {
      JsonArray array = new JsonArray();
      for (Setting setting : settings) {
        JsonObject one = new JsonObject();
        one.addProperty("name", setting.name());
        one.addProperty("value", setting.text());
        one.addProperty("source", setting.origin().source().name().toLowerCase(Locale.ROOT));
        one.addProperty("origin", setting.origin().toString());
        array.add(one);
      }
      return array;
    }
  }
}
