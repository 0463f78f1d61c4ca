package dev.espalier.cli.command;

import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.report.RunComparison;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares runs. Loads no engine. */
@Command(
    name = "compare",
    header = "Compares the results and settings of runs.",
    description =
        "Prints the results of the best model of each run, how long it took, and the settings"
            + " that differ. A star marks the best value of a line. The runs must have ended, and"
            + " have the same classes and the same accuracy.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier compare runs/first runs/second",
      "  espalier compare runs/* --output comparison.html"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class CompareCommand extends Subcommand {
  @Parameters(paramLabel = "RUN", arity = "1..*", description = "Folders of runs.")
  List<Path> runs = List.of();

  private final Output output = new Output();
  private final JsonOption json = new JsonOption();

  CompareCommand() {}

  /** Where to write the page. */
  static final class Output {
    @Option(
        names = "--output",
        paramLabel = "FILE",
        description =
            "HTML page to write, with the curves of all runs over each other; it must not exist.")
    @Nullable Path file;

    Output() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(OptionGroup.of(OptionGroup.Concern.OUTPUT, output).with(json));
  }

  @Override
  public Integer call() {
    Path page = output.file;
    if (page != null) {
      requireNew(page);
    }
    RunComparison comparison = RunComparison.of(runs);
    if (page != null) {
      comparison.write(page);
    }
    if (json.json) {
      printText(comparison.json());
    } else {
      out().print(comparison.text());
      if (page != null) {
        out().println();
        out().println("Page     " + page);
      }
      out().flush();
    }
    return 0;
  }
}
