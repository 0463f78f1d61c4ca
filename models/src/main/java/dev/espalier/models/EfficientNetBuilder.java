package dev.espalier.models;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.model.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link EfficientNet}, {@link EfficientNetV2} or EfficientNet-Lite. Immutable: each
 * method returns a changed copy. Settings are checked together in {@link #build()}.
 *
 * <p>By default, a model has a softmax classifier for 1,000 classes, takes color images in the
 * variant's own size, uses Keras' stochastic depth rate and starts from random weights. The weights
 * of timm, torchvision and other projects are recognized by their names, see {@link #origin}; the
 * input normalization of the published files of the first generation by their variance.
 */
public final class EfficientNetBuilder extends ImageModelBuilder<EfficientNetBuilder> {
  private static final double DROP_CONNECT_RATE = 0.2;

  private final Architecture architecture;
  private final @Nullable EfficientNetOrigin origin;
  private final @Nullable StridedPadding padding;

  EfficientNetBuilder(Architecture architecture) {
    super(
        architecture.name(),
        architecture.imageSize(),
        architecture.dropoutRate(),
        DROP_CONNECT_RATE);
    this.architecture = architecture;
    this.origin = null;
    this.padding = null;
  }

  private EfficientNetBuilder(
      EfficientNetBuilder other,
      @Nullable EfficientNetOrigin origin,
      @Nullable StridedPadding padding) {
    super(other);
    this.architecture = other.architecture;
    this.origin = origin;
    this.padding = padding;
  }

  @Override
  protected EfficientNetBuilder copy() {
    return new EfficientNetBuilder(this, origin, padding);
  }

  @Override
  protected List<Double> dropConnectRates(double rate) {
    return architecture.dropConnectRates(rate);
  }

  /**
   * Sets the project that the weights are from, instead of recognizing it by their names. The
   * project also determines the padding of strided convolutions, epsilon and momentum of batch
   * normalization, and the input normalization, unless they are set. Without weights, this builds
   * the model that the project's weights belong to.
   */
  public EfficientNetBuilder origin(EfficientNetOrigin project) {
    return new EfficientNetBuilder(this, project, padding);
  }

  /** Sets the padding of convolutions of stride 2; by default, that of the {@link #origin}. */
  public EfficientNetBuilder padding(StridedPadding kind) {
    return new EfficientNetBuilder(this, origin, kind);
  }

  @Override
  protected Model create() {
    check();
    EfficientNetOrigin chosen = chooseOrigin();
    InputNormalization normalization =
        chooseNormalization(
            architecture.normalizations(settings.channels),
            chosen.normalization(settings.weights, architecture, settings.channels));
    checkPretrained(chosen, normalization);
    Blocks blocks = blocks(chosen);
    Model model =
        connect(
            images ->
                architecture.features(images, normalization, blocks, settings.dropConnectRate));
    Model start =
        normalization == InputNormalization.IMAGENET_TF23 && architecture instanceof FirstGeneration
            // Says that the standard deviation in the place of the variance is meant.
            ? withStatistics(model, InputNormalization.MEAN, InputNormalization.STANDARD_DEVIATION)
            : model;
    return withStatistics(withWeights(start, chosen), normalization, chosen);
  }

  private EfficientNetOrigin chooseOrigin() {
    if (origin != null) {
      return origin;
    }
    return settings.weights.isEmpty()
        ? EfficientNetOrigin.KERAS
        : EfficientNetOrigin.of(settings.weights, architecture, padding);
  }

  private Blocks blocks(EfficientNetOrigin chosen) {
    return new Blocks(
        padding == null ? chosen.padding() : padding,
        chosen.momentum(architecture),
        chosen.epsilon(architecture),
        architecture.activation());
  }

  private Model withWeights(Model model, EfficientNetOrigin chosen) {
    if (chosen != EfficientNetOrigin.KERAS) {
      return withWeights(model, chosen.names(architecture, settings.weights, settings.includeTop));
    }
    try {
      return withWeights(model, (WeightNames) null);
    } catch (EspalierException e) {
      throw e.code() == ErrorCode.WEIGHT_COUNT_MISMATCH
          ? ForeignWeights.explained(e, model, settings.weights)
          : e;
    }
  }

  @Override
  protected String pretrainedName() {
    return architecture.name().replaceFirst("^efficientnet(?=[bl]\\d)", "efficientnet-");
  }

  /** Returns the names of timm, whose two families have the same. */
  @Override
  public Map<String, WeightNames> weightNames() {
    return Map.of("timm", EfficientNetOrigin.TIMM.names(architecture, Weights.empty(), true));
  }

  int imageSize() {
    return settings.height;
  }

  /**
   * Checks the requirements of the published weights, which were trained on ImageNet's 1,000
   * classes.
   */
  private void checkPretrained(EfficientNetOrigin chosen, InputNormalization normalization) {
    if (settings.weights.isEmpty()) {
      return;
    }
    if (settings.includeTop
        && settings.classifierActivation != Activation.SOFTMAX
        && settings.classifierActivation != Activation.LINEAR) {
      throw invalid(
          "A classifier with pretrained weights cannot have the activation "
              + Activation.keyword(settings.classifierActivation)
              + ".",
          "Use softmax, or linear for logits.");
    }
    boolean published =
        normalization == InputNormalization.IMAGENET
            || normalization == InputNormalization.IMAGENET_TF23;
    if (published
        && chosen == EfficientNetOrigin.KERAS
        && architecture instanceof FirstGeneration
        && settings.includeTop
        && settings.classes == IMAGENET_CLASSES
        && (settings.height != architecture.imageSize()
            || settings.width != architecture.imageSize())) {
      throw invalid(
          "ImageNet's classifier of "
              + settings.name
              + " takes images of "
              + architecture.imageSize()
              + "x"
              + architecture.imageSize()
              + " pixels, not "
              + settings.height
              + "x"
              + settings.width
              + ".",
          "Use that size, or omit the classifier with includeTop(false).");
    }
  }

  /** Sets mean and variance of the input normalization where the weights do not contain them. */
  private Model withStatistics(
      Model model, InputNormalization normalization, EfficientNetOrigin chosen) {
    if (!(architecture instanceof FirstGeneration)) {
      return model;
    }
    return switch (normalization) {
      case ADVPROP -> withStatistics(model, List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25));
      case IMAGENET, IMAGENET_TF23 ->
          settings.weights.isEmpty() || chosen != EfficientNetOrigin.KERAS
              ? withStatistics(
                  model, InputNormalization.MEAN, InputNormalization.STANDARD_DEVIATION)
              : model;
      case UNADAPTED, CENTERED, CAFFE -> model;
    };
  }

  private Model withStatistics(Model model, List<Double> mean, List<Double> variance) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    values.put("normalization/mean", perChannel(mean));
    values.put("normalization/variance", perChannel(variance));
    values.put("normalization/count", HostArray.scalar(0));
    return model.withMatchingWeights(Weights.of(values));
  }

  private HostArray perChannel(List<Double> values) {
    float[] array = new float[settings.channels];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(Math.min(i, values.size() - 1)).floatValue();
    }
    return HostArray.wrap(Shape.of(array.length), array);
  }
}
