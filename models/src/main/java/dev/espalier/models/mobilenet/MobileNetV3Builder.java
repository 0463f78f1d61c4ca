package dev.espalier.models.mobilenet;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.models.ImageModelBuilder;
import dev.espalier.models.InputNormalization;
import dev.espalier.models.mobilenet.InvertedResiduals.Block;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link MobileNetV3}. Weights of timm's {@code mobilenetv3_small_100} and {@code
 * mobilenetv3_large_100} are recognized by their names. The input normalization is {@link
 * InputNormalization#IMAGENET}, and {@link InputNormalization#ADVPROP} for weights of the recipe
 * {@code ra4}; images that do not have three channels have {@link InputNormalization#CENTERED}.
 */
public final class MobileNetV3Builder extends ImageModelBuilder<MobileNetV3Builder> {
  private static final int IMAGE_SIZE = 224;
  private static final double DROPOUT_RATE = 0.2;
  private static final Pattern LAYER = Pattern.compile("block(\\d+)([a-z])_(.+)");
  private static final Pattern OTHER_PADDING = Pattern.compile("tf_mobilenetv3\\w*");

  /** A recipe of timm for pixels from 0 to 1, which none of the normalizations gives. */
  private static final Pattern OTHER_INPUT = Pattern.compile("mobilenetv3[\\w.]*miil\\w*");

  private static final String CLASSIFIER = "classifier.";
  private static final String HEAD = "conv_head.";

  private final InvertedResiduals layers;

  MobileNetV3Builder(InvertedResiduals layers) {
    super(layers.name(), IMAGE_SIZE, DROPOUT_RATE, 0);
    this.layers = layers;
  }

  private MobileNetV3Builder(MobileNetV3Builder other) {
    super(other);
    layers = other.layers;
  }

  @Override
  protected MobileNetV3Builder copy() {
    return new MobileNetV3Builder(this);
  }

  @Override
  protected List<Double> dropConnectRates(double rate) {
    int count = layers.blocks().size();
    return IntStream.range(0, count).mapToObj(i -> rate * i / count).toList();
  }

  @Override
  public Map<String, WeightNames> weightNames() {
    return Map.of("timm", names());
  }

  @Override
  protected String pretrainedName() {
    return layers.name().replaceFirst("^mobilenetv3(?=[sl])", "mobilenetv3-");
  }

  @Override
  protected LayerOutput head(LayerOutput means) {
    return layers.head(means);
  }

  @Override
  protected Model create() {
    check();
    InputNormalization normalization = chooseConstantNormalization();
    Model model =
        connect(
            images ->
                layers.features(
                    normalized(images, normalization),
                    dropConnectRates(),
                    ImageModelBuilder::skipping));
    return withWeights(model, namesOfWeights());
  }

  private @Nullable WeightNames namesOfWeights() {
    if (!weights().contains("conv_stem.weight")) {
      return null;
    }
    refuse(OTHER_PADDING, "TensorFlow's padding and another epsilon");
    refuse(OTHER_INPUT, "pixels from 0 to 1 as its input");
    return includesTop()
        ? names()
        : names().ignoring(name -> name.startsWith(CLASSIFIER) || name.startsWith(HEAD));
  }

  private void refuse(Pattern network, String difference) {
    Matcher other = network.matcher(description(weights()));
    if (other.find()) {
      throw new EspalierException(
          ErrorCode.WEIGHT_COUNT_MISMATCH,
          "The weights are those of timm's " + other.group() + ", which has " + difference + ".",
          "Use other weights of timm, such as mobilenetv3_large_100_ra-f55367f5.pth.");
    }
  }

  private WeightNames names() {
    return WeightNames.pytorch("timm", this::theirLayer);
  }

  private @Nullable String theirLayer(String layer) {
    Matcher matcher = LAYER.matcher(layer);
    if (matcher.matches()) {
      int stage = Integer.parseInt(matcher.group(1)) - 1;
      int repeat = matcher.group(2).charAt(0) - 'a';
      boolean expands =
          layers.blocks().stream()
              .filter(block -> block.stage() == stage && block.repeat() == repeat)
              .anyMatch(block -> block.expand() != 1);
      String name = inBlock(matcher.group(3), expands);
      return name == null ? null : "blocks." + stage + "." + repeat + "." + name;
    }
    return switch (layer) {
      case "stem_conv" -> "conv_stem";
      case "stem_bn" -> "bn1";
      case "top_conv" -> "blocks." + stages() + ".0.conv";
      case "top_bn" -> "blocks." + stages() + ".0.bn1";
      case "head_conv" -> "conv_head";
      case "predictions" -> "classifier";
      default -> null;
    };
  }

  private int stages() {
    List<Block> blocks = layers.blocks();
    return blocks.get(blocks.size() - 1).stage() + 1;
  }

  private static @Nullable String inBlock(String layer, boolean expands) {
    return switch (layer) {
      case "expand_conv" -> "conv_pw";
      case "expand_bn" -> "bn1";
      case "dwconv" -> "conv_dw";
      case "bn" -> expands ? "bn2" : "bn1";
      case "se_reduce" -> "se.conv_reduce";
      case "se_expand" -> "se.conv_expand";
      case "project_conv" -> expands ? "conv_pwl" : "conv_pw";
      case "project_bn" -> expands ? "bn3" : "bn2";
      default -> null;
    };
  }
}
