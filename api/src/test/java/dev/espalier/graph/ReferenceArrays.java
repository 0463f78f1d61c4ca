package dev.espalier.graph;

import dev.espalier.graph.Op.Interpolation;
import dev.espalier.graph.Op.Reduction;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** The primitives of the reference interpreter that move, join and sum elements. */
final class ReferenceArrays {
  private ReferenceArrays() {}

  static Numbers apply(Op op, List<Numbers> inputs) {
    Numbers x = inputs.get(0);
    if (op instanceof Op.Reduce reduce) {
      return reduce(x, reduce);
    } else if (op instanceof Op.ArgMax argMax) {
      return argMax(x, argMax.axis());
    } else if (op instanceof Op.OneHot oneHot) {
      return oneHot(x, oneHot.depth());
    } else if (op instanceof Op.Gather gather) {
      return gather(x, inputs.get(1), gather.axis());
    } else if (op instanceof Op.MatMul) {
      return matMul(x, inputs.get(1));
    } else if (op instanceof Op.Conv2d conv) {
      return conv2d(x, inputs.get(1), conv);
    } else if (op instanceof Op.Conv2dTranspose conv) {
      return transposed(x, inputs.get(1), conv);
    } else if (op instanceof Op.DepthwiseConv2d conv) {
      return depthwise(x, inputs.get(1), conv);
    } else if (op instanceof Op.MaxPool2d pool) {
      return pool(x, pool.window(), pool.strides(), pool.padding(), true);
    } else if (op instanceof Op.AveragePool2d pool) {
      return pool(x, pool.window(), pool.strides(), pool.padding(), false);
    } else if (op instanceof Op.Reshape reshape) {
      return reshape(x, reshape.shape());
    } else if (op instanceof Op.Transpose transpose) {
      return transpose(x, transpose.permutation());
    } else if (op instanceof Op.Concat concat) {
      return concat(inputs, concat.axis());
    } else if (op instanceof Op.Pad pad) {
      return pad(x, pad);
    } else if (op instanceof Op.Slice slice) {
      return slice(x, slice);
    } else if (op instanceof Op.Resize resize) {
      return resize(x, resize);
    }
    throw new AssertionError("the reference interpreter does not compute " + op);
  }

  private static Numbers reduce(Numbers x, Op.Reduce reduce) {
    int[] kept = x.sizes.clone();
    int reduced = 1;
    for (int axis : reduce.axes()) {
      reduced *= kept[axis];
      kept[axis] = 1;
    }
    Numbers result = Numbers.zeros(kept);
    Arrays.fill(
        result.values,
        switch (reduce.reduction()) {
          case MAX -> Double.NEGATIVE_INFINITY;
          case MIN -> Double.POSITIVE_INFINITY;
          default -> 0;
        });
    for (int i = 0; i < x.values.length; i++) {
      int[] index = x.index(i);
      reduce.axes().forEach(axis -> index[axis] = 0);
      int target = result.at(index);
      double old = result.values[target];
      double value = x.values[i];
      result.values[target] =
          switch (reduce.reduction()) {
            case MAX -> Math.max(old, value);
            case MIN -> Math.min(old, value);
            default -> old + value;
          };
    }
    double divisor = reduce.reduction() == Reduction.MEAN ? reduced : 1;
    Numbers scaled = result.map(value -> value / divisor);
    if (reduce.keepDims()) {
      return scaled;
    }
    int[] remaining =
        java.util.stream.IntStream.range(0, x.rank())
            .filter(axis -> !reduce.axes().contains(axis))
            .map(axis -> x.sizes[axis])
            .toArray();
    return scaled.as(remaining);
  }

  private static Numbers argMax(Numbers x, int axis) {
    int[] kept = x.sizes.clone();
    kept[axis] = 1;
    Numbers best = Numbers.zeros(kept);
    Arrays.fill(best.values, Double.NEGATIVE_INFINITY);
    Numbers position = Numbers.zeros(kept);
    for (int i = 0; i < x.values.length; i++) {
      int[] index = x.index(i);
      int candidate = index[axis];
      index[axis] = 0;
      int target = best.at(index);
      if (x.values[i] > best.values[target]) {
        best.values[target] = x.values[i];
        position.values[target] = candidate;
      }
    }
    int[] remaining = new int[x.rank() - 1];
    for (int i = 0; i < remaining.length; i++) {
      remaining[i] = x.sizes[i < axis ? i : i + 1];
    }
    return position.as(remaining).as(DataType.INT32);
  }

  private static Numbers oneHot(Numbers x, int depth) {
    int[] sizes = Arrays.copyOf(x.sizes, x.rank() + 1);
    sizes[x.rank()] = depth;
    Numbers result = Numbers.zeros(sizes);
    for (int i = 0; i < x.values.length; i++) {
      int position = (int) x.values[i];
      if (position >= 0 && position < depth) {
        result.values[i * depth + position] = 1;
      }
    }
    return result;
  }

  private static Numbers matMul(Numbers a, Numbers b) {
    int[] sizes = a.sizes.clone();
    int columns = b.last();
    sizes[sizes.length - 1] = columns;
    Numbers result = Numbers.zeros(sizes);
    int inner = a.last();
    int rows = a.sizes[a.rank() - 2];
    for (int row = 0; row < result.values.length / columns; row++) {
      int matrix = row / rows * inner * columns;
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < inner; k++) {
          result.values[row * columns + j] +=
              a.values[row * inner + k] * b.values[matrix + k * columns + j];
        }
      }
    }
    return result;
  }

  private static Numbers gather(Numbers x, Numbers indices, int axis) {
    int before = Numbers.count(Arrays.copyOf(x.sizes, axis));
    int after = Numbers.count(Arrays.copyOfRange(x.sizes, axis + 1, x.rank()));
    int[] sizes = new int[x.rank() - 1 + indices.rank()];
    System.arraycopy(x.sizes, 0, sizes, 0, axis);
    System.arraycopy(indices.sizes, 0, sizes, axis, indices.rank());
    System.arraycopy(x.sizes, axis + 1, sizes, axis + indices.rank(), x.rank() - axis - 1);
    Numbers result = new Numbers(x.type.dataType(), sizes, new double[Numbers.count(sizes)]);
    int target = 0;
    for (int i = 0; i < before; i++) {
      for (double index : indices.values) {
        for (int k = 0; k < after; k++) {
          boolean inside = index >= 0 && index < x.sizes[axis];
          int source = (i * x.sizes[axis] + (inside ? (int) index : 0)) * after + k;
          result.values[target++] = inside ? x.values[source] : 0;
        }
      }
    }
    return result;
  }

  /** Called for each output pixel and each input pixel inside its window. */
  private interface Tap {
    void at(int image, int row, int column, int inputRow, int inputColumn, int windowIndex);
  }

  private static void slide(
      Numbers x,
      Numbers result,
      Size2d window,
      Size2d strides,
      Padding padding,
      Size2d dilation,
      Tap tap) {
    int spanHeight = (window.height() - 1) * dilation.height() + 1;
    int spanWidth = (window.width() - 1) * dilation.width() + 1;
    int top = padding.before(x.sizes[1], spanHeight, strides.height());
    int left = padding.before(x.sizes[2], spanWidth, strides.width());
    for (int n = 0; n < result.sizes[0]; n++) {
      for (int row = 0; row < result.sizes[1]; row++) {
        for (int column = 0; column < result.sizes[2]; column++) {
          for (int i = 0; i < window.height(); i++) {
            for (int j = 0; j < window.width(); j++) {
              int inputRow = row * strides.height() - top + i * dilation.height();
              int inputColumn = column * strides.width() - left + j * dilation.width();
              boolean inside =
                  inputRow >= 0
                      && inputRow < x.sizes[1]
                      && inputColumn >= 0
                      && inputColumn < x.sizes[2];
              if (inside) {
                tap.at(n, row, column, inputRow, inputColumn, i * window.width() + j);
              }
            }
          }
        }
      }
    }
  }

  private static Numbers windowed(
      Numbers x, Size2d window, Size2d strides, Padding padding, Size2d dilation, int channels) {
    int spanHeight = (window.height() - 1) * dilation.height() + 1;
    int spanWidth = (window.width() - 1) * dilation.width() + 1;
    return Numbers.zeros(
        x.sizes[0],
        padding.outputSize(x.sizes[1], spanHeight, strides.height()),
        padding.outputSize(x.sizes[2], spanWidth, strides.width()),
        channels);
  }

  private static Numbers conv2d(Numbers x, Numbers kernel, Op.Conv2d conv) {
    Size2d window = new Size2d(kernel.sizes[0], kernel.sizes[1]);
    Numbers result =
        windowed(x, window, conv.strides(), conv.padding(), conv.dilation(), kernel.sizes[3]);
    slide(
        x,
        result,
        window,
        conv.strides(),
        conv.padding(),
        conv.dilation(),
        (n, row, column, inputRow, inputColumn, k) -> {
          for (int in = 0; in < kernel.sizes[2]; in++) {
            for (int out = 0; out < kernel.sizes[3]; out++) {
              int group = out / (kernel.sizes[3] / conv.groups());
              int channel = group * kernel.sizes[2] + in;
              result.values[result.at(n, row, column, out)] +=
                  x.values[x.at(n, inputRow, inputColumn, channel)]
                      * kernel.values[(k * kernel.sizes[2] + in) * kernel.sizes[3] + out];
            }
          }
        });
    return result;
  }

  /** The convolution of the result has one position for each pixel of x. */
  private static Numbers transposed(Numbers x, Numbers kernel, Op.Conv2dTranspose conv) {
    Size2d window = new Size2d(kernel.sizes[0], kernel.sizes[1]);
    Padding padding = conv.padding();
    Numbers result =
        Numbers.zeros(
            x.sizes[0],
            (int) padding.transposedSize(x.sizes[1], window.height(), conv.strides().height()),
            (int) padding.transposedSize(x.sizes[2], window.width(), conv.strides().width()),
            kernel.sizes[2]);
    slide(
        result,
        x,
        window,
        conv.strides(),
        padding,
        Size2d.square(1),
        (n, row, column, resultRow, resultColumn, k) -> {
          for (int out = 0; out < kernel.sizes[2]; out++) {
            for (int in = 0; in < x.last(); in++) {
              result.values[result.at(n, resultRow, resultColumn, out)] +=
                  x.values[x.at(n, row, column, in)]
                      * kernel.values[(k * kernel.sizes[2] + out) * x.last() + in];
            }
          }
        });
    return result;
  }

  private static Numbers depthwise(Numbers x, Numbers kernel, Op.DepthwiseConv2d conv) {
    Size2d window = new Size2d(kernel.sizes[0], kernel.sizes[1]);
    Size2d one = Size2d.square(1);
    int channels = x.last();
    Numbers result = windowed(x, window, conv.strides(), conv.padding(), one, channels);
    slide(
        x,
        result,
        window,
        conv.strides(),
        conv.padding(),
        one,
        (n, row, column, inputRow, inputColumn, k) -> {
          for (int c = 0; c < channels; c++) {
            result.values[result.at(n, row, column, c)] +=
                x.values[x.at(n, inputRow, inputColumn, c)] * kernel.values[k * channels + c];
          }
        });
    return result;
  }

  private static Numbers pool(
      Numbers x, Size2d window, Size2d strides, Padding padding, boolean largest) {
    Size2d one = Size2d.square(1);
    Numbers result = windowed(x, window, strides, padding, one, x.last());
    Numbers count = result.map(value -> value);
    if (largest) {
      Arrays.fill(result.values, Double.NEGATIVE_INFINITY);
    }
    slide(
        x,
        result,
        window,
        strides,
        padding,
        one,
        (n, row, column, inputRow, inputColumn, k) -> {
          for (int c = 0; c < x.last(); c++) {
            int target = result.at(n, row, column, c);
            double value = x.values[x.at(n, inputRow, inputColumn, c)];
            count.values[target]++;
            result.values[target] =
                largest ? Math.max(result.values[target], value) : result.values[target] + value;
          }
        });
    return largest ? result : result.zip(count, (sum, elements) -> sum / elements);
  }

  private static Numbers reshape(Numbers x, Shape shape) {
    int[] sizes = shape.toArray();
    int known =
        Arrays.stream(sizes).filter(size -> size != Shape.UNKNOWN).reduce(1, (a, b) -> a * b);
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == Shape.UNKNOWN) {
        sizes[i] = x.values.length / known;
      }
    }
    return x.as(sizes);
  }

  private static Numbers transpose(Numbers x, List<Integer> permutation) {
    int[] sizes = permutation.stream().mapToInt(axis -> x.sizes[axis]).toArray();
    Numbers result = new Numbers(x.type.dataType(), sizes, new double[x.values.length]);
    for (int i = 0; i < x.values.length; i++) {
      int[] source = x.index(i);
      int[] target = permutation.stream().mapToInt(axis -> source[axis]).toArray();
      result.values[result.at(target)] = x.values[i];
    }
    return result;
  }

  private static Numbers concat(List<Numbers> inputs, int axis) {
    int[] sizes = inputs.get(0).sizes.clone();
    sizes[axis] = inputs.stream().mapToInt(input -> input.sizes[axis]).sum();
    Numbers result =
        new Numbers(inputs.get(0).type.dataType(), sizes, new double[Numbers.count(sizes)]);
    int offset = 0;
    for (Numbers input : inputs) {
      for (int i = 0; i < input.values.length; i++) {
        int[] index = input.index(i);
        index[axis] += offset;
        result.values[result.at(index)] = input.values[i];
      }
      offset += input.sizes[axis];
    }
    return result;
  }

  private static Numbers pad(Numbers x, Op.Pad pad) {
    int[] sizes = x.sizes.clone();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] += pad.before().get(i) + pad.after().get(i);
    }
    Numbers result = new Numbers(x.type.dataType(), sizes, new double[Numbers.count(sizes)]);
    for (int i = 0; i < x.values.length; i++) {
      int[] index = x.index(i);
      for (int axis = 0; axis < index.length; axis++) {
        index[axis] += pad.before().get(axis);
      }
      result.values[result.at(index)] = x.values[i];
    }
    return result;
  }

  private static Numbers slice(Numbers x, Op.Slice slice) {
    int[] sizes = new int[x.rank()];
    for (int i = 0; i < sizes.length; i++) {
      int size = slice.size().get(i);
      sizes[i] = size == -1 ? x.sizes[i] - slice.begin().get(i) : size;
    }
    Numbers result = new Numbers(x.type.dataType(), sizes, new double[Numbers.count(sizes)]);
    for (int i = 0; i < result.values.length; i++) {
      int[] index = result.index(i);
      for (int axis = 0; axis < index.length; axis++) {
        index[axis] += slice.begin().get(axis);
      }
      result.values[i] = x.values[x.at(index)];
    }
    return result;
  }

  private static Numbers resize(Numbers x, Op.Resize resize) {
    Numbers result = Numbers.zeros(x.sizes[0], resize.height(), resize.width(), x.sizes[3]);
    for (int i = 0; i < result.values.length; i++) {
      int[] index = result.index(i);
      double row = (index[1] + 0.5) * x.sizes[1] / resize.height();
      double column = (index[2] + 0.5) * x.sizes[2] / resize.width();
      result.values[i] =
          resize.interpolation() == Interpolation.NEAREST
              ? x.values[x.at(index[0], (int) row, (int) column, index[3])]
              : bilinear(x, index, row - 0.5, column - 0.5);
    }
    return result;
  }

  private static double bilinear(Numbers x, int[] index, double row, double column) {
    IntUnaryOperator clampRow = i -> Math.min(Math.max(i, 0), x.sizes[1] - 1);
    IntUnaryOperator clampColumn = i -> Math.min(Math.max(i, 0), x.sizes[2] - 1);
    int top = (int) Math.floor(row);
    int left = (int) Math.floor(column);
    double sum = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        double weight = (1 - Math.abs(row - (top + i))) * (1 - Math.abs(column - (left + j)));
        int pixelRow = clampRow.applyAsInt(top + i);
        int pixelColumn = clampColumn.applyAsInt(left + j);
        sum += weight * x.values[x.at(index[0], pixelRow, pixelColumn, index[3])];
      }
    }
    return sum;
  }
}
