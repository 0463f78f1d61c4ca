package dev.espalier.cli.option;

import picocli.CommandLine.Option;

/** Whether a table is printed for programs. The same in all commands. */
public final class JsonOption {
  @Option(names = "--json", description = "Print JSON.")
  public boolean json;

  public JsonOption() {}
}
