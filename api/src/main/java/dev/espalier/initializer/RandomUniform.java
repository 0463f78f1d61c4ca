package dev.espalier.initializer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Shape;
import dev.espalier.random.RandomStream;

/**
 * Uniform distribution from {@code -limit} to {@code limit}. Immutable and thread-safe.
 *
 * @param limit upper bound, 0 or more
 */
public record RandomUniform(double limit) implements Initializer {
  /** Checks the range. */
  public RandomUniform {
    Sampling.requireNotNegative("limit", limit);
  }

  @Override
  public HostArray create(DataType dataType, Shape shape, RandomStream random) {
    return Sampling.fill(dataType, shape, () -> Sampling.uniform(random, limit));
  }
}
