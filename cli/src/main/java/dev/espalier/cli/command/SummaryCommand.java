package dev.espalier.cli.command;

import dev.espalier.activation.Activation;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.model.Model;
import dev.espalier.model.SummaryOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the table of a model's layers. Loads no engine. */
@Command(
    name = "summary",
    header = "Prints the layers of a model with shapes and numbers of parameters.",
    description = "Needs no engine and no weights.",
    sortOptions = false,
    abbreviateSynopsis = true)
final class SummaryCommand extends Subcommand {
  @ArgGroup(validate = false, heading = "%nModel:%n", order = 1)
  ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nTable:%n", order = 2)
  Table table = new Table();

  SummaryCommand() {}

  /** What the table shows. */
  static final class Table {
    @Option(names = "--no-top", description = "Leave the classifier out.")
    boolean noTop;

    @Option(names = "--connections", description = "Show what each layer is connected to.")
    boolean connections;

    @Option(names = "--trainable", description = "Show which layers may learn.")
    boolean trainable;

    @Option(names = "--nested", description = "Show the layers of nested models.")
    boolean nested;

    @Option(
        names = "--width",
        paramLabel = "CHARACTERS",
        defaultValue = "80",
        description = "Width of the table (default: ${DEFAULT-VALUE}).")
    int width = 80;

    Table() {}
  }

  @Override
  public Integer call() {
    ModelSource source = new ModelSource(registry(), model);
    Model described =
        table.noTop ? source.base().model() : source.complete(0, Activation.SOFTMAX).model();
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
