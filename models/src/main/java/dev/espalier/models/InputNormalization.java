package dev.espalier.models;

/**
 * What a network does to pixels from 0 to 255 before its first convolution. It belongs to the kind
 * of weights, not to the way in which they are loaded: the same published file gives other
 * predictions with another one.
 *
 * <p>Weights may name theirs in their {@linkplain dev.espalier.model.Weights#metadata() metadata}
 * under {@link #METADATA_KEY}, by the name of the constant.
 */
public enum InputNormalization {
  /**
   * x/255, then (x - mean)/sqrt(variance) with a mean (first 0) and variance (first 1) that are
   * part of the weights. Of Keras' EfficientNet without pretrained weights. Not for V2.
   */
  UNADAPTED,
  /**
   * (x/255 - mean)/standard deviation with the values of ImageNet. Keras' published files of the
   * first generation contain the standard deviation where the variance belongs; as Keras 3 does, a
   * further layer {@code rescaling_1} divides by its root to correct that. EfficientNetV2-B0 to B3
   * use constants.
   */
  IMAGENET,
  /**
   * As {@link #IMAGENET} for the published files of the first generation, but without the
   * correcting layer: what TensorFlow 2.3 to 2.8 computed, and what the figures of that time belong
   * to.
   */
  IMAGENET_TF23,
  /** x/127.5 - 1, for weights that were trained with adversarial examples. Not for V2. */
  ADVPROP,
  /** x/128 - 1: EfficientNetV2-S, M and L, and every V2 for images without three channels. */
  CENTERED;

  /** The key in the metadata of weights. */
  public static final String METADATA_KEY = "input-normalization";
}
