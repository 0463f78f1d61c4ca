package dev.espalier.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.FileNames;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what a weight file holds. */
@Command(
    name = "inspect",
    header = "Shows the format of a weight file, its origin and its arrays.",
    description = "Needs no engine and no model.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier weights inspect efficientnetv2-b0_notop.h5",
      "  espalier weights inspect flowers.keras --json"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class WeightsInspectCommand extends Subcommand {
  /** Longer facts, such as the configuration of a model, are cut off in the table. */
  private static final int LONGEST_FACT = 80;

  private final JsonOption json = new JsonOption();

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Parameters(paramLabel = "FILE", description = "Weight file.")
  String file;

  WeightsInspectCommand() {}

  @Override
  List<OptionGroup> groups() {
    return List.of(OptionGroup.of(OptionGroup.Concern.OUTPUT, json));
  }

  @Override
  public Integer call() {
    PluginRegistry registry = registry(new ConfigurationArguments());
    Path path = FileNames.path(file);
    String format = registry.weightFormatOf(path).name();
    Weights weights = registry.readWeights(path);
    if (json.json) {
      printJson(json(format, weights));
    } else {
      print(format, weights);
    }
    return 0;
  }

  private void print(String format, Weights weights) {
    out().println("format: " + format);
    weights.metadata().forEach((name, value) -> out().println(name + ": " + shortened(value)));
    out()
        .println(
            String.format(
                Locale.ROOT,
                "%,d arrays, %,d values",
                weights.names().size(),
                weights.elementCount()));
    out().println();
    int width = weights.names().stream().mapToInt(String::length).max().orElse(0);
    weights
        .asMap()
        .forEach(
            (name, array) ->
                out().println(name + " ".repeat(width - name.length() + 2) + array.type()));
    out().flush();
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= LONGEST_FACT ? line : line.substring(0, LONGEST_FACT) + "...";
  }

  private static JsonObject json(String format, Weights weights) {
    JsonObject object = new JsonObject();
    object.addProperty("format", format);
    JsonObject metadata = new JsonObject();
    weights.metadata().forEach(metadata::addProperty);
    object.add("metadata", metadata);
    object.addProperty("values", weights.elementCount());
    JsonArray arrays = new JsonArray();
    for (Map.Entry<String, HostArray> entry : weights.asMap().entrySet()) {
      JsonObject array = new JsonObject();
      array.addProperty("name", entry.getKey());
      array.addProperty("type", entry.getValue().dataType().name().toLowerCase(Locale.ROOT));
      JsonArray shape = new JsonArray();
      entry.getValue().shape().sizes().forEach(shape::add);
      array.add("shape", shape);
      arrays.add(array);
    }
    object.add("arrays", arrays);
    return object;
  }
}
