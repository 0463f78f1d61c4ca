package org.example.eca;

import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;

/**
 * Efficient channel attention: weighs each channel of an image by what it and its neighbours hold
 * on the average. One variable, {@code kernel}, of as many numbers as neighbours are looked at.
 *
 * @param neighbours looked at, an odd number
 */
public record Eca(int neighbours) implements Layer {
  public Eca {
    if (neighbours < 1 || neighbours % 2 == 0) {
      throw new IllegalArgumentException("an odd number of neighbours, not " + neighbours);
    }
  }

  public static Eca of(int neighbours) {
    return new Eca(neighbours);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor images = inputs[0];
    int batch = images.shape().size(0);
    int channels = images.shape().size(-1);
    Tensor kernel =
        context.weight("kernel", Shape.of(neighbours, 1, 1, 1), Initializers.glorotUniform());
    // The channels as the rows of an image of width 1, so that a convolution runs along them.
    Tensor means = ops.reduce(Reduction.MEAN, images, false, 1, 2);
    Tensor rows = ops.reshape(means, Shape.of(batch, channels, 1, 1));
    Size2d one = Size2d.square(1);
    Tensor mixed = ops.conv2d(rows, kernel, one, Padding.SAME, one);
    Tensor weights = ops.sigmoid(ops.reshape(mixed, Shape.of(batch, 1, 1, channels)));
    return ops.multiply(images, weights);
  }
}
