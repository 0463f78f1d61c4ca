package dev.espalier.models;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * The variants of EfficientNet, first generation, configured as in Keras, and of EfficientNet-Lite,
 * which has no squeeze and excitation, ReLU6, and a stem and a head of fixed size. Each method
 * returns a builder, such as {@code EfficientNet.b0().includeTop(false).weights(weights).build()}.
 */
public final class EfficientNet {
  private EfficientNet() {}

  /** Returns B0: 224 × 224 pixels, 5.3 million parameters. */
  public static EfficientNetBuilder b0() {
    return variant("b0", 1.0, 1.0, 224, 0.2);
  }

  /** Returns B1: 240 × 240 pixels, 7.9 million parameters. */
  public static EfficientNetBuilder b1() {
    return variant("b1", 1.0, 1.1, 240, 0.2);
  }

  /** Returns B2: 260 × 260 pixels, 9.2 million parameters. */
  public static EfficientNetBuilder b2() {
    return variant("b2", 1.1, 1.2, 260, 0.3);
  }

  /** Returns B3: 300 × 300 pixels, 12.3 million parameters. */
  public static EfficientNetBuilder b3() {
    return variant("b3", 1.2, 1.4, 300, 0.3);
  }

  /** Returns B4: 380 × 380 pixels, 19.5 million parameters. */
  public static EfficientNetBuilder b4() {
    return variant("b4", 1.4, 1.8, 380, 0.4);
  }

  /** Returns B5: 456 × 456 pixels, 30.6 million parameters. */
  public static EfficientNetBuilder b5() {
    return variant("b5", 1.6, 2.2, 456, 0.4);
  }

  /** Returns B6: 528 × 528 pixels, 43.3 million parameters. */
  public static EfficientNetBuilder b6() {
    return variant("b6", 1.8, 2.6, 528, 0.5);
  }

  /** Returns B7: 600 × 600 pixels, 66.7 million parameters. */
  public static EfficientNetBuilder b7() {
    return variant("b7", 2.0, 3.1, 600, 0.5);
  }

  /** Returns B8: 672 × 672 pixels, 87.4 million parameters; published for AdvProp alone. */
  public static EfficientNetBuilder b8() {
    return variant("b8", 2.2, 3.6, 672, 0.5);
  }

  /** Returns L2: 800 × 800 pixels, 480 million parameters; published for Noisy Student alone. */
  public static EfficientNetBuilder l2() {
    return variant("l2", 4.3, 5.3, 800, 0.5);
  }

  /** Returns Lite0: 224 × 224 pixels, 4.7 million parameters. */
  public static EfficientNetBuilder lite0() {
    return lite("lite0", 1.0, 1.0, 224, 0.2);
  }

  /** Returns Lite1: 240 × 240 pixels, 5.4 million parameters. */
  public static EfficientNetBuilder lite1() {
    return lite("lite1", 1.0, 1.1, 240, 0.2);
  }

  /** Returns Lite2: 260 × 260 pixels, 6.1 million parameters. */
  public static EfficientNetBuilder lite2() {
    return lite("lite2", 1.1, 1.2, 260, 0.3);
  }

  /** Returns Lite3: 280 × 280 pixels (timm: 300), 8.3 million parameters. */
  public static EfficientNetBuilder lite3() {
    return lite("lite3", 1.2, 1.4, 280, 0.3);
  }

  /** Returns Lite4: 300 × 300 pixels (timm: 380), 13.1 million parameters. */
  public static EfficientNetBuilder lite4() {
    return lite("lite4", 1.4, 1.8, 300, 0.3);
  }

  /**
   * Returns a variant scaled from B0; 224 × 224 pixels by default.
   *
   * @param width factor for the number of channels, which is rounded to a multiple of 8
   * @param depth factor for the number of blocks per stage, which is rounded up
   */
  public static EfficientNetBuilder custom(double width, double depth) {
    return new EfficientNetBuilder(
        new FirstGeneration(
            "efficientnet", positive("width", width), positive("depth", depth), 224, 0.2));
  }

  private static EfficientNetBuilder variant(
      String suffix, double width, double depth, int size, double dropout) {
    return new EfficientNetBuilder(
        new FirstGeneration("efficientnet" + suffix, width, depth, size, dropout));
  }

  private static EfficientNetBuilder lite(
      String suffix, double width, double depth, int size, double dropout) {
    return new EfficientNetBuilder(new Lite("efficientnet-" + suffix, width, depth, size, dropout));
  }

  static double positive(String what, double factor) {
    if (factor > 0 && factor <= 100) {
      return factor;
    }
    throw new EspalierException(
        ErrorCode.INVALID_ARGUMENT,
        "The " + what + " of an EfficientNet cannot be " + factor + ".",
        "Give a factor above 0 and at most 100; 1 is that of B0.");
  }
}
