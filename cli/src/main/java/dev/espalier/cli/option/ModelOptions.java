package dev.espalier.cli.option;

import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.option.OptionValues;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model. The same in all commands. */
public final class ModelOptions {
  /** Instead of a file: random weights, even where weights are bundled with the command. */
  public static final String NO_WEIGHTS = "none";

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      completionCandidates = Names.Models.class,
      description = {
        "A model by name, or a model file that Espalier wrote (.safetensors).",
        "Names: ${COMPLETION-CANDIDATES}"
      })
  public @Nullable String model;

  @Option(
      names = "--weights",
      paramLabel = "FILE|none",
      description =
          "Weights for a model given by name: a Keras .h5 or a .safetensors file, or none for"
              + " random ones.")
  public @Nullable String weights;

  @Option(
      names = "--classes",
      paramLabel = "NUMBER",
      description = "Number of classes (default: that of the data, or the model's own).")
  public @Nullable Integer classes;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description =
          "Height and width that the model sees; pictures are resized to it (default: the model's"
              + " own).")
  public @Nullable Integer imageSize;

  @Option(
      names = "--drop-connect-rate",
      paramLabel = "RATE",
      description = "Stochastic depth of the last block in training (default: the model's own).")
  public @Nullable Double dropConnectRate;

  /** What only the model knows, which has no option of its own on the command line. */
  public OptionValues options = OptionValues.none();

  public ModelOptions() {}

  /** Takes over what the configuration says. */
  public void take(Configuration configuration) {
    model = configuration.find(RunSettings.MODEL);
    weights = configuration.find(RunSettings.WEIGHTS);
    classes = configuration.find(RunSettings.CLASSES);
    imageSize = configuration.find(RunSettings.IMAGE_SIZE);
    dropConnectRate = configuration.find(RunSettings.DROP_CONNECT_RATE);
    options = configuration.modelOptions();
  }
}
