package dev.espalier.models.resnet;

import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightNames.Layout;
import dev.espalier.model.Weights;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of the weights of a ResNet in other projects. */
final class ResNetNames {
  static final WeightNames TORCH =
      WeightNames.pytorch("torchvision and timm", ResNetNames::theirLayer);

  private static final Pattern LAYER = Pattern.compile("conv(\\d+)_block(\\d+)_(\\d)_(conv|bn)");
  private static final String CLASSIFIER = "predictions/";

  /** The classifier in Keras' published files, which are older than its name in Keras today. */
  private static final String FORMER_CLASSIFIER = "probs/";

  private ResNetNames() {}

  /** Returns the names that weights have, or null for those of the model itself. */
  static @Nullable WeightNames of(ResNetOrigin origin, Weights weights, boolean includeTop) {
    if (origin == ResNetOrigin.KERAS && !weights.isEmpty()) {
      return keras(weights, includeTop);
    }
    if (weights.names().stream().noneMatch(name -> name.startsWith("layer1."))) {
      return null;
    }
    return includeTop ? TORCH : TORCH.ignoring(name -> name.startsWith("fc."));
  }

  /** Returns whether weights are those of Keras, whose convolutions alone have a bias. */
  static boolean areOfKeras(Weights weights) {
    return weights.contains("conv1_conv/bias");
  }

  private static WeightNames keras(Weights weights, boolean includeTop) {
    boolean former = weights.contains(FORMER_CLASSIFIER + "kernel");
    WeightNames names =
        WeightNames.of(
            "Keras",
            Layout.HWIO,
            variable -> former ? variable.replace(CLASSIFIER, FORMER_CLASSIFIER) : variable);
    return includeTop
        ? names
        : names.ignoring(name -> name.startsWith(CLASSIFIER) || name.startsWith(FORMER_CLASSIFIER));
  }

  private static @Nullable String theirLayer(String layer) {
    Matcher block = LAYER.matcher(layer);
    if (block.matches()) {
      int stage = Integer.parseInt(block.group(1)) - 1;
      int repeat = Integer.parseInt(block.group(2)) - 1;
      boolean convolution = block.group(4).equals("conv");
      String number = block.group(3);
      String name =
          number.equals("0")
              ? "downsample." + (convolution ? 0 : 1)
              : (convolution ? "conv" : "bn") + number;
      return "layer" + stage + "." + repeat + "." + name;
    }
    return switch (layer) {
      case "conv1_conv" -> "conv1";
      case "conv1_bn" -> "bn1";
      case "predictions" -> "fc";
      default -> null;
    };
  }
}
