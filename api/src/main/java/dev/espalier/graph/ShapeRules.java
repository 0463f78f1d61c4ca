package dev.espalier.graph;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** What each primitive demands of its inputs and gives, in shapes. */
final class ShapeRules {
  private ShapeRules() {}

  static EspalierException mismatch(String problem, String remedy) {
    return new EspalierException(ErrorCode.SHAPE_MISMATCH, problem, remedy);
  }

  /** Returns the size of an axis that was computed. */
  private static int size(long size) {
    if (size > Integer.MAX_VALUE) {
      throw mismatch("An axis of " + size + " elements is too long.", "Give smaller sizes.");
    }
    return (int) size;
  }

  static TensorType float32(TensorType input) {
    if (input.dataType() != DataType.FLOAT32) {
      throw mismatch("The input is " + input + ", not float32.", "Cast it to float32 first.");
    }
    return input;
  }

  /** Requires a floating-point type of 16 or 32 bits. */
  private static TensorType anyFloat(TensorType input) {
    return input.dataType().isHalf() ? input : float32(input);
  }

  /** Requires a type whose values can be fed, stored and returned to the host. */
  static TensorType onHost(TensorType type) {
    if (type.dataType().isHalf()) {
      throw type.dataType().onlyInPrograms();
    }
    return type;
  }

  static TensorType unary(TensorType input, Op.UnaryFunction function) {
    return function.allowsHalf() ? anyFloat(input) : float32(input);
  }

  static TensorType binary(TensorType left, TensorType right, Op.BinaryFunction function) {
    if (!function.allowsHalf()) {
      notHalf(left);
    }
    return broadcast(left, right);
  }

  static TensorType compare(TensorType left, TensorType right) {
    return broadcast(notHalf(left), right).withDataType(DataType.BOOL);
  }

  private static TensorType ofSameType(TensorType input, TensorType first) {
    if (input.dataType() != first.dataType()) {
      throw mismatch(
          "The inputs are " + first + " and " + input + ".", "Cast one to the type of the other.");
    }
    return input;
  }

  private static TensorType notHalf(TensorType input) {
    return input.dataType().isHalf() ? float32(input) : input;
  }

  static TensorType cast(TensorType input, DataType target) {
    DataType source = input.dataType();
    if ((source.isHalf() && !target.isFloat()) || (target.isHalf() && !source.isFloat())) {
      throw mismatch(
          "A cast from " + input + " to " + input.withDataType(target) + " is not defined.",
          "Cast to float32 first.");
    }
    return input.withDataType(target);
  }

  private static TensorType images(TensorType input) {
    if (anyFloat(input).shape().rank() != 4) {
      throw mismatch(
          "The input has the shape " + input.shape() + ".",
          "Images have four axes: (batch, height, width, channels).");
    }
    return input;
  }

  static TensorType broadcast(TensorType left, TensorType right) {
    if (left.dataType() != right.dataType()) {
      throw mismatch(
          "The inputs are " + left + " and " + right + ".", "Cast one to the type of the other.");
    }
    Shape a = left.shape();
    Shape b = right.shape();
    int rank = Math.max(a.rank(), b.rank());
    int[] sizes = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.size(-i) : 1;
      int y = i <= b.rank() ? b.size(-i) : 1;
      if (x != y && x != 1 && y != 1) {
        throw mismatch(
            "The shapes " + a + " and " + b + " cannot be broadcast together.",
            "Counted from the last axis, sizes must be equal or 1.");
      }
      sizes[rank - i] = x == 1 ? y : x;
    }
    return left.withShape(Shape.of(sizes));
  }

  static TensorType select(List<TensorType> inputs) {
    TensorType condition = inputs.get(0);
    TensorType first = inputs.get(1);
    TensorType second = inputs.get(2);
    notHalf(first);
    if (condition.dataType() != DataType.BOOL
        || !first.equals(second)
        || !condition.shape().equals(first.shape())) {
      throw mismatch(
          "Select was given " + inputs + ".",
          "It takes booleans and two tensors of the same type, all of the same shape.");
    }
    return first;
  }

  static TensorType reduce(TensorType input, List<Integer> axes, boolean keepDims) {
    List<Integer> sizes = new ArrayList<>(input.shape().sizes());
    List<Integer> sorted = axes.stream().map(input.shape()::normalizeAxis).sorted().toList();
    if (new HashSet<>(sorted).size() != axes.size()) {
      throw mismatch("The axes " + axes + " contain a duplicate axis.", "Name each axis once.");
    }
    for (int i = sorted.size() - 1; i >= 0; i--) {
      int axis = sorted.get(i);
      if (keepDims) {
        sizes.set(axis, 1);
      } else {
        sizes.remove(axis);
      }
    }
    return input.withShape(Shape.of(sizes));
  }

  static TensorType oneHot(TensorType input, int depth) {
    if (input.dataType() != DataType.INT32) {
      throw mismatch("One-hot was given " + input + ".", "It takes int32 class indices.");
    }
    if (depth < 1) {
      throw mismatch("The depth of a one-hot cannot be " + depth + ".", "Give 1 or more.");
    }
    List<Integer> sizes = new ArrayList<>(input.shape().sizes());
    sizes.add(depth);
    return new TensorType(DataType.FLOAT32, Shape.of(sizes));
  }

  static TensorType matMul(TensorType left, TensorType right) {
    Shape a = anyFloat(left).shape();
    Shape b = ofSameType(right, left).shape();
    int leading = a.rank() - 2;
    if (leading < 0
        || b.rank() != a.rank()
        || a.size(-1) != b.size(-2)
        || !a.sizes().subList(0, leading).equals(b.sizes().subList(0, leading))) {
      throw mismatch(
          "A matrix of shape " + a + " cannot be multiplied by one of shape " + b + ".",
          a.rank() == 2 && b.rank() == 2
              ? "It takes (n, k) and (k, m)."
              : "It takes (..., n, k) and (..., k, m) with equal leading axes.");
    }
    return left.withShape(a.with(-1, b.size(-1)));
  }

  static TensorType gather(TensorType input, TensorType indices, int axis) {
    Shape x = input.shape();
    int position = x.normalizeAxis(axis);
    boolean numbers = input.dataType() == DataType.FLOAT32 || input.dataType() == DataType.INT32;
    if (!numbers || indices.dataType() != DataType.INT32) {
      throw mismatch(
          "Gather was given " + input + " and " + indices + ".",
          "It takes float32 or int32 and int32 indices.");
    }
    if (x.size(position) < 1) {
      throw mismatch(
          "Axis "
              + position
              + " of "
              + x
              + ", along which to gather, has the size "
              + x.size(position)
              + ".",
          "Gather along an axis of known size, 1 or more.");
    }
    if (position > 0 && !indices.shape().isStatic()) {
      throw mismatch(
          "The indices "
              + indices.shape()
              + " have a batch; they select along axis "
              + position
              + " of "
              + x
              + ".",
          "Indices of a batch select along axis 0.");
    }
    List<Integer> sizes = new ArrayList<>(x.sizes());
    sizes.remove(position);
    sizes.addAll(position, indices.shape().sizes());
    return input.withShape(Shape.of(sizes));
  }

  static TensorType conv2d(TensorType input, TensorType kernel, Op.Conv2d conv) {
    Shape x = images(input).shape();
    Shape k = ofSameType(kernel, input).shape();
    int groups = conv.groups();
    if (groups < 1) {
      throw mismatch("A convolution cannot have " + groups + " groups.", "Give 1 or more.");
    }
    if (k.rank() != 4 || (long) k.size(2) * groups != x.size(3) || k.size(3) % groups != 0) {
      String channels = "The input " + x + " has " + x.size(3) + " channels; the kernel is " + k;
      throw groups == 1
          ? mismatch(
              channels + ".", "A kernel is (height, width, input channels, output channels).")
          : mismatch(
              channels + " in " + groups + " groups.",
              "A kernel is (height, width, input channels / groups, output channels), and the output"
                  + " channels can be divided into the groups.");
    }
    Size2d dilation = conv.dilation();
    Size2d window =
        new Size2d(dilated(k.size(0), dilation.height()), dilated(k.size(1), dilation.width()));
    return input.withShape(windowed(x, window, conv.strides(), conv.padding()).with(3, k.size(3)));
  }

  static TensorType conv2dTranspose(
      TensorType input, TensorType kernel, Size2d strides, Padding padding) {
    Shape x = images(input).shape();
    Shape k = ofSameType(kernel, input).shape();
    if (k.rank() != 4 || k.size(3) != x.size(3)) {
      throw mismatch(
          "The input " + x + " has " + x.size(3) + " channels; the kernel is " + k + ".",
          "The kernel of a transposed convolution is (height, width, output channels, input"
              + " channels).");
    }
    return input.withShape(
        x.with(1, size(padding.transposedSize(x.size(1), k.size(0), strides.height())))
            .with(2, size(padding.transposedSize(x.size(2), k.size(1), strides.width())))
            .with(3, k.size(2)));
  }

  private static int dilated(int size, int dilation) {
    long result = (size - 1L) * dilation + 1;
    if (result > Integer.MAX_VALUE) {
      throw mismatch(
          "A kernel of " + size + " pixels with dilation " + dilation + " is too large.",
          "Use a smaller dilation.");
    }
    return (int) result;
  }

  static TensorType depthwise(
      TensorType input, TensorType kernel, Size2d strides, Padding padding) {
    Shape x = images(input).shape();
    Shape k = ofSameType(kernel, input).shape();
    if (k.rank() != 4 || k.size(2) != x.size(3) || k.size(3) != 1) {
      throw mismatch(
          "The input " + x + " has " + x.size(3) + " channels; the kernel is " + k + ".",
          "A depthwise kernel is (height, width, channels, 1).");
    }
    return input.withShape(windowed(x, new Size2d(k.size(0), k.size(1)), strides, padding));
  }

  static TensorType pool(TensorType input, Size2d window, Size2d strides, Padding padding) {
    return input.withShape(windowed(images(input).shape(), window, strides, padding));
  }

  private static Shape windowed(Shape images, Size2d window, Size2d strides, Padding padding) {
    int height = images.size(1);
    int width = images.size(2);
    if (padding == Padding.VALID && (height < window.height() || width < window.width())) {
      throw mismatch(
          "A window of " + window + " does not fit into " + height + "x" + width + " pixels.",
          "Use larger images, a smaller window, or padding SAME.");
    }
    return images
        .with(1, padding.outputSize(height, window.height(), strides.height()))
        .with(2, padding.outputSize(width, window.width(), strides.width()));
  }

  static void batchNorm(TensorType input, List<TensorType> parameters) {
    int channels = anyFloat(input).shape().size(-1);
    for (TensorType parameter : parameters) {
      if (!parameter.equals(TensorType.float32(channels))) {
        throw mismatch(
            "The input has " + channels + " channels; a parameter is " + parameter + ".",
            "Gamma, beta, mean and variance are float32(" + channels + ",).");
      }
    }
  }

  static TensorType reshape(TensorType input, Shape target) {
    Shape source = input.shape();
    long known = 1;
    int unknown = -1;
    for (int i = 0; i < target.rank(); i++) {
      if (target.size(i) == Shape.UNKNOWN) {
        if (unknown >= 0) {
          throw mismatch(
              "The target shape " + target + " has two unknown sizes.",
              "Leave at most one size unknown.");
        }
        unknown = i;
      } else {
        known *= target.size(i);
      }
    }
    boolean batch = !source.isStatic();
    long elements = batch ? source.withoutBatch().elementCount() : source.elementCount();
    boolean fits;
    if (batch) {
      // The unknown batch takes up the open size; what is left must hold whole samples.
      fits = unknown >= 0 && known != 0 && elements % known == 0;
      if (fits && unknown == 0 && elements == known) {
        return input.withShape(target);
      }
      fits = fits && unknown == 0;
    } else if (unknown >= 0) {
      fits = known != 0 && elements % known == 0;
      if (fits) {
        return input.withShape(target.with(unknown, size(elements / known)));
      }
    } else {
      fits = known == elements;
    }
    if (!fits) {
      throw mismatch(
          "The shape " + source + " cannot become " + target + ".",
          "The number of elements must stay the same.");
    }
    return input.withShape(target);
  }

  static TensorType transpose(TensorType input, List<Integer> permutation) {
    List<Integer> sorted = permutation.stream().sorted().toList();
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < input.shape().rank(); i++) {
      if (sorted.size() != input.shape().rank() || sorted.get(i) != i) {
        throw mismatch(
            "The order " + permutation + " does not name each axis of " + input.shape() + " once.",
            "Give the axes 0 to " + (input.shape().rank() - 1) + " in the desired order.");
      }
      sizes.add(input.shape().size(permutation.get(i)));
    }
    return input.withShape(Shape.of(sizes));
  }

  static TensorType concat(List<TensorType> inputs, int axis) {
    TensorType first = inputs.get(0);
    int position = first.shape().normalizeAxis(axis);
    int sum = 0;
    for (TensorType input : inputs) {
      boolean fits =
          input.dataType() == first.dataType()
              && input.shape().rank() == first.shape().rank()
              && input.shape().with(position, 0).equals(first.shape().with(position, 0));
      if (!fits) {
        throw mismatch(
            "The tensors " + inputs + " cannot be concatenated along axis " + axis + ".",
            "All sizes except that of the axis, and the data types, must be equal.");
      }
      int size = input.shape().size(position);
      sum = size == Shape.UNKNOWN || sum == Shape.UNKNOWN ? Shape.UNKNOWN : size((long) sum + size);
    }
    return first.withShape(first.shape().with(position, sum));
  }

  static TensorType pad(TensorType input, List<Integer> before, List<Integer> after) {
    Shape shape = input.shape();
    if (before.size() != shape.rank()
        || after.size() != shape.rank()
        || before.stream().anyMatch(count -> count < 0)
        || after.stream().anyMatch(count -> count < 0)) {
      throw mismatch(
          "The padding " + before + ", " + after + " does not fit the shape " + shape + ".",
          "Give a count of 0 or more for each axis.");
    }
    for (int i = 0; i < shape.rank(); i++) {
      long added = (long) before.get(i) + after.get(i);
      if (added > 0 && shape.size(i) == Shape.UNKNOWN) {
        throw mismatch(
            "The padding " + before + ", " + after + " adds to the batch of " + shape + ".",
            "Pad axes of known size only.");
      }
      if (added > 0) {
        shape = shape.with(i, size(shape.size(i) + added));
      }
    }
    return input.withShape(shape);
  }

  static TensorType slice(TensorType input, List<Integer> begin, List<Integer> size) {
    Shape shape = input.shape();
    Shape result = shape;
    for (int i = 0; i < shape.rank(); i++) {
      boolean given = begin.size() == shape.rank() && size.size() == shape.rank();
      int start = given ? begin.get(i) : -1;
      int count = given ? size.get(i) : -1;
      boolean known = shape.size(i) != Shape.UNKNOWN;
      boolean fits =
          given
              && start >= 0
              && (count >= 0 || count == -1)
              && (!known || (long) start + Math.max(0, count) <= shape.size(i));
      if (!fits) {
        throw mismatch(
            "The slice from " + begin + " of size " + size + " is not inside " + shape + ".",
            "Give a start and a size (or -1 for the rest) for each axis.");
      }
      if (count >= 0) {
        result = result.with(i, count);
      } else if (known) {
        result = result.with(i, shape.size(i) - start);
      }
    }
    return input.withShape(result);
  }

  static TensorType resize(TensorType input, int height, int width) {
    if (height < 1 || width < 1) {
      throw mismatch("The size " + height + "x" + width + " is empty.", "Give 1x1 or more.");
    }
    return input.withShape(images(float32(input)).shape().with(1, height).with(2, width));
  }

  static List<TensorType> gradients(List<TensorType> inputs) {
    if (inputs.isEmpty() || !float32(inputs.get(0)).shape().equals(Shape.scalar())) {
      throw mismatch(
          "Gradients were requested of " + inputs + ".",
          "Only a float32 scalar can be differentiated.");
    }
    List<TensorType> rest = inputs.subList(1, inputs.size());
    rest.forEach(ShapeRules::float32);
    return List.copyOf(rest);
  }
}
