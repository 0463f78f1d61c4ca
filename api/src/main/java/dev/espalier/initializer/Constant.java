package dev.espalier.initializer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.random.RandomStream;

/**
 * Initializes all elements to the same value. Immutable and thread-safe.
 *
 * @param value the value
 */
public record Constant(double value) implements Initializer {
  /** Checks that the value is a number. */
  public Constant {
    if (Double.isNaN(value)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "An initializer cannot give the constant " + value + ".",
          "Give a number.");
    }
  }

  @Override
  public HostArray create(DataType dataType, Shape shape, RandomStream random) {
    return HostArray.filled(new TensorType(dataType, shape), value);
  }
}
