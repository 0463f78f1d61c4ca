package dev.espalier.initializer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Shape;
import dev.espalier.random.RandomStream;

/**
 * Normal distribution with mean 0. Immutable and thread-safe.
 *
 * @param standardDeviation standard deviation, 0 or more
 */
public record RandomNormal(double standardDeviation) implements Initializer {
  /** Checks the range. */
  public RandomNormal {
    Sampling.requireNotNegative("standard deviation", standardDeviation);
  }

  @Override
  public HostArray create(DataType dataType, Shape shape, RandomStream random) {
    return Sampling.fill(dataType, shape, () -> random.nextGaussian() * standardDeviation);
  }
}
