package dev.espalier.graph;

import dev.espalier.random.RandomStream;

/**
 * Gives a variable its first value. An implementation is immutable; a record with plain components
 * can be written into a model file as it is.
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
