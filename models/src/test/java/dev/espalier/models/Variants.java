package dev.espalier.models;

import java.util.LinkedHashMap;
import java.util.Map;

/** All variants by the name that Keras gives their models. */
final class Variants {
  private Variants() {}

  static Map<String, EfficientNetBuilder> all() {
    Map<String, EfficientNetBuilder> all = new LinkedHashMap<>();
    all.put("efficientnetb0", EfficientNet.b0());
    all.put("efficientnetb1", EfficientNet.b1());
    all.put("efficientnetb2", EfficientNet.b2());
    all.put("efficientnetb3", EfficientNet.b3());
    all.put("efficientnetb4", EfficientNet.b4());
    all.put("efficientnetb5", EfficientNet.b5());
    all.put("efficientnetb6", EfficientNet.b6());
    all.put("efficientnetb7", EfficientNet.b7());
    all.put("efficientnetv2-b0", EfficientNetV2.b0());
    all.put("efficientnetv2-b1", EfficientNetV2.b1());
    all.put("efficientnetv2-b2", EfficientNetV2.b2());
    all.put("efficientnetv2-b3", EfficientNetV2.b3());
    all.put("efficientnetv2-s", EfficientNetV2.s());
    all.put("efficientnetv2-m", EfficientNetV2.m());
    all.put("efficientnetv2-l", EfficientNetV2.l());
    return all;
  }

  /** Returns a variant that Keras does not have, by the name in its style. */
  static EfficientNetBuilder beyondKeras(String name) {
    return switch (name) {
      case "efficientnetb8" -> EfficientNet.b8();
      case "efficientnetl2" -> EfficientNet.l2();
      case "efficientnetv2-xl" -> EfficientNetV2.xl();
      default -> throw new IllegalArgumentException(name);
    };
  }

  static EfficientNetBuilder named(String kerasName) {
    EfficientNetBuilder variant = all().get(kerasName);
    if (variant == null) {
      throw new IllegalArgumentException(kerasName);
    }
    return variant;
  }
}
