package dev.espalier.graph;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Op.BinaryFunction;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Op.Interpolation;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Op.UnaryFunction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Graph}: the functions that layers, losses, metrics and optimizers call. Each
 * checks its arguments at once; an error names the {@linkplain #within scope}, usually the layer.
 *
 * <p>Not thread-safe.
 */
public final class Ops {
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> inputs = new HashMap<>();
  private final Map<Variable, Tensor> variables = new HashMap<>();
  private final Map<HostArray, Tensor> scalars = new HashMap<>();
  private String scope = "";
  private @Nullable EspalierException located;
  private int nextId;

  /** Creates an empty graph to add to. */
  public Ops() {}

  /** Returns the graph of all operations so far. */
  public Graph toGraph() {
    return new Graph(nodes);
  }

  /**
   * Runs {@code body} so that its operations belong to {@code name}, and returns its result. An
   * error in it names the innermost scope.
   *
   * @throws EspalierException what {@code body} throws, with the scope; {@link
   *     ErrorCode#TRACING_FAILED} if it throws another exception or returns null, or a list with
   *     null
   */
  public <T> T within(String name, Supplier<T> body) {
    String outer = scope;
    scope = name;
    try {
      T result = body.get();
      if (result == null
          || (result instanceof List<?> several && several.stream().anyMatch(Objects::isNull))) {
        throw new EspalierException(
            ErrorCode.TRACING_FAILED, "It returned null.", "Return the tensor that it computes.");
      }
      return result;
    } catch (EspalierException e) {
      throw located(e);
    } catch (RuntimeException e) {
      throw located(
          new EspalierException(
              ErrorCode.TRACING_FAILED,
              e + ".",
              "Correct the arguments or the code that failed; the cause says where it is.",
              e));
    } finally {
      scope = outer;
    }
  }

  /** Returns an error that names the scope, the innermost one if several enclose each other. */
  private EspalierException located(EspalierException error) {
    if (error != located) {
      located =
          new EspalierException(
              error.code(), "In " + scope + ": " + error.problem(), error.remedy(), error);
    }
    return located;
  }

  /**
   * Adds any primitive. The functions below are the readable way; passes that rewrite graphs use
   * this one.
   *
   * @throws EspalierException {@code SHAPE_MISMATCH} if the inputs do not fit
   */
  public List<Tensor> apply(Op op, List<Tensor> arguments) {
    List<TensorType> types;
    try {
      types = op.infer(arguments.stream().map(Tensor::type).toList());
    } catch (EspalierException e) {
      throw new EspalierException(e.code(), op.primitive() + ": " + e.problem(), e.remedy(), e);
    }
    List<Tensor> outputs = types.stream().map(type -> new Tensor(nextId++, type)).toList();
    nodes.add(new Node(op, arguments, outputs, scope));
    return outputs;
  }

  private Tensor one(Op op, Tensor... arguments) {
    return apply(op, List.of(arguments)).get(0);
  }

  /** Returns a value that the host feeds; the same name gives the same tensor. */
  public Tensor input(String name, TensorType type) {
    Tensor input = inputs.computeIfAbsent(name, key -> one(new Op.Input(key, type)));
    if (!input.type().equals(type)) {
      throw ShapeRules.mismatch(
          "The input \"" + name + "\" is " + input.type() + " and cannot be " + type + " too.",
          "Give each input a unique name.");
    }
    return input;
  }

  /** Returns a value that never changes. */
  public Tensor constant(HostArray value) {
    return one(new Op.Constant(value));
  }

  /** Returns a float32 number that never changes. */
  public Tensor constant(double value) {
    return scalars.computeIfAbsent(HostArray.scalar((float) value), this::constant);
  }

  /** Returns the value that a variable has at the start of the step. */
  public Tensor read(Variable variable) {
    return variables.computeIfAbsent(variable, key -> one(new Op.ReadVariable(key)));
  }

  /** Returns a function of each element. */
  public Tensor unary(UnaryFunction function, Tensor x) {
    return one(new Op.Unary(function), x);
  }

  /** Returns -x. */
  public Tensor negate(Tensor x) {
    return unary(UnaryFunction.NEGATE, x);
  }

  /** Returns |x|. */
  public Tensor abs(Tensor x) {
    return unary(UnaryFunction.ABS, x);
  }

  /** Returns e to the x. */
  public Tensor exp(Tensor x) {
    return unary(UnaryFunction.EXP, x);
  }

  /** Returns the natural logarithm. */
  public Tensor log(Tensor x) {
    return unary(UnaryFunction.LOG, x);
  }

  /** Returns the square root. */
  public Tensor sqrt(Tensor x) {
    return unary(UnaryFunction.SQRT, x);
  }

  /** Returns 1/sqrt(x). */
  public Tensor rsqrt(Tensor x) {
    return unary(UnaryFunction.RSQRT, x);
  }

  /** Returns x·x. */
  public Tensor square(Tensor x) {
    return unary(UnaryFunction.SQUARE, x);
  }

  /** Returns 1/(1 + exp(-x)). */
  public Tensor sigmoid(Tensor x) {
    return unary(UnaryFunction.SIGMOID, x);
  }

  /** Returns a function of two tensors with broadcasting. */
  public Tensor binary(BinaryFunction function, Tensor a, Tensor b) {
    return one(new Op.Binary(function), a, b);
  }

  /** Returns a + b with broadcasting. */
  public Tensor add(Tensor a, Tensor b) {
    return binary(BinaryFunction.ADD, a, b);
  }

  /** Returns a + b. */
  public Tensor add(Tensor a, double b) {
    return add(a, constant(b));
  }

  /** Returns a - b with broadcasting. */
  public Tensor subtract(Tensor a, Tensor b) {
    return binary(BinaryFunction.SUBTRACT, a, b);
  }

  /** Returns a·b with broadcasting. */
  public Tensor multiply(Tensor a, Tensor b) {
    return binary(BinaryFunction.MULTIPLY, a, b);
  }

  /** Returns a·b. */
  public Tensor multiply(Tensor a, double b) {
    return multiply(a, constant(b));
  }

  /** Returns a/b with broadcasting. */
  public Tensor divide(Tensor a, Tensor b) {
    return binary(BinaryFunction.DIVIDE, a, b);
  }

  /** Returns the larger of each pair. */
  public Tensor maximum(Tensor a, Tensor b) {
    return binary(BinaryFunction.MAXIMUM, a, b);
  }

  /** Returns the smaller of each pair. */
  public Tensor minimum(Tensor a, Tensor b) {
    return binary(BinaryFunction.MINIMUM, a, b);
  }

  /** Returns x limited to a range. */
  public Tensor clip(Tensor x, double low, double high) {
    return minimum(maximum(x, constant(low)), constant(high));
  }

  /** Returns where a comparison holds. */
  public Tensor compare(Comparison comparison, Tensor a, Tensor b) {
    return one(new Op.Compare(comparison), a, b);
  }

  /** Returns {@code whenTrue} where the condition holds, else {@code whenFalse}. */
  public Tensor select(Tensor condition, Tensor whenTrue, Tensor whenFalse) {
    return one(new Op.Select(), condition, whenTrue, whenFalse);
  }

  /** Returns x converted; x itself if it has the type already. */
  public Tensor cast(Tensor x, DataType dataType) {
    return x.dataType() == dataType ? x : one(new Op.Cast(dataType), x);
  }

  /**
   * Returns a reduction over axes; a negative axis counts from the end. Without axes it is over
   * all, as in NumPy and Keras: the batch too, so that one number stays.
   */
  public Tensor reduce(Reduction reduction, Tensor x, boolean keepDims, int... axes) {
    List<Integer> normalized = new ArrayList<>();
    for (int axis : axes) {
      normalized.add(x.shape().normalizeAxis(axis));
    }
    for (int axis = 0; axes.length == 0 && axis < x.shape().rank(); axis++) {
      normalized.add(axis);
    }
    return one(new Op.Reduce(reduction, normalized.stream().sorted().toList(), keepDims), x);
  }

  /** Returns the mean over axes, which disappear; over all of them, the batch too, without axes. */
  public Tensor mean(Tensor x, int... axes) {
    return reduce(Reduction.MEAN, x, false, axes);
  }

  /** Returns the sum over axes, which disappear; over all of them, the batch too, without axes. */
  public Tensor sum(Tensor x, int... axes) {
    return reduce(Reduction.SUM, x, false, axes);
  }

  /**
   * Returns the int32 position of the largest element along an axis, the first of equals, passing
   * over NaN.
   */
  public Tensor argMax(Tensor x, int axis) {
    return one(new Op.ArgMax(x.shape().normalizeAxis(axis)), x);
  }

  /** Returns float32 one-hot vectors for int32 indices. */
  public Tensor oneHot(Tensor indices, int depth) {
    return one(new Op.OneHot(depth), indices);
  }

  /**
   * Returns the slices of {@code x} along {@code axis} at int32 indices; the shape of the indices
   * replaces the axis. An index out of range gives zeros.
   */
  public Tensor gather(Tensor x, Tensor indices, int axis) {
    return one(new Op.Gather(x.shape().normalizeAxis(axis)), x, indices);
  }

  /** Returns the softmax along the last axis. */
  public Tensor softmax(Tensor x) {
    return one(new Op.Softmax(), x);
  }

  /** Returns the logarithm of the softmax along the last axis. */
  public Tensor logSoftmax(Tensor x) {
    return one(new Op.LogSoftmax(), x);
  }

  /**
   * Returns what a softmax or sigmoid of this graph made {@code x} from, or null if another
   * operation gave x. A loss that needs logarithms of probabilities computes them from the logits,
   * where they stay exact however near to 0 or 1 a probability is.
   */
  public @Nullable Tensor logitsOf(Tensor x) {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.outputs().contains(x)) {
        boolean activation =
            node.op() instanceof Op.Softmax
                || (node.op() instanceof Op.Unary unary
                    && unary.function() == UnaryFunction.SIGMOID);
        return activation ? node.inputs().get(0) : null;
      }
    }
    return null;
  }

  /**
   * Returns the product of {@code [n, k]} and {@code [k, m]}, or of batches of such matrices whose
   * leading axes are equal.
   */
  public Tensor matMul(Tensor a, Tensor b) {
    return one(new Op.MatMul(), a, b);
  }

  /** Returns a convolution of {@code [n, h, w, in]} with a kernel {@code [kh, kw, in, out]}. */
  public Tensor conv2d(Tensor x, Tensor kernel, Size2d strides, Padding padding, Size2d dilation) {
    return conv2d(x, kernel, strides, padding, dilation, 1);
  }

  /** Returns a convolution in groups with a kernel {@code [kh, kw, in / groups, out]}. */
  public Tensor conv2d(
      Tensor x, Tensor kernel, Size2d strides, Padding padding, Size2d dilation, int groups) {
    return one(new Op.Conv2d(strides, padding, dilation, groups), x, kernel);
  }

  /** Returns a transposed convolution with a kernel {@code [kh, kw, out, in]}. */
  public Tensor conv2dTranspose(Tensor x, Tensor kernel, Size2d strides, Padding padding) {
    return one(new Op.Conv2dTranspose(strides, padding), x, kernel);
  }

  /** Returns a depthwise convolution with a kernel {@code [kh, kw, c, 1]}. */
  public Tensor depthwiseConv2d(Tensor x, Tensor kernel, Size2d strides, Padding padding) {
    return one(new Op.DepthwiseConv2d(strides, padding), x, kernel);
  }

  /** Returns the largest element of each window. */
  public Tensor maxPool2d(Tensor x, Size2d window, Size2d strides, Padding padding) {
    return one(new Op.MaxPool2d(window, strides, padding), x);
  }

  /** Returns the mean of each window; padding does not count. */
  public Tensor averagePool2d(Tensor x, Size2d window, Size2d strides, Padding padding) {
    return one(new Op.AveragePool2d(window, strides, padding), x);
  }

  /** Returns the normalized x and the mean and biased variance of the batch, in this order. */
  public List<Tensor> batchNormTraining(Tensor x, Tensor gamma, Tensor beta, float epsilon) {
    return apply(new Op.BatchNormTraining(epsilon), List.of(x, gamma, beta));
  }

  /** Returns x normalized with a given mean and variance. */
  public Tensor batchNormInference(
      Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float epsilon) {
    return one(new Op.BatchNormInference(epsilon), x, gamma, beta, mean, variance);
  }

  /**
   * Returns x normalized along its last axis: gamma (x - mean) / sqrt(variance + epsilon) + beta,
   * with the mean and the biased variance of each vector along that axis. A composition of other
   * operations, as are all that engines may compute at once but need not know.
   *
   * @param gamma of the size of the last axis
   * @param beta of the size of the last axis
   */
  public Tensor layerNormalization(Tensor x, Tensor gamma, Tensor beta, double epsilon) {
    Tensor centered = subtract(x, reduce(Reduction.MEAN, x, true, -1));
    Tensor variance = reduce(Reduction.MEAN, square(centered), true, -1);
    Tensor normalized = multiply(centered, rsqrt(add(variance, epsilon)));
    return add(multiply(normalized, gamma), beta);
  }

  /** Returns the same elements in another shape; -1 stands for the batch. */
  public Tensor reshape(Tensor x, Shape shape) {
    return one(new Op.Reshape(shape), x);
  }

  /** Returns the axes in another order. */
  public Tensor transpose(Tensor x, int... permutation) {
    return one(new Op.Transpose(java.util.Arrays.stream(permutation).boxed().toList()), x);
  }

  /** Returns tensors joined along an axis. */
  public Tensor concat(List<Tensor> tensors, int axis) {
    return apply(new Op.Concat(tensors.get(0).shape().normalizeAxis(axis)), tensors).get(0);
  }

  /** Returns images with zeros added around: rows above and below, columns left and right. */
  public Tensor pad2d(Tensor x, int top, int bottom, int left, int right) {
    return one(new Op.Pad(List.of(0, top, left, 0), List.of(0, bottom, right, 0)), x);
  }

  /** Returns a slice; size -1 takes the rest of an axis. */
  public Tensor slice(Tensor x, List<Integer> begin, List<Integer> size) {
    return one(new Op.Slice(begin, size), x);
  }

  /**
   * Returns equal sections of the last axis, in order.
   *
   * @param sections 1 or more; the size of the last axis is a multiple of it
   * @throws EspalierException {@link ErrorCode#SHAPE_MISMATCH} if it is not
   */
  public List<Tensor> split(Tensor x, int sections) {
    Shape shape = x.shape();
    if (shape.rank() < 2 || shape.size(-1) % sections != 0) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The channels of the input " + shape + " cannot be split into " + sections + ".",
          "Split a multiple of " + sections + " channels.");
    }
    int channels = shape.size(-1) / sections;
    List<Integer> size = shape.with(-1, channels).sizes();
    List<Tensor> parts = new ArrayList<>();
    for (int section = 0; section < sections; section++) {
      List<Integer> begin = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
      begin.set(shape.rank() - 1, section * channels);
      parts.add(slice(x, begin, size));
    }
    return parts;
  }

  /** Returns float32 images in another size. */
  public Tensor resize(Tensor x, int height, int width, Interpolation interpolation) {
    return one(new Op.Resize(height, width, interpolation), x);
  }

  /** Returns x; gradients do not pass. */
  public Tensor stopGradient(Tensor x) {
    return one(new Op.StopGradient(), x);
  }

  /** Returns the gradients of a scalar, one for each of {@code withRespectTo}. */
  public List<Tensor> gradients(Tensor scalar, List<Tensor> withRespectTo) {
    List<Tensor> arguments = new ArrayList<>();
    arguments.add(scalar);
    arguments.addAll(withRespectTo);
    return apply(new Op.Gradients(), arguments);
  }
}
