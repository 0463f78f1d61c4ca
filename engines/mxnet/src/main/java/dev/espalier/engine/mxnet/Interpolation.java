package dev.espalier.engine.mxnet;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;

/**
 * Interpolation of a line of pixels to another length, as a matrix: each row holds the weights of
 * the input pixels for one output pixel. For the formulas see {@link Op.Resize}.
 *
 * @param from number of input pixels
 * @param to number of output pixels
 */
record Interpolation(int from, int to, Op.Interpolation kind) {

  /** Returns the matrix {@code [to, from]}. */
  HostArray weights() {
    float[] weights = new float[to * from];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * from / to;
      switch (kind) {
        case NEAREST -> weights[i * from + Math.min(from - 1, (int) Math.floor(centre))] = 1;
        case BILINEAR -> {
          double position = Math.max(0, Math.min(from - 1, centre - 0.5));
          int low = (int) Math.floor(position);
          int high = Math.min(from - 1, low + 1);
          float fraction = (float) (position - low);
          weights[i * from + low] += 1 - fraction;
          weights[i * from + high] += fraction;
        }
      }
    }
    return HostArray.wrap(Shape.of(to, from), weights);
  }

  /** Returns the transposed matrix {@code [from, to]}, for gradients. */
  HostArray transposed() {
    float[] weights = weights().toFloats();
    float[] transposed = new float[weights.length];
    for (int i = 0; i < to; i++) {
      for (int j = 0; j < from; j++) {
        transposed[j * to + i] = weights[i * from + j];
      }
    }
    return HostArray.wrap(Shape.of(from, to), transposed);
  }
}
