package dev.espalier.initializer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.random.RandomStream;

/** Initializes all elements to 0. Immutable and thread-safe. */
public record Zeros() implements Initializer {
  @Override
  public HostArray create(DataType dataType, Shape shape, RandomStream random) {
    return HostArray.filled(new TensorType(dataType, shape), 0);
  }
}
