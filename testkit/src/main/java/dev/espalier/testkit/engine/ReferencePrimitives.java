package dev.espalier.testkit.engine;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * Reference implementations of the primitives in plain Java and double precision, optimized for
 * clarity only. {@link Op.Input}, {@link Op.ReadVariable} and {@link Op.Gradients} are not covered,
 * because they have no meaning outside a program.
 */
public final class ReferencePrimitives {
  private ReferencePrimitives() {}

  /** Returns the outputs of a primitive, rounded to the output's data type. */
  public static List<HostArray> compute(Op op, List<HostArray> inputs) {
    return apply(op, inputs.stream().map(ReferenceArray::of).toList()).stream()
        .map(ReferencePrimitives::toHost)
        .toList();
  }

  private static HostArray toHost(ReferenceArray array) {
    Shape shape = array.shape();
    int count = array.count();
    return switch (array.type().dataType()) {
      case FLOAT32 -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = (float) array.at(i);
        }
        yield HostArray.wrap(shape, values);
      }
      case INT32 -> {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
          values[i] = (int) array.at(i);
        }
        yield HostArray.wrapInts(shape, values);
      }
      case BFLOAT16, FLOAT16 -> throw array.type().dataType().onlyInPrograms();
      case UINT8, BOOL -> {
        byte[] values = new byte[count];
        for (int i = 0; i < count; i++) {
          values[i] = (byte) (int) array.at(i);
        }
        yield array.type().dataType() == DataType.UINT8
            ? HostArray.wrapBytes(shape, values)
            : HostArray.wrapBooleans(shape, values);
      }
    };
  }

  static List<ReferenceArray> apply(Op op, List<ReferenceArray> in) {
    List<TensorType> types = op.infer(in.stream().map(ReferenceArray::type).toList());
    TensorType out = types.get(0);
    ReferenceArray x = in.isEmpty() ? ReferenceArray.generate(out, i -> 0) : in.get(0);
    if (op instanceof Op.BatchNormTraining norm) {
      return ReferenceImages.batchNormTraining(norm, in);
    }
    return List.of(
        op instanceof Op.Constant constant
            ? ReferenceArray.of(constant.value())
            : op instanceof Op.Unary unary
                ? ReferenceArray.generate(out, i -> unary(unary.function(), x.at(i)))
                : op instanceof Op.Binary binary
                    ? broadcast(out, x, in.get(1), binary(binary.function(), out.dataType()))
                    : op instanceof Op.Compare compare
                        ? broadcast(out, x, in.get(1), comparison(compare.comparison()))
                        : other(op, in, out));
  }

  private static ReferenceArray other(Op op, List<ReferenceArray> in, TensorType out) {
    ReferenceArray x = in.get(0);
    if (op instanceof Op.Select) {
      return ReferenceArray.generate(out, i -> x.at(i) != 0 ? in.get(1).at(i) : in.get(2).at(i));
    }
    if (op instanceof Op.Cast) {
      return ReferenceArray.generate(out, i -> cast(out.dataType(), x.at(i)));
    }
    if (op instanceof Op.Reduce reduce) {
      return reduce(reduce, x, out);
    }
    if (op instanceof Op.ArgMax argMax) {
      return argMax(argMax.axis(), x, out);
    }
    if (op instanceof Op.OneHot oneHot) {
      int depth = oneHot.depth();
      return ReferenceArray.generate(out, i -> x.at(i / depth) == i % depth ? 1 : 0);
    }
    if (op instanceof Op.Softmax) {
      ReferenceArray logarithm = logSoftmax(x);
      return ReferenceArray.generate(out, i -> Math.exp(logarithm.at(i)));
    }
    if (op instanceof Op.LogSoftmax) {
      return logSoftmax(x);
    }
    if (op instanceof Op.Gather gather) {
      return gather(gather.axis(), x, in.get(1), out);
    }
    if (op instanceof Op.MatMul) {
      return matMul(x, in.get(1), out);
    }
    if (op instanceof Op.StopGradient) {
      return x;
    }
    if (op instanceof Op.Reshape) {
      return x.withShape(out.shape());
    }
    if (op instanceof Op.Transpose
        || op instanceof Op.Concat
        || op instanceof Op.Pad
        || op instanceof Op.Slice) {
      return moved(op, in, out);
    }
    return ReferenceImages.apply(op, in, out);
  }

  private static double unary(Op.UnaryFunction function, double x) {
    return switch (function) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case SQUARE -> x * x;
      case RECIPROCAL -> 1 / x;
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case ERF -> erf(x);
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case RELU -> Math.max(x, 0);
      case RELU6 -> Math.min(Math.max(x, 0), 6);
      case SWISH -> x / (1 + Math.exp(-x));
      case FLOOR -> Math.floor(x);
    };
  }

  /**
   * Uses the power series, which converges for every x and is accurate enough for the small ones
   * here.
   */
  private static double erf(double x) {
    double sum = 0;
    double term = x;
    for (int n = 0; n < 200; n++) {
      sum += term / (2 * n + 1);
      term *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private static DoubleBinaryOperator binary(Op.BinaryFunction function, DataType type) {
    return switch (function) {
      case ADD -> (a, b) -> a + b;
      case SUBTRACT -> (a, b) -> a - b;
      case MULTIPLY -> (a, b) -> a * b;
      case DIVIDE -> type.isFloat() ? (a, b) -> a / b : ReferencePrimitives::quotient;
      case MAXIMUM -> Math::max;
      case MINIMUM -> Math::min;
      case POWER -> Math::pow;
    };
  }

  private static double quotient(double a, double b) {
    long truncated = (long) a / (long) b;
    return truncated;
  }

  private static DoubleBinaryOperator comparison(Op.Comparison comparison) {
    return switch (comparison) {
      case EQUAL -> (a, b) -> a == b ? 1 : 0;
      case GREATER -> (a, b) -> a > b ? 1 : 0;
      case GREATER_EQUAL -> (a, b) -> a >= b ? 1 : 0;
    };
  }

  private static double cast(DataType type, double value) {
    return switch (type) {
      case FLOAT32, BFLOAT16, FLOAT16 -> value;
      case INT32, UINT8 -> (double) (long) value;
      case BOOL -> value != 0 ? 1 : 0;
    };
  }

  private static ReferenceArray broadcast(
      TensorType out, ReferenceArray a, ReferenceArray b, DoubleBinaryOperator function) {
    return ReferenceArray.generate(
        out,
        i -> {
          int[] index = ReferenceArray.index(out.shape(), i);
          return function.applyAsDouble(
              a.at(source(a.shape(), index)), b.at(source(b.shape(), index)));
        });
  }

  private static int[] source(Shape shape, int[] index) {
    int[] result = new int[shape.rank()];
    for (int i = 1; i <= result.length; i++) {
      result[result.length - i] = shape.size(-i) == 1 ? 0 : index[index.length - i];
    }
    return result;
  }

  private static ReferenceArray reduce(Op.Reduce op, ReferenceArray x, TensorType out) {
    List<List<Double>> groups = new ArrayList<>();
    for (int i = 0; i < out.shape().elementCount(); i++) {
      groups.add(new ArrayList<>());
    }
    for (int i = 0; i < x.count(); i++) {
      int[] index = ReferenceArray.index(x.shape(), i);
      int group = 0;
      for (int axis = 0; axis < index.length; axis++) {
        if (!op.axes().contains(axis)) {
          group = group * x.shape().size(axis) + index[axis];
        }
      }
      groups.get(group).add(x.at(i));
    }
    return ReferenceArray.generate(
        out,
        i -> {
          var numbers = groups.get(i).stream().mapToDouble(Double::doubleValue);
          return switch (op.reduction()) {
            case SUM -> numbers.sum();
            case MEAN -> numbers.average().orElse(Double.NaN);
            case MAX -> numbers.max().orElse(Double.NaN);
            case MIN -> numbers.min().orElse(Double.NaN);
          };
        });
  }

  private static ReferenceArray argMax(int axis, ReferenceArray x, TensorType out) {
    return ReferenceArray.generate(
        out,
        i -> {
          int[] rest = ReferenceArray.index(out.shape(), i);
          int[] index = new int[x.shape().rank()];
          for (int k = 0; k < index.length; k++) {
            index[k] = k < axis ? rest[k] : k > axis ? rest[k - 1] : 0;
          }
          int best = 0;
          double largest = Double.NEGATIVE_INFINITY;
          for (int k = 0; k < x.shape().size(axis); k++) {
            index[axis] = k;
            if (x.at(index) > largest) {
              largest = x.at(index);
              best = k;
            }
          }
          return best;
        });
  }

  private static ReferenceArray logSoftmax(ReferenceArray x) {
    int classes = x.shape().size(-1);
    return ReferenceArray.generate(
        x.type(),
        i -> {
          double sum = 0;
          int row = i - i % classes;
          for (int k = 0; k < classes; k++) {
            sum += Math.exp(x.at(row + k) - x.at(i));
          }
          return -Math.log(sum);
        });
  }

  private static ReferenceArray matMul(ReferenceArray a, ReferenceArray b, TensorType out) {
    int rows = out.shape().size(-2);
    int columns = out.shape().size(-1);
    int inner = a.shape().size(-1);
    return ReferenceArray.generate(
        out,
        i -> {
          int firstOfB = i / (rows * columns) * inner * columns;
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            sum += a.at(i / columns * inner + k) * b.at(firstOfB + k * columns + i % columns);
          }
          return sum;
        });
  }

  private static ReferenceArray gather(
      int axis, ReferenceArray x, ReferenceArray indices, TensorType out) {
    int indexAxes = indices.shape().rank();
    return ReferenceArray.generate(
        out,
        i -> {
          int[] target = ReferenceArray.index(out.shape(), i);
          int[] index = Arrays.copyOfRange(target, axis, axis + indexAxes);
          int[] source = new int[x.shape().rank()];
          System.arraycopy(target, 0, source, 0, axis);
          source[axis] = (int) indices.at(index);
          System.arraycopy(target, axis + indexAxes, source, axis + 1, source.length - axis - 1);
          return source[axis] >= 0 && source[axis] < x.shape().size(axis) ? x.at(source) : 0;
        });
  }

  /** Primitives whose output elements are input elements at another index, or zero. */
  private static ReferenceArray moved(Op op, List<ReferenceArray> in, TensorType out) {
    return ReferenceArray.generate(
        out,
        i -> {
          int[] index = ReferenceArray.index(out.shape(), i);
          int input = 0;
          if (op instanceof Op.Transpose transpose) {
            int[] source = new int[index.length];
            for (int k = 0; k < index.length; k++) {
              source[transpose.permutation().get(k)] = index[k];
            }
            index = source;
          } else if (op instanceof Op.Slice slice) {
            for (int k = 0; k < index.length; k++) {
              index[k] += slice.begin().get(k);
            }
          } else if (op instanceof Op.Concat concat) {
            while (index[concat.axis()] >= in.get(input).shape().size(concat.axis())) {
              index[concat.axis()] -= in.get(input).shape().size(concat.axis());
              input++;
            }
          } else if (op instanceof Op.Pad pad) {
            for (int k = 0; k < index.length; k++) {
              index[k] -= pad.before().get(k);
              if (index[k] < 0 || index[k] >= in.get(0).shape().size(k)) {
                return 0;
              }
            }
          }
          return in.get(input).at(index);
        });
  }
}
