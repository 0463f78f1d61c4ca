package dev.espalier.weights.pytorch;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.weights.internal.WeightFile;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor as a pickle describes it: a view of a storage.
 *
 * @param offset of its first element in the storage, in elements
 * @param strides of each axis, in elements
 */
record PickledTensor(PickledStorage storage, long offset, List<Long> sizes, List<Long> strides) {
  /**
   * Returns the elements in row-major order.
   *
   * @param bytes of the whole storage
   */
  HostArray read(WeightFile file, Shape shape, ByteBuffer bytes) {
    int size = storage.type().bytes();
    int count = shape.arrayLength();
    if (count > 0) {
      requireInside(file);
    }
    ByteBuffer elements =
        isContiguous()
            ? bytes.slice(
                Math.toIntExact(count == 0 ? 0 : offset * size), Math.multiplyExact(count, size))
            : gathered(bytes, count);
    try {
      return storage.type().decode(shape, elements.order(bytes.order()));
    } catch (ArithmeticException e) {
      throw file.invalid("a 64-bit integer does not fit in 32 bits");
    }
  }

  private void requireInside(WeightFile file) {
    long last = offset;
    boolean valid = offset >= 0;
    for (int axis = 0; axis < sizes.size() && valid; axis++) {
      long steps = sizes.get(axis) - 1;
      long stride = strides.get(axis);
      valid = stride >= 0 && (steps == 0 || stride <= (storage.elements() - last) / steps);
      last = valid ? last + steps * stride : last;
    }
    if (!valid || last >= storage.elements()) {
      throw file.invalid(
          "the shape "
              + sizes
              + " with strides "
              + strides
              + " from element "
              + offset
              + " on goes beyond its "
              + storage.elements()
              + " stored elements");
    }
  }

  private boolean isContiguous() {
    long expected = 1;
    for (int axis = sizes.size() - 1; axis >= 0; axis--) {
      long size = sizes.get(axis);
      if (size == 0) {
        return true;
      }
      if (size != 1 && strides.get(axis) != expected) {
        return false;
      }
      expected *= size;
    }
    return true;
  }

  /** Copies the elements one by one: such as those of a tensor in channels-last order. */
  private ByteBuffer gathered(ByteBuffer bytes, int count) {
    int size = storage.type().bytes();
    byte[] target = new byte[Math.multiplyExact(count, size)];
    int axes = sizes.size();
    long[] index = new long[axes];
    long position = offset;
    for (int i = 0; i < count; i++) {
      bytes.get(Math.toIntExact(position * size), target, i * size, size);
      for (int axis = axes - 1; axis >= 0; axis--) {
        position += strides.get(axis);
        if (++index[axis] < sizes.get(axis)) {
          break;
        }
        position -= strides.get(axis) * index[axis];
        index[axis] = 0;
      }
    }
    return ByteBuffer.wrap(target);
  }
}
