package dev.espalier.models.mobilenet;

/** The narrow networks of {@code src/test/python/make_mobilenet_weights.py}. */
public final class NarrowMobileNet {
  private static final double WIDTH = 0.125;

  private NarrowMobileNet() {}

  /** Returns the narrow MobileNetV3-Small. */
  public static MobileNetV3Builder small() {
    return narrow(MobileNetV3.small("mobilenetv3small", WIDTH));
  }

  /** Returns the narrow MobileNetV3-Large. */
  public static MobileNetV3Builder large() {
    return narrow(MobileNetV3.large("mobilenetv3large", WIDTH));
  }

  private static MobileNetV3Builder narrow(InvertedResiduals layers) {
    return new MobileNetV3Builder(layers).imageSize(64).classes(10);
  }
}
