package dev.espalier.models;

import java.util.List;

/**
 * EfficientNetV2: names its variants with the settings that Keras gives them. Each method returns a
 * builder, such as {@code EfficientNetV2.b0().includeTop(false).weights(weights).build()}.
 */
public final class EfficientNetV2 {
  private EfficientNetV2() {}

  /** Returns B0: images of 224 pixels, 7.2 million parameters. */
  public static EfficientNetBuilder b0() {
    return base("b0", 1.0, 1.0, 224);
  }

  /** Returns B1: images of 240 pixels, 8.2 million parameters. */
  public static EfficientNetBuilder b1() {
    return base("b1", 1.0, 1.1, 240);
  }

  /** Returns B2: images of 260 pixels, 10.2 million parameters. */
  public static EfficientNetBuilder b2() {
    return base("b2", 1.1, 1.2, 260);
  }

  /** Returns B3: images of 300 pixels, 14.5 million parameters. */
  public static EfficientNetBuilder b3() {
    return base("b3", 1.2, 1.4, 300);
  }

  /** Returns S: images of 384 pixels, 21.6 million parameters. */
  public static EfficientNetBuilder s() {
    return large("s", 384, SecondGeneration.SMALL);
  }

  /** Returns M: images of 480 pixels, 54.4 million parameters. */
  public static EfficientNetBuilder m() {
    return large("m", 480, SecondGeneration.MEDIUM);
  }

  /** Returns L: images of 480 pixels, 119 million parameters. */
  public static EfficientNetBuilder l() {
    return large("l", 480, SecondGeneration.LARGE);
  }

  /**
   * Returns a variant of any size, for images of 224 pixels unless told otherwise.
   *
   * @param width factor of B0's channels, which are rounded to multiples of 8
   * @param depth factor of B0's repeats, which are rounded up
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
