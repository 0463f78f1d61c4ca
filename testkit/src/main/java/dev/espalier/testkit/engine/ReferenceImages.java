package dev.espalier.testkit.engine;

import dev.espalier.graph.Op;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.TensorType;
import java.util.List;

/**
 * Reference implementations of the primitives on images: convolutions, pooling, batch normalization
 * and resizing.
 */
final class ReferenceImages {
  private ReferenceImages() {}

  static ReferenceArray apply(Op op, List<ReferenceArray> in, TensorType out) {
    ReferenceArray x = in.get(0);
    if (op instanceof Op.Conv2d conv) {
      return convolution(
          in, out, conv.strides(), conv.padding(), conv.dilation(), conv.groups(), false);
    }
    if (op instanceof Op.DepthwiseConv2d conv) {
      int channels = x.shape().size(3);
      return convolution(in, out, conv.strides(), conv.padding(), Size2d.square(1), channels, true);
    }
    if (op instanceof Op.Conv2dTranspose conv) {
      return transposed(in, out, conv.strides(), conv.padding());
    }
    if (op instanceof Op.MaxPool2d pool) {
      return pool(x, out, pool.window(), pool.strides(), pool.padding(), true);
    }
    if (op instanceof Op.AveragePool2d pool) {
      return pool(x, out, pool.window(), pool.strides(), pool.padding(), false);
    }
    if (op instanceof Op.BatchNormInference norm) {
      return normalized(x, in.get(1), in.get(2), in.get(3), in.get(4), norm.epsilon());
    }
    if (op instanceof Op.Resize resize) {
      return resize(resize, x, out);
    }
    throw new IllegalArgumentException("no reference for " + op.primitive());
  }

  /** Visits each pixel under a window. */
  @FunctionalInterface
  private interface Visitor {
    void visit(int kernelY, int kernelX, int imageY, int imageX);
  }

  private static void visit(
      Shape image,
      int[] index,
      Size2d window,
      Size2d strides,
      Padding padding,
      Size2d dilation,
      Visitor visitor) {
    int spanY = (window.height() - 1) * dilation.height() + 1;
    int spanX = (window.width() - 1) * dilation.width() + 1;
    int top = index[1] * strides.height() - padding.before(image.size(1), spanY, strides.height());
    int left = index[2] * strides.width() - padding.before(image.size(2), spanX, strides.width());
    for (int ky = 0; ky < window.height(); ky++) {
      for (int kx = 0; kx < window.width(); kx++) {
        int y = top + ky * dilation.height();
        int x = left + kx * dilation.width();
        if (y >= 0 && y < image.size(1) && x >= 0 && x < image.size(2)) {
          visitor.visit(ky, kx, y, x);
        }
      }
    }
  }

  private static ReferenceArray convolution(
      List<ReferenceArray> in,
      TensorType out,
      Size2d strides,
      Padding padding,
      Size2d dilation,
      int groups,
      boolean depthwise) {
    ReferenceArray image = in.get(0);
    ReferenceArray kernel = in.get(1);
    Size2d window = new Size2d(kernel.shape().size(0), kernel.shape().size(1));
    int inputs = image.shape().size(3) / groups;
    int outputs = out.shape().size(3) / groups;
    return ReferenceArray.generate(
        out,
        i -> {
          int[] index = ReferenceArray.index(out.shape(), i);
          int first = index[3] / outputs * inputs;
          double[] sum = new double[1];
          visit(
              image.shape(),
              index,
              window,
              strides,
              padding,
              dilation,
              (ky, kx, y, x) -> {
                for (int c = 0; c < inputs; c++) {
                  int[] weight =
                      depthwise ? new int[] {ky, kx, index[3], 0} : new int[] {ky, kx, c, index[3]};
                  sum[0] += image.at(new int[] {index[0], y, x, first + c}) * kernel.at(weight);
                }
              });
          return sum[0];
        });
  }

  /** Spreads each input pixel over the window of the corresponding convolution of the output. */
  private static ReferenceArray transposed(
      List<ReferenceArray> in, TensorType out, Size2d strides, Padding padding) {
    ReferenceArray image = in.get(0);
    ReferenceArray kernel = in.get(1);
    Size2d window = new Size2d(kernel.shape().size(0), kernel.shape().size(1));
    Shape target = out.shape();
    double[] sums = new double[Math.toIntExact(target.elementCount())];
    for (int i = 0; i < image.count(); i++) {
      int[] index = ReferenceArray.index(image.shape(), i);
      double value = image.at(i);
      visit(
          target,
          index,
          window,
          strides,
          padding,
          Size2d.square(1),
          (ky, kx, y, x) -> {
            for (int c = 0; c < target.size(3); c++) {
              int position = ReferenceArray.position(target, new int[] {index[0], y, x, c});
              sums[position] += value * kernel.at(new int[] {ky, kx, c, index[3]});
            }
          });
    }
    return ReferenceArray.generate(out, i -> sums[i]);
  }

  private static ReferenceArray pool(
      ReferenceArray image,
      TensorType out,
      Size2d window,
      Size2d strides,
      Padding padding,
      boolean largest) {
    return ReferenceArray.generate(
        out,
        i -> {
          int[] index = ReferenceArray.index(out.shape(), i);
          double[] result = {0, 0, Double.NEGATIVE_INFINITY};
          visit(
              image.shape(),
              index,
              window,
              strides,
              padding,
              Size2d.square(1),
              (ky, kx, y, x) -> {
                double value = image.at(new int[] {index[0], y, x, index[3]});
                result[0] += value;
                result[1]++;
                result[2] = Math.max(result[2], value);
              });
          return largest ? result[2] : result[0] / result[1];
        });
  }

  static List<ReferenceArray> batchNormTraining(Op.BatchNormTraining op, List<ReferenceArray> in) {
    ReferenceArray x = in.get(0);
    int channels = x.shape().size(-1);
    double[] mean = new double[channels];
    double[] variance = new double[channels];
    double count = (double) x.count() / channels;
    for (int i = 0; i < x.count(); i++) {
      mean[i % channels] += x.at(i) / count;
    }
    for (int i = 0; i < x.count(); i++) {
      double deviation = x.at(i) - mean[i % channels];
      variance[i % channels] += deviation * deviation / count;
    }
    ReferenceArray means = ReferenceArray.floats(Shape.of(channels), i -> mean[i]);
    ReferenceArray variances = ReferenceArray.floats(Shape.of(channels), i -> variance[i]);
    return List.of(
        normalized(x, in.get(1), in.get(2), means, variances, op.epsilon()), means, variances);
  }

  private static ReferenceArray normalized(
      ReferenceArray x,
      ReferenceArray gamma,
      ReferenceArray beta,
      ReferenceArray mean,
      ReferenceArray variance,
      double epsilon) {
    int channels = x.shape().size(-1);
    return ReferenceArray.generate(
        x.type(),
        i -> {
          int c = i % channels;
          return (x.at(i) - mean.at(c)) * gamma.at(c) / Math.sqrt(variance.at(c) + epsilon)
              + beta.at(c);
        });
  }

  private static ReferenceArray resize(Op.Resize op, ReferenceArray x, TensorType out) {
    Shape from = x.shape();
    double scaleY = (double) from.size(1) / op.height();
    double scaleX = (double) from.size(2) / op.width();
    return ReferenceArray.generate(
        out,
        i -> {
          int[] index = ReferenceArray.index(out.shape(), i);
          double y = (index[1] + 0.5) * scaleY;
          double z = (index[2] + 0.5) * scaleX;
          if (op.interpolation() == Op.Interpolation.NEAREST) {
            return x.at(new int[] {index[0], (int) Math.floor(y), (int) Math.floor(z), index[3]});
          }
          return linear(
              y - 0.5,
              from.size(1),
              row ->
                  linear(
                      z - 0.5,
                      from.size(2),
                      column -> x.at(new int[] {index[0], row, column, index[3]})));
        });
  }

  private static double linear(
      double position, int size, java.util.function.IntToDoubleFunction values) {
    int low = (int) Math.floor(position);
    double share = position - low;
    double first = values.applyAsDouble(Math.min(Math.max(low, 0), size - 1));
    double second = values.applyAsDouble(Math.min(Math.max(low + 1, 0), size - 1));
    return first * (1 - share) + second * share;
  }
}
