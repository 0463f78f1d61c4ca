package dev.espalier.cli.option;

import picocli.CommandLine.Option;

/** The option to print a table as JSON, the same in all commands. */
public final class JsonOption {
  @Option(names = "--json", description = "Print JSON.")
  public boolean json;

  public JsonOption() {}
}
