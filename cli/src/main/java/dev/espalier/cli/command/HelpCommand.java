package dev.espalier.cli.command;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.NearestNames;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the help of a command, as its {@code --help} does. */
@Command(
    name = "help",
    header = "Shows the help of a command.",
    footerHeading = "%nExamples:%n",
    footer = {"  espalier help", "  espalier help train", "  espalier help plugin new"},
    helpCommand = true)
final class HelpCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Spec
  CommandSpec spec;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..*",
      description = "The command, such as train or plugin new; none for the list of all.")
  List<String> commands = new ArrayList<>();

  HelpCommand() {}

  @Override
  public Integer call() {
    CommandLine shown = spec.parent().commandLine();
    for (String name : commands) {
      CommandLine next = shown.getSubcommands().get(name);
      if (next == null) {
        throw NearestNames.unknown(
            ErrorCode.UNKNOWN_NAME, "command", name, shown.getSubcommands().keySet());
      }
      shown = next;
    }
    shown.usage(spec.commandLine().getOut());
    return 0;
  }
}
