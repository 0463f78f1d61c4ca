package dev.espalier.models;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.ChannelSplit;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.preprocessing.Normalization;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.WeightTransfer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How a network normalizes pixels from 0 to 255 before its first convolution. The normalization
 * belongs to the weights, however they are loaded: with another one, the same published file gives
 * different predictions.
 *
 * <p>Weights may name theirs in their {@linkplain dev.espalier.model.Weights#metadata() metadata}
 * under {@link #METADATA_KEY}, by the name of the constant.
 */
public enum InputNormalization {
  /**
   * x/255, then (x - mean)/sqrt(variance), where mean (initially 0) and variance (initially 1) are
   * part of the weights. Used by Keras' EfficientNet without pretrained weights. Not for V2.
   */
  UNADAPTED,
  /**
   * (x/255 - mean)/standard deviation with ImageNet's values. Keras' published files of the first
   * generation contain the standard deviation in place of the variance; like Keras 3, an additional
   * layer {@code rescaling_1} corrects this by dividing by its square root. Weights of other
   * projects, which do not contain these arrays, get the same layers. EfficientNetV2-B0 to B3 use
   * constants.
   */
  IMAGENET,
  /**
   * Like {@link #IMAGENET} for the published files of the first generation, but without the
   * correcting layer. This is what TensorFlow 2.3 to 2.8 computed, so results reported with those
   * versions need it.
   */
  IMAGENET_TF23,
  /**
   * x/127.5 - 1, for weights trained with adversarial examples (AdvProp), for EfficientNetV2-S, M
   * and L of timm and L of torchvision, for EfficientNet-Lite, and for ResNets of timm's recipe
   * ra4.
   */
  ADVPROP,
  /**
   * x/128 - 1, for EfficientNetV2-S, M and L, and for every V2 and ResNet whose images do not have
   * three channels.
   */
  CENTERED,
  /**
   * The channels in the order blue, green, red, and x - mean with ImageNet's mean for pixels from 0
   * to 255, as the framework Caffe had it. Used by Keras' ResNet.
   */
  CAFFE;

  /** The key of the normalization in the metadata of weights. */
  public static final String METADATA_KEY = WeightTransfer.NORMALIZATION_KEY;

  /** ImageNet's mean, for pixels from 0 to 1. */
  static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);

  /**
   * ImageNet's standard deviation, for pixels from 0 to 1; the published files contain these values
   * as the variance.
   */
  static final List<Double> STANDARD_DEVIATION = List.of(0.229, 0.224, 0.225);

  /** What is added to blue, green and red for {@link #CAFFE}: ImageNet's mean as Caffe had it. */
  private static final List<Double> CAFFE_OFFSET = List.of(-103.939, -116.779, -123.68);

  /**
   * Returns the constant that the metadata of weights names.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if there is none
   */
  static InputNormalization named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                ImageModelBuilder.invalid(
                    "The weights name the input normalization \"" + name + "\".",
                    "Known are " + List.of(values()) + "."));
  }

  /**
   * Returns whether weights cannot work with this normalization.
   *
   * @param theirs the one that the weights were trained with
   * @param stated whether the weights name it; otherwise it is only the most likely one
   */
  boolean contradicts(InputNormalization theirs, boolean stated) {
    return !family().equals(theirs.family()) && (stated || this == UNADAPTED);
  }

  /** What weights can be evaluated with alike. */
  private Set<InputNormalization> family() {
    return this == IMAGENET || this == IMAGENET_TF23
        ? Set.of(IMAGENET, IMAGENET_TF23)
        : Set.of(this);
  }

  /** Normalizes images by layers without variables; not for the kinds that have variables. */
  LayerOutput constant(LayerOutput images) {
    if (this == IMAGENET) {
      List<Double> variance = STANDARD_DEVIATION.stream().map(value -> value * value).toList();
      LayerOutput x = Rescaling.of(1.0 / 255).named("rescaling").on(images);
      return Normalization.constant(MEAN, variance).named("normalization").on(x);
    }
    if (this == CAFFE) {
      List<LayerOutput> colors = ChannelSplit.of(3).named("color_split").outputsOn(images);
      LayerOutput x =
          Concatenate.create()
              .named("blue_green_red")
              .on(colors.get(2), colors.get(1), colors.get(0));
      return Rescaling.perChannel(List.of(1.0), CAFFE_OFFSET).named("rescaling").on(x);
    }
    double half = this == ADVPROP ? 127.5 : 128;
    return Rescaling.of(1 / half).offset(-1).named("rescaling").on(images);
  }
}
