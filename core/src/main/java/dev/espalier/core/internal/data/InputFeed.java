package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.Feeds;
import dev.espalier.core.internal.program.ModelInputs;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.model.Model;
import java.util.List;
import java.util.Map;

/**
 * The values fed to a model input other than the images. Immutable.
 *
 * @param name of the input, and of the sample value it takes
 * @param type for one sample
 */
public record InputFeed(String name, TensorType type) {
  /** Returns the inputs of a model other than the images. */
  public static List<InputFeed> of(Model model) {
    return ModelInputs.of(model).others().stream()
        .map(
            input ->
                new InputFeed(
                    String.valueOf(input.name()),
                    input.type().withShape(input.shape().withoutBatch())))
        .toList();
  }

  /** Returns the name under which it is fed. */
  String feed() {
    return Feeds.input(name);
  }

  /**
   * Checks the value of a sample.
   *
   * @param sample its name
   */
  void check(Map<String, HostArray> values, String sample) {
    HostArray given = values.get(name);
    if (given == null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          sample
              + " has no value \""
              + name
              + "\", which the model takes in addition to the image.",
          "Give it one with Sample.withValue.");
    }
    // Any numeric type can be converted to float32, but indices must be integers already.
    boolean fits = type.dataType() != DataType.INT32 || given.dataType() == DataType.INT32;
    if (!fits || !given.shape().equals(type.shape())) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          sample + " has " + given.type() + " as \"" + name + "\".",
          "The input of the model takes " + type + " for each sample.");
    }
  }

  /** Returns the array to feed. */
  HostArray of(List<SampleFacts> samples) {
    Shape shape = type.shape();
    if (type.dataType() == DataType.INT32) {
      return SampleFacts.stacked(samples, name);
    }
    int length = Math.toIntExact(shape.elementCount());
    return HostArray.wrap(
        shape.withBatch(samples.size()), SampleFacts.floats(samples, name, length));
  }
}
