package dev.espalier.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Groups the commands about weights. */
@Command(
    name = "weights",
    header = "Lists published weights, inspects a weight file, or converts it to a model file.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier weights list",
      "  espalier weights inspect flowers.keras",
      "  espalier weights convert flowers.keras --output flowers.safetensors"
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      WeightsListCommand.class,
      WeightsInspectCommand.class,
      WeightsConvertCommand.class
    })
final class WeightsCommand implements Runnable {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Spec
  CommandSpec spec;

  WeightsCommand() {}

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
