package dev.espalier.cli.option;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option for single settings, the same in all commands. */
public class SetOption {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Set KEY of the configuration, such as training.optimizer.momentum=0.9. Repeatable.")
  public Map<String, String> settings = new LinkedHashMap<>();

  public SetOption() {}
}
