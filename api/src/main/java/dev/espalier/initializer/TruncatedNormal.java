package dev.espalier.initializer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Shape;
import dev.espalier.random.RandomStream;

/**
 * Normal distribution with mean 0, truncated: values further than two standard deviations from 0
 * are drawn again. Immutable and thread-safe.
 *
 * @param standardDeviation standard deviation before truncation, 0 or more
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
