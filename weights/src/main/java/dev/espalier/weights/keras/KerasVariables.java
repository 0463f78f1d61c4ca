package dev.espalier.weights.keras;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Knows what Keras' layers call the variables that Keras 3 only numbers. */
final class KerasVariables {
  private static final List<String> KERNEL_AND_BIAS = List.of("kernel", "bias");
  private static final List<String> NORMALIZED =
      List.of("gamma", "beta", "moving_mean", "moving_variance");
  private static final Map<String, List<String>> NAMES =
      Map.ofEntries(
          Map.entry("conv2d", KERNEL_AND_BIAS),
          Map.entry("conv2d_transpose", KERNEL_AND_BIAS),
          Map.entry("depthwise_conv2d", KERNEL_AND_BIAS),
          Map.entry("dense", KERNEL_AND_BIAS),
          Map.entry(
              "separable_conv2d",
              List.of("depthwise/kernel", "pointwise/kernel", "pointwise/bias")),
          Map.entry("normalization", List.of("mean", "variance", "count")),
          Map.entry("embedding", List.of("embeddings")),
          Map.entry("layer_scale", List.of("gamma")),
          Map.entry("p_re_lu", List.of("alpha")));

  private KerasVariables() {}

  /**
   * Returns names for the variables of a layer in order: their numbers if it cannot be told which
   * of the variables that such a layer may have these are.
   *
   * @param type in Keras' spelling, such as {@code conv2d}
   */
  static List<String> names(String type, int count) {
    List<String> known = NAMES.getOrDefault(type, List.of());
    if (type.equals("batch_normalization") && (count == 2 || count == 4)) {
      known = NORMALIZED.subList(4 - count, 4);
    } else if (type.equals("layer_normalization") && count == 2) {
      known = NORMALIZED.subList(0, 2);
    }
    return count <= known.size()
        ? known.subList(0, count)
        : IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
