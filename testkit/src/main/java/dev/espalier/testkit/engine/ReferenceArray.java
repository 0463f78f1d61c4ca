package dev.espalier.testkit.engine;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.util.function.IntToDoubleFunction;

/** An array in double precision, for reference values. */
final class ReferenceArray {
  private final TensorType type;
  private final double[] values;

  private ReferenceArray(TensorType type, double[] values) {
    this.type = type;
    this.values = values;
  }

  static ReferenceArray of(HostArray array) {
    return generate(array.type(), array::at);
  }

  /** Returns an array whose element at each row-major position is computed by a function. */
  static ReferenceArray generate(TensorType type, IntToDoubleFunction element) {
    double[] values = new double[Math.toIntExact(type.shape().elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = element.applyAsDouble(i);
    }
    return new ReferenceArray(type, values);
  }

  static ReferenceArray floats(Shape shape, IntToDoubleFunction element) {
    return generate(new TensorType(DataType.FLOAT32, shape), element);
  }

  TensorType type() {
    return type;
  }

  Shape shape() {
    return type.shape();
  }

  int count() {
    return values.length;
  }

  double at(int position) {
    return values[position];
  }

  double at(int[] index) {
    return values[position(shape(), index)];
  }

  /** Returns this array with another value at a position. */
  ReferenceArray with(int position, double value) {
    double[] copy = values.clone();
    copy[position] = value;
    return new ReferenceArray(type, copy);
  }

  ReferenceArray withShape(Shape shape) {
    return new ReferenceArray(type.withShape(shape), values);
  }

  /** Returns the row-major position of an index. */
  static int position(Shape shape, int[] index) {
    int position = 0;
    for (int axis = 0; axis < index.length; axis++) {
      position = position * shape.size(axis) + index[axis];
    }
    return position;
  }

  /** Returns the index of a row-major position. */
  static int[] index(Shape shape, int position) {
    int[] index = new int[shape.rank()];
    int rest = position;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      index[axis] = rest % shape.size(axis);
      rest /= shape.size(axis);
    }
    return index;
  }
}
