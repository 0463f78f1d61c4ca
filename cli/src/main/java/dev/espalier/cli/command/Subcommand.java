package dev.espalier.cli.command;

import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.PluginOptions;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.text.PrintableWriter;
import dev.espalier.core.PluginRegistry;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** What all commands need: where to print, and which plugins take part. */
public abstract class Subcommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Spec
  CommandSpec spec;

  @ArgGroup(validate = false, heading = "%nPlugins:%n", order = 9)
  public PluginOptions plugins = new PluginOptions();

  /** Returns what is known by name, with the plugins that command line and configuration name. */
  PluginRegistry registry() {
    ParseResult parsed = spec.commandLine().getParseResult();
    GivenOptions.requireValid(parsed);
    return plugins.registry(
        parsed.hasMatchedOption("--config") ? parsed.matchedOptionValue("--config", null) : null,
        parsed.matchedOptionValue("--set", Map.of()));
  }

  PrintWriter out() {
    return new PrintableWriter(spec.commandLine().getOut());
  }

  /** Prints a text of several lines, such as JSON. */
  void printText(String text) {
    PrintWriter out = out();
    out.print(text);
    out.println();
    out.flush();
  }

  PrintWriter err() {
    return new PrintableWriter(spec.commandLine().getErr());
  }

  /** Says that what follows means nothing. */
  void warnOfRandomWeights(ModelSource.Loaded loaded) {
    if (loaded.origin().equals(ModelSource.RANDOM)) {
      err().println("warning: the model has random weights. Give --weights, or a model file.");
    }
  }
}
