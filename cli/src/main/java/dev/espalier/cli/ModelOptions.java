package dev.espalier.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model. The same in all commands. */
final class ModelOptions {
  /** Instead of a file: random weights, even where weights are bundled with the command. */
  static final String NO_WEIGHTS = "none";

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      completionCandidates = Names.Models.class,
      description = {
        "A model by name, or a model file that Espalier wrote (.safetensors).",
        "Names: ${COMPLETION-CANDIDATES}"
      })
  @Nullable String model;

  @Option(
      names = "--weights",
      paramLabel = "FILE|none",
      description =
          "Weights for a model given by name: a Keras .h5 or a .safetensors file, or none for"
              + " random ones.")
  @Nullable String weights;

  @Option(
      names = "--classes",
      paramLabel = "NUMBER",
      description = "Number of classes (default: that of the data, or the model's own).")
  @Nullable Integer classes;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description =
          "Height and width that the model sees; pictures are resized to it (default: the model's"
              + " own).")
  @Nullable Integer imageSize;

  @Option(
      names = "--drop-connect-rate",
      paramLabel = "RATE",
      description = "Stochastic depth of the last block in training (default: the model's own).")
  @Nullable Double dropConnectRate;

  ModelOptions() {}
}
