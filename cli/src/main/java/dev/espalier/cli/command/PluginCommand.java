package dev.espalier.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands about plugins. */
@Command(
    name = "plugin",
    header = "Lists plugins, or starts a new one.",
    footerHeading = "%nExamples:%n",
    footer = {"  espalier plugin list", "  espalier plugin new channel-attention"},
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PluginListCommand.class, PluginNewCommand.class})
final class PluginCommand implements Runnable {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Spec
  CommandSpec spec;

  PluginCommand() {}

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
