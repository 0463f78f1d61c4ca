package dev.espalier.models.resnet;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.models.ImageModelBuilder;
import dev.espalier.models.InputNormalization;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ResNet}. Weights of torchvision and timm, which have the same names, and of Keras
 * are recognized by them; see {@link #origin}. The input normalization is {@link
 * InputNormalization#IMAGENET}, {@link InputNormalization#ADVPROP} for timm's weights of the recipe
 * {@code ra4}, and {@link InputNormalization#CAFFE} for Keras; images that do not have three
 * channels have {@link InputNormalization#CENTERED}. There is no dropout and no stochastic depth
 * unless it is set.
 */
public final class ResNetBuilder extends ImageModelBuilder<ResNetBuilder> {
  private static final int IMAGE_SIZE = 224;

  /** Networks of timm whose weights have the same names and shapes. */
  private static final Pattern LOOKALIKE = Pattern.compile("resnet(aa|blur)\\d+");

  private final ResidualStages stages;
  private final @Nullable ResNetOrigin origin;

  ResNetBuilder(ResidualStages stages) {
    super(stages.name(), IMAGE_SIZE, 0, 0);
    this.stages = stages;
    origin = null;
  }

  private ResNetBuilder(ResNetBuilder other, @Nullable ResNetOrigin origin) {
    super(other);
    stages = other.stages;
    this.origin = origin;
  }

  @Override
  protected ResNetBuilder copy() {
    return new ResNetBuilder(this, origin);
  }

  /**
   * Sets the project whose ResNet this is, instead of recognizing it by the names of the weights.
   * Without weights, this builds the model that the project's weights belong to; by default, that
   * of torchvision.
   */
  public ResNetBuilder origin(ResNetOrigin project) {
    return new ResNetBuilder(this, project);
  }

  @Override
  protected List<Double> dropConnectRates(double rate) {
    int last = Math.max(1, stages.blocks() - 1);
    return IntStream.range(0, stages.blocks()).mapToObj(i -> rate * i / last).toList();
  }

  /** Returns the names of torchvision and timm, which have no place for the biases of Keras. */
  @Override
  public Map<String, WeightNames> weightNames() {
    return Map.of("timm", ResNetNames.TORCH, "torchvision", ResNetNames.TORCH);
  }

  @Override
  protected String pretrainedName() {
    return stages.name().replaceFirst("^resnet(?=\\d)", "resnet-");
  }

  @Override
  protected Model create() {
    check();
    ResNetOrigin chosen = chooseOrigin();
    InputNormalization normalization =
        chosen == ResNetOrigin.KERAS && channels() == 3
            ? chooseNormalization(
                EnumSet.of(InputNormalization.CAFFE, InputNormalization.IMAGENET),
                InputNormalization.CAFFE)
            : chooseConstantNormalization();
    Model model =
        connect(
            images ->
                stages.features(
                    normalized(images, normalization),
                    chosen,
                    dropConnectRates(),
                    ImageModelBuilder::skipping));
    return withWeights(model, ResNetNames.of(chosen, weights(), includesTop()));
  }

  private ResNetOrigin chooseOrigin() {
    Weights weights = weights();
    boolean keras = ResNetNames.areOfKeras(weights);
    ResNetOrigin ofWeights = keras ? ResNetOrigin.KERAS : ResNetOrigin.TORCHVISION;
    ResNetOrigin chosen = origin == null ? ofWeights : origin;
    if (chosen == ResNetOrigin.KERAS && !stages.bottleneck()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Keras has no " + stages.name() + ".",
          "Leave the origin out, or build ResNet-50 or ResNet-101.");
    }
    if (keras && chosen != ofWeights) {
      throw foreign("of Keras' own ResNet, a different network: it has biases and another stride");
    }
    Matcher lookalike = LOOKALIKE.matcher(description(weights));
    if (lookalike.find()) {
      throw foreign("of timm's " + lookalike.group() + ", which blurs where it has a stride");
    }
    return chosen;
  }

  private EspalierException foreign(String what) {
    String file = weights().metadata().get(WeightTransfer.FILE_KEY);
    return new EspalierException(
        ErrorCode.WEIGHT_COUNT_MISMATCH,
        (file == null ? "The weights" : "The weights in " + file) + " are those " + what + ".",
        "Use weights of torchvision or timm for this model, such as resnet50-11ad3fa6.pth.");
  }
}
