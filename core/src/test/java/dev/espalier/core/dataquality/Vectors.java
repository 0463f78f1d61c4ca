package dev.espalier.core.dataquality;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.List;

/** Arrays of vectors for tests. */
final class Vectors {
  private Vectors() {}

  static HostArray of(List<List<Float>> rows) {
    int width = rows.get(0).size();
    float[] values = new float[rows.size() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.get(i / width).get(i % width);
    }
    return HostArray.wrap(Shape.of(rows.size(), width), values);
  }

  /** Returns normally distributed values. */
  static HostArray random(int rows, int width, long seed) {
    RandomStream random = RandomKey.ofSeed(seed).stream();
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return HostArray.wrap(Shape.of(rows, width), values);
  }
}
