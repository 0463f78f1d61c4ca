package dev.espalier.cli.command;

import com.google.gson.GsonBuilder;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.PluginOptions;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.text.PrintableWriter;
import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The base of all commands: output, and plugins. */
public abstract class Subcommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Spec
  CommandSpec spec;

  public final PluginOptions plugins = new PluginOptions();

  /** Returns the options of the command by concern; those about plugins are added to them. */
  abstract List<OptionGroup> groups();

  /** Adds the options to picocli's description of the command. */
  public final void addOptions(CommandLine commandLine) {
    OptionGroup.addTo(commandLine, groups());
    OptionGroup.addTo(commandLine, List.of(OptionGroup.of(OptionGroup.Concern.PLUGINS, plugins)));
  }

  /** Returns the given options that are short names of settings. */
  GivenOptions given() {
    return GivenOptions.of(spec.commandLine().getParseResult());
  }

  /** Returns a registry with the plugins from command line and configuration. */
  PluginRegistry registry(ConfigurationArguments arguments) {
    return plugins.registry(arguments.config, arguments.settings);
  }

  /** Returns the engine's settings from all sources, for a command that trains nothing. */
  EngineSettings engineSettings(
      PluginRegistry registry, ConfigurationArguments arguments, EngineArguments engine) {
    return arguments
        .read(registry, List.of(given().withoutModel(), engine.settings()))
        .engineSettings();
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

  /** Prints a value as JSON. */
  void printJson(Object value) {
    printText(new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(value));
  }

  PrintWriter err() {
    return new PrintableWriter(spec.commandLine().getErr());
  }

  /** Refuses to overwrite the file or folder of {@code --output}. */
  static void requireNew(Path target) {
    if (Files.exists(target)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          (Files.isDirectory(target) ? "The folder " : "The file ") + target + " exists already.",
          "Give --output another name, or delete it.");
    }
  }

  /** Warns that the output is meaningless if the weights are random. */
  void warnOfRandomWeights(ModelSource.Loaded loaded) {
    if (loaded.origin().equals(ModelSource.RANDOM)) {
      err().println("warning: the model has random weights. Give --weights, or a model file.");
    }
  }
}
