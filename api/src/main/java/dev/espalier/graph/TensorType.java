package dev.espalier.graph;

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

  @Override
  public String toString() {
    return dataType.lowerCaseName() + shape;
  }
}
