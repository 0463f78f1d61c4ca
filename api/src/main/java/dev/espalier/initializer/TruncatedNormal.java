package dev.espalier.initializer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Shape;
import dev.espalier.random.RandomStream;

/**
 * Normal numbers around zero, drawn again if they are further away than twice the deviation.
 * Immutable.
 */
public record TruncatedNormal(double standardDeviation) implements Initializer {
  /** Checks the range. */
  public TruncatedNormal {
    Sampling.requireNotNegative("standard deviation", standardDeviation);
  }

  @Override
  public HostArray create(DataType dataType, Shape shape, RandomStream random) {
    return Sampling.fill(
        dataType, shape, () -> Sampling.truncatedNormal(random, standardDeviation));
  }
}
