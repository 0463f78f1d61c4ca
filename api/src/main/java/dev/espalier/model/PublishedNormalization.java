package dev.espalier.model;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.preprocessing.Normalization;
import dev.espalier.layer.preprocessing.Rescaling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The input normalization of the EfficientNet files that Keras publishes, whose {@code variance}
 * holds ImageNet's standard deviation by mistake. With weights by name, Keras adds a layer that
 * divides by the square root once more; with the same file by its path, it does not, and predicts
 * worse. Here the normalization belongs to the weights: a model without that layer gets the
 * variance itself.
 */
final class PublishedNormalization {
  private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> DEVIATION = List.of(0.229, 0.224, 0.225);
  private static final List<Double> CORRECTION =
      DEVIATION.stream().map(value -> 1 / Math.sqrt(value)).toList();
  private static final HostArray VARIANCE =
      array(DEVIATION.stream().map(value -> value * value).toList());
  private static final double TOLERANCE = 1e-5;

  private PublishedNormalization() {}

  /**
   * Returns the variances that take the place of standard deviations.
   *
   * @param values of variables of the model, by name
   */
  static Map<String, HostArray> corrections(Model model, Map<String, HostArray> values) {
    Map<String, HostArray> corrections = new HashMap<>();
    collect(model, "", values, model.weights(), corrections);
    return corrections;
  }

  private static void collect(
      Model model,
      String prefix,
      Map<String, HostArray> values,
      Weights present,
      Map<String, HostArray> corrections) {
    for (LayerOutput node : model.nodes()) {
      String name = prefix + node.name();
      String variance = name + "/variance";
      if (node.plainLayer() instanceof Model nested) {
        collect(nested, name + "/", values, present, corrections);
      } else if (node.plainLayer() instanceof Normalization
          && isAbout(values.get(name + "/mean"), MEAN)
          && isAbout(values.get(variance), DEVIATION)
          && !isCorrected(model, node)
          // A model that computes as TensorFlow 2.3 to 2.8 did has the standard deviation already.
          && !(present.contains(variance) && isAbout(present.get(variance), DEVIATION))) {
        corrections.put(variance, VARIANCE);
      }
    }
  }

  private static boolean isCorrected(Model model, LayerOutput normalization) {
    return model.nodes().stream()
        .anyMatch(
            node ->
                node.inputs().contains(normalization)
                    && node.plainLayer() instanceof Rescaling rescaling
                    && rescaling.scale().size() == CORRECTION.size()
                    && isAbout(array(rescaling.scale()), CORRECTION));
  }

  private static boolean isAbout(@Nullable HostArray array, List<Double> expected) {
    return array != null
        && array.elementCount() == expected.size()
        && IntStream.range(0, expected.size())
            .allMatch(i -> Math.abs(array.at(i) - expected.get(i)) < TOLERANCE);
  }

  private static HostArray array(List<Double> values) {
    float[] elements = new float[values.size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = values.get(i).floatValue();
    }
    return HostArray.wrap(Shape.of(elements.length), elements);
  }
}
