package dev.espalier.graph;

import dev.espalier.random.RandomStream;

/**
 * Provides the initial value of a variable. Implementations are immutable and thread-safe; a record
 * with plain components is written to model files as it is.
 */
@FunctionalInterface
public interface Initializer {
  /**
   * Returns a new array of the given shape. Equal streams give equal arrays.
   *
   * @param random numbers that belong to this variable alone
   */
  HostArray create(DataType dataType, Shape shape, RandomStream random);
}
