package dev.espalier.graph;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * An array on the host with a data type and a shape, in row-major order: what is fed to an engine,
 * what it returns, and what weight files contain. Immutable and thread-safe, provided that an array
 * passed to {@code wrap}, {@code view} or {@code stored} is not changed afterwards.
 */
public final class HostArray {
  private final TensorType type;
  private final Object storage; // float[] or StoredFloats, int[] or byte[], by data type

  private HostArray(TensorType type, Object storage, int length) {
    this.type = type;
    this.storage = storage;
    if (type.shape().elementCount() != length) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          length + " elements do not fill the shape " + type.shape() + ".",
          "It takes " + type.shape().elementCount() + ".");
    }
  }

  /** Returns a float32 array that keeps {@code values} itself, which must not be changed later. */
  public static HostArray wrap(Shape shape, float... values) {
    return new HostArray(new TensorType(DataType.FLOAT32, shape), values, values.length);
  }

  /**
   * Returns a float32 array that views the remaining elements of a buffer without a copy, such as
   * those of a file that is mapped into memory. They must not be changed later.
   */
  public static HostArray view(Shape shape, FloatBuffer values) {
    FloatBuffer viewed = values.slice().asReadOnlyBuffer();
    return stored(shape, viewed::duplicate);
  }

  /**
   * Returns a float32 array whose elements stay where they are stored, and are read each time that
   * they are asked for.
   */
  public static HostArray stored(Shape shape, StoredFloats values) {
    return new HostArray(
        new TensorType(DataType.FLOAT32, shape), values, values.view().remaining());
  }

  /** Returns an int32 array that keeps {@code values} itself, which must not be changed later. */
  public static HostArray wrapInts(Shape shape, int... values) {
    return new HostArray(new TensorType(DataType.INT32, shape), values, values.length);
  }

  /** Returns a uint8 array that keeps {@code values} itself, which must not be changed later. */
  public static HostArray wrapBytes(Shape shape, byte... values) {
    return new HostArray(new TensorType(DataType.UINT8, shape), values, values.length);
  }

  /** Returns an array of booleans (0 is false) that keeps {@code values} itself. */
  public static HostArray wrapBooleans(Shape shape, byte... values) {
    return new HostArray(new TensorType(DataType.BOOL, shape), values, values.length);
  }

  /** Returns a single float32 number. */
  public static HostArray scalar(float value) {
    return wrap(Shape.scalar(), value);
  }

  /** Returns a single int32 number. */
  public static HostArray scalar(int value) {
    return wrapInts(Shape.scalar(), value);
  }

  /** Returns an array filled with one number, which is rounded to the data type. */
  public static HostArray filled(TensorType type, double value) {
    int length = type.shape().arrayLength();
    return switch (type.dataType()) {
      case FLOAT32 -> {
        float[] values = new float[length];
        Arrays.fill(values, (float) value);
        yield wrap(type.shape(), values);
      }
      case INT32 -> {
        int[] values = new int[length];
        Arrays.fill(values, (int) Math.rint(value));
        yield wrapInts(type.shape(), values);
      }
      case UINT8, BOOL -> {
        byte[] values = new byte[length];
        Arrays.fill(values, (byte) Math.rint(value));
        yield new HostArray(type, values, length);
      }
      case BFLOAT16, FLOAT16 -> throw type.dataType().onlyInPrograms();
    };
  }

  /** Returns the data type and shape. */
  public TensorType type() {
    return type;
  }

  /** Returns the shape. */
  public Shape shape() {
    return type.shape();
  }

  /** Returns the data type. */
  public DataType dataType() {
    return type.dataType();
  }

  /** Returns the number of elements. */
  public int elementCount() {
    return type.shape().arrayLength();
  }

  /** Returns a read-only view of the elements of a float32 array. */
  public FloatBuffer floats() {
    return expect(DataType.FLOAT32) instanceof StoredFloats stored
        ? stored.view()
        : FloatBuffer.wrap((float[]) storage).asReadOnlyBuffer();
  }

  /**
   * Copies elements of a float32 array, as many as {@code target} has room for. For an array in a
   * file, this is faster than {@link #floats}.
   *
   * @param from index of the first one
   * @throws IndexOutOfBoundsException if there are not so many from there on
   */
  public void copyTo(FloatBuffer target, int from) {
    if (expect(DataType.FLOAT32) instanceof StoredFloats stored) {
      stored.copy(from, target);
    } else {
      target.put((float[]) storage, from, target.remaining());
    }
  }

  /** Returns a read-only view of the elements of an int32 array. */
  public IntBuffer ints() {
    return IntBuffer.wrap((int[]) expect(DataType.INT32)).asReadOnlyBuffer();
  }

  /** Returns a read-only view of the elements of a uint8 or bool array. */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(
            (byte[]) (dataType() == DataType.BOOL ? storage : expect(DataType.UINT8)))
        .asReadOnlyBuffer();
  }

  /** Returns a copy of the elements of a float32 array. */
  public float[] toFloats() {
    return expect(DataType.FLOAT32) instanceof float[] values
        ? values.clone()
        : copyOfRange(0, elementCount());
  }

  /** Returns a copy of the elements of an int32 array. */
  public int[] toInts() {
    return ((int[]) expect(DataType.INT32)).clone();
  }

  /**
   * Returns the element at a row-major position, as a number; bytes count from 0 to 255. For loops
   * over many elements the buffers are faster.
   */
  public double at(int index) {
    return switch (dataType()) {
      case FLOAT32 -> storage instanceof float[] values ? values[index] : floats().get(index);
      case INT32 -> ((int[]) storage)[index];
      case UINT8, BOOL -> ((byte[]) storage)[index] & 0xff;
      case BFLOAT16, FLOAT16 -> throw dataType().onlyInPrograms();
    };
  }

  /** Returns the only element of an array that has one. */
  public double item() {
    if (elementCount() != 1) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "An array of shape " + shape() + " is not a scalar.",
          "Use at(index) for one of its elements.");
    }
    return at(0);
  }

  /** Returns the same elements with another shape of the same size. */
  public HostArray reshape(Shape shape) {
    return new HostArray(type.withShape(shape), storage, elementCount());
  }

  /**
   * Returns rows {@code from} (inclusive) to {@code to} (exclusive) of the first axis, a copy.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if there are no such rows
   */
  public HostArray rows(int from, int to) {
    if (from < 0 || to < from || to > shape().size(0)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "An array of shape " + shape() + " has no rows from " + from + " to " + to + ".",
          "Rows go from 0 to " + shape().size(0) + ", the end of the range excluded.");
    }
    int row = elementCount() / Math.max(1, shape().size(0));
    Shape rows = shape().with(0, to - from);
    TensorType part = type.withShape(rows);
    int length = (to - from) * row;
    return switch (dataType()) {
      case FLOAT32 -> new HostArray(part, copyOfRange(from * row, to * row), length);
      case INT32 ->
          new HostArray(part, Arrays.copyOfRange((int[]) storage, from * row, to * row), length);
      case UINT8, BOOL ->
          new HostArray(part, Arrays.copyOfRange((byte[]) storage, from * row, to * row), length);
      case BFLOAT16, FLOAT16 -> throw dataType().onlyInPrograms();
    };
  }

  private float[] copyOfRange(int from, int to) {
    float[] copy = new float[to - from];
    copyTo(FloatBuffer.wrap(copy), from);
    return copy;
  }

  /** Two arrays are equal if type and elements are, bit by bit. */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof HostArray array) || !type.equals(array.type)) {
      return false;
    }
    return switch (dataType()) {
      case FLOAT32 -> haveSameBits(this, array);
      case INT32 -> Arrays.equals((int[]) storage, (int[]) array.storage);
      case UINT8, BOOL -> Arrays.equals((byte[]) storage, (byte[]) array.storage);
      case BFLOAT16, FLOAT16 -> throw dataType().onlyInPrograms();
    };
  }

  @Override
  public int hashCode() {
    int elements =
        switch (dataType()) {
          case FLOAT32 ->
              storage instanceof float[] values ? Arrays.hashCode(values) : hashCode(floats());
          case INT32 -> Arrays.hashCode((int[]) storage);
          case UINT8, BOOL -> Arrays.hashCode((byte[]) storage);
          case BFLOAT16, FLOAT16 -> throw dataType().onlyInPrograms();
        };
    return 31 * type.hashCode() + elements;
  }

  /** Unlike the comparison of buffers, tells 0 from -0. */
  private static boolean haveSameBits(HostArray one, HostArray other) {
    if (one.storage instanceof float[] values && other.storage instanceof float[] others) {
      return Arrays.equals(values, others);
    }
    FloatBuffer values = one.floats();
    FloatBuffer others = other.floats();
    while (values.hasRemaining()) {
      if (Float.floatToIntBits(values.get()) != Float.floatToIntBits(others.get())) {
        return false;
      }
    }
    return true;
  }

  /** The hash code of a float array with the same elements. */
  private static int hashCode(FloatBuffer values) {
    int result = 1;
    while (values.hasRemaining()) {
      result = 31 * result + Float.floatToIntBits(values.get());
    }
    return result;
  }

  /** Returns the type, not the elements. */
  @Override
  public String toString() {
    return "HostArray " + type;
  }

  private Object expect(DataType expected) {
    if (dataType() != expected) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The array holds " + dataType() + ", not " + expected + ".",
          "Use the accessor for " + dataType() + ".");
    }
    return storage;
  }
}
