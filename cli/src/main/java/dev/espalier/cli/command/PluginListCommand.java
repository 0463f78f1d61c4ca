package dev.espalier.cli.command;

import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.core.PluginDescription;
import dev.espalier.core.PluginRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists the plugins. */
@Command(
    name = "list",
    header = "Lists the plugins that are found, their jars, and what each provides.",
    footerHeading = "%nExamples:%n",
    footer = {"  espalier plugin list", "  espalier plugin list --plugins plugins --json"},
    sortOptions = false,
    abbreviateSynopsis = true)
final class PluginListCommand extends Subcommand {
  private static final int WIDTH = 100;
  private static final int INDENT = 18;

  private final JsonOption json = new JsonOption();

  PluginListCommand() {}

  @Override
  List<OptionGroup> groups() {
    return List.of(OptionGroup.of(OptionGroup.Concern.OUTPUT, json));
  }

  @Override
  public Integer call() {
    PluginRegistry registry = registry(new ConfigurationArguments());
    if (json.json) {
      printJson(json(registry));
    } else {
      registry.plugins().forEach(this::print);
    }
    out().flush();
    return 0;
  }

  private void print(PluginDescription plugin) {
    out().println((plugin.id() + " " + plugin.version()).strip());
    out().println("  from " + plugin.source());
    plugin.provided().forEach(this::print);
  }

  private void print(String kind, List<String> names) {
    StringBuilder line = new StringBuilder("  " + kind);
    line.append(" ".repeat(Math.max(1, INDENT - line.length())));
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i) + (i < names.size() - 1 ? "," : "");
      if (line.length() > INDENT && line.length() + 1 + name.length() > WIDTH) {
        out().println(line);
        line = new StringBuilder(" ".repeat(INDENT)).append(name);
      } else {
        line.append(i == 0 ? "" : " ").append(name);
      }
    }
    out().println(line);
  }

  /** Includes what could not be loaded; without {@code --json} that is logged as a warning. */
  private static Map<String, Object> json(PluginRegistry registry) {
    Map<String, Object> everything = new LinkedHashMap<>();
    everything.put("plugins", registry.plugins());
    everything.put(
        "problems",
        registry.problems().stream()
            .map(
                problem ->
                    Map.of(
                        "code", problem.id(),
                        "problem", problem.problem(),
                        "remedy", problem.remedy()))
            .toList());
    return everything;
  }
}
