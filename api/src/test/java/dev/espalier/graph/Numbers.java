package dev.espalier.graph;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** An array of doubles with its type: what the reference interpreter computes with. */
final class Numbers {
  final TensorType type;
  final int[] sizes;
  final double[] values;

  Numbers(DataType dataType, int[] sizes, double[] values) {
    this.type = new TensorType(dataType, Shape.of(sizes));
    this.sizes = sizes;
    this.values = values;
    if (count(sizes) != values.length) {
      throw new IllegalArgumentException(values.length + " numbers for " + type);
    }
  }

  static Numbers zeros(int... sizes) {
    return new Numbers(DataType.FLOAT32, sizes, new double[count(sizes)]);
  }

  static Numbers of(HostArray array) {
    double[] values = new double[array.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.at(i);
    }
    return new Numbers(array.dataType(), array.shape().toArray(), values);
  }

  HostArray toHostArray() {
    switch (type.dataType()) {
      case FLOAT32 -> {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
          result[i] = (float) values[i];
        }
        return HostArray.wrap(type.shape(), result);
      }
      case INT32 -> {
        return HostArray.wrapInts(
            type.shape(), Arrays.stream(values).mapToInt(value -> (int) value).toArray());
      }
      default -> {
        byte[] result = new byte[values.length];
        for (int i = 0; i < result.length; i++) {
          result[i] = (byte) (int) values[i];
        }
        return type.dataType() == DataType.UINT8
            ? HostArray.wrapBytes(type.shape(), result)
            : HostArray.wrapBooleans(type.shape(), result);
      }
    }
  }

  static int count(int... sizes) {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  int rank() {
    return sizes.length;
  }

  int last() {
    return sizes[sizes.length - 1];
  }

  /** Returns the position of an element. */
  int at(int... index) {
    int position = 0;
    for (int i = 0; i < sizes.length; i++) {
      position = position * sizes[i] + index[i];
    }
    return position;
  }

  /** Returns the index of the element at a position. */
  int[] index(int position) {
    int[] index = new int[sizes.length];
    int rest = position;
    for (int i = sizes.length - 1; i >= 0; i--) {
      index[i] = rest % sizes[i];
      rest /= sizes[i];
    }
    return index;
  }

  Numbers map(DoubleUnaryOperator function) {
    return new Numbers(type.dataType(), sizes, Arrays.stream(values).map(function).toArray());
  }

  Numbers as(DataType dataType) {
    return new Numbers(dataType, sizes, values);
  }

  Numbers as(int... otherSizes) {
    return new Numbers(type.dataType(), otherSizes, values);
  }

  Numbers zip(Numbers other, DoubleBinaryOperator function) {
    int rank = Math.max(rank(), other.rank());
    int[] result = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int mine = i <= rank() ? sizes[rank() - i] : 1;
      int its = i <= other.rank() ? other.sizes[other.rank() - i] : 1;
      if (mine != its && mine != 1 && its != 1) {
        throw new IllegalArgumentException("cannot broadcast " + type + " and " + other.type);
      }
      result[rank - i] = mine == 1 ? its : mine;
    }
    Numbers frame = new Numbers(type.dataType(), result, new double[count(result)]);
    for (int i = 0; i < frame.values.length; i++) {
      int[] index = frame.index(i);
      frame.values[i] = function.applyAsDouble(broadcastAt(index), other.broadcastAt(index));
    }
    return frame;
  }

  private double broadcastAt(int... index) {
    int[] own = new int[rank()];
    for (int i = 1; i <= rank(); i++) {
      own[rank() - i] = sizes[rank() - i] == 1 ? 0 : index[index.length - i];
    }
    return values[at(own)];
  }
}
