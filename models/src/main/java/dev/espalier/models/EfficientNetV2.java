package dev.espalier.models;

import java.util.List;

/**
 * The variants of EfficientNetV2, configured as in Keras. Each method returns a builder, such as
 * {@code EfficientNetV2.b0().includeTop(false).weights(weights).build()}.
 */
public final class EfficientNetV2 {
  private EfficientNetV2() {}

  /** Returns B0: 224 × 224 pixels, 7.2 million parameters. */
  public static EfficientNetBuilder b0() {
    return base("b0", 1.0, 1.0, 224);
  }

  /** Returns B1: 240 × 240 pixels, 8.2 million parameters. */
  public static EfficientNetBuilder b1() {
    return base("b1", 1.0, 1.1, 240);
  }

  /** Returns B2: 260 × 260 pixels, 10.2 million parameters. */
  public static EfficientNetBuilder b2() {
    return base("b2", 1.1, 1.2, 260);
  }

  /** Returns B3: 300 × 300 pixels, 14.5 million parameters. */
  public static EfficientNetBuilder b3() {
    return base("b3", 1.2, 1.4, 300);
  }

  /** Returns S: 384 × 384 pixels, 21.6 million parameters. */
  public static EfficientNetBuilder s() {
    return large("s", 384, SecondGeneration.SMALL);
  }

  /** Returns M: 480 × 480 pixels, 54.4 million parameters. */
  public static EfficientNetBuilder m() {
    return large("m", 480, SecondGeneration.MEDIUM);
  }

  /** Returns L: 480 × 480 pixels, 119 million parameters. */
  public static EfficientNetBuilder l() {
    return large("l", 480, SecondGeneration.LARGE);
  }

  /** Returns XL: 512 × 512 pixels, 208 million parameters; published for ImageNet-21k alone. */
  public static EfficientNetBuilder xl() {
    return large("xl", 512, SecondGeneration.EXTRA_LARGE);
  }

  /**
   * Returns a variant scaled from B0; 224 × 224 pixels by default.
   *
   * @param width factor for the number of channels, which is rounded to a multiple of 8
   * @param depth factor for the number of blocks per stage, which is rounded up
   */
  public static EfficientNetBuilder custom(double width, double depth) {
    return new EfficientNetBuilder(
        new SecondGeneration(
            "efficientnetv2",
            EfficientNet.positive("width", width),
            EfficientNet.positive("depth", depth),
            224,
            SecondGeneration.BASE,
            true));
  }

  private static EfficientNetBuilder base(String suffix, double width, double depth, int size) {
    return new EfficientNetBuilder(
        new SecondGeneration(
            "efficientnetv2-" + suffix, width, depth, size, SecondGeneration.BASE, true));
  }

  private static EfficientNetBuilder large(String suffix, int size, List<Stage> stages) {
    return new EfficientNetBuilder(
        new SecondGeneration("efficientnetv2-" + suffix, 1, 1, size, stages, false));
  }
}
