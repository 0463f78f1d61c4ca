package dev.espalier.graph;

import java.util.List;

/**
 * A primitive operation. These are all that an engine has to implement; each says what its inputs
 * must be and what it gives. Layout is {@code [batch, height, width, channels]}; convolution
 * kernels are {@code [height, width, in, out]}, depthwise kernels {@code [height, width, channels,
 * 1]}.
 *
 * <p>Floating-point numbers are float32. {@linkplain DataType#isHalf 16 bits} are allowed, for all
 * floating-point inputs and outputs alike, where a primitive says so: in casts, convolutions,
 * matrix products, maximum pooling, batch normalization, some element-wise functions, and in
 * primitives that only move elements, such as {@link Reshape} and {@link Concat}.
 *
 * <p>Adding a primitive is a decision to be written down: first see whether a composition of these
 * is good enough.
 */
public sealed interface Op {

  /**
   * Returns the types of the outputs for inputs of the given types.
   *
   * @throws dev.espalier.error.EspalierException {@code SHAPE_MISMATCH} if the inputs do not fit
   */
  List<TensorType> infer(List<TensorType> inputs);

  /** Returns the name of the primitive as messages show it, such as {@code Conv2d}. */
  default String primitive() {
    return getClass().getSimpleName();
  }

  /**
   * A value that the host feeds in each run.
   *
   * @param name name under which it is fed, unique in the program
   * @param type data type and shape
   */
  record Input(String name, TensorType type) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.onHost(type));
    }
  }

  /**
   * A constant.
   *
   * @param value the value
   */
  record Constant(HostArray value) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(value.type());
    }
  }

  /**
   * The value of a variable at the start of the step.
   *
   * @param variable the variable
   */
  record ReadVariable(Variable variable) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.onHost(variable.type()));
    }
  }

  /**
   * A function applied to each element of a float32 tensor; negation, sigmoid, tanh, relu, relu6
   * and swish also of one of 16 bits.
   *
   * @param function the function
   */
  record Unary(UnaryFunction function) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.unary(inputs.get(0), function));
    }

    @Override
    public String primitive() {
      return function.name();
    }
  }

  /**
   * A function of two tensors of the same data type, with broadcasting as in NumPy. Sums,
   * differences and products are also computed in floating-point types of 16 bits.
   *
   * @param function the function
   */
  record Binary(BinaryFunction function) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.binary(inputs.get(0), inputs.get(1), function));
    }

    @Override
    public String primitive() {
      return function.name();
    }
  }

  /**
   * A comparison of two tensors of the same data type, with broadcasting; the output is boolean.
   *
   * @param comparison the comparison
   */
  record Compare(Comparison comparison) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.compare(inputs.get(0), inputs.get(1)));
    }

    @Override
    public String primitive() {
      return comparison.name();
    }
  }

  /**
   * The element of the second input where the first is true, otherwise that of the third; all
   * inputs have the same shape.
   */
  record Select() implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.select(inputs));
    }
  }

  /**
   * The input converted to another data type. Values converted to {@code UINT8} are truncated and
   * must be from 0 to 255. Types of 16 bits are cast from and to float32, rounding to the nearest;
   * the gradient of such a cast is the same cast back.
   *
   * @param dataType type of the output
   */
  record Cast(DataType dataType) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.cast(inputs.get(0), dataType));
    }
  }

  /**
   * A reduction of a float32 tensor over axes.
   *
   * @param reduction sum, mean, maximum or minimum
   * @param axes axes to reduce, counted from 0, ascending
   * @param keepDims whether reduced axes are kept with size 1
   */
  record Reduce(Reduction reduction, List<Integer> axes, boolean keepDims) implements Op {
    /** Copies the list. */
    public Reduce {
      axes = List.copyOf(axes);
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.reduce(ShapeRules.float32(inputs.get(0)), axes, keepDims));
    }

    @Override
    public String primitive() {
      return "REDUCE_" + reduction.name();
    }
  }

  /**
   * The int32 index of the largest element along an axis, the first of equal ones. NaN is ignored;
   * if all elements are NaN, the index is 0.
   *
   * @param axis the axis, counted from 0, which the output does not have
   */
  record ArgMax(int axis) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(
          ShapeRules.reduce(inputs.get(0), List.of(axis), false).withDataType(DataType.INT32));
    }
  }

  /**
   * One-hot vectors: int32 {@code [...]} becomes float32 {@code [..., depth]}. An index outside 0
   * to {@code depth - 1} gives a vector of zeros.
   *
   * @param depth size of the vectors, 1 or more
   */
  record OneHot(int depth) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.oneHot(inputs.get(0), depth));
    }
  }

  /** exp(x) divided by its sum along the last axis. */
  record Softmax() implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.float32(inputs.get(0)));
    }
  }

  /** The logarithm of {@link Softmax}, computed without overflow. */
  record LogSoftmax() implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.float32(inputs.get(0)));
    }
  }

  /**
   * The product of matrices {@code [..., n, k]} and {@code [..., k, m]}, one for each position
   * along the leading axes, which must be equal: nothing is broadcast. To transpose a factor is
   * {@link Transpose}.
   */
  record MatMul() implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.matMul(inputs.get(0), inputs.get(1)));
    }
  }

  /**
   * Slices of a float32 or int32 tensor along an axis, selected by int32 indices. Inputs: x and the
   * indices, whose shape replaces the axis in the output, so that a scalar index removes the axis.
   * The axis has a known size; indices with an unknown batch size select along axis 0.
   *
   * <p>An index outside 0 to size - 1 gives zeros, as {@link OneHot} does, and no gradient. The
   * gradients of slices that are selected several times add up.
   *
   * @param axis the axis, counted from 0
   */
  record Gather(int axis) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.gather(inputs.get(0), inputs.get(1), axis));
    }
  }

  /**
   * A two-dimensional convolution. Inputs, of one floating-point type: images {@code [n, h, w, in]}
   * and the kernel {@code [kh, kw, in / groups, out]}. Output: {@code [n, h', w', out]}.
   *
   * @param strides step of the kernel along height and width
   * @param padding how the border is handled
   * @param dilation distance between neighbouring elements of the kernel
   * @param groups number of groups into which input and output channels are divided, in order; each
   *     group of outputs sees only its own group of inputs
   */
  record Conv2d(Size2d strides, Padding padding, Size2d dilation, int groups) implements Op {
    /** Creates a convolution in which each output channel sees all input channels. */
    public Conv2d(Size2d strides, Padding padding, Size2d dilation) {
      this(strides, padding, dilation, 1);
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.conv2d(inputs.get(0), inputs.get(1), this));
    }
  }

  /**
   * A transposed convolution: the gradient of {@link Conv2d} with the same strides and padding with
   * respect to its images. Inputs: {@code [n, h, w, in]} and the kernel {@code [kh, kw, out, in]};
   * height and width of the output are those of {@link Padding#transposedSize}.
   *
   * @param strides upsampling factors of height and width
   * @param padding how the border is handled
   */
  record Conv2dTranspose(Size2d strides, Padding padding) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.conv2dTranspose(inputs.get(0), inputs.get(1), strides, padding));
    }
  }

  /**
   * A depthwise convolution with one filter per channel. Inputs: {@code [n, h, w, c]} and the
   * kernel {@code [kh, kw, c, 1]}. Output: {@code [n, h', w', c]}.
   *
   * @param strides step of the kernel along height and width
   * @param padding how the border is handled
   */
  record DepthwiseConv2d(Size2d strides, Padding padding) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.depthwise(inputs.get(0), inputs.get(1), strides, padding));
    }
  }

  /**
   * The largest element of each window of each channel of {@code [n, h, w, c]}; padded elements
   * never count.
   *
   * @param window height and width of the window
   * @param strides step of the window along height and width
   * @param padding how the border is handled
   */
  record MaxPool2d(Size2d window, Size2d strides, Padding padding) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.pool(inputs.get(0), window, strides, padding));
    }
  }

  /**
   * The mean of each window of each channel of {@code [n, h, w, c]}; padded elements do not count.
   *
   * @param window height and width of the window
   * @param strides step of the window along height and width
   * @param padding how the border is handled
   */
  record AveragePool2d(Size2d window, Size2d strides, Padding padding) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.pool(ShapeRules.float32(inputs.get(0)), window, strides, padding));
    }
  }

  /**
   * Batch normalization with the mean and variance of the batch over all axes but the last: {@code
   * (x - mean) * gamma / sqrt(variance + epsilon) + beta}. Inputs: x {@code [..., c]}, gamma {@code
   * [c]}, beta {@code [c]}. Outputs: y, batch mean {@code [c]}, biased batch variance {@code [c]}
   * (divided by the count, not by the count - 1). With x, and then y, of 16 bits, the rest is
   * float32 and computed in float32.
   *
   * @param epsilon small constant added to the variance for numerical stability
   */
  record BatchNormTraining(float epsilon) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      ShapeRules.batchNorm(inputs.get(0), inputs.subList(1, 3));
      TensorType statistic = inputs.get(1);
      return List.of(inputs.get(0), statistic, statistic);
    }
  }

  /**
   * Batch normalization with a given mean and variance: {@code (x - mean) * gamma / sqrt(variance +
   * epsilon) + beta}. Inputs: x {@code [..., c]}, gamma, beta, mean and variance {@code [c]}. With
   * x, and then y, of 16 bits, the rest is float32 and computed in float32.
   *
   * @param epsilon small constant added to the variance for numerical stability
   */
  record BatchNormInference(float epsilon) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      ShapeRules.batchNorm(inputs.get(0), inputs.subList(1, 5));
      return List.of(inputs.get(0));
    }
  }

  /**
   * The same elements in another shape.
   *
   * @param shape shape of the output; one size may be {@link Shape#UNKNOWN}
   */
  record Reshape(Shape shape) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.reshape(inputs.get(0), shape));
    }
  }

  /**
   * A permutation of the axes.
   *
   * @param permutation axis i of the output is axis {@code permutation[i]} of the input
   */
  record Transpose(List<Integer> permutation) implements Op {
    /** Copies the list. */
    public Transpose {
      permutation = List.copyOf(permutation);
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.transpose(inputs.get(0), permutation));
    }
  }

  /**
   * Two or more tensors concatenated along an axis.
   *
   * @param axis the axis, counted from 0
   */
  record Concat(int axis) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.concat(inputs, axis));
    }
  }

  /**
   * The input padded with zeros.
   *
   * @param before number of zeros before the elements of each axis
   * @param after number of zeros after the elements of each axis
   */
  record Pad(List<Integer> before, List<Integer> after) implements Op {
    /** Copies the lists. */
    public Pad {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.pad(inputs.get(0), before, after));
    }
  }

  /**
   * A slice: along each axis {@code size} elements from {@code begin}.
   *
   * @param begin index of the first element along each axis
   * @param size number of elements along each axis; -1 for all that follow
   */
  record Slice(List<Integer> begin, List<Integer> size) implements Op {
    /** Copies the lists. */
    public Slice {
      begin = List.copyOf(begin);
      size = List.copyOf(size);
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.slice(inputs.get(0), begin, size));
    }
  }

  /**
   * Float32 images {@code [n, h, w, c]} resized to {@code [n, height, width, c]}. The centre of
   * output pixel i is at {@code (i + 0.5) * in / out - 0.5} of the input; positions outside are
   * clamped to the edge; without antialiasing.
   *
   * @param height height of the output
   * @param width width of the output
   * @param interpolation interpolation method
   */
  record Resize(int height, int width, Interpolation interpolation) implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return List.of(ShapeRules.resize(inputs.get(0), height, width));
    }
  }

  /** The input, through which no gradient flows. */
  record StopGradient() implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return inputs;
    }
  }

  /**
   * The gradients of a scalar (the first input) with respect to each other input. A gradient has
   * the shape of its input; it is zero if the scalar does not depend on it.
   *
   * <p>Where there is no derivative, every engine follows TensorFlow: {@code RELU} and {@code
   * RELU6} have slope 0 at their kinks, {@code ABS} at 0; equal elements in a {@code MAX} or {@code
   * MIN} reduction get equal gradients; of an equal pair in {@code MAXIMUM} or {@code MINIMUM} the
   * first input gets the gradient, of equal elements in a pooling window the first. No gradient
   * flows through the mean and variance of {@link BatchNormTraining}.
   */
  record Gradients() implements Op {
    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
      return ShapeRules.gradients(inputs);
    }
  }

  /** Functions of one number. */
  enum UnaryFunction {
    /** -x. */
    NEGATE,
    /** |x|. */
    ABS,
    /** e to the x. */
    EXP,
    /** Natural logarithm. */
    LOG,
    /** Square root. */
    SQRT,
    /** 1/sqrt(x). */
    RSQRT,
    /** x·x. */
    SQUARE,
    /** 1/x. */
    RECIPROCAL,
    /** 1/(1 + exp(-x)). */
    SIGMOID,
    /** Hyperbolic tangent. */
    TANH,
    /** Gauss error function. */
    ERF,
    /** log(1 + exp(x)). */
    SOFTPLUS,
    /** max(x, 0). */
    RELU,
    /** min(max(x, 0), 6). */
    RELU6,
    /** x·sigmoid(x), also called SiLU. */
    SWISH,
    /** Largest integer not above x; its gradient is zero. */
    FLOOR;

    /** Returns whether the function takes numbers of {@linkplain DataType#isHalf 16 bits}. */
    public boolean allowsHalf() {
      return switch (this) {
        case NEGATE, SIGMOID, TANH, RELU, RELU6, SWISH -> true;
        default -> false;
      };
    }
  }

  /** Functions of two numbers. */
  enum BinaryFunction {
    /** a + b. */
    ADD,
    /** a - b. */
    SUBTRACT,
    /** a·b. */
    MULTIPLY,
    /** a/b; for integers rounded towards zero. */
    DIVIDE,
    /** The larger. */
    MAXIMUM,
    /** The smaller. */
    MINIMUM,
    /** a to the b. */
    POWER;

    /** Returns whether the function takes numbers of {@linkplain DataType#isHalf 16 bits}. */
    public boolean allowsHalf() {
      return this == ADD || this == SUBTRACT || this == MULTIPLY;
    }
  }

  /** Comparisons. */
  enum Comparison {
    /** a = b. */
    EQUAL,
    /** a &gt; b. */
    GREATER,
    /** a &ge; b. */
    GREATER_EQUAL
  }

  /** Ways to reduce. */
  enum Reduction {
    /** The sum. */
    SUM,
    /** The arithmetic mean. */
    MEAN,
    /** The largest. */
    MAX,
    /** The smallest. */
    MIN
  }

  /** Ways to fill in between pixels. */
  enum Interpolation {
    /** The pixel whose area holds the centre: index floor((i + 0.5)·in/out). */
    NEAREST,
    /** Linear between the two nearest pixels along each axis. */
    BILINEAR
  }
}
