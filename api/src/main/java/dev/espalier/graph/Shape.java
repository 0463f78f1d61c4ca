package dev.espalier.graph;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The sizes of a tensor's axes. An axis of size {@link #UNKNOWN} is not known before a program
 * runs; this is the batch axis, the first one, and a run has one batch. Immutable.
 */
public final class Shape {
  /** The size of an axis that is only known when a program runs. */
  public static final int UNKNOWN = -1;

  /** What any JVM can allocate; some need a few bytes for themselves. */
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] sizes;

  private Shape(int[] sizes) {
    this.sizes = sizes;
  }

  /**
   * Returns the shape with the given sizes.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if a size is below {@code -1}
   */
  public static Shape of(int... sizes) {
    for (int size : sizes) {
      if (size < UNKNOWN) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "A shape cannot have the size " + size + " in " + Arrays.toString(sizes) + ".",
            "Sizes are 0 or more, or -1 for the batch axis.");
      }
    }
    return sizes.length == 0 ? SCALAR : new Shape(sizes.clone());
  }

  /** Returns the shape with the given sizes. */
  public static Shape of(List<Integer> sizes) {
    return of(sizes.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Returns the shape of a single number, which has no axes. */
  public static Shape scalar() {
    return SCALAR;
  }

  /** Returns this shape with a batch axis of unknown size in front. */
  public Shape batched() {
    return withBatch(UNKNOWN);
  }

  /** Returns this shape with a batch axis of the given size in front. */
  public Shape withBatch(int batch) {
    int[] result = new int[sizes.length + 1];
    result[0] = batch;
    System.arraycopy(sizes, 0, result, 1, sizes.length);
    return of(result);
  }

  /** Returns this shape without its first axis: the shape of one sample. */
  public Shape withoutBatch() {
    if (sizes.length == 0) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "A scalar has no batch axis.",
          "Give a shape with at least one axis.");
    }
    return of(Arrays.copyOfRange(sizes, 1, sizes.length));
  }

  /** Returns the number of axes. */
  public int rank() {
    return sizes.length;
  }

  /** Returns the size of an axis; a negative axis counts from the end, as in Python. */
  public int size(int axis) {
    return sizes[normalizeAxis(axis)];
  }

  /** Returns {@code axis} counted from the start. */
  public int normalizeAxis(int axis) {
    int normalized = axis < 0 ? axis + sizes.length : axis;
    if (normalized < 0 || normalized >= sizes.length) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "Axis " + axis + " does not exist in the shape " + this + ".",
          "It has " + sizes.length + " axes.");
    }
    return normalized;
  }

  /** Returns this shape with another size at {@code axis}. */
  public Shape with(int axis, int size) {
    int[] result = sizes.clone();
    result[normalizeAxis(axis)] = size;
    return of(result);
  }

  /** Returns whether every size is known. */
  public boolean isStatic() {
    return Arrays.stream(sizes).noneMatch(size -> size == UNKNOWN);
  }

  /**
   * Returns the number of elements.
   *
   * @throws EspalierException {@link ErrorCode#SHAPE_MISMATCH} if a size is unknown, {@link
   *     ErrorCode#INVALID_ARGUMENT} if the number exceeds 64 bits
   */
  public long elementCount() {
    if (!isStatic()) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The number of elements of " + this + " is not known.",
          "Give the batch size first, with withBatch.");
    }
    long count = 1;
    for (int size : sizes) {
      if (size > 0 && count > Long.MAX_VALUE / size) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "The shape " + this + " has too many elements to count.",
            "Give smaller sizes.");
      }
      count *= size;
    }
    return count;
  }

  /**
   * Returns the number of elements where they are to fill one Java array.
   *
   * @throws EspalierException as {@link #elementCount()}, and {@link ErrorCode#INVALID_ARGUMENT} if
   *     they are more than an array can hold
   */
  public int arrayLength() {
    long count = elementCount();
    if (count > LONGEST_ARRAY) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The shape " + this + " has " + count + " elements, too many for one array.",
          "Give smaller sizes; an array can hold " + LONGEST_ARRAY + " elements.");
    }
    return (int) count;
  }

  /** Returns the sizes, a fresh array. */
  public int[] toArray() {
    return sizes.clone();
  }

  /** Returns the sizes as an unmodifiable list. */
  public List<Integer> sizes() {
    return Collections.unmodifiableList(Arrays.stream(sizes).boxed().toList());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  /** Returns the sizes in Keras' notation, such as {@code (None, 224, 224, 3)}. */
  @Override
  public String toString() {
    if (sizes.length == 1) {
      return "(" + name(sizes[0]) + ",)";
    }
    return Arrays.stream(sizes).mapToObj(Shape::name).collect(Collectors.joining(", ", "(", ")"));
  }

  private static String name(int size) {
    return size == UNKNOWN ? "None" : Integer.toString(size);
  }
}
