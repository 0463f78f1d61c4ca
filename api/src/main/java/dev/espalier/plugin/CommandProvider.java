package dev.espalier.plugin;

import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import java.io.PrintWriter;
import java.util.List;

/**
 * A subcommand of the command line: {@code espalier NAME}. Its options are written {@code
 * --option-name VALUE}; a flag needs no value. Keeps no state.
 */
public interface CommandProvider {
  /** Returns the name users write, lower case with hyphens; the built-in commands' are taken. */
  String name();

  /** Returns one sentence that says what it does, for the help. */
  String description();

  /** Returns what can be set; without any, the command has no options but {@code --help}. */
  default List<OptionDescription<?>> options() {
    return List.of();
  }

  /**
   * Returns examples for the help, each a whole command line such as {@code espalier greet --name
   * Ada}; none by default.
   */
  default List<String> examples() {
    return List.of();
  }

  /**
   * Runs the command.
   *
   * @return the exit code of the process: 0 if all is well
   * @throws dev.espalier.error.EspalierException printed as two lines, what is wrong and what to do
   */
  int run(Invocation invocation);

  /**
   * How a command was called. Immutable but for its writers.
   *
   * @param options checked against {@link CommandProvider#options()}
   * @param arguments what else stands on the command line, in its order
   * @param out for results; control characters and the like come out escaped, so that text from
   *     files cannot act on a terminal, and JSON keeps its meaning
   * @param err for everything else, escaped too
   */
  record Invocation(
      OptionValues options, List<String> arguments, PrintWriter out, PrintWriter err) {
    /** Copies the list. */
    public Invocation {
      arguments = List.copyOf(arguments);
    }
  }
}
