package dev.espalier.graph;

import org.jspecify.annotations.Nullable;

/**
 * Data type and shape of a tensor. Immutable.
 *
 * @param dataType type of the elements
 * @param shape sizes of the axes
 */
public record TensorType(DataType dataType, Shape shape) {
  /** Returns the type of float32 tensors of a shape. */
  public static TensorType float32(int... sizes) {
    return new TensorType(DataType.FLOAT32, Shape.of(sizes));
  }

  /** Returns this type with another shape. */
  public TensorType withShape(Shape other) {
    return new TensorType(dataType, other);
  }

  /** Returns this type with another data type. */
  public TensorType withDataType(DataType other) {
    return new TensorType(other, shape);
  }

  // Written out, because the JVM makes these of a record at their first use, which takes a while.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TensorType type
        && dataType == type.dataType
        && shape.equals(type.shape);
  }

  @Override
  public int hashCode() {
    return 31 * dataType.hashCode() + shape.hashCode();
  }

  @Override
  public String toString() {
    return dataType.lowerCaseName() + shape;
  }
}
