package dev.espalier.cli.command;

import dev.espalier.activation.Activation;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.text.LayersJson;
import dev.espalier.model.Model;
import dev.espalier.model.SummaryOptions;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the table of a model's layers. Loads no engine. */
@Command(
    name = "summary",
    header = "Prints the layers of a model with their shapes and parameter counts.",
    description = "Needs no engine and no weights.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier summary --model efficientnet-b0",
      "  espalier summary --model model.safetensors --trainable --nested",
      "  espalier summary --model efficientnet-b0 --classes 10 --json"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class SummaryCommand extends Subcommand {
  private final Table table = new Table();
  private final JsonOption json = new JsonOption();

  SummaryCommand() {}

  /** What the table shows. */
  static final class Table {
    @Option(names = "--no-top", description = "Leave the classifier out.")
    boolean noTop;

    @Option(names = "--connections", description = "Show what each layer is connected to.")
    boolean connections;

    @Option(names = "--trainable", description = "Show which layers are trainable.")
    boolean trainable;

    @Option(names = "--nested", description = "Show the layers of nested models.")
    boolean nested;

    @Option(
        names = "--width",
        paramLabel = "CHARACTERS",
        defaultValue = "80",
        description = "Width of the table. Default: ${DEFAULT-VALUE}.")
    int width = 80;

    Table() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, ModelOptions.OPTIONS),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, table).with(json));
  }

  @Override
  public Integer call() {
    ModelOptions model = ModelOptions.of(given());
    ModelSource source = new ModelSource(registry(new ConfigurationArguments()), model, err());
    Model described =
        table.noTop ? source.base().model() : source.complete(0, Activation.SOFTMAX).model();
    if (json.json) {
      printJson(LayersJson.of(described));
      return 0;
    }
    printText(
        described.summary(
            options -> {
              SummaryOptions chosen =
                  options.width(table.width).trainable(table.trainable).nested(table.nested);
              return table.connections ? chosen.connections(true) : chosen;
            }));
    return 0;
  }
}
