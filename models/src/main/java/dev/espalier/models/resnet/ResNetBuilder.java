package dev.espalier.models.resnet;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.models.ImageModelBuilder;
import dev.espalier.models.InputNormalization;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ResNet}. Weights of torchvision and timm, which have the same names, are
 * recognized by them. The input normalization is {@link InputNormalization#IMAGENET}, and {@link
 * InputNormalization#ADVPROP} for timm's weights of the recipe {@code ra4}; images that do not have
 * three channels have {@link InputNormalization#CENTERED}. There is no dropout and no stochastic
 * depth unless it is set.
 */
public final class ResNetBuilder extends ImageModelBuilder<ResNetBuilder> {
  private static final int IMAGE_SIZE = 224;
  private static final Pattern LAYER = Pattern.compile("conv(\\d+)_block(\\d+)_(\\d)_(conv|bn)");

  /** Networks of timm whose weights have the same names and shapes. */
  private static final Pattern LOOKALIKE = Pattern.compile("resnet(aa|blur)\\d+");

  private static final String CLASSIFIER = "fc";

  private static final WeightNames NAMES =
      WeightNames.pytorch("torchvision and timm", ResNetBuilder::theirLayer);

  private final ResidualStages stages;

  ResNetBuilder(ResidualStages stages) {
    super(stages.name(), IMAGE_SIZE, 0, 0);
    this.stages = stages;
  }

  private ResNetBuilder(ResNetBuilder other) {
    super(other);
    stages = other.stages;
  }

  @Override
  protected ResNetBuilder copy() {
    return new ResNetBuilder(this);
  }

  @Override
  protected List<Double> dropConnectRates(double rate) {
    int last = Math.max(1, stages.blocks() - 1);
    return IntStream.range(0, stages.blocks()).mapToObj(i -> rate * i / last).toList();
  }

  @Override
  public Map<String, WeightNames> weightNames() {
    return Map.of("timm", NAMES, "torchvision", NAMES);
  }

  @Override
  protected String pretrainedName() {
    return stages.name().replaceFirst("^resnet(?=\\d)", "resnet-");
  }

  @Override
  protected Model create() {
    check();
    InputNormalization normalization = chooseConstantNormalization();
    Model model =
        connect(
            images ->
                stages.features(
                    normalized(images, normalization),
                    dropConnectRates(),
                    ImageModelBuilder::skipping));
    return withWeights(model, names());
  }

  private @Nullable WeightNames names() {
    Weights weights = weights();
    if (weights.contains("conv1_conv/bias")) {
      throw foreign(
          "of Keras' own ResNet, a different network: it has biases, another stride and another"
              + " input");
    }
    Matcher lookalike = LOOKALIKE.matcher(description(weights));
    if (lookalike.find()) {
      throw foreign("of timm's " + lookalike.group() + ", which blurs where it has a stride");
    }
    if (weights.names().stream().noneMatch(name -> name.startsWith("layer1."))) {
      return null;
    }
    return includesTop() ? NAMES : NAMES.ignoring(name -> name.startsWith(CLASSIFIER + "."));
  }

  private EspalierException foreign(String what) {
    String file = weights().metadata().get(WeightTransfer.FILE_KEY);
    return new EspalierException(
        ErrorCode.WEIGHT_COUNT_MISMATCH,
        (file == null ? "The weights" : "The weights in " + file) + " are those " + what + ".",
        "Use weights of torchvision or timm for this model, such as resnet50-11ad3fa6.pth.");
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
      case "predictions" -> CLASSIFIER;
      default -> null;
    };
  }
}
