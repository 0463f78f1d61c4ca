package dev.espalier.initializer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Shape;
import dev.espalier.random.RandomStream;

/** Normal numbers around zero. Immutable. */
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
