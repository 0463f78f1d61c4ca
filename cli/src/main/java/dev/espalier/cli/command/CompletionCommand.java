package dev.espalier.cli.command;

import dev.espalier.cli.completion.FishCompletion;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a completion script for a shell. */
@Command(
    name = "completion",
    header = "Prints a script that completes commands and options in a shell.",
    footerHeading = "%nExamples:%n",
    footer = {"  espalier completion bash", "  espalier completion fish"},
    description = {
      "bash: add  source <(espalier completion bash)  to ~/.bashrc",
      "zsh:  add  source <(espalier completion zsh)  to ~/.zshrc, after compinit",
      "fish: espalier completion fish > ~/.config/fish/completions/espalier.fish"
    })
final class CompletionCommand implements Callable<Integer> {
  /** The supported shells. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Spec
  CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  Shell shell;

  CompletionCommand() {}

  @Override
  public Integer call() {
    CommandLine espalier = spec.root().commandLine();
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        shell == Shell.FISH
            ? FishCompletion.of(espalier)
            : AutoComplete.bash(espalier.getCommandName(), espalier));
    out.flush();
    return 0;
  }
}
