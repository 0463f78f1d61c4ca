package dev.espalier.cli.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the score threshold, the same in all commands. */
public final class ThresholdOption {
  @Option(
      names = "--threshold",
      paramLabel = "SCORE",
      description =
          "For multi-label data: the score above which a class counts as present, from 0 to 1."
              + " Default: 0.5.")
  public @Nullable Double threshold;

  public ThresholdOption() {}
}
